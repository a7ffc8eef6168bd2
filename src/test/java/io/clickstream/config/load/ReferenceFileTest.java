package io.clickstream.config.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.IngestSettings;
import io.clickstream.config.JobSettings;
import io.clickstream.config.Setting;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files in config/ say the same as the options. */
class ReferenceFileTest {

  private static final Path REFERENCE = Path.of("config", "clickstream-reference.yaml");
  private static final Path SMALLEST = Path.of("config", "clickstream.yaml");

  /** A setting that is switched off: a key directly behind the #. */
  private static final Pattern SWITCHED_OFF = Pattern.compile("(?m)^( *)#(?=[a-z])");

  private static final Pattern OTHER_SCHEMAS =
      Pattern.compile("(?m)^ *(schema-file|bearer\\.auth\\.token):.*\\n");

  private static final Pattern CONSTANTS = Pattern.compile("(?m)^  constants:\n(    .*\n)+");

  @TempDir Path directory;

  @Test
  void shouldLoadAsTheDefaultsWhenReferenceIsTakenAsItIs() {
    // Given
    String[] required = {
      "--kafka.bootstrap-servers", "localhost:9092", "--sink.transactional-id-prefix", "clickstream"
    };

    // When
    JobSettings reference = read("--config", REFERENCE.toString());
    JobSettings defaults = read(required);

    // Then
    assertThat(reference.settings()).isEqualTo(defaults.settings());
    Map<String, String> expected = new LinkedHashMap<>(JobDefaults.defaults());
    expected.putAll(JobDefaults.required());
    assertThat(reference.flink().toMap()).isEqualTo(expected);
  }

  @Test
  void shouldLoadAsTheDefaultsWhenSmallestFileIsTaken() {
    assertThat(read("--config", SMALLEST.toString()).settings())
        .isEqualTo(read("--config", REFERENCE.toString()).settings());
  }

  @Test
  void shouldGiveEveryDefaultAsAnActiveLineAndNothingElse() throws IOException {
    // Given
    Map<String, String> expected = new LinkedHashMap<>(JobDefaults.defaults());
    expected.putAll(JobDefaults.required());
    for (Setting<?> setting : SettingCatalog.OURS.all()) {
      String text = setting.defaultText();
      if (text != null) {
        expected.put(setting.key(), setting.kind().isTree() ? YamlTree.of(text).toString() : text);
      }
    }
    expected.put("kafka.bootstrap-servers", "localhost:9092");
    expected.put("sink.transactional-id-prefix", "clickstream");

    // Then
    assertThat(settings(Files.readString(REFERENCE))).containsExactlyInAnyOrderEntriesOf(expected);
  }

  @Test
  void shouldShowEverySettingWhenWhatIsSwitchedOffCounts() throws IOException {
    // When
    Set<String> shown = settings(switchedOn()).keySet();

    // Then
    Set<String> expected = new HashSet<>(SettingCatalog.OURS.keys());
    assertThat(shown).containsAll(expected);
    assertThat(shown)
        .allSatisfy(
            key ->
                assertThat(
                        SettingCatalog.OURS.find(key) != null || FlinkOptions.kindOf(key) != null)
                    .as("%s is a setting or an option of Flink", key)
                    .isTrue());
    assertThat(shown).anyMatch(key -> key.startsWith("kafka.properties."));
  }

  @Test
  void shouldBeValidWhenEverythingSwitchedOffIsSwitchedOn() throws IOException {
    // Given
    // A field has one source: that of constants is another one than a path. So have schemas, and a
    // registry has one login.
    Path all =
        Files.writeString(
            directory.resolve("all.yaml"),
            OTHER_SCHEMAS.matcher(CONSTANTS.matcher(switchedOn()).replaceFirst("")).replaceAll(""));

    // When
    // A range to replay has two ends.
    JobSettings loaded =
        read(
            "--config",
            all.toString(),
            "--ingest.start-from",
            "timestamp:2026-11-01T00:00:00Z",
            "--ingest.format",
            "avro");

    // Then
    assertThat(loaded.settings().ingest().range()).isNotNull();
    assertThat(loaded.settings().ingest().fields().keySet())
        .containsExactlyInAnyOrderElementsOf(IngestSettings.FIELDS.names());
    assertThat(loaded.settings().ingest().eventTypes().keySet())
        .containsExactlyInAnyOrderElementsOf(IngestSettings.EVENT_TYPES.names());
  }

  private static String switchedOn() throws IOException {
    return SWITCHED_OFF.matcher(Files.readString(REFERENCE)).replaceAll("$1");
  }

  private static JobSettings read(String... args) {
    return SettingsReader.read(Invocation.of(args), Map.of());
  }

  private Map<String, String> settings(String yaml) throws IOException {
    Path file = Files.writeString(directory.resolve("part.yaml"), yaml);
    List<Problem> problems = new ArrayList<>();
    List<Given> read = SettingsFileReader.read(file.toString(), SettingCatalog.OURS, problems);
    assertThat(problems).isEmpty();
    Map<String, String> settings = new LinkedHashMap<>();
    assertThat(read).isNotNull();
    read.forEach(given -> settings.put(given.key(), given.text()));
    return settings;
  }
}
