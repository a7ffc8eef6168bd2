package io.clickstream.session.operator;

import io.clickstream.columns.Columns;
import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.LateClick;
import io.clickstream.model.Session;
import io.clickstream.model.Visitor;
import io.clickstream.session.SessionRules;
import io.clickstream.session.VisitorSessions;
import io.clickstream.wire.IngestTypes;
import java.time.Duration;
import java.util.Arrays;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
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
 * <p>State: that of {@link KeyedStore}, of {@link OperatorState} and of {@link SessionCounters}; at
 * a checkpoint it alone tells everything. A timer stands for sessions in state, so that a restore
 * has to look at no visitor before its time; sessions on the heap have their time in the cache. The
 * lifetime is event time only: after an outage, Flink's processing-time TTL would expire sessions
 * that are still open.
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

  /** Visitors that a checkpoint may have to write, at a few microseconds each. */
  private static final int MAX_DIRTY = 65_536;

  /** The time for which a slice holds up everything else. */
  private static final Duration SLICE = Duration.ofMillis(5);

  /** Clicks that are processed together; few enough to be worth no bound on their bytes. */
  private static final int CLICKS_AT_ONCE = 32;

  private final Columns columns;
  private final SessionSettings settings;
  private final @Nullable SessionRange range;
  private final boolean emitsRepeated;
  private final Duration sliceLength;
  private final int maxDirty;
  private final int clicksAtOnce;

  private transient OperatorState operatorState;
  private transient SessionCounters counters;
  private transient TimedRules rules;
  private transient KeyedStore store;
  private transient SessionCache cache;
  private transient ClosingRounds rounds;
  private transient SliceClock slice;
  private transient StreamRecord<Session> reused;

  /** Clicks that are to be processed together, and their visitors' entries. */
  private transient @Nullable Click[] waiting;

  private transient SessionCache.@Nullable Entry[] found;
  private transient int waitingCount;
  private transient DelayedCall endOfWait;

  /** The watermark that is being worked off; null between two. */
  private transient @Nullable Watermark closing;

  private transient DelayedCall nextSlice;

  /** The status that is to follow the watermark being worked off, or null. */
  private transient @Nullable WatermarkStatus statusBehind;

  /**
   * An operator that emits the sessions of a range, and none that is still open where its input
   * ends.
   *
   * @param columns what the sessions have
   * @param range null for all, those that are open at the end among them
   * @param emitsRepeated whether {@link #REPEATED} is read
   */
  public SessionizeClicks(
      Columns columns,
      SessionSettings settings,
      @Nullable SessionRange range,
      boolean emitsRepeated) {
    this(columns, settings, range, emitsRepeated, SLICE, MAX_DIRTY, CLICKS_AT_ONCE);
  }

  @SuppressWarnings("NullAway.Init") // open() and initializeState() set what is transient
  SessionizeClicks(
      Columns columns,
      SessionSettings settings,
      @Nullable SessionRange range,
      boolean emitsRepeated,
      Duration slice,
      int maxDirty,
      int clicksAtOnce) {
    this.columns = columns;
    this.settings = settings;
    this.range = range;
    this.emitsRepeated = emitsRepeated;
    this.sliceLength = slice;
    this.maxDirty = maxDirty;
    this.clicksAtOnce = clicksAtOnce;
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
    } else {
      endOfWait.ask();
    }
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
    if (rules.isLate(click)) {
      emitLate(click);
      return;
    }
    SessionCache.Entry entry = cache.get(click.visitor(), peeked);
    if (closing != null) {
      rounds.closeAhead(entry);
    }
    if (rules.onlyWaits(entry.sessions, click)) {
      counters.taken(SessionRules.Outcome.WAITING);
      cache.changed(
          entry,
          entry.attention == DueQueue.NEVER ? rules.nextDue(entry.sessions) : click.timestamp());
      return;
    }
    int open = entry.sessions.open();
    SessionRules.Outcome outcome = rules.accept(entry.sessions, click);
    counters.addOpen(entry.sessions.open() - open);
    taken(click, outcome);
    if (entry.sessions.isEmpty()) {
      cache.remove(entry); // It was skipped, and the visitor has nothing else.
      return;
    }
    cache.changed(
        entry,
        entry.attention == DueQueue.NEVER
            ? rules.nextDue(entry.sessions)
            : rules.nextDueOfChanged(entry.sessions));
  }

  private void taken(Click click, SessionRules.Outcome outcome) {
    counters.taken(outcome);
    if (emitsRepeated && outcome == SessionRules.Outcome.DUPLICATE) {
      output.collect(REPEATED, new StreamRecord<>(click));
    }
  }

  private void emitLate(Click click) {
    counters.late();
    long known = rules.knownWatermark();
    output.collect(
        LATE, new StreamRecord<>(new LateClick(click, known - click.timestamp(), known)));
  }

  private void emit(Session session) {
    counters.emitted(session);
    output.collect(reused.replace(session));
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
    rules.advanceTo(mark.getTimestamp());
    rounds.begin();
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

  /** Works off the watermark for some time, and asks for the next slice if there is more to do. */
  private void closeSlice() throws Exception {
    if (closing != null) {
      workOff(closing);
    }
    if (closing != null) {
      nextSlice.ask();
    }
  }

  private void workOff(Watermark mark) throws Exception {
    slice.begin();
    if (closeAll(mark)) {
      closing = null;
      rounds.end();
      output.emitWatermark(mark);
      if (statusBehind != null) {
        WatermarkStatus status = statusBehind;
        statusBehind = null;
        super.processWatermarkStatus(status);
      }
    }
  }

  /** Closing may evict entries. An evicted entry has a timer that may be due already: so repeat. */
  private boolean closeAll(Watermark mark) throws Exception {
    long evictions;
    do {
      evictions = cache.evictions();
      if (!closeStored(mark) || !rounds.closeCached(slice)) {
        return false;
      }
    } while (cache.evictions() != evictions);
    return true;
  }

  private boolean closeStored(Watermark mark) throws Exception {
    return timeServiceManager == null
        || timeServiceManager.tryAdvanceWatermark(mark, slice::isOver);
  }

  /** The time of sessions in state has come; the state knows the timer no more. */
  @Override
  public void onEventTime(InternalTimer<Visitor, VoidNamespace> timer) throws Exception {
    SessionCache.Entry entry = cache.get(timer.getKey());
    if (entry.sessions.timer == timer.getTimestamp()) {
      entry.sessions.timer = VisitorSessions.NO_TIMER;
    }
    rounds.closeFired(entry);
  }

  @Override
  public void onProcessingTime(InternalTimer<Visitor, VoidNamespace> timer) {
    throw new IllegalStateException("no timer of processing time is ever set");
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
        counters.open(),
        range);
    beginToClose(endOfTime());
    while (closing != null) {
      workOff(closing);
    }
    if (range != null) {
      cache.flush();
      store.takeAll(counters::addOpen);
      output.emitWatermark(Watermark.MAX_WATERMARK);
    }
    super.finish();
  }

  /** Time does not go on at the end of a range: an open session has clicks that are not read. */
  private Watermark endOfTime() {
    return range == null ? Watermark.MAX_WATERMARK : new Watermark(rules.knownWatermark());
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    SessionRules pure = new SessionRules(columns, settings, range, new ClickBytes());
    pure.listen(new Takings());
    operatorState = new OperatorState(context, settings, range, pure.letWait());
    rules = new TimedRules(pure, operatorState.horizon(), operatorState.reached());
    counters =
        new SessionCounters(
            context.getOperatorStateStore(),
            getRuntimeContext(),
            getMetricGroup(),
            operatorState.hasWaiting(),
            columns.cuts().areAny());
  }

  @Override
  public void open() throws Exception {
    super.open();
    store =
        new KeyedStore(
            getKeyedStateBackend(),
            getRuntimeContext(),
            getInternalTimerService("session-timers", VoidNamespaceSerializer.INSTANCE, this),
            columns,
            rules,
            operatorState.hasWaiting());
    cache = new SessionCache(store, settings.cacheSize(), maxDirty, operatorState.isRestored());
    rounds = new ClosingRounds(cache, rules, this::emit, counters::addOpen, clicksAtOnce);
    slice = new SliceClock(sliceLength);
    reused = new StreamRecord<>(null);
    waiting = new Click[clicksAtOnce];
    found = new SessionCache.Entry[clicksAtOnce];
    endOfWait = new DelayedCall(getProcessingTimeService(), this::processWaiting);
    nextSlice = new DelayedCall(getProcessingTimeService(), this::closeSlice);
    CacheMetrics.register(cache, getMetricGroup());
    lookAtAllIfNeeded();
    if (operatorState.isRestored()) {
      store.forEachWaiting(rounds::lookAfter);
    }
  }

  private void lookAtAllIfNeeded() throws Exception {
    boolean setsTimers = operatorState.haveSettingsChanged();
    boolean countsOpen = operatorState.lacksOpenSessions();
    if (setsTimers || countsOpen) {
      LOG.info("Looking at the sessions of all visitors: settings={}", settings);
      long open = store.lookAtAll(setsTimers);
      if (countsOpen) {
        counters.addOpen(open);
      }
    }
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    processWaiting();
    super.prepareSnapshotPreBarrier(checkpointId);
  }

  /** Writes the cache before all else of the snapshot, because writing sets timers. */
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
    operatorState.snapshot(rules.horizon(), counters.open(), rules.reached());
    counters.snapshot();
  }

  /** Counts the clicks that have waited. */
  private final class Takings implements SessionRules.Listener {

    @Override
    public void taken(Click click, SessionRules.Outcome outcome) {
      counters.waitsNoLonger();
      SessionizeClicks.this.taken(click, outcome);
    }

    @Override
    public void unmarked() {
      counters.unmarked();
    }
  }

  /** Writes the cache to state; for tests that count entries of state. */
  void flush() throws Exception {
    cache.flush();
  }
}
