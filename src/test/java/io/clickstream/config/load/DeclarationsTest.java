package io.clickstream.config.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.clickstream.config.Kind;
import io.clickstream.config.Setting;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every setting that is declared, through every layer and with every mistake. A new one is tested
 * without a line here.
 */
class DeclarationsTest {

  /** Follows the prefix of a group that is open. */
  private static final String ANY_NAME = "some.name";

  private static final List<String> REQUIRED =
      List.of("kafka.bootstrap-servers=broker:9092", "sink.transactional-id-prefix=shop");

  @TempDir private Path directory;

  /** A way to give a value. */
  private interface Layer {
    Map<Setting<?>, Object> read(String key, String text) throws IOException;
  }

  private static Map<Setting<?>, Object> read(
      Map<String, String> environment, String key, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    REQUIRED.stream()
        .filter(required -> !required.startsWith(key + "="))
        .forEach(required -> all.add("--" + required));
    return SettingsReader.values(
        SettingCatalog.OURS, Invocation.of(all.toArray(String[]::new)), environment);
  }

  private static Map<Setting<?>, Object> fromArgument(String key, String text) {
    return read(Map.of(), key, "--" + key + "=" + text);
  }

  private static Map<Setting<?>, Object> fromVariable(String key, String text) {
    String variable = "CLICKSTREAM_" + key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    return read(Map.of(variable, text), key);
  }

  private Map<Setting<?>, Object> fromFile(String key, String text) throws IOException {
    return read(
        Map.of(), key, Reading.config(directory, "%s: %s".formatted(key, inFile(key, text))));
  }

  private Map<Setting<?>, Object> fromNestedFile(String key, String text) throws IOException {
    int dot = key.indexOf('.');
    return read(
        Map.of(),
        key,
        Reading.config(
            directory,
            "%s:\n  %s: %s"
                .formatted(key.substring(0, dot), key.substring(dot + 1), inFile(key, text))));
  }

  /** A text in quotes, a tree as it is. */
  private static String inFile(String key, String text) {
    return find(key).kind().isTree() ? text : "'" + text.replace("'", "''") + "'";
  }

  /** The keys under which a setting can be given: its own, or those of a group's members. */
  private static List<String> keys(Setting<?> setting) {
    return !setting.isGroup()
        ? List.of(setting.key())
        : names(setting).stream().map(name -> setting.key() + "." + name).toList();
  }

  private static List<String> names(Setting<?> group) {
    Kind<String> kind = group.nameKind();
    return !group.isOpen() ? group.names() : kind == null ? List.of(ANY_NAME) : kind.examples();
  }

  private static Stream<DynamicTest> throughLayer(Layer layer) {
    return SettingCatalog.OURS.all().stream()
        .flatMap(setting -> keys(setting).stream())
        .map(
            key ->
                dynamicTest(
                    key,
                    () -> {
                      Setting<?> setting = find(key);
                      assertThat(setting.kind().examples()).hasSizeGreaterThan(1);
                      for (String text : setting.kind().examples()) {
                        Object value = setting.kind().read(WrittenValue.of(setting.kind(), text));
                        assertThat(layer.read(key, text).get(setting))
                            .as(text)
                            .isEqualTo(
                                setting.isGroup()
                                    ? Map.of(String.valueOf(setting.nameIn(key)), value)
                                    : value);
                      }
                    }));
  }

  private static Setting<?> find(String key) {
    Setting<?> setting = SettingCatalog.OURS.find(key);
    assertThat(setting).as(key).isNotNull();
    return setting;
  }

  @TestFactory
  Stream<DynamicTest> shouldReadEverySettingFromArguments() {
    return throughLayer(DeclarationsTest::fromArgument);
  }

  @TestFactory
  Stream<DynamicTest> shouldReadEverySettingFromVariables() {
    return throughLayer(DeclarationsTest::fromVariable);
  }

  @TestFactory
  Stream<DynamicTest> shouldReadEverySettingFromFiles() {
    return throughLayer(this::fromFile);
  }

  @TestFactory
  Stream<DynamicTest> shouldReadEverySettingFromFilesWithSections() {
    return throughLayer(this::fromNestedFile);
  }

  @Test
  void shouldReadNothingWhenOnlyRequiredAreGiven() {
    assertThat(read(Map.of(), ""))
        .hasSize(REQUIRED.size())
        .allSatisfy((setting, value) -> assertThat(setting.defaultText()).isNull());
  }

  @TestFactory
  Stream<DynamicTest> shouldSayWhatIsWrongWithEverySetting() {
    return SettingCatalog.OURS.all().stream()
        .flatMap(
            setting ->
                setting.kind().refusals().stream()
                    .map(
                        refusal ->
                            dynamicTest(
                                setting.key() + ": " + refusal.mistake(),
                                () -> assertRefused(setting, refusal))));
  }

  private static void assertRefused(Setting<?> setting, Kind.Refusal<?> refusal) {
    String key = keys(setting).get(0);
    String fallback = setting.defaultText();
    assertThat(refusal.examples()).isNotEmpty();
    for (String text : refusal.examples()) {
      InvalidSettingsException failure =
          catchThrowableOfType(InvalidSettingsException.class, () -> fromArgument(key, text));
      assertThat(failure).as("'%s' is refused", text).isNotNull();
      assertThat(failure.problems())
          .containsExactly(
              new Problem(
                  key,
                  SettingCatalog.OURS.shown(key, text),
                  "argument --" + key,
                  setting.kind().expected() + "; " + refusal.mistake(),
                  fallback == null
                      ? "correct it"
                      : "correct it, or remove it for the default " + fallback));
    }
  }

  @TestFactory
  Stream<DynamicTest> shouldSayWhatIsWrongWithEveryName() {
    return SettingCatalog.OURS.all().stream()
        .flatMap(
            group ->
                namesOf(group).refusals().stream()
                    .map(
                        refusal ->
                            dynamicTest(
                                group.key() + ".<name>: " + refusal.mistake(),
                                () -> assertMisnamed(group, refusal))));
  }

  /** The kind of a group's names, or one that refuses nothing. */
  private static Kind<String> namesOf(Setting<?> group) {
    Kind<String> kind = group.nameKind();
    return kind == null ? Kind.text("any name") : kind;
  }

  private static void assertMisnamed(Setting<?> group, Kind.Refusal<?> refusal) {
    String right = group.kind().examples().get(0);
    assertThat(refusal.examples()).isNotEmpty();
    for (String name : refusal.examples()) {
      String key = group.key() + "." + name;
      InvalidSettingsException failure =
          catchThrowableOfType(InvalidSettingsException.class, () -> fromArgument(key, right));
      assertThat(failure).as("'%s' is refused", name).isNotNull();
      assertThat(failure.problems())
          .containsExactly(
              new Problem(
                  key,
                  SettingCatalog.OURS.shown(key, right),
                  "argument --" + key,
                  namesOf(group).expected() + "; " + refusal.mistake(),
                  "rename it"));
    }
  }

  @Test
  void shouldHaveKeysOfSectionAndNameInKebabCaseOnceEach() {
    assertThat(SettingCatalog.OURS.all())
        .extracting(Setting::key)
        .doesNotHaveDuplicates()
        .allMatch(key -> key.matches("[a-z]+(\\.[a-z]+(-[a-z]+)*)+"));
  }

  @Test
  void shouldBeDescribedInSentences() {
    assertThat(SettingCatalog.OURS.all())
        .allSatisfy(
            setting -> {
              assertThat(setting.sentence()).matches("(?s)[A-Z].{10,}\\.");
              assertThat(setting.kind().expected()).isNotBlank();
            });
  }

  @Test
  void shouldHaveVariablesThatDiffer() {
    Set<String> variables = new HashSet<>();
    Stream.concat(SettingCatalog.OURS.keys().stream(), FlinkOptions.jobKeys().stream())
        .forEach(
            key ->
                assertThat(variables.add(VariableReader.variable(key)))
                    .as("variable of %s is its own", key)
                    .isTrue());
  }
}
