package io.clickstream.benchmark;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run, as {@code benchmark.json} has it. What does not apply is null.
 *
 * @param run of this system, workload and interval, from 0
 * @param warm whether a whole run in the same JVM came before
 * @param eventsPerSecond over the whole drain, from the start until all was committed
 * @param steadyEventsPerSecond between 40 % and 98 % of the clicks
 * @param cpuMicrosPerEvent of the whole process
 * @param checkpointBytesMedian written by all subtasks together
 * @param checkpointObjectsMedian files written by all subtasks together and the coordinator
 * @param sumsOk whether sessions, clicks, durations and revenue equal the generator's
 */
record RunResult(
    @JsonProperty("system") String system,
    @JsonProperty("workload") String workload,
    @JsonProperty("clicks") long clicks,
    @JsonProperty("visitors") int visitors,
    @JsonProperty("interval_ms") long intervalMs,
    @JsonProperty("run") int run,
    @JsonProperty("warm") boolean warm,
    @JsonProperty("events_per_second") @Nullable Double eventsPerSecond,
    @JsonProperty("steady_events_per_second") @Nullable Double steadyEventsPerSecond,
    @JsonProperty("cpu_us_per_event") @Nullable Double cpuMicrosPerEvent,
    @JsonProperty("peak_rss_mb") @Nullable Double peakRssMb,
    @JsonProperty("checkpoint_ms_median") @Nullable Double checkpointMsMedian,
    @JsonProperty("checkpoint_bytes_median") @Nullable Double checkpointBytesMedian,
    @JsonProperty("checkpoint_objects_median") @Nullable Double checkpointObjectsMedian,
    @JsonProperty("latency_ms") @Nullable Latency latencyMs,
    @JsonProperty("sums_ok") @Nullable Boolean sumsOk) {

  /** From the earliest moment at which a session could come to its receipt. */
  record Latency(@JsonProperty("p50") double p50, @JsonProperty("p99") double p99) {}

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
