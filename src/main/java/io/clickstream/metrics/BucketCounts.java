package io.clickstream.metrics;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Counts values up to each of some bounds: a classic histogram of Prometheus. Quantiles over many
 * subtasks can be computed from it, which the quantiles of Flink's own histograms do not allow.
 *
 * <p>Registers gauges {@code <name>-bucket} with a label {@code le} (the bound, or {@code +Inf}),
 * {@code <name>-count} and {@code <name>-sum}. In Prometheus the label's name becomes a part of the
 * metric's: {@code clickstream_le_<name>_bucket}.
 *
 * <p>Counts begin at zero with every start of the subtask. Thread-safe.
 */
public final class BucketCounts {

  private final long[] bounds;

  /** How many values fell into each bucket; behind the last bound lies one more. */
  private final AtomicLongArray counts;

  /** The number of all values, and their sum. */
  private final AtomicLongArray totals = new AtomicLongArray(2);

  /**
   * Registers the gauges.
   *
   * @param group of the operator
   * @param name of the histogram, with dashes
   * @param bounds inclusive, in ascending order
   */
  public BucketCounts(MetricGroup group, String name, long... bounds) {
    this.bounds = bounds.clone();
    this.counts = new AtomicLongArray(bounds.length + 1);
    MetricGroup own = group.addGroup(MetricNames.GROUP);
    for (int i = 0; i <= bounds.length; i++) {
      int last = i;
      String bound = i < bounds.length ? Long.toString(bounds[i]) : "+Inf";
      Gauge<Long> gauge = () -> upTo(last);
      own.addGroup("le", bound).gauge(name + "-bucket", gauge);
    }
    own.gauge(name + "-count", (Gauge<Long>) () -> totals.get(0));
    own.gauge(name + "-sum", (Gauge<Long>) () -> totals.get(1));
  }

  /** Counts a value. */
  public void add(long value) {
    add(value, 1);
  }

  /** Counts a value as often as it occurred. */
  public void add(long value, long times) {
    int found = Arrays.binarySearch(bounds, value);
    counts.addAndGet(found < 0 ? -found - 1 : found, times);
    totals.addAndGet(0, times);
    totals.addAndGet(1, value * times);
  }

  /** How many values were at most the bound of an index; beyond the last bound all of them. */
  long upTo(int index) {
    long sum = 0;
    for (int i = 0; i <= index; i++) {
      sum += counts.get(i);
    }
    return sum;
  }
}
