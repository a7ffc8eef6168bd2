package io.clickstream.metrics;

import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Gauge;

/** How long something took, or takes until now, since this was made; in ms. */
public final class WaitGauge implements Gauge<Long> {

  private final long startedAt = System.nanoTime();
  private volatile long nanos = -1;

  /** Ends it: from now on the gauge says how long it took. */
  public void stop() {
    nanos = System.nanoTime() - startedAt;
  }

  @Override
  public Long getValue() {
    return TimeUnit.NANOSECONDS.toMillis(nanos < 0 ? System.nanoTime() - startedAt : nanos);
  }
}
