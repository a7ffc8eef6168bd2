package io.clickstream.local;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The figures that the screen and the page show every second. Rates and latencies are those of the
 * last ten seconds, rejected and late records those since the start.
 */
final class LiveFigures {

  private static final int SECONDS = 10;

  private final Deque<LiveOutput.Second> window = new ArrayDeque<>();
  private final Deque<Long> positions = new ArrayDeque<>();
  private long late;
  private long rejected;

  /**
   * The figures.
   *
   * @param latency of the sessions that have finished, ms
   */
  record Figures(
      long eventsPerSecond, long sessionsPerSecond, Histogram latency, long rejected, long late) {

    /** As one line. */
    String line() {
      return String.format(
          Locale.ROOT,
          "%,7d events/s  %,6d sessions/s   latency p50 %s  p99 %s   rejected %,d  late %,d",
          eventsPerSecond,
          sessionsPerSecond,
          shown(50),
          shown(99),
          rejected,
          late);
    }

    /** Null if there were no sessions. */
    @Nullable Long latency(double percentile) {
      return latency.getTotalCount() == 0 ? null : latency.getValueAtPercentile(percentile);
    }

    private String shown(double percentile) {
      Long value = latency(percentile);
      return value == null ? "   -   " : String.format(Locale.ROOT, "%4d ms", value);
    }
  }

  /**
   * Those of the second that has just passed.
   *
   * @param position records read by the job so far
   */
  Figures of(long position, LiveOutput.Second second) {
    late += second.late;
    rejected += second.rejected;
    window.addLast(second);
    positions.addLast(position);
    if (window.size() > SECONDS) {
      window.removeFirst();
    }
    if (positions.size() > SECONDS + 1) {
      positions.removeFirst();
    }
    Histogram latency = new Histogram(3_600_000, 2);
    long recent = 0;
    for (LiveOutput.Second each : window) {
      latency.add(each.latency);
      recent += each.sessions;
    }
    long seconds = Math.max(1, positions.size() - 1);
    return new Figures(
        (positions.getLast() - positions.getFirst()) / seconds,
        Math.round(recent / (double) window.size()),
        latency,
        rejected,
        late);
  }
}
