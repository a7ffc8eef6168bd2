package io.clickstream.reference;

import io.clickstream.metrics.CheckpointedCounters;
import io.clickstream.metrics.MetricNames;
import io.clickstream.model.Rejection;
import io.clickstream.wire.IngestTypes;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Sends updates on and rejected records to {@link #REJECTED}.
 *
 * <p>It reads both reads of the reference topics at parallelism 1, so that every subtask behind the
 * broadcast sees the same updates in the same order.
 *
 * <p>Counted are the records rejected, and the columns that updates are without because they could
 * not be read, again by column ({@code reference-problems-segment}).
 */
public final class RouteReferences extends ProcessFunction<ReferenceRecord, ReferenceUpdate>
    implements CheckpointedFunction {

  /** Records of the reference topics that could not be used. */
  public static final OutputTag<Rejection> REJECTED =
      new OutputTag<>("rejected-references", IngestTypes.REJECTION);

  private static final long serialVersionUID = 1L;
  private static final int REJECTED_INDEX = 0;
  private static final int PROBLEMS_INDEX = 1;

  /** In the order of their counters, which never changes. */
  private static final List<String> COLUMNS = List.of("segment", "tier", "category", "brand");

  /** Set before the first record comes. */
  @SuppressWarnings("NullAway.Init")
  private transient CheckpointedCounters counters;

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    List<String> names =
        new ArrayList<>(List.of(MetricNames.REFERENCE_REJECTED, MetricNames.REFERENCE_PROBLEMS));
    COLUMNS.forEach(column -> names.add(MetricNames.REFERENCE_PROBLEMS + "-" + column));
    counters =
        new CheckpointedCounters(
            names,
            context.getOperatorStateStore(),
            getRuntimeContext(),
            getRuntimeContext().getMetricGroup());
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    counters.snapshot();
  }

  @Override
  public void processElement(
      ReferenceRecord record, Context context, Collector<ReferenceUpdate> out) {
    if (record.rejection() != null) {
      counters.increment(REJECTED_INDEX);
      context.output(REJECTED, record.rejection());
    } else if (record.update() != null) {
      record.problems().forEach(this::count);
      out.collect(record.update());
    }
  }

  private void count(String column) {
    counters.increment(PROBLEMS_INDEX);
    counters.increment(PROBLEMS_INDEX + 1 + COLUMNS.indexOf(column));
  }
}
