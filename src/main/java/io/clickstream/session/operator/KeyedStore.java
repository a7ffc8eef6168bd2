package io.clickstream.session.operator;

import io.clickstream.columns.Columns;
import io.clickstream.metrics.BucketCounts;
import io.clickstream.metrics.MetricNames;
import io.clickstream.model.Visitor;
import io.clickstream.session.VisitorSessions;
import io.clickstream.session.Waiting;
import java.util.function.LongConsumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.KeyedStateFunction;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.util.function.ThrowingConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The state backend behind the cache: the sessions of each visitor, and one timer that stands for
 * them. A backend that keeps the objects themselves gets copies.
 *
 * <p>State: one {@link VisitorSessions} and at most one event-time timer a visitor, both gone
 * {@code 2 * gap + lateness} after the visitor's last event; and where clicks wait, one {@link
 * Waiting}, bounded by its bytes.
 */
final class KeyedStore implements SessionCache.Store {

  private static final long[] STATE_BYTES = {
    256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 65_536, 262_144, 1_048_576
  };

  private final KeyedStateBackend<Visitor> backend;
  private final InternalTimerService<VoidNamespace> timers;
  private final TimedRules rules;
  private final ValueStateDescriptor<VisitorSessions> descriptor;
  private final ValueState<VisitorSessions> state;

  /** The clicks that wait; null where none does, nor ever did. */
  private final @Nullable ValueState<Waiting> waiting;

  private final ValueStateDescriptor<Waiting> waitingDescriptor;
  private final BucketCounts stateBytes;
  private final boolean keepsObjects;
  private final int maxParallelism;

  /**
   * The state of a subtask.
   *
   * @param hasWaiting whether clicks may wait, or did before the restore
   */
  KeyedStore(
      KeyedStateBackend<Visitor> backend,
      RuntimeContext context,
      InternalTimerService<VoidNamespace> timers,
      Columns columns,
      TimedRules rules,
      boolean hasWaiting) {
    this.backend = backend;
    this.timers = timers;
    this.rules = rules;
    descriptor = new ValueStateDescriptor<>("sessions", new VisitorSessionsSerializer(columns));
    state = context.getState(descriptor);
    waitingDescriptor = new ValueStateDescriptor<>("waiting", new WaitingSerializer(columns));
    waiting = hasWaiting ? context.getState(waitingDescriptor) : null;
    stateBytes = new BucketCounts(context.getMetricGroup(), MetricNames.STATE_BYTES, STATE_BYTES);
    keepsObjects = !backend.isSafeToReuseKVState();
    maxParallelism = context.getTaskInfo().getMaxNumberOfParallelSubtasks();
  }

  @Override
  public @Nullable VisitorSessions read(Visitor visitor) throws Exception {
    backend.setCurrentKey(visitor);
    VisitorSessions sessions = state.value();
    VisitorSessions read = sessions != null && keepsObjects ? sessions.copy() : sessions;
    if (read != null && waiting != null) {
      Waiting clicks = waiting.value();
      read.waiting(clicks != null && keepsObjects ? clicks.copy() : clicks);
      read.isWaitingStored = clicks != null;
    }
    return read;
  }

  @Override
  public void write(Visitor visitor, VisitorSessions sessions, boolean isCached) throws Exception {
    stateBytes.add(sessions.size());
    backend.setCurrentKey(visitor);
    setTimer(sessions, isCached ? rules.nextDueBesideWaiting(sessions) : rules.nextDue(sessions));
    VisitorSessions written = keepsObjects ? sessions.copy() : sessions;
    state.update(written);
    if (waiting != null) {
      if (written.waiting() != null) {
        waiting.update(written.waiting());
      } else if (sessions.isWaitingStored) {
        waiting.clear();
      }
      sessions.isWaitingStored = written.waiting() != null;
    }
  }

  @Override
  public void remove(Visitor visitor, VisitorSessions sessions) throws Exception {
    backend.setCurrentKey(visitor);
    deleteTimer(sessions);
    state.clear();
    if (waiting != null && sessions.isWaitingStored) {
      waiting.clear();
    }
  }

  @Override
  public int part(Visitor visitor) {
    return KeyGroupRangeAssignment.assignToKeyGroup(visitor, maxParallelism);
  }

  /**
   * Lets the visitor's timer fire at the first watermark that has something to do, or earlier: an
   * open session moves its end with every event. A timer that comes too early once costs less than
   * one that is moved each time.
   *
   * <p>For clicks that wait there is one only while the cache does not have them: most are taken
   * before the next checkpoint, and a restore looks for them.
   */
  private void setTimer(VisitorSessions sessions, long due) {
    // If it is due already, it fires with the next watermark; after a restore, with the first that
    // closes it anew.
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

  /**
   * Looks at all visitors in state, which takes its time.
   *
   * @param setsTimers whether their timers are set anew, as settings have changed
   * @return how many sessions are open
   */
  long lookAtAll(boolean setsTimers) throws Exception {
    long[] open = {0};
    backend.applyToAllKeys(
        VoidNamespace.INSTANCE,
        VoidNamespaceSerializer.INSTANCE,
        descriptor,
        (visitor, ignored) -> {
          VisitorSessions sessions = state.value();
          open[0] += sessions.open();
          if (setsTimers) {
            setTimer(sessions, rules.nextDue(sessions));
            state.update(sessions);
          }
        });
    return open[0];
  }

  /**
   * Tells of the visitors with clicks that wait. It looks at all whose walk is remembered, which
   * takes its time.
   */
  void forEachWaiting(ThrowingConsumer<Visitor, Exception> action) throws Exception {
    forEachWalk(
        (visitor, clicks) -> {
          Waiting present = clicks.value();
          if (present != null && present.count() > 0) {
            action.accept(visitor);
          }
        });
  }

  /** Takes all clicks that wait, of all visitors; the cache is to be written before. */
  void takeAll(LongConsumer opened) throws Exception {
    forEachWalk(
        (visitor, ignored) -> {
          VisitorSessions sessions = read(visitor);
          if (sessions != null) {
            int open = sessions.open();
            rules.takeAll(sessions);
            opened.accept(sessions.open() - open);
            write(visitor, sessions, false);
          }
        });
  }

  /** Tells of the visitors whose walk is remembered; of none where no click ever waits. */
  private void forEachWalk(KeyedStateFunction<Visitor, ValueState<Waiting>> action)
      throws Exception {
    if (waiting != null) {
      backend.applyToAllKeys(
          VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, waitingDescriptor, action);
    }
  }
}
