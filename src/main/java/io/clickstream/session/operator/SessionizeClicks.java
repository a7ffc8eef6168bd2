package io.clickstream.session.operator;

import io.clickstream.columns.Columns;
import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import io.clickstream.metrics.BucketCounts;
import io.clickstream.metrics.CheckpointedCounters;
import io.clickstream.metrics.MetricNames;
import io.clickstream.model.Click;
import io.clickstream.model.EndReason;
import io.clickstream.model.LateClick;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.model.Visitor;
import io.clickstream.session.SessionRules;
import io.clickstream.session.VisitorSessions;
import io.clickstream.wire.IngestTypes;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Supplier;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Turns the clicks of each visitor into sessions by {@link SessionRules}: revisions and retractions
 * on the main output, clicks behind the horizon on {@link #LATE}, and if wanted, repeated ones on
 * {@link #REPEATED}.
 *
 * <p>All that one watermark makes of one visitor leaves in one step: no checkpoint barrier comes
 * between a retraction and the record that replaces it. The visitors that a watermark closes are
 * worked off in slices of a few milliseconds, between which clicks and barriers go on; a visitor's
 * part is done before its next click, and the watermark leaves after the last slice.
 *
 * <p>It is an operator and not a function because the horizon moves with the watermark itself,
 * because sessions lie in a {@link SessionCache} that is written back at checkpoints, and because
 * changed settings need every visitor's timer set anew, once, at the restore.
 *
 * <p>State: one {@link VisitorSessions} and at most one event-time timer a visitor, both gone
 * {@code 2 * gap + lateness} after the visitor's last event; the horizon and the counters, a few
 * longs a subtask. State alone tells everything at a checkpoint. A timer stands for what is in
 * state, so that a restore has to look at no visitor before its time; what is on the heap has its
 * time in the cache. The lifetime is event time only: after an outage, Flink's processing-time TTL
 * would expire sessions that are still open.
 */
public final class SessionizeClicks extends AbstractStreamOperator<Session>
    implements OneInputStreamOperator<Click, Session>, Triggerable<Visitor, VoidNamespace> {

  /** Clicks behind the horizon. */
  public static final OutputTag<LateClick> LATE =
      new OutputTag<>("late-clicks", IngestTypes.LATE_CLICK);

  /** Clicks that were dropped because a session has them already. */
  public static final OutputTag<Click> REPEATED =
      new OutputTag<>("repeated-clicks", IngestTypes.CLICK);

  private static final long serialVersionUID = 1L;

  private static final List<String> COUNTERS =
      List.of(
          MetricNames.IN_SESSIONS,
          MetricNames.DUPLICATES,
          MetricNames.LATE,
          MetricNames.SESSIONS,
          MetricNames.REVISIONS,
          MetricNames.RETRACTIONS,
          MetricNames.CUT_MAX_DURATION,
          MetricNames.CUT_MAX_EVENTS,
          MetricNames.OPEN_SESSIONS);
  private static final int IN_SESSIONS = 0;
  private static final int DUPLICATES = 1;
  private static final int LATE_CLICKS = 2;
  private static final int SESSIONS = 3;
  private static final int REVISIONS = 4;
  private static final int RETRACTIONS = 5;
  private static final int CUT_MAX_DURATION = 6;
  private static final int CUT_MAX_EVENTS = 7;
  private static final int OPEN = 8;

  private static final long[] STATE_BYTES = {
    256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 65_536, 262_144, 1_048_576
  };

  /**
   * Visitors that may wait for the next checkpoint to be written: at a few microseconds each, what
   * a checkpoint has to write takes a fraction of a second at most.
   */
  private static final int MAX_DIRTY = 65_536;

  /** How long a slice holds up what else there is to do. */
  private static final Duration SLICE = Duration.ofMillis(5);

  /** The time between two slices: enough for the clicks that stand before a barrier. */
  private static final long PAUSE_MS = 1;

  /** Clicks that are processed together; few enough to be worth no bound on their bytes. */
  private static final int CLICKS_AT_ONCE = 32;

  /** The table of columns; made where it is used, since it cannot be sent. */
  interface Table extends Supplier<Columns>, Serializable {}

  private final Table table;
  private final SessionSettings settings;
  private final @Nullable SessionRange range;
  private final boolean emitsRepeated;
  private final Duration sliceLength;
  private final int maxDirty;
  private final int clicksAtOnce;

  private transient Columns columns;
  private transient SessionRules rules;
  private transient ValueState<VisitorSessions> state;
  private transient ListState<Horizon> horizonState;

  /** Has something in it if the checkpoint is one in which open sessions were counted. */
  private transient ListState<Long> openCountedState;

  /** The range of the job whose state this is: its two ends, or nothing. */
  private transient ListState<Long> rangeState;

  private transient CheckpointedCounters counters;
  private transient BucketCounts stateBytes;
  private transient InternalTimerService<VoidNamespace> timers;
  private transient SessionCache cache;
  private transient SliceClock slice;
  private transient StreamRecord<Session> reused;
  private transient long watermark;
  private transient long horizon;
  private transient boolean restored;
  private transient boolean openCounted;
  private transient boolean settingsChanged;

  /** Clicks that are to be processed together, and their visitors' entries. */
  private transient @Nullable Click[] waiting;

  private transient SessionCache.@Nullable Entry[] found;

  /** Entries that have come up, and are advanced together. */
  private transient SessionCache.@Nullable Entry[] due;

  private transient int waitingCount;

  /** Whether the end of the wait has been asked for. */
  private transient boolean waitIsSet;

  /** Counts watermarks, to tell who was advanced ahead of its turn in the one being worked off. */
  private transient long round;

  /** The watermark that is being worked off; null between two. */
  private transient @Nullable Watermark closing;

  /** Whether the next slice has been asked for. */
  private transient boolean sliceIsSet;

  /** The status that is to follow the watermark being worked off, or null. */
  private transient @Nullable WatermarkStatus statusBehind;

  /** Came up in this round and were advanced ahead of their turn: for the next watermark. */
  private transient List<SessionCache.Entry> nextRound;

  /**
   * An operator that emits the sessions of a range, and none that is still open where its input
   * ends.
   *
   * @param range null for all, those that are open at the end among them
   * @param emitsRepeated whether {@link #REPEATED} is read
   */
  public SessionizeClicks(
      SessionSettings settings, @Nullable SessionRange range, boolean emitsRepeated) {
    this(() -> Columns.BUILT_IN, settings, range, emitsRepeated, SLICE, MAX_DIRTY, CLICKS_AT_ONCE);
  }

  SessionizeClicks(SessionSettings settings, Duration slice, int maxDirty, int clicksAtOnce) {
    this(() -> Columns.BUILT_IN, settings, null, false, slice, maxDirty, clicksAtOnce);
  }

  @SuppressWarnings("NullAway.Init") // open() and initializeState() set what is transient
  SessionizeClicks(
      Table table,
      SessionSettings settings,
      @Nullable SessionRange range,
      boolean emitsRepeated,
      Duration slice,
      int maxDirty,
      int clicksAtOnce) {
    this.table = table;
    this.settings = settings;
    this.range = range;
    this.emitsRepeated = emitsRepeated;
    this.sliceLength = slice;
    this.maxDirty = maxDirty;
    this.clicksAtOnce = clicksAtOnce;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    columns = table.get();
    rules = new SessionRules(columns, settings, range);
    horizonState =
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("horizon", HorizonSerializer.INSTANCE));
    restored = context.isRestored();
    watermark = Long.MIN_VALUE;
    horizon = Long.MIN_VALUE;
    for (Horizon horizonThen : horizonState.get()) {
      horizon = Math.max(horizon, horizonThen.time());
      settingsChanged |=
          horizonThen.gapMs() != settings.gap().toMillis()
              || horizonThen.latenessMs() != settings.allowedLateness().toMillis();
    }
    openCountedState =
        context
            .getOperatorStateStore()
            .getUnionListState(
                new ListStateDescriptor<>("open-sessions-counted", LongSerializer.INSTANCE));
    openCounted = openCountedState.get().iterator().hasNext();
    rangeState =
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("range", LongSerializer.INSTANCE));
    if (restored) {
      requireSameRange();
    }
    counters =
        new CheckpointedCounters(
            COUNTERS, context.getOperatorStateStore(), getRuntimeContext(), getMetricGroup());
  }

  /** The state of a replay lacks sessions, and that of another job has no end to be read to. */
  private void requireSameRange() throws Exception {
    List<Long> given = ends(range);
    // Every subtask has written the same.
    Iterator<Long> ends = rangeState.get().iterator();
    List<Long> restored = ends.hasNext() ? List.of(ends.next(), ends.next()) : List.of();
    if (!given.equals(restored)) {
      throw new IllegalStateException(
          "the restored state is %s, and the settings are %s: a replay is started without state, and goes on with the same ingest.start-from and ingest.stop-at"
              .formatted(describe(restored), describe(given)));
    }
  }

  private static List<Long> ends(@Nullable SessionRange range) {
    return range == null ? List.of() : List.of(range.from(), range.until());
  }

  private static String describe(List<Long> ends) {
    return ends.isEmpty()
        ? "of a job without ingest.stop-at"
        : "of a replay from %s to %s"
            .formatted(Instant.ofEpochMilli(ends.get(0)), Instant.ofEpochMilli(ends.get(1)));
  }

  @Override
  public void open() throws Exception {
    super.open();
    ValueStateDescriptor<VisitorSessions> descriptor =
        new ValueStateDescriptor<>("sessions", new VisitorSessionsSerializer(columns));
    state = getRuntimeContext().getState(descriptor);
    timers = getInternalTimerService("session-timers", VoidNamespaceSerializer.INSTANCE, this);
    stateBytes = new BucketCounts(getMetricGroup(), MetricNames.STATE_BYTES, STATE_BYTES);
    cache = new SessionCache(new KeyedStore(), settings.cacheSize(), maxDirty, restored);
    slice = new SliceClock(sliceLength);
    reused = new StreamRecord<>(null);
    nextRound = new ArrayList<>();
    waiting = new Click[clicksAtOnce];
    found = new SessionCache.Entry[clicksAtOnce];
    due = new SessionCache.Entry[clicksAtOnce];
    MetricGroup metrics = getMetricGroup().addGroup(MetricNames.GROUP);
    metrics.gauge(MetricNames.CACHED_VISITORS, (Gauge<Integer>) cache::size);
    metrics.gauge(MetricNames.CACHED_BYTES, (Gauge<Long>) cache::bytes);
    metrics.gauge(MetricNames.CACHE_HITS, (Gauge<Long>) cache::hits);
    metrics.gauge(MetricNames.CACHE_MISSES, (Gauge<Long>) cache::misses);
    metrics.gauge(MetricNames.CACHE_EVICTIONS, (Gauge<Long>) cache::evictions);
    // State of a version that did not count them.
    boolean countOpen = restored && !openCounted;
    if (settingsChanged || countOpen) {
      LOG.info("Looking at the sessions of all visitors: settings={}", settings);
      this.<Visitor>getKeyedStateBackend()
          .applyToAllKeys(
              VoidNamespace.INSTANCE,
              VoidNamespaceSerializer.INSTANCE,
              descriptor,
              (visitor, ignored) -> {
                VisitorSessions sessions = state.value();
                if (countOpen) {
                  counters.add(OPEN, sessions.open());
                }
                if (settingsChanged) {
                  setTimer(sessions);
                  state.update(sessions);
                }
              });
    }
  }

  /** Before all else of the snapshot, because what is written sets timers. */
  @Override
  public OperatorSnapshotFutures snapshotState(
      long checkpointId,
      long timestamp,
      CheckpointOptions checkpointOptions,
      CheckpointStreamFactory factory)
      throws Exception {
    cache.flush();
    return super.snapshotState(checkpointId, timestamp, checkpointOptions, factory);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    horizonState.update(
        List.of(
            new Horizon(
                horizon, settings.gap().toMillis(), settings.allowedLateness().toMillis())));
    openCountedState.update(List.of(counters.get(OPEN)));
    rangeState.update(ends(range));
    counters.snapshot();
  }

  /** The key is set where state is asked, which most clicks never do. */
  @Override
  @SuppressWarnings("rawtypes")
  public void setKeyContextElement1(StreamRecord element) {}

  @Override
  public void processElement(StreamRecord<Click> element) throws Exception {
    waiting[waitingCount++] = element.getValue();
    if (waitingCount == waiting.length) {
      processWaiting();
    } else if (!waitIsSet) {
      waitIsSet = true;
      ProcessingTimeService clock = getProcessingTimeService();
      ScheduledFuture<?> unused =
          clock.registerTimer(clock.getCurrentProcessingTime() + PAUSE_MS, this::endWait);
    }
  }

  private void endWait(long time) throws Exception {
    waitIsSet = false;
    processWaiting();
  }

  /**
   * Processes the clicks that wait. First it looks for the sessions of all of them: most are in no
   * processor's cache, and memory answers a few dozen questions at once in the time of one.
   */
  private void processWaiting() throws Exception {
    int count = waitingCount;
    if (count == 0) {
      return;
    }
    cache.peek(waiting, found, count);
    for (int i = 0; i < count; i++) {
      process(waiting[i], found[i]);
    }
    Arrays.fill(waiting, 0, count, null);
    Arrays.fill(found, 0, count, null);
    waitingCount = 0;
  }

  private void process(Click click, SessionCache.@Nullable Entry peeked) throws Exception {
    if (rules.isLate(click.timestamp(), horizon)) {
      emitLate(click);
      return;
    }
    SessionCache.Entry entry = cache.get(click.visitor(), peeked);
    if (closing != null) {
      if (entry.round != round) {
        entry.round = round;
        if (isDue(entry)) {
          advance(entry);
        }
      }
    }
    int open = entry.sessions.open();
    SessionRules.Outcome outcome = rules.accept(entry.sessions, click, watermark, horizon);
    counters.add(OPEN, entry.sessions.open() - open);
    if (outcome == SessionRules.Outcome.DUPLICATE) {
      counters.increment(DUPLICATES);
      if (emitsRepeated) {
        output.collect(REPEATED, new StreamRecord<>(click));
      }
    } else {
      counters.increment(IN_SESSIONS);
    }
    cache.changed(
        entry,
        entry.attention == DueQueue.NEVER
            ? rules.nextDue(entry.sessions, horizon)
            : rules.nextDueOfChanged(entry.sessions, horizon));
  }

  private void emitLate(Click click) {
    counters.increment(LATE_CLICKS);
    // After a restore no watermark has come yet, but the horizon tells of the one before.
    long known = Math.max(watermark, rules.watermarkOf(horizon));
    output.collect(
        LATE, new StreamRecord<>(new LateClick(click, known - click.timestamp(), known)));
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    processWaiting();
    super.prepareSnapshotPreBarrier(checkpointId);
  }

  /**
   * Closes what is due, but at the last watermark nothing: {@link #finish} tells of the end of all
   * input. This watermark tells of none. It comes as soon as each input that is not idle has ended,
   * ahead of clicks that an idle one still delivers; and not at all if every input is idle.
   */
  @Override
  public void processWatermark(Watermark mark) throws Exception {
    processWaiting();
    if (!mark.equals(Watermark.MAX_WATERMARK)) {
      closeUpTo(mark);
    }
  }

  private void closeUpTo(Watermark mark) throws Exception {
    boolean begun = closing != null;
    beginToClose(mark);
    if (!begun) {
      closeSlice();
    }
  }

  /** A watermark is to be worked off, and takes the place of one that still is. */
  private void beginToClose(Watermark mark) {
    watermark = mark.getTimestamp();
    horizon = rules.horizon(horizon, watermark);
    round++;
    comeUpAgain();
    closing = mark;
  }

  /** A status must not overtake a watermark: one behind an idle status would be ignored. */
  @Override
  public void processWatermarkStatus(WatermarkStatus status) throws Exception {
    processWaiting();
    if (closing == null) {
      super.processWatermarkStatus(status);
    } else {
      statusBehind = status;
    }
  }

  /**
   * Closes everything: Flink calls this behind the last click of all inputs, at their end and when
   * the job is drained, and neither at a stop with a savepoint alone nor at a failure.
   *
   * <p>The last watermark may not have come. Flink 2.3 drops it behind an idle status, at the
   * source as at every input (FLINK-40499), and a job at night, or after an outage, is idle.
   */
  @Override
  public void finish() throws Exception {
    processWaiting();
    // Nor does one pass an idle status on the way out.
    statusBehind = null;
    super.processWatermarkStatus(WatermarkStatus.ACTIVE);
    LOG.info(
        "The input has ended, and sessions are closed: open_sessions={} range={}",
        counters.get(OPEN),
        range);
    beginToClose(endOfTime());
    while (closing != null) {
      workOff(closing);
    }
    if (range != null) {
      output.emitWatermark(Watermark.MAX_WATERMARK);
    }
    super.finish();
  }

  /** The end of a range is where time stands: an open session has clicks behind what is read. */
  private Watermark endOfTime() {
    // After a restore the horizon alone tells of the watermark before.
    return range == null
        ? Watermark.MAX_WATERMARK
        : new Watermark(Math.max(watermark, rules.watermarkOf(horizon)));
  }

  /** Works off what the watermark closes for some time, and sees to it that the rest follows. */
  private void closeSlice() throws Exception {
    if (closing != null) {
      workOff(closing);
    }
    if (closing != null && !sliceIsSet) {
      sliceIsSet = true;
      ProcessingTimeService clock = getProcessingTimeService();
      ScheduledFuture<?> unused =
          clock.registerTimer(clock.getCurrentProcessingTime() + PAUSE_MS, this::nextSlice);
    }
  }

  private void workOff(Watermark mark) throws Exception {
    slice.begin();
    if (closeAll(mark)) {
      closing = null;
      comeUpAgain();
      output.emitWatermark(mark);
      if (statusBehind != null) {
        WatermarkStatus status = statusBehind;
        statusBehind = null;
        super.processWatermarkStatus(status);
      }
    }
  }

  private void nextSlice(long time) throws Exception {
    sliceIsSet = false;
    closeSlice();
  }

  /** Whoever is evicted on the way has a timer from then on, which may have come already. */
  private boolean closeAll(Watermark mark) throws Exception {
    long evictions;
    do {
      evictions = cache.evictions();
      if (!closeStored(mark) || !closeCached()) {
        return false;
      }
    } while (cache.evictions() != evictions);
    return true;
  }

  private boolean closeStored(Watermark mark) throws Exception {
    return timeServiceManager == null
        || timeServiceManager.tryAdvanceWatermark(mark, slice::isOver);
  }

  private boolean closeCached() throws Exception {
    while (true) {
      int count = cache.poll(watermark, due);
      for (int i = 0; i < count; i++) {
        close(due[i]);
        due[i] = null;
      }
      if (count < due.length) {
        return true;
      }
      if (slice.isOver()) {
        return false;
      }
    }
  }

  private void close(SessionCache.@Nullable Entry entry) throws Exception {
    if (entry == null || !entry.isCached()) {
      // Evicted since it came up: a timer in state stands for it now.
      return;
    }
    if (entry.round == round) {
      nextRound.add(entry);
    } else if (isDue(entry)) {
      advance(entry);
      if (entry.sessions.isEmpty()) {
        cache.remove(entry);
      } else {
        cache.changed(entry, rules.nextDue(entry.sessions, horizon));
      }
    } else {
      cache.later(entry, rules.nextDue(entry.sessions, horizon));
    }
  }

  /** What was put off to the next watermark waits in the queue again. */
  private void comeUpAgain() {
    for (SessionCache.Entry entry : nextRound) {
      cache.later(entry, rules.nextDue(entry.sessions, horizon));
    }
    nextRound.clear();
  }

  private boolean isDue(SessionCache.Entry entry) {
    return rules.nextDue(entry.sessions, horizon) <= watermark;
  }

  private void advance(SessionCache.Entry entry) {
    int open = entry.sessions.open();
    rules.advance(entry.visitor, entry.sessions, watermark, horizon, this::emit);
    counters.add(OPEN, entry.sessions.open() - open);
  }

  /** The time of sessions in state has come; the state knows the timer no more. */
  @Override
  public void onEventTime(InternalTimer<Visitor, VoidNamespace> timer) throws Exception {
    SessionCache.Entry entry = cache.get(timer.getKey());
    if (entry.sessions.timer == timer.getTimestamp()) {
      entry.sessions.timer = VisitorSessions.NO_TIMER;
    }
    if (isDue(entry)) {
      close(entry);
    } else {
      cache.changed(entry, rules.nextDue(entry.sessions, horizon));
    }
  }

  private void emit(Session session) {
    counters.increment(
        session.isDeleted() ? RETRACTIONS : session.revision() == 1 ? SESSIONS : REVISIONS);
    SessionValues values = session.values();
    if (values != null && session.revision() == 1 && values.endReason() != EndReason.TIMEOUT) {
      counters.increment(
          values.endReason() == EndReason.MAX_DURATION ? CUT_MAX_DURATION : CUT_MAX_EVENTS);
    }
    output.collect(reused.replace(session));
  }

  /**
   * Lets the visitor's timer fire at the first watermark that has something to do, or earlier: an
   * open session moves its end with every event, and to let the timer come too early once costs
   * less than to move it each time.
   */
  private void setTimer(VisitorSessions sessions) {
    // What is due already fires with the next watermark; after a restore, with the first that
    // closes it anew.
    long due = rules.nextDue(sessions, horizon);
    if (due < sessions.timer) {
      deleteTimer(sessions);
      timers.registerEventTimeTimer(VoidNamespace.INSTANCE, due);
      sessions.timer = due;
    }
  }

  private void deleteTimer(VisitorSessions sessions) {
    if (sessions.timer != VisitorSessions.NO_TIMER) {
      timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, sessions.timer);
      sessions.timer = VisitorSessions.NO_TIMER;
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<Visitor, VoidNamespace> timer) {
    throw new IllegalStateException("no timer of processing time is ever set");
  }

  /** Writes everything that is in the cache to state; for tests that count entries of state. */
  void flush() throws Exception {
    cache.flush();
  }

  /** The state backend; a backend that keeps the objects themselves gets copies. */
  private final class KeyedStore implements SessionCache.Store {

    private final boolean keepsObjects = !getKeyedStateBackend().isSafeToReuseKVState();
    private final int maxParallelism =
        getRuntimeContext().getTaskInfo().getMaxNumberOfParallelSubtasks();

    @Override
    public @Nullable VisitorSessions read(Visitor visitor) throws Exception {
      setCurrentKey(visitor);
      VisitorSessions sessions = state.value();
      return sessions != null && keepsObjects ? copy(sessions) : sessions;
    }

    @Override
    public void write(Visitor visitor, VisitorSessions sessions) throws Exception {
      stateBytes.add(sessions.size());
      setCurrentKey(visitor);
      setTimer(sessions);
      state.update(keepsObjects ? copy(sessions) : sessions);
    }

    @Override
    public void remove(Visitor visitor, VisitorSessions sessions) throws Exception {
      setCurrentKey(visitor);
      deleteTimer(sessions);
      state.clear();
    }

    @Override
    public int part(Visitor visitor) {
      return KeyGroupRangeAssignment.assignToKeyGroup(visitor, maxParallelism);
    }

    private VisitorSessions copy(VisitorSessions sessions) {
      return sessions.copy();
    }
  }
}
