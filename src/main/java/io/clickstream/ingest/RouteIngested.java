package io.clickstream.ingest;

import io.clickstream.metrics.CheckpointedCounters;
import io.clickstream.metrics.MetricNames;
import io.clickstream.model.Click;
import io.clickstream.model.Ingested;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.wire.IngestTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
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
 * <p>Counted are the records read, those rejected, and these again by reason ({@code
 * rejected-malformed-json}); and the fields that clicks are without because they could not be read,
 * again by field ({@code field-problems-price}).
 */
public final class RouteIngested extends ProcessFunction<Ingested, Click>
    implements CheckpointedFunction {

  /**
   * The rejections. Their stream records have no event time but {@link
   * org.apache.flink.api.common.eventtime.TimestampAssigner#NO_TIMESTAMP}, which is no time to
   * write to Kafka.
   */
  public static final OutputTag<Rejection> REJECTED =
      new OutputTag<>("rejected", IngestTypes.REJECTION);

  private static final long serialVersionUID = 1L;

  // Counts lie in state by these indices: a new reason or field must not move those of others.
  private static final int READ_INDEX = 0;
  private static final int REJECTED_INDEX = 1;
  private static final int FIRST_REASON_INDEX = 2;
  private static final int PROBLEMS_INDEX = FIRST_REASON_INDEX + RejectionReason.values().length;
  private static final int FIRST_FIELD_INDEX = PROBLEMS_INDEX + 1;

  /** In the order of their counters. */
  private static final List<ClickField> OPTIONAL_FIELDS =
      Stream.of(ClickField.values()).filter(ClickField::isOptional).toList();

  /** Set before the first record comes. */
  @SuppressWarnings("NullAway.Init")
  private transient CheckpointedCounters counters;

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    List<String> names = new ArrayList<>(List.of(MetricNames.READ, MetricNames.REJECTED));
    for (RejectionReason reason : RejectionReason.values()) {
      names.add(
          MetricNames.REJECTED + "-" + reason.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    names.add(MetricNames.FIELD_PROBLEMS);
    for (ClickField field : OPTIONAL_FIELDS) {
      names.add(MetricNames.FIELD_PROBLEMS + "-" + field.text().replace('_', '-'));
    }
    counters =
        new CheckpointedCounters(
            names,
            context.getOperatorStateStore(),
            getRuntimeContext(),
            getRuntimeContext().getMetricGroup());
  }

  @Override
  public void processElement(Ingested ingested, Context context, Collector<Click> out) {
    counters.increment(READ_INDEX);
    Click click = ingested.click();
    if (click != null) {
      if (ingested.problems() != 0) {
        count(ingested.problems());
      }
      out.collect(click);
      return;
    }
    Rejection rejection = ingested.rejection();
    if (rejection != null) {
      counters.increment(REJECTED_INDEX);
      counters.increment(FIRST_REASON_INDEX + rejection.reason().ordinal());
      context.output(REJECTED, rejection);
    }
  }

  private void count(int problems) {
    for (int i = 0; i < OPTIONAL_FIELDS.size(); i++) {
      if ((problems & OPTIONAL_FIELDS.get(i).bit()) != 0) {
        counters.increment(PROBLEMS_INDEX);
        counters.increment(FIRST_FIELD_INDEX + i);
      }
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    counters.snapshot();
  }
}
