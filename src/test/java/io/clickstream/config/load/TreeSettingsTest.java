package io.clickstream.config.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import io.clickstream.config.Kind;
import io.clickstream.config.Kind.MistakeException;
import io.clickstream.config.Setting;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Settings of other kinds than single texts: lists, trees, groups with free names of them, and
 * settings that set others. They are declared here, so that the job's can change.
 */
class TreeSettingsTest {

  private static final List<Setting<?>> ALL = new ArrayList<>();

  /** A text, or a list of them. */
  private static final Setting<List<String>> KEYS =
      Setting.single(
              "shop.keys",
              "Fields that make a key.",
              Kind.tree(
                  "list",
                  "a field or a list of fields",
                  TreeSettingsTest::texts,
                  "it is none",
                  "{a: b}",
                  Object::toString),
              ALL::add)
          .byDefault(List.of("id"));

  private static final Setting<Map<String, Object>> FIELDS =
      Setting.group(
              "shop.fields",
              List.of(),
              "Fields of our own.",
              Kind.tree(
                  "tree",
                  "an aggregate and its path",
                  TreeSettingsTest::anyMap,
                  "it is none",
                  "last",
                  Object::toString),
              ALL::add)
          .optional();

  private static final Setting<String> LIKE =
      Setting.single("shop.like", "Which product it is like.", Kind.text("a product"), ALL::add)
          .presets(
              product ->
                  Map.of(
                      "shop.gap", product.equals("old") ? "long" : "short",
                      "shop.keys", List.of(product, "time"),
                      "shop.fields.plan", Map.of("last", product)))
          .optional();

  private static final Setting<String> GAP =
      Setting.single(
              "shop.gap",
              "Between two.",
              Kind.text("short or long")
                  .refusing("it is neither", text -> !text.equals("short") && !text.equals("long")),
              ALL::add)
          .byDefault("medium");

  private static final SettingCatalog CATALOG = new SettingCatalog(ALL);

  @TempDir private Path directory;

  private static List<String> texts(Object written) {
    if (written instanceof String text) {
      return List.of(text);
    }
    if (written instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String.class::cast).toList();
    }
    throw new IllegalArgumentException();
  }

  private static Object anyMap(Object written) {
    if (written instanceof Map<?, ?> map && map.size() == 1) {
      return map;
    }
    throw new MistakeException("it is not one aggregate");
  }

  private static Map<Setting<?>, Object> read(Map<String, String> environment, String... args) {
    return SettingsReader.values(CATALOG, Invocation.of(args), environment);
  }

  private static List<Problem> problems(Map<String, String> environment, String... args) {
    InvalidSettingsException failure =
        catchThrowableOfType(InvalidSettingsException.class, () -> read(environment, args));
    assertThat(failure).isNotNull();
    return failure.problems();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"shop.keys: [id, '7']", "shop:\n  keys:\n  - id\n  - 7", "shop: {keys: [id, 7]}"})
  void shouldReadListsInFile(String yaml) throws IOException {
    assertThat(read(Map.of(), Reading.config(directory, yaml)))
        .isEqualTo(Map.of(KEYS, List.of("id", "7")));
  }

  @Test
  void shouldReadListsInArgumentsAndVariables() {
    assertThat(read(Map.of(), "--shop.keys=[id, 7]")).isEqualTo(Map.of(KEYS, List.of("id", "7")));
    assertThat(read(Map.of("CLICKSTREAM_SHOP_KEYS", "[id, '7']")))
        .isEqualTo(Map.of(KEYS, List.of("id", "7")));
    assertThat(read(Map.of(), "--shop.keys=id")).isEqualTo(Map.of(KEYS, List.of("id")));
  }

  @Test
  void shouldReadTreesUnderFreeNamesFromEveryLayer() throws IOException {
    // Given
    Map<String, Object> total = Map.of("sum", Map.of("path", "a.b", "where", List.of("x", "y")));
    String tree = "{sum: {path: a.b, where: [x, y]}}";
    Map<Setting<?>, Object> expected = Map.of(FIELDS, Map.of("total_price", total));

    // Then
    assertThat(
            read(
                Map.of(),
                Reading.config(
                    directory,
                    """
                    shop:
                      fields:
                        total_price:
                          sum:
                            path: a.b
                            where: [x, y]
                    """)))
        .isEqualTo(expected);
    assertThat(read(Map.of(), Reading.config(directory, "shop.fields.total_price: " + tree)))
        .isEqualTo(expected);
    assertThat(read(Map.of(), "--shop.fields.total_price", tree)).isEqualTo(expected);
    assertThat(read(Map.of(), "--shop.fields", "{total_price: " + tree + "}")).isEqualTo(expected);
    assertThat(read(Map.of("CLICKSTREAM_SHOP_FIELDS_TOTAL__PRICE", tree))).isEqualTo(expected);
    assertThat(read(Map.of("CLICKSTREAM_SHOP_FIELDS", "{total_price: " + tree + "}")))
        .isEqualTo(expected);
  }

  @Test
  void shouldOverrideMembersOneByOne() throws IOException {
    String file = Reading.config(directory, "shop.fields: {a: {last: file}, b: {last: file}}");

    assertThat(read(Map.of(), file, "--shop.fields.b={first: argument}"))
        .isEqualTo(
            Map.of(FIELDS, Map.of("a", Map.of("last", "file"), "b", Map.of("first", "argument"))));
  }

  @Test
  void shouldSayWhatIsWrongWithTrees() throws IOException {
    assertThat(problems(Map.of(), "--shop.keys={a: b}"))
        .containsExactly(
            new Problem(
                "shop.keys",
                "{a: b}",
                "argument --shop.keys",
                "a field or a list of fields; it is none",
                "correct it, or remove it for the default [id]"));
    assertThat(problems(Map.of(), "--shop.fields.a={}"))
        .extracting(Problem::expected)
        .containsExactly("an aggregate and its path; it is not one aggregate");
    assertThat(problems(Map.of("CLICKSTREAM_SHOP_KEYS", "[a")))
        .extracting(Problem::expected)
        .containsExactly("a field or a list of fields; it is not YAML");
    assertThat(problems(Map.of(), "--shop.fields", "{a: {x: 1, x: 2}, b: 3}"))
        .extracting(Problem::expected)
        .containsExactly("names and values as YAML; a key is in it twice");
    assertThat(problems(Map.of(), "--shop.fields", "nothing"))
        .extracting(Problem::key, Problem::remedy)
        .containsExactly(tuple("shop.fields", "write them one by one, each with its own value"));
    assertThat(problems(Map.of(), Reading.config(directory, "shop:\n  fields:\n    a: {b: ~}")))
        .extracting(Problem::where)
        .containsExactly("line 3, column 8");
  }

  @Test
  void shouldPresetOtherSettingsWhichWinByThemselves() throws IOException {
    // Given
    String file = Reading.config(directory, "shop.like: old\nshop.keys: mine");

    // Then
    assertThat(read(Map.of(), file))
        .isEqualTo(
            Map.of(
                LIKE,
                "old",
                GAP,
                "long",
                KEYS,
                List.of("mine"),
                FIELDS,
                Map.of("plan", Map.of("last", "old"))));
    assertThat(read(Map.of("CLICKSTREAM_SHOP_LIKE", "new"), file, "--shop.gap=long"))
        .isEqualTo(
            Map.of(
                LIKE,
                "new",
                GAP,
                "long",
                KEYS,
                List.of("mine"),
                FIELDS,
                Map.of("plan", Map.of("last", "new"))));
  }
}
