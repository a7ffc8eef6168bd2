package io.clickstream.ingest;

import io.clickstream.metrics.AgeGauge;
import io.clickstream.metrics.MetricNames;
import io.clickstream.model.Click;
import io.clickstream.model.Ingested;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.TimestampAssignerSupplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.clock.RelativeClock;
import org.jspecify.annotations.Nullable;

/**
 * Event time of one partition: the time of its newest click, less the out-of-orderness bound, less
 * one millisecond. The last because a watermark {@code W} says that nothing with {@code t <= W} is
 * expected, and a click that is out of order by exactly the bound is.
 *
 * <p>A rejection has no event time and is no activity. Flink's own {@code WatermarksWithIdleness}
 * takes every record for activity, so that a partition which only delivers rejects would never be
 * idle and would hold back the time of all others without end.
 */
public final class ClickWatermarks implements WatermarkStrategy<Ingested> {

  private static final long serialVersionUID = 1L;

  private static final long STEP_MS = 200;

  private final Mode mode;
  private final long boundMs;
  private final long idleTimeoutNanos;
  private final int witnesses;

  /** Those of one subtask, which are all read by one thread. */
  private transient @Nullable PartitionMetrics partitions;

  private enum Mode {
    PERIODIC,
    PUNCTUATED,
    STEPPED
  }

  private ClickWatermarks(Mode mode, long boundMs, long idleTimeoutNanos, int witnesses) {
    this.mode = mode;
    this.boundMs = boundMs;
    this.idleTimeoutNanos = idleTimeoutNanos;
    this.witnesses = witnesses;
  }

  private ClickWatermarks(Mode mode, Duration maxOutOfOrderness, Duration idleTimeout) {
    this(mode, maxOutOfOrderness.toMillis(), idleTimeout.toNanos(), 1);
  }

  /**
   * For streams without end: watermarks at Flink's interval. A partition without a click for the
   * idle timeout no longer holds event time, until its next click. The time in which the source was
   * kept from reading (backpressure) does not count, or a partition that is merely behind would be
   * left behind.
   */
  public static ClickWatermarks periodic(Duration maxOutOfOrderness, Duration idleTimeout) {
    return new ClickWatermarks(Mode.PERIODIC, maxOutOfOrderness, idleTimeout);
  }

  /**
   * For files and other bounded inputs: a watermark after every click, so that from one partition
   * the same records always give the same watermarks between them. Nothing becomes idle, as nothing
   * waits without end.
   */
  public static ClickWatermarks punctuated(Duration maxOutOfOrderness) {
    return new ClickWatermarks(Mode.PUNCTUATED, maxOutOfOrderness, Duration.ZERO);
  }

  /**
   * For past clicks that are read as if they came now: a watermark for every step of event time,
   * which is Flink's default interval, however fast they are read. Nothing becomes idle, as nothing
   * waits without end.
   */
  public static ClickWatermarks stepped(Duration maxOutOfOrderness) {
    return new ClickWatermarks(Mode.STEPPED, maxOutOfOrderness, Duration.ZERO);
  }

  /**
   * The same, where event time is what some visitors have reached: the n-th largest of the newest
   * times of all visitors of a partition. While fewer visitors have clicks there is none.
   *
   * <p>A click is then activity if it moves event time, or is not ahead of it. So a periodic
   * partition whose event time does not move for lack of visitors becomes idle after the timeout.
   *
   * @param visitors how many; with 1 the newest click counts, whose ever it is
   */
  public ClickWatermarks witnessedBy(int visitors) {
    return new ClickWatermarks(mode, boundMs, idleTimeoutNanos, visitors);
  }

  @Override
  public WatermarkGenerator<Ingested> createWatermarkGenerator(
      WatermarkGeneratorSupplier.Context context) {
    return switch (mode) {
      case PERIODIC -> {
        Periodic generator =
            new Periodic(boundMs, idleTimeoutNanos, witnesses(), context.getInputActivityClock());
        PartitionMetrics metrics = partitions;
        if (metrics == null) {
          metrics = new PartitionMetrics(context.getMetricGroup());
          partitions = metrics;
        }
        metrics.add(generator);
        yield generator;
      }
      case PUNCTUATED -> new Punctuated(boundMs, 1, witnesses());
      case STEPPED -> new Punctuated(boundMs, STEP_MS, witnesses());
    };
  }

  private @Nullable Witnesses witnesses() {
    return witnesses == 1 ? null : new Witnesses(witnesses);
  }

  /** The time of a click; a rejection gets {@link TimestampAssigner#NO_TIMESTAMP}. */
  @Override
  public TimestampAssigner<Ingested> createTimestampAssigner(
      TimestampAssignerSupplier.Context context) {
    return (ingested, recordTimestamp) -> {
      Click click = ingested.click();
      return click == null ? TimestampAssigner.NO_TIMESTAMP : click.timestamp();
    };
  }

  /** Tells about all partitions of a subtask. */
  private static final class PartitionMetrics {

    /** One for each partition, and one more that Flink makes and that never has a click. */
    private final List<Periodic> generators = new CopyOnWriteArrayList<>();

    PartitionMetrics(MetricGroup parent) {
      MetricGroup group = parent.addGroup(MetricNames.GROUP);
      group.gauge(MetricNames.EVENT_TIME_LAG, new AgeGauge(this::oldest));
      group.gauge(MetricNames.IDLE_PARTITIONS, (Gauge<Long>) this::idle);
    }

    void add(Periodic generator) {
      generators.add(generator);
    }

    /** Of the partition that is furthest behind, the time of its newest click. */
    private long oldest() {
      long oldest = AgeGauge.NOTHING;
      for (Periodic generator : generators) {
        if (!generator.isIdle && generator.newestClick != Long.MIN_VALUE) {
          oldest = Math.min(oldest, generator.newestClick);
        }
      }
      return oldest;
    }

    private long idle() {
      return generators.stream()
          .filter(generator -> generator.isIdle && generator.newestClick != Long.MIN_VALUE)
          .count();
    }
  }

  private static final class Periodic implements WatermarkGenerator<Ingested> {

    private final long boundMs;
    private final long idleTimeoutNanos;
    private final RelativeClock clock;

    /** Null if one is enough. */
    private final @Nullable Witnesses witnesses;

    private long newest = Long.MIN_VALUE;
    private boolean active = true;
    private boolean idle;
    private long lastActivityNanos;

    /** For metrics, which another thread reads. */
    private volatile long newestClick = Long.MIN_VALUE;

    private volatile boolean isIdle;

    Periodic(
        long boundMs, long idleTimeoutNanos, @Nullable Witnesses witnesses, RelativeClock clock) {
      this.boundMs = boundMs;
      this.idleTimeoutNanos = idleTimeoutNanos;
      this.witnesses = witnesses;
      this.clock = clock;
    }

    @Override
    public void onEvent(Ingested event, long eventTimestamp, WatermarkOutput output) {
      Click click = event.click();
      if (click == null) {
        return;
      }
      if (witnesses == null) {
        newest = Math.max(newest, click.timestamp());
        active = true;
      } else {
        long before = newest;
        newest = witnesses.add(click.visitor(), click.timestamp());
        active |= newest > before || click.timestamp() <= newest;
      }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      // Reading the clock here and not at each click costs at most one interval of idle timeout.
      if (active) {
        active = false;
        idle = false;
        lastActivityNanos = clock.relativeTimeNanos();
      } else if (!idle && clock.relativeTimeNanos() - lastActivityNanos >= idleTimeoutNanos) {
        idle = true;
        output.markIdle();
      }
      newestClick = newest;
      isIdle = idle;
      if (!idle && newest != Long.MIN_VALUE) {
        output.emitWatermark(new Watermark(newest - boundMs - 1));
      }
    }
  }

  private static final class Punctuated implements WatermarkGenerator<Ingested> {

    private final long boundMs;
    private final long stepMs;

    /** Null if one is enough. */
    private final @Nullable Witnesses witnesses;

    /** Above the time of too few witnesses. */
    private long next = Witnesses.NONE + 1;

    Punctuated(long boundMs, long stepMs, @Nullable Witnesses witnesses) {
      this.boundMs = boundMs;
      this.stepMs = stepMs;
      this.witnesses = witnesses;
    }

    @Override
    public void onEvent(Ingested event, long eventTimestamp, WatermarkOutput output) {
      Click click = event.click();
      if (click == null) {
        return;
      }
      long time =
          witnesses == null ? click.timestamp() : witnesses.add(click.visitor(), click.timestamp());
      if (time >= next) {
        next = time + stepMs;
        output.emitWatermark(new Watermark(time - boundMs - 1));
      }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      // Between two records nothing is known that was not known after the first.
    }
  }
}
