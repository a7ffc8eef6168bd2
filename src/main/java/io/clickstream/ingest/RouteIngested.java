package io.clickstream.ingest;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.SessionSettings;
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
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends clicks on and rejections to the side, and counts both: everything that was read is counted
 * exactly once over the life of the job, across failures, restarts and changes of parallelism.
 *
 * <p>Counted are the records, and the clicks in them, of which those that are left out and those
 * that are rejected, and these again by reason ({@code rejected-malformed-json}). A record that
 * cannot be read at all is one click, rejected. Counted are also the fields that clicks are without
 * because they could not be read, again by field ({@code field-problems-price}), and the clicks
 * that were moved because of a wrong clock.
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
  private static final Logger LOG = LoggerFactory.getLogger(RouteIngested.class);

  private static final int READ_INDEX = 0;
  private static final int REJECTED_INDEX = 1;
  private static final int RECORDS_INDEX = 2;
  private static final int SKIPPED_INDEX = 3;
  private static final int FIRST_REASON_INDEX = 4;
  private static final int PROBLEMS_INDEX = FIRST_REASON_INDEX + RejectionReason.values().length;

  private final Columns table;
  private final ClickFields fields;

  /** Null if nobody wants to know what looks wrong in the first clicks. */
  private final @Nullable IngestSettings ingest;

  private final @Nullable SessionSettings session;

  /** Null after enough clicks. */
  private transient @Nullable FirstClicks first;

  /** By the index of a field, that of its counter. */
  private transient int[] counterOf = {};

  /** The index of the counter of clicks that were moved. */
  private transient int corrected;

  /** Set before the first record comes. */
  @SuppressWarnings("NullAway.Init")
  private transient CheckpointedCounters counters;

  /** Counts the problems of the fields of a table. */
  public RouteIngested(Columns table) {
    this(table, null, null);
  }

  private RouteIngested(
      Columns table, @Nullable IngestSettings ingest, @Nullable SessionSettings session) {
    this.table = table;
    this.fields = ClickFields.of(table);
    this.ingest = ingest;
    this.session = session;
  }

  /** The same, and says in the log what looks wrong in the first clicks of each subtask. */
  public RouteIngested diagnosing(IngestSettings ingest, SessionSettings session) {
    return new RouteIngested(table, ingest, session);
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    List<String> names =
        new ArrayList<>(
            List.of(
                MetricNames.READ, MetricNames.REJECTED, MetricNames.RECORDS, MetricNames.SKIPPED));
    for (RejectionReason reason : RejectionReason.values()) {
      names.add(
          MetricNames.REJECTED + "-" + reason.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    names.add(MetricNames.FIELD_PROBLEMS);
    counterOf = new int[fields.count()];
    for (ClickField field : fields.all()) {
      if (field.isOptional()) {
        counterOf[field.index()] = counter(MetricNames.fieldProblems(field.name()), names);
      }
    }
    corrected = names.size();
    names.add(MetricNames.CLOCK_CORRECTED);
    counters =
        new CheckpointedCounters(
            names,
            context.getOperatorStateStore(),
            getRuntimeContext(),
            getRuntimeContext().getMetricGroup());
    first = ingest == null || session == null ? null : new FirstClicks(ingest, session, table);
  }

  /** The index of a name. Several values of one definition have one name. */
  private static int counter(String name, List<String> names) {
    int present = names.indexOf(name);
    if (present >= 0) {
      return present;
    }
    names.add(name);
    return names.size() - 1;
  }

  @Override
  public void processElement(Ingested ingested, Context context, Collector<Click> out) {
    if (first != null && first.isLast(ingested)) {
      report(first);
      first = null;
    }
    if (ingested.isFirst()) {
      counters.increment(RECORDS_INDEX);
    }
    Click click = ingested.click();
    if (click != null) {
      counters.increment(READ_INDEX);
      for (int field : ingested.problems()) {
        counters.increment(PROBLEMS_INDEX);
        counters.increment(counterOf[field]);
      }
      if (ingested.isClockCorrected()) {
        counters.increment(corrected);
      }
      out.collect(click);
      return;
    }
    Rejection rejection = ingested.rejection();
    if (rejection != null) {
      counters.increment(READ_INDEX);
      counters.increment(REJECTED_INDEX);
      counters.increment(FIRST_REASON_INDEX + rejection.reason().ordinal());
      context.output(REJECTED, rejection);
    } else if (ingested.what() == Ingested.What.SKIPPED) {
      counters.increment(READ_INDEX);
      counters.increment(SKIPPED_INDEX);
    }
  }

  /** Once in the life of a subtask. */
  private static void report(FirstClicks first) {
    List<String> findings = first.findings();
    if (findings.isEmpty()) {
      LOG.info("Nothing looks wrong in the first clicks of this subtask: clicks={}", first.taken());
    } else {
      LOG.warn(
          "Something looks wrong in the first clicks of this subtask; see clickstream inspect:"
              + " clicks={} findings=\n{}",
          first.taken(),
          String.join("\n", findings));
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    counters.snapshot();
  }
}
