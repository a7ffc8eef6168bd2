package io.clickstream.tools.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.CommandRun;
import io.clickstream.cli.DurationText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class TrafficGeneratorTest {

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldWriteTheSameFilesWhenRunTwice() throws IOException {
    // When
    for (String name : List.of("a", "b")) {
      int exitCode =
          run(
              "--out",
              file(name),
              "--profiles-out",
              file(name + "-profiles"),
              "--products-out",
              file(name + "-products"),
              "--events",
              "5000",
              "--duplicates",
              "0",
              "--malformed",
              "0",
              "--future",
              "0",
              "--visitors",
              "100",
              "--start",
              "2026-01-01T00:00:00Z");
      assertThat(exitCode).isZero();
    }

    // Then
    assertThat(Files.readAllLines(Path.of(file("a")), StandardCharsets.UTF_8)).hasSize(5000);
    assertThat(Path.of(file("a"))).hasSameBinaryContentAs(Path.of(file("b")));
    assertThat(Files.readAllLines(Path.of(file("a-profiles")))).hasSizeBetween(40, 51);
    assertThat(Files.readAllLines(Path.of(file("a-products")))).hasSizeBetween(1940, 1990);
    assertThat(err.toString()).contains("5,000 records sent in ");
  }

  @Test
  void shouldEndNowWhenAFileHasNoStart() throws IOException {
    // When
    run("--out", file("a"), "--duration", "10s", "--rate", "10", "--malformed", "0");

    // Then
    Instant now = Instant.now();
    String last = Files.readAllLines(Path.of(file("a"))).get(99);
    long timestamp = Long.parseLong(last.replaceFirst(".*\"timestamp\":(\\d+).*", "$1"));
    assertThat(Duration.between(Instant.ofEpochMilli(timestamp), now))
        .isBetween(Duration.ZERO, Duration.ofSeconds(30));
  }

  @Test
  void shouldListEverySettingWhenAskedForHelp() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("--rate=N|max", "--seed", "--late-by", "Examples:");
  }

  @Test
  void shouldNameTheProblemWhenTheFileCannotBeWritten() {
    assertThat(run("--out", file("none/a"), "--events", "1")).isEqualTo(1);
    assertThat(err.toString()).startsWith("File " + file("none/a") + " cannot be written: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--events 1 | --bootstrap-servers HOST:PORT,… is missing; or --out FILE, for a file",
        "--out x | --events N or --duration D is missing: a file needs an end",
        "--out x --events 1 --rate fast | --rate fast: expected a number or max",
        "--out x --events 1 --rate 0 | --rate 0: expected more than 0",
        "--out x --events 1 --late 2 | --late 2.0: expected a share, 0 to 1",
        "--out x --duration long | --duration: 'long' is no duration;"
            + " expected one such as 500ms, 30s, 5min, 2h, 1d",
      })
  void shouldSayWhatIsExpectedWhenTheCommandLineIsWrong(String args, String message) {
    assertThat(run(args.split(" "))).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(message, "'clickstream traffic --help' lists all options.");
    assertThat(Path.of("x")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"500ms, PT0.5S", "30s, PT30S", "5min, PT5M", "5 m, PT5M", "2h, PT2H", "1d, PT24H"})
  void shouldReadDurationsAsTheSettingsWriteThem(String text, Duration expected) {
    assertThat(new DurationText().convert(text)).isEqualTo(expected);
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private int run(String... args) {
    CommandLine commandLine = CommandRun.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    List<String> all = new ArrayList<>(List.of("traffic"));
    all.addAll(List.of(args));
    return commandLine.execute(all.toArray(String[]::new));
  }
}
