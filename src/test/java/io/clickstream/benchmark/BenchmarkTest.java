package io.clickstream.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchmarkTest {

  @TempDir private Path directory = Path.of("");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void shouldDrawWhatSeveralBenchmarksHaveMeasured() throws IOException {
    // Given
    Path first = Files.createDirectory(directory.resolve("first"));
    Path second = Files.createDirectory(directory.resolve("second"));
    Results drains = new Results(first);
    drains.add(ResultSamples.drain("ours", 1, true, 5_000, 400_000));
    drains.add(ResultSamples.drain("plain", 1, true, 5_000, 50_000));
    Results paced = new Results(second);
    paced.add(ResultSamples.paced("ours", 1_000));
    paced.add(ResultSamples.paced("ours", 200));
    Path charts = directory.resolve("charts");

    // When
    int exitCode = run("--charts", first + "," + second, "--out", charts.toString());

    // Then
    assertThat(exitCode).as(err.toString(UTF_8)).isZero();
    for (String name : List.of("throughput.png", "latency.png", "cpu.png")) {
      BufferedImage image = ImageIO.read(charts.resolve(name).toFile());
      assertThat(image.getWidth()).isEqualTo(1000);
      assertThat(colors(image)).as(name).isGreaterThan(10);
    }
  }

  @Test
  void shouldDrawNothingOfColdRuns() throws IOException {
    // Given
    new Results(directory).add(ResultSamples.drain("ours", 0, false, 5_000, 400_000));

    // When
    int exitCode = run("--charts", directory.toString(), "--out", directory.toString());

    // Then
    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("no warm run").hasLineCount(1);
  }

  @Test
  void shouldReadBackWhatItWrites() throws IOException {
    // Given
    RunResult run = ResultSamples.paced("ours", 200);

    // When
    new Results(directory).add(run);

    // Then
    assertThat(Results.read(directory)).containsExactly(run);
    assertThat(Files.readString(directory.resolve("benchmark.json")))
        .contains(
            "\"system\"",
            "\"workload\"",
            "\"clicks\"",
            "\"visitors\"",
            "\"interval_ms\"",
            "\"run\"",
            "\"warm\"",
            "\"events_per_second\"",
            "\"steady_events_per_second\"",
            "\"cpu_us_per_event\"",
            "\"peak_rss_mb\"",
            "\"checkpoint_ms_median\"",
            "\"checkpoint_bytes_median\"",
            "\"checkpoint_objects_median\"",
            "\"barrier_ms_max\"",
            "\"latency_ms\"",
            "\"p50\"",
            "\"p99\"",
            "\"sums_ok\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--systems ours,nobody | --systems nobody: there is no such system",
        "--workload R2 | expected one of R1, R1-late",
        "--clicks many | expected a number such as 500k or 5m",
        "--clicks 10 | --clicks 10: expected 1000 or more",
        "--interval soon | expected a duration such as",
        "--heap much | --heap much: expected a size",
        "--profile plain | --profile plain: it does not take part",
        "--latency --visitors 1k | --visitors 1000: expected 60000 or more",
        "--assert-faster 4 | expected warm runs of ours and of plain",
      })
  void shouldSayWhatIsWrongWithTheCommandLine(String arguments, String message) {
    // When
    int exitCode = run((arguments.strip() + " --out " + directory).split(" "));

    // Then
    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains(message.strip());
  }

  @Test
  void shouldSayWhereItCannotWrite() throws IOException {
    // Given
    Path file = Files.createFile(directory.resolve("file"));

    // When
    int exitCode = run("--out", file.toString());

    // Then
    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("--out " + file).hasLineCount(1);
  }

  private int run(String... args) {
    return new Benchmark(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8))
        .run(args);
  }

  private static long colors(BufferedImage image) {
    return Arrays.stream(
            image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()))
        .distinct()
        .count();
  }
}
