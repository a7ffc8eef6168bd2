package io.clickstream.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole benchmarks, as small as they can be; how fast anything is does not matter here, and is the
 * matter of {@link SpeedIT}.
 */
@Tag("full")
class BenchmarkIT {

  /** Of the systems: they are through before a second compiler would be of use. */
  private static final String QUICK_START = " --jvm-args=-XX:TieredStopAtLevel=1";

  @TempDir private Path directory = Path.of("");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @AfterEach
  void shouldLeaveNothingBehind() throws IOException {
    try (Stream<Path> left = Files.list(directory.resolve("work"))) {
      assertThat(left).isEmpty();
    }
    assertThat(ProcessHandle.current().children()).isEmpty();
  }

  @Test
  void shouldFindTheSumsOfOursRight() throws Exception {
    // When
    int exitCode =
        run(
            "--systems l2,ours --clicks 30k --workload R1-dup,R1-bad --interval 500ms --runs 0"
                + QUICK_START);

    // Then
    assertThat(exitCode).as(said()).isZero();
    List<RunResult> runs = Results.read(directory);
    assertThat(runs)
        .extracting(RunResult::system, RunResult::workload, RunResult::sumsOk)
        .containsExactly(
            tuple("l2", "R1-dup", null),
            tuple("ours", "R1-dup", true),
            tuple("l2", "R1-bad", null),
            tuple("ours", "R1-bad", true));
    assertThat(runs).extracting(RunResult::warm).containsExactly(false, false, true, true);
    assertThat(runs).extracting(RunResult::clicks).containsOnly(30_000L);
    assertThat(runs)
        .allSatisfy(
            run -> {
              assertThat(run.eventsPerSecond()).isPositive();
              assertThat(run.cpuUsPerEvent()).isPositive();
            });
    assertThat(runs.get(3).checkpointBytesMedian()).isPositive();
    assertThat(runs.get(3).checkpointObjectsMedian()).isPositive();
    assertThat(out.toString(UTF_8)).contains("execution.checkpointing.interval: 500ms");
  }

  @Test
  void shouldFindEverySessionUnderAFixedLoad() throws Exception {
    // When
    int exitCode =
        run(
            "--systems ours --latency --rate 300 --gap 1s --out-of-orderness 500ms"
                + " --interval 500ms --runs 0 --warm-up 15s --duration 5s"
                + QUICK_START);

    // Then: a slow machine may have a slow producer, but a session that is missing is not forgiven
    List<RunResult> runs = Results.read(directory);
    assertThat(runs).as(said()).hasSize(1);
    RunResult run = runs.get(0);
    assertThat(exitCode == 0 || err.toString(UTF_8).contains("fell behind its schedule"))
        .as(said())
        .isTrue();
    assertThat(run.sumsOk()).as(said()).isTrue();
    RunResult.Latency latency = run.latencyMs();
    assertThat(latency).isNotNull();
    assertThat(latency.p50()).isPositive();
    assertThat(latency.p99()).isGreaterThanOrEqualTo(latency.p50());
  }

  @Test
  void shouldReportASystemThatDiesAndGoOn() throws Exception {
    // When its JVM cannot even start
    int exitCode =
        run("--systems l0,l1 --clicks 1000 --runs 0 --jvm-args=-XX:NoSuchOption --interval 1s");

    // Then
    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString(UTF_8))
        .contains("the JVM of l0 has ended with exit code 1")
        .contains("the JVM of l1 has ended with exit code 1")
        .contains("l0.log");
    assertThat(Results.read(directory)).isEmpty();
  }

  private int run(String arguments) {
    Stream<String> all =
        Stream.concat(
            Stream.of(arguments.split(" ")),
            Stream.of(
                "--out", directory.toString(), "--work", directory.resolve("work").toString()));
    return new Benchmark(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8))
        .run(all.toArray(String[]::new));
  }

  private String said() {
    return out.toString(UTF_8) + err.toString(UTF_8);
  }
}
