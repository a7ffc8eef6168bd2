package io.clickstream.benchmark;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How fast a run was between its beginning and its end: from 40 % to 98 % of the clicks. */
final class SteadyRate {

  private static final double FROM = 0.40;
  private static final double TO = 0.98;

  private final long clicks;
  private final List<long[]> samples = new ArrayList<>();

  SteadyRate(long clicks) {
    this.clicks = clicks;
  }

  /** Takes how many clicks have been read at a time. */
  void add(long nanos, long read) {
    samples.add(new long[] {nanos, read});
  }

  /** Clicks a second, or null if the samples do not hold both ends apart. */
  @Nullable Double perSecond() {
    Double from = nanosAt(FROM * clicks);
    Double to = nanosAt(TO * clicks);
    if (from == null || to == null || to - from < 1e8) {
      return null;
    }
    return (TO - FROM) * clicks / (to - from) * 1e9;
  }

  /** When so many had been read, on a line between the samples around it. */
  private @Nullable Double nanosAt(double read) {
    for (int i = 1; i < samples.size(); i++) {
      long[] before = samples.get(i - 1);
      long[] after = samples.get(i);
      if (before[1] < read && after[1] >= read) {
        return before[0] + (after[0] - before[0]) * (read - before[1]) / (after[1] - before[1]);
      }
    }
    return null;
  }
}
