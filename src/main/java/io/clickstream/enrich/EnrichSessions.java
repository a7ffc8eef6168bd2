package io.clickstream.enrich;

import io.clickstream.columns.Columns;
import io.clickstream.config.EnrichmentSettings;
import io.clickstream.enrich.SessionEnricher.Lookup;
import io.clickstream.model.EndReason;
import io.clickstream.model.EnrichedSession;
import io.clickstream.model.Enrichment;
import io.clickstream.model.EnrichmentStatus;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.Product;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.model.UserProfile;
import io.clickstream.model.Visitor;
import io.clickstream.reference.ReferenceBlock;
import io.clickstream.reference.ReferenceBlockSerializer;
import io.clickstream.reference.ReferenceSummary;
import io.clickstream.reference.ReferenceSummarySerializer;
import io.clickstream.reference.ReferenceTable;
import io.clickstream.reference.ReferenceUpdate;
import io.clickstream.wire.SessionSerializer;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Sends every session on with the reference data of the moment, and none before that data is there.
 *
 * <p>Until {@link ReferenceUpdate#LOADED} comes, sessions wait; then they leave, each visitor's in
 * the order in which they came. Nothing overtakes: retractions wait as well, and come out beside
 * their replacements. If {@code enrichment.max-wait} passes first, the visitor's sessions leave
 * with nothing found, and so do that visitor's next ones until the data is there: a half-read
 * catalog would give values that were never true together.
 *
 * <p>State: the {@link ReferenceTable}, bounded by the number of keys in the topics, in union list
 * state: each subtask stores its share and restores the shares of all. The barrier that this rests
 * on is always aligned, since Flink lets no barrier overtake records on their way to an operator
 * with a broadcast input. Of sessions only those that wait.
 */
@SuppressWarnings("NullAway.Init") // Flink calls initializeState, then open, before all else.
public final class EnrichSessions
    extends KeyedBroadcastProcessFunction<Visitor, Session, ReferenceUpdate, EnrichedSession>
    implements CheckpointedFunction {

  private static final long serialVersionUID = 1L;

  /** The share of the reference data that this subtask stores; at a restore those of all. */
  static final ListStateDescriptor<ReferenceBlock> REFERENCES =
      new ListStateDescriptor<>("references", ReferenceBlockSerializer.INSTANCE);

  /** The summary of this subtask; at a restore those of all of them. */
  static final ListStateDescriptor<ReferenceSummary> SUMMARIES =
      new ListStateDescriptor<>("reference-summaries", ReferenceSummarySerializer.INSTANCE);

  /**
   * Processing time from which a visitor's sessions no longer wait; one entry for each visitor with
   * a session that had to, if {@code enrichment.max-wait} is set; empty once loaded.
   */
  static final ValueStateDescriptor<Long> PATIENCE =
      new ValueStateDescriptor<>("patience", LongSerializer.INSTANCE);

  /** Revisions of a generation. No session has as many, unless it had as many late clicks. */
  private static final long GENERATION = 1_000_000;

  private final EnrichmentSettings settings;
  private final Columns columns;
  private final EmissionClock clock;
  private final @Nullable Long waitMs;
  private final long generation;

  private transient ListState<ReferenceBlock> blocks;
  private transient ListState<ReferenceSummary> summaries;
  private transient ReferenceTable references;
  private transient ListState<Session> waiting;
  private transient ValueState<Long> patience;
  private transient EnrichmentMetrics metrics;

  /**
   * A function that stamps with the given clock.
   *
   * @param columns of the sessions
   * @param wait between the end of a session and the earliest moment at which it can be published:
   *     gap and out-of-orderness; null for a replay, whose sessions are all long overdue
   * @param generation how many millions are added to every revision
   */
  public EnrichSessions(
      EnrichmentSettings settings,
      Columns columns,
      @Nullable Duration wait,
      int generation,
      EmissionClock clock) {
    this.settings = settings;
    this.columns = columns;
    this.waitMs = wait == null ? null : wait.toMillis();
    this.generation = generation * GENERATION;
    this.clock = clock;
  }

  /**
   * The broadcast states of the stream of updates: none. Every subtask would write all of it into
   * every checkpoint.
   */
  public static MapStateDescriptor<?, ?>[] broadcastStates() {
    return new MapStateDescriptor<?, ?>[0];
  }

  /**
   * A visitor's sessions that closed while loading, in order; empty once loaded. Those that were
   * stored under another table still have its layout when they are read.
   */
  static ListStateDescriptor<Session> waiting(Columns columns) {
    return new ListStateDescriptor<>("waiting", new SessionSerializer(columns.layout()));
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    blocks = context.getOperatorStateStore().getUnionListState(REFERENCES);
    summaries = context.getOperatorStateStore().getUnionListState(SUMMARIES);
    references = ReferenceTable.restore(summaries.get(), blocks.get());
    blocks.clear();
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    TaskInfo task = getRuntimeContext().getTaskInfo();
    blocks.update(
        references.share(task.getIndexOfThisSubtask(), task.getNumberOfParallelSubtasks()));
    summaries.update(List.of(references.summary()));
  }

  @Override
  public void open(OpenContext context) throws Exception {
    waiting = getRuntimeContext().getListState(waiting(columns));
    patience = getRuntimeContext().getState(PATIENCE);
    metrics = new EnrichmentMetrics(getRuntimeContext().getMetricGroup(), references);
  }

  @Override
  public void processElement(
      Session session, ReadOnlyContext context, Collector<EnrichedSession> out) throws Exception {
    if (references.isLoaded()) {
      enrich(session, references::profile, references::product, out);
    } else if (waits(context)) {
      waiting.add(session);
      metrics.startedWaiting();
    } else {
      giveUp(out);
      sendUnknown(session, out);
    }
  }

  /** Whether the current visitor's sessions wait; the first one to do so sets the timer. */
  private boolean waits(ReadOnlyContext context) throws Exception {
    if (settings.maxWait() == null) {
      return true;
    }
    long now = context.timerService().currentProcessingTime();
    Long until = patience.value();
    if (until == null) {
      until = saturatedSum(now, settings.maxWait().toMillis());
      patience.update(until);
      context.timerService().registerProcessingTimeTimer(until);
    }
    return now < until;
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<EnrichedSession> out)
      throws Exception {
    // A timer of a savepoint may outlive the setting, as it outlives the loading.
    if (!references.isLoaded() && settings.maxWait() != null) {
      giveUp(out);
    }
  }

  private void giveUp(Collector<EnrichedSession> out) throws Exception {
    for (Session session : waiting.get()) {
      sendUnknown(session.under(columns.layout()), out);
      metrics.stoppedWaiting();
    }
    waiting.clear();
  }

  @Override
  public void processBroadcastElement(
      ReferenceUpdate update, Context context, Collector<EnrichedSession> out) throws Exception {
    boolean wasLoaded = references.isLoaded();
    references.apply(update);
    if (references.isLoaded() && !wasLoaded) {
      metrics.loaded();
      release(context, out);
    }
  }

  private void release(Context context, Collector<EnrichedSession> out) throws Exception {
    context.applyToKeyedState(
        waiting(columns),
        (visitor, sessions) -> {
          for (Session session : sessions.get()) {
            enrich(session.under(columns.layout()), references::profile, references::product, out);
            metrics.stoppedWaiting();
          }
          sessions.clear();
        });
    context.applyToKeyedState(PATIENCE, (visitor, until) -> until.clear());
  }

  private void sendUnknown(Session session, Collector<EnrichedSession> out) {
    enrich(session, Lookup.nothing(), Lookup.nothing(), out);
    metrics.gaveUp.inc();
  }

  private void enrich(
      Session session,
      Lookup<UserProfile> knownProfiles,
      Lookup<Product> knownProducts,
      Collector<EnrichedSession> out) {
    SessionValues values = session.values();
    Enrichment enrichment =
        values == null ? null : SessionEnricher.enrich(values, knownProfiles, knownProducts);
    if (enrichment != null && enrichment.status() != EnrichmentStatus.FULL) {
      metrics.misses.inc();
    }
    out.collect(
        new EnrichedSession(
            session,
            enrichment,
            generation + session.revision(),
            clock.millis(),
            waitMs != null && values != null && isTimely(session, values)
                ? values.end() + waitMs
                : OutputRecord.NOT_DUE));
  }

  /** Whether it was the watermark that closed it for the first time, and no late click. */
  private static boolean isTimely(Session session, SessionValues values) {
    return session.revision() == 1
        && values.endReason() == EndReason.TIMEOUT
        && values.number("late_event_count") == 0;
  }

  private static long saturatedSum(long now, long wait) {
    long sum = now + wait;
    return sum < now ? Long.MAX_VALUE : sum;
  }
}
