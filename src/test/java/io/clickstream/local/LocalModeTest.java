package io.clickstream.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the local mode says without starting anything. */
class LocalModeTest {

  @TempDir private Path directory;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void writeFiles() throws IOException {
    Files.writeString(directory.resolve("clicks.jsonl"), "{}\n");
    Files.createFile(directory.resolve("empty.jsonl"));
    Files.createDirectory(directory.resolve("directory"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--replay HERE/none.jsonl --out HERE/out"
            + "| --replay HERE/none.jsonl: there is no such file; expected one JSON object a line.",
        "--replay HERE/empty.jsonl --out HERE/out"
            + "| --replay HERE/empty.jsonl: the file is empty; expected one JSON object a line.",
        "--replay HERE/directory --out HERE/out"
            + "| --replay HERE/directory: this is a directory; expected a file.",
        "--replay HERE/clicks.jsonl --out HERE/out --profiles HERE/none.jsonl"
            + "| --profiles HERE/none.jsonl: there is no such file; expected one JSON object a line.",
        "--replay HERE/clicks.jsonl --out HERE/out --products HERE/directory"
            + "| --products HERE/directory: this is a directory; expected a file.",
        "--replay HERE/clicks.jsonl" + "| --out: a replay needs it; add --out DIR for the results.",
        "--out HERE/out | --out: only a replay has it; add --replay FILE.",
        "--replay HERE/clicks.jsonl --out HERE/out --rate 5"
            + "| --rate: only live traffic has it; remove --replay.",
        "--replay | --replay: expected a value after it; --help tells more.",
        "--replay --out x | --replay: expected a value after it; --help tells more.",
        "--rate 1 --rate 2 | --rate: expected once, it is there twice.",
        "--rate 0 | --rate 0: expected a number from 1 to 1000000.",
        "--replay HERE/clicks.jsonl --out HERE/out --partitions many"
            + "| --partitions many: expected a number from 1 to 1000.",
        "--rest.port 70000 | --rest.port 70000: expected a number from 1 to 65535.",
        "--duration long | --duration long: expected a duration such as 90s or 5min.",
        "--replai x | --replai: there is no such option; expected one of --clickhouse, --config, --duration,"
            + " --out, --partitions, --products, --profiles, --rate, --replay, --seed, --visitors,"
            + " or a setting of the job such as --session.gap. --help tells more.",
        "--kafka.bootstrap-servers there:9092 | --kafka.bootstrap-servers: the local mode has a"
            + " broker of its own; remove it, or run the job on a cluster.",
      })
  void shouldSayWhatIsWrongInOneLineWhenItCannotRun(String args, String message) {
    assertThat(run(args)).isEqualTo(1);
    assertThat(lines(err)).containsExactly(message.replace("HERE", directory.toString()));
    assertThat(out.toString(UTF_8)).isEmpty();
  }

  @Test
  void shouldSayWhatIsWrongWithTheAddressOfClickHouseBeforeAnythingStarts() {
    assertThat(run("--clickhouse localhost")).isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("clickhouse.url", "http://localhost:8123");
    assertThat(out.toString(UTF_8)).isEmpty();
  }

  @Test
  void shouldSayWhatIsWrongWhenTheDirectoryCannotBeWritten() throws IOException {
    // Given
    Files.createFile(directory.resolve("file"));

    // When
    int exitCode = run("--replay HERE/clicks.jsonl --out HERE/file/out");

    // Then
    assertThat(exitCode).isEqualTo(1);
    assertThat(lines(err)).hasSize(1);
    assertThat(err.toString(UTF_8))
        .startsWith("--out " + directory + "/file/out: expected a directory that can be written; ");
  }

  @Test
  void shouldNameTheNearestKeyWhenASettingIsUnknown() {
    assertThat(run("--replay HERE/clicks.jsonl --out HERE/out --session.gapp 10s")).isEqualTo(1);
    assertThat(err.toString(UTF_8))
        .startsWith("1 problem with the settings:")
        .contains("session.gapp", "session.gap\n")
        .doesNotContain("\tat ");
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @Test
  void shouldSayThatThePortIsTakenBeforeAnythingIsStarted() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      int port = taken.getLocalPort();

      assertThat(run("--rest.port " + port)).isEqualTo(1);
      assertThat(lines(err))
          .containsExactly(
              "--rest.port "
                  + port
                  + ": the port is taken; expected a free one. Stop what listens there, or name"
                  + " another.");
      assertThat(out.toString(UTF_8)).isEmpty();
    }
  }

  @Test
  void shouldShowTheStackTraceOnlyWhenDebugging() {
    assertThat(run("--replay HERE/none.jsonl --out HERE/out --debug")).isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("\tat ");
  }

  @Test
  void shouldListItsOptionsWhenAskedForHelp() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString(UTF_8)).contains("--replay FILE", "--partitions N", "--rest.port N");
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void shouldTakeAValueOfTheJobForNothingElse() {
    assertThat(LocalOptions.of("--session.gap", "10s", "--rate=7", "--debug").jobArguments())
        .containsExactly("--session.gap", "10s", "--debug");
  }

  private int run(String args) {
    String[] split = args.replace("HERE", directory.toString()).split(" ");
    return new LocalMode(
            Map.of(), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8))
        .run(split);
  }

  private static List<String> lines(ByteArrayOutputStream stream) {
    return stream.toString(UTF_8).lines().toList();
  }
}
