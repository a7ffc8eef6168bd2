package io.clickstream.metrics;

import java.util.function.LongSupplier;
import org.apache.flink.metrics.Gauge;

/** How long ago something was, in ms of the wall clock; 0 where there is nothing. */
public final class AgeGauge implements Gauge<Long> {

  /** Instead of a time, where there is none. */
  public static final long NOTHING = Long.MAX_VALUE;

  private final LongSupplier time;

  /**
   * The age of something.
   *
   * @param time epoch ms, or {@link #NOTHING}
   */
  public AgeGauge(LongSupplier time) {
    this.time = time;
  }

  @Override
  public Long getValue() {
    long then = time.getAsLong();
    return then == NOTHING ? 0 : Math.max(0, System.currentTimeMillis() - then);
  }
}
