package io.clickstream.session;

import io.clickstream.config.SessionSettings;
import io.clickstream.metrics.CheckpointedCounters;
import io.clickstream.metrics.MetricNames;
import io.clickstream.model.Click;
import io.clickstream.model.LateClick;
import io.clickstream.model.Session;
import io.clickstream.model.Visitor;
import io.clickstream.types.IngestTypes;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Turns the clicks of each visitor into sessions by {@link SessionRules}: revisions and retractions
 * on the main output, clicks behind the horizon on {@link #LATE}.
 *
 * <p>All that one watermark makes of one visitor leaves in one step: no checkpoint barrier comes
 * between a retraction and the record that replaces it.
 *
 * <p>It is an operator and not a function because the horizon moves with the watermark itself, and
 * because changed settings need every visitor's timer set anew, once, at the restore.
 *
 * <p>State: one {@link VisitorSessions} and at most one event-time timer a visitor, both gone
 * {@code 2 * gap + lateness} after the visitor's last event; the horizon and the counters, a few
 * longs a subtask. The lifetime is event time only: after an outage, Flink's processing-time TTL
 * would expire sessions that are still open.
 */
public final class SessionizeClicks extends AbstractStreamOperator<Session>
    implements OneInputStreamOperator<Click, Session>, Triggerable<Visitor, VoidNamespace> {

  /** Clicks behind the horizon. */
  public static final OutputTag<LateClick> LATE =
      new OutputTag<>("late-clicks", IngestTypes.LATE_CLICK);

  private static final long serialVersionUID = 1L;

  private static final List<String> COUNTERS =
      List.of(
          MetricNames.IN_SESSIONS,
          MetricNames.DUPLICATES,
          MetricNames.LATE,
          MetricNames.SESSIONS,
          MetricNames.REVISIONS,
          MetricNames.RETRACTIONS);
  private static final int IN_SESSIONS = 0;
  private static final int DUPLICATES = 1;
  private static final int LATE_CLICKS = 2;
  private static final int SESSIONS = 3;
  private static final int REVISIONS = 4;
  private static final int RETRACTIONS = 5;

  private final SessionSettings settings;

  private transient SessionRules rules;
  private transient ValueState<VisitorSessions> state;
  private transient ListState<Horizon> horizonState;
  private transient CheckpointedCounters counters;
  private transient InternalTimerService<VoidNamespace> timers;
  private transient StreamRecord<Session> reused;
  private transient long horizon;
  private transient boolean settingsChanged;

  @SuppressWarnings("NullAway.Init") // open() and initializeState() set what is transient
  public SessionizeClicks(SessionSettings settings) {
    this.settings = settings;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    rules = new SessionRules(settings);
    horizonState =
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("horizon", HorizonSerializer.INSTANCE));
    horizon = Long.MIN_VALUE;
    for (Horizon restored : horizonState.get()) {
      horizon = Math.max(horizon, restored.time());
      settingsChanged |=
          restored.gapMs() != settings.gap().toMillis()
              || restored.latenessMs() != settings.allowedLateness().toMillis();
    }
    counters =
        new CheckpointedCounters(
            COUNTERS, context.getOperatorStateStore(), getRuntimeContext(), getMetricGroup());
  }

  @Override
  public void open() throws Exception {
    super.open();
    ValueStateDescriptor<VisitorSessions> descriptor =
        new ValueStateDescriptor<>("sessions", VisitorSessionsSerializer.INSTANCE);
    state = getRuntimeContext().getState(descriptor);
    timers = getInternalTimerService("session-timers", VoidNamespaceSerializer.INSTANCE, this);
    reused = new StreamRecord<>(null);
    if (settingsChanged) {
      LOG.info("Setting all session timers anew for changed settings: settings={}", settings);
      this.<Visitor>getKeyedStateBackend()
          .applyToAllKeys(
              VoidNamespace.INSTANCE,
              VoidNamespaceSerializer.INSTANCE,
              descriptor,
              (visitor, ignored) -> {
                VisitorSessions sessions = state.value();
                setTimer(sessions);
                state.update(sessions);
              });
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    horizonState.update(
        List.of(
            new Horizon(
                horizon, settings.gap().toMillis(), settings.allowedLateness().toMillis())));
    counters.snapshot();
  }

  @Override
  public void processElement(StreamRecord<Click> element) throws Exception {
    Click click = element.getValue();
    if (rules.isLate(click.timestamp(), horizon)) {
      emitLate(click);
      return;
    }
    VisitorSessions sessions = state.value();
    if (sessions == null) {
      sessions = new VisitorSessions();
    }
    SessionRules.Outcome outcome =
        rules.accept(sessions, click, timers.currentWatermark(), horizon);
    counters.increment(outcome == SessionRules.Outcome.DUPLICATE ? DUPLICATES : IN_SESSIONS);
    setTimer(sessions);
    state.update(sessions);
  }

  private void emitLate(Click click) {
    counters.increment(LATE_CLICKS);
    // After a restore no watermark has come yet, but the horizon tells of the one before.
    long watermark = Math.max(timers.currentWatermark(), rules.watermarkOf(horizon));
    output.collect(
        LATE, new StreamRecord<>(new LateClick(click, watermark - click.timestamp(), watermark)));
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    horizon = rules.horizon(horizon, mark.getTimestamp());
    super.processWatermark(mark);
  }

  @Override
  public void onEventTime(InternalTimer<Visitor, VoidNamespace> timer) throws Exception {
    VisitorSessions sessions = state.value();
    sessions.timer = VisitorSessions.NO_TIMER;
    rules.advance(timer.getKey(), sessions, timers.currentWatermark(), horizon, this::emit);
    if (sessions.isEmpty()) {
      state.clear();
    } else {
      setTimer(sessions);
      state.update(sessions);
    }
  }

  private void emit(Session session) {
    counters.increment(
        session.isDeleted() ? RETRACTIONS : session.revision() == 1 ? SESSIONS : REVISIONS);
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
      if (sessions.timer != VisitorSessions.NO_TIMER) {
        timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, sessions.timer);
      }
      timers.registerEventTimeTimer(VoidNamespace.INSTANCE, due);
      sessions.timer = due;
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<Visitor, VoidNamespace> timer) {
    throw new IllegalStateException("no timer of processing time is ever set");
  }
}
