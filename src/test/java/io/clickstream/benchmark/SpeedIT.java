package io.clickstream.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How fast the job is. The build runs no other test beside this one. */
@Tag("full")
class SpeedIT {

  @TempDir private Path directory = Path.of("");

  /** A ratio of medians of runs in turn: a slow machine slows both, and a moment of it one run. */
  @Test
  void shouldBeFourTimesAsFastAsJobWrittenByHand() throws Exception {
    // Given
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, UTF_8);
    String measure =
        "--systems plain,ours --clicks 500k --interval 5s --warm-for 45s --runs 3 --assert-faster 4";
    List<String> arguments = new ArrayList<>(List.of(measure.split(" ")));
    arguments.addAll(List.of("--out", directory.toString()));
    arguments.addAll(List.of("--work", directory.resolve("work").toString()));

    // When
    int exitCode = new Benchmark(out, out).run(arguments.toArray(String[]::new));

    // Then
    assertThat(exitCode).as(said.toString(UTF_8)).isZero();
    assertThat(Results.read(directory))
        .filteredOn(run -> run.run() == 1)
        .extracting(RunResult::system, RunResult::warm, RunResult::sumsOk)
        .containsExactly(tuple("plain", true, true), tuple("ours", true, true));
  }
}
