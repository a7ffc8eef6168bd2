package io.clickstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTableTest {

  @Test
  void shouldCompareWithTheOtherSystemInTheSameRound() {
    // Given
    List<RunResult> runs =
        List.of(
            run("ours", 1, 400),
            run("plain", 1, 50),
            run("ours", 2, 300),
            run("plain", 2, 100),
            run("ours", 3, 100));

    // Then
    assertThat(ResultTable.ratios(runs, "ours", "plain")).containsExactly(8.0, 3.0);
  }

  @Test
  void shouldTakeTheMiddleAsMedian() {
    assertThat(RunResult.median(List.of(3, 1, 2))).isEqualTo(2);
    assertThat(RunResult.median(List.of(4L, 1L, 2L, 3L))).isEqualTo(2.5);
    assertThat(RunResult.median(Arrays.asList(null, 7.0, null))).isEqualTo(7);
    assertThat(RunResult.median(List.of())).isNull();
  }

  @Test
  void shouldLeaveColdRunsOutOfTheSummary() {
    // Given
    RunResult cold = ResultSamples.drain("ours", 0, false, 5_000, 100_000.0);
    RunResult warm = ResultSamples.drain("ours", 1, true, 5_000, 400_000.0);

    // When
    List<String> lines = ResultTable.summary(List.of(cold, warm));

    // Then
    assertThat(lines)
        .last()
        .asString()
        .contains("400.0 (400.0–400.0)")
        .doesNotContain("100.0")
        // 2.5 µs a click, 200 000 of them a second
        .endsWith(" 0.50");
  }

  private static RunResult run(String system, int round, double thousands) {
    return ResultSamples.drain(system, round, true, 5_000, thousands * 1000);
  }
}
