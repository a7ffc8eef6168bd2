package io.clickstream.benchmark;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One run, as {@code benchmark.json} has it. A value that does not apply is null.
 *
 * @param run of this system, workload and interval, from 0
 * @param warm whether a whole run in the same JVM came before
 * @param eventsPerSecond over the whole drain, from the start until all was committed
 * @param steadyEventsPerSecond between 40 % and 98 % of the clicks
 * @param cpuUsPerEvent of the whole process
 * @param checkpointBytesMedian written by all subtasks together
 * @param checkpointObjectsMedian files written by all subtasks together and the coordinator
 * @param barrierMsMax how long a checkpoint's barrier was on its way into a task, at most
 * @param sumsOk whether sessions, clicks, durations and revenue equal the generator's
 */
record RunResult(
    String system,
    String workload,
    long clicks,
    int visitors,
    long intervalMs,
    int run,
    boolean warm,
    @Nullable Double eventsPerSecond,
    @Nullable Double steadyEventsPerSecond,
    @Nullable Double cpuUsPerEvent,
    @Nullable Double peakRssMb,
    @Nullable Double checkpointMsMedian,
    @Nullable Double checkpointBytesMedian,
    @Nullable Double checkpointObjectsMedian,
    @Nullable Double barrierMsMax,
    @Nullable Latency latencyMs,
    @Nullable Boolean sumsOk) {

  /** From the earliest moment at which a session could come to its receipt. */
  record Latency(double p50, double p99) {}

  /**
   * The result that the figures of a run give.
   *
   * @param latency null for a drain
   */
  static RunResult of(
      String system,
      String workload,
      long clicks,
      int visitors,
      Duration interval,
      int run,
      boolean warm,
      Reply.Figures figures,
      @Nullable Latency latency,
      @Nullable Boolean sumsOk) {
    Long rss = figures.peakRssBytes();
    return new RunResult(
        system,
        workload,
        clicks,
        visitors,
        interval.toMillis(),
        run,
        warm,
        figures.read() / figures.seconds(),
        latency == null ? figures.steadyPerSecond() : null,
        figures.read() == 0 ? null : figures.cpuSeconds() * 1e6 / figures.read(),
        rss == null ? null : rss / 1e6,
        median(figures.checkpoints().stream().map(CheckpointFigures::durationMs).toList()),
        median(figures.checkpoints().stream().map(CheckpointFigures::bytes).toList()),
        median(figures.checkpointObjects()),
        longestBarrier(figures.checkpoints()),
        latency,
        sumsOk);
  }

  /** How long a barrier was on its way at most, or null if there was none. */
  private static @Nullable Double longestBarrier(List<CheckpointFigures> checkpoints) {
    OptionalLong longest =
        checkpoints.stream()
            .map(CheckpointFigures::barrierMs)
            .filter(Objects::nonNull)
            .mapToLong(Long::longValue)
            .max();
    return longest.isPresent() ? (double) longest.getAsLong() : null;
  }

  /** Of the figures that there are, or null if there are none. */
  static @Nullable Double median(List<? extends @Nullable Number> values) {
    double[] sorted =
        values.stream()
            .mapToDouble(value -> value == null ? Double.NaN : value.doubleValue())
            .filter(value -> !Double.isNaN(value))
            .toArray();
    if (sorted.length == 0) {
      return null;
    }
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
