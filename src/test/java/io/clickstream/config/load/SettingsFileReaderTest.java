package io.clickstream.config.load;

import static io.clickstream.config.load.Reading.config;
import static io.clickstream.config.load.Reading.failure;
import static io.clickstream.config.load.Reading.problems;
import static io.clickstream.config.load.Reading.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFileReaderTest {

  private static final String SHAPE =
      "settings as YAML: one 'key: value' a line, keys nested or dotted; ";

  @TempDir Path directory;

  @Test
  void shouldReadAnyUriThatFlinkReads() throws IOException {
    Path file = Files.writeString(directory.resolve("settings.yml"), "session.gap: 7min");

    assertThat(read("--config", file.toUri().toString()).settings().session().gap())
        .isEqualTo(Duration.ofMinutes(7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing",
        "---\n",
        "session:\n  # all commented out\nkafka:\n  properties:\n",
        "session: {}",
      })
  void shouldReadNothingFromFileWithoutSettings(String yaml) throws IOException {
    assertThat(read(config(directory, yaml)).settings()).isEqualTo(read().settings());
  }

  @Test
  void shouldKeepValuesAsTheyAreWritten() throws IOException {
    // Given
    String yaml =
        """
        kafka.properties:
          octal: 010
          bool: yes
          float: 1.50
          quoted: "  a: b # c"
          single: 'it''s'
          "dotted.key": x
        """;

    // Then
    assertThat(read(config(directory, yaml)).settings().kafka().properties())
        .isEqualTo(
            Map.of(
                "octal", "010",
                "bool", "yes",
                "float", "1.50",
                "quoted", "  a: b # c",
                "single", "it's",
                "dotted.key", "x"));
  }

  // Line and column count from 1.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'session:\\n"
            + "gap: 1min\\n"
            + "  x: 1' | 'line 3, column 4' | mapping values are not allowed here",
        "'session:\\n"
            + "\\tgap: 1min' | 'line 2, column 1' | 'a tab, or a value that begins with @, ` or %,"
            + " which must stand in quotes'",
        "'a: *b' | 'line 1, column 4' | 'a value that begins with *, & or ! must stand in quotes'",
        "'just text' | 'line 1, column 1' | 'this is not a key with a value'",
        "'- session.gap' | 'line 1, column 1' | 'this is not a key with a value'",
        "'session:\\n"
            + "  gap: [1, {a: b}]' | 'line 2, column 8' | 'this list has other things in it than"
            + " values'",
        "'session:\\n  [a, b]: 1' | 'line 2, column 3' | 'this key is not a name'",
      })
  void shouldSayWhereAndWhatWhenYamlIsWrong(String yaml, String where, String what)
      throws IOException {
    // Given
    String argument = config(directory, yaml.replace("\\n", "\n").replace("\\t", "\t"));

    // Then
    assertThat(problems(argument))
        .containsExactly(
            new Problem(
                "--config",
                argument.substring("--config=".length()),
                where,
                SHAPE + what,
                "correct the file there or in the line above"));
  }

  @Test
  void shouldNotReportWhatIsMissingWhenFileIsBroken() throws IOException {
    // Given
    String broken = config(directory, "session: [");

    // When
    InvalidSettingsException failure =
        catchThrowableOfType(
            InvalidSettingsException.class,
            () -> SettingsReader.read(Invocation.of(broken, "--session.gap", "0"), Map.of()));

    // Then
    assertThat(failure.problems())
        .extracting(Problem::key)
        .containsExactly("--config", "session.gap");
  }

  @Test
  void shouldReportSettingThatStandsTwice() throws IOException {
    assertThat(problems(config(directory, "session:\n  gap: 1min\n\nsession.gap: 2min\n")))
        .containsExactly(
            new Problem(
                "session.gap",
                null,
                "settings.yaml, line 4",
                "a setting once; it is also in line 2",
                "remove one of them"));
  }

  @Test
  void shouldReportSettingWithoutValue() throws IOException {
    assertThat(problems(config(directory, "session:\n  gap:\n  max-events: ~\n")))
        .extracting(Problem::key, Problem::where, Problem::expected)
        .containsExactly(
            tuple("session.gap", "settings.yaml, line 2", "a value"),
            tuple("session.max-events", "settings.yaml, line 3", "a value"));
  }

  @Test
  void shouldReportListWhereOneValueIsExpected() throws IOException {
    assertThat(problems(config(directory, "topics.sessions: [a, b]")))
        .extracting(Problem::key, Problem::expected)
        .containsExactly(tuple("topics.sessions", "a single value, not a list"));
  }

  @Test
  void shouldReportFileThatIsNotThere() {
    assertThat(problems("--config", directory.resolve("none.yaml").toString()))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.key()).isEqualTo("--config");
              assertThat(problem.expected()).startsWith("a file that exists where main runs");
            });
  }

  @Test
  void shouldReportSchemeThatFlinkCannotRead() {
    assertThat(problems("--config", "nowhere://bucket/settings.yaml?signature=abc"))
        .containsExactly(
            new Problem(
                "--config",
                "nowhere://bucket/settings.yaml ***",
                null,
                "a scheme that Flink can read here",
                "put the file system's plugin into Flink's plugins folder, or use a local file"));
  }

  @Test
  void shouldReportFileThatIsNotText() throws IOException {
    Path file = directory.resolve("settings.yaml");
    Files.write(file, new byte[] {(byte) 0xC3, (byte) 0x28});

    assertThat(problems("--config=" + file))
        .extracting(Problem::expected)
        .containsExactly("text in UTF-8");
  }

  @Test
  void shouldReportFileThatIsTooLarge() throws IOException {
    Path file = directory.resolve("settings.yaml");
    Files.writeString(file, "#".repeat((1 << 20) + 1));
    assertThat(problems("--config=" + file))
        .extracting(Problem::expected)
        .containsExactly("a file of at most 1mb");

    Files.writeString(file, "#".repeat(1 << 20));
    assertThat(read("--config=" + file).settings()).isEqualTo(read().settings());
  }

  @Test
  void shouldEndWhenAliasContainsItself() throws IOException {
    assertThat(failure(Map.of(), config(directory, "a: &x\n  b: *x\n")))
        .hasMessageContaining("this is nested too deeply");
  }
}
