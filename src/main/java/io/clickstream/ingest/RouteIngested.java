package io.clickstream.ingest;

import io.clickstream.model.Click;
import io.clickstream.model.Ingested;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.types.IngestTypes;
import java.util.List;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.LongPrimitiveArraySerializer;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Sends clicks on and rejections to the side, and counts both: every record that was read is
 * counted exactly once over the life of the job, across failures, restarts and changes of
 * parallelism.
 *
 * <p>The counts are part of the checkpoint, because a counter that starts at 0 with every attempt
 * hides what a failure lost. They are seen as gauges and as accumulators (the latter outlive the
 * job in its result).
 */
public final class RouteIngested extends ProcessFunction<Ingested, Click>
    implements CheckpointedFunction {

  /** The rejections. Their stream records have no event time. */
  public static final OutputTag<Rejection> REJECTED =
      new OutputTag<>("rejected", IngestTypes.REJECTION);

  /** Accumulator: all records that were read. */
  public static final String READ_ACCUMULATOR = "clickstream.read";

  /** Accumulator: those of them that were rejected. */
  public static final String REJECTED_ACCUMULATOR = "clickstream.rejected";

  static final String METRIC_GROUP = "clickstream";
  static final String READ_GAUGE = "recordsRead";
  static final String REJECTED_GAUGE = "recordsRejected";
  static final String REASON_LABEL = "reason";

  private static final long serialVersionUID = 1L;
  private static final RejectionReason[] REASONS = RejectionReason.values();
  private static final int READ = 0;
  private static final int FIRST_REASON = 1;

  /** Records read, then rejections by ordinal of the reason. */
  private final long[] counts = new long[FIRST_REASON + REASONS.length];

  private final LongCounter read = new LongCounter();
  private final LongCounter rejected = new LongCounter();

  /** One element a subtask, {@link #counts}; after a rescale a subtask gets any number of them. */
  @SuppressWarnings("NullAway.Init")
  private transient ListState<long[]> checkpointed;

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    checkpointed =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("counts", LongPrimitiveArraySerializer.INSTANCE));
    for (long[] restored : checkpointed.get()) {
      // Shorter if it was written before the last reasons were added.
      for (int i = 0; i < restored.length; i++) {
        counts[i] += restored[i];
      }
    }
  }

  @Override
  public void open(OpenContext context) {
    read.add(counts[READ]);
    getRuntimeContext().addAccumulator(READ_ACCUMULATOR, read);
    getRuntimeContext().addAccumulator(REJECTED_ACCUMULATOR, rejected);
    MetricGroup group = getRuntimeContext().getMetricGroup().addGroup(METRIC_GROUP);
    group.gauge(READ_GAUGE, () -> counts[READ]);
    for (RejectionReason reason : REASONS) {
      int index = FIRST_REASON + reason.ordinal();
      rejected.add(counts[index]);
      group.addGroup(REASON_LABEL, reason.name()).gauge(REJECTED_GAUGE, () -> counts[index]);
    }
  }

  @Override
  public void processElement(Ingested ingested, Context context, Collector<Click> out) {
    counts[READ]++;
    read.add(1L);
    Click click = ingested.click();
    if (click != null) {
      out.collect(click);
      return;
    }
    Rejection rejection = ingested.rejection();
    if (rejection != null) {
      counts[FIRST_REASON + rejection.reason().ordinal()]++;
      rejected.add(1L);
      context.output(REJECTED, rejection);
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    checkpointed.update(List.of(counts.clone()));
  }
}
