package io.clickstream.session.operator;

import io.clickstream.metrics.CheckpointedCounters;
import io.clickstream.metrics.MetricNames;
import io.clickstream.model.EndReason;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.session.SessionRules.Outcome;
import java.util.Arrays;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.metrics.MetricGroup;

/** Counts clicks and sessions, exactly across restarts. */
final class SessionCounters {

  /** The counters, in the order of their names in state. */
  private enum Counter {
    IN_SESSIONS(MetricNames.IN_SESSIONS),
    DUPLICATES(MetricNames.DUPLICATES),
    LATE(MetricNames.LATE),
    SESSIONS(MetricNames.SESSIONS),
    REVISIONS(MetricNames.REVISIONS),
    RETRACTIONS(MetricNames.RETRACTIONS),
    CUT_MAX_DURATION(MetricNames.CUT_MAX_DURATION),
    CUT_MAX_EVENTS(MetricNames.CUT_MAX_EVENTS),
    OPEN_SESSIONS(MetricNames.OPEN_SESSIONS);

    private final String metric;

    Counter(String metric) {
      this.metric = metric;
    }
  }

  private final CheckpointedCounters counters;

  /** Restores the counts and registers their metrics. */
  SessionCounters(OperatorStateStore store, RuntimeContext context, MetricGroup metrics)
      throws Exception {
    counters =
        new CheckpointedCounters(
            Arrays.stream(Counter.values()).map(counter -> counter.metric).toList(),
            store,
            context,
            metrics);
  }

  /** Counts a click that the rules have taken. */
  void taken(Outcome outcome) {
    increment(outcome == Outcome.DUPLICATE ? Counter.DUPLICATES : Counter.IN_SESSIONS);
  }

  /** Counts a click behind the horizon. */
  void late() {
    increment(Counter.LATE);
  }

  /** Counts a session, a revision or a retraction, and the reason of a cut once. */
  void emitted(Session session) {
    increment(
        session.isDeleted()
            ? Counter.RETRACTIONS
            : session.revision() == 1 ? Counter.SESSIONS : Counter.REVISIONS);
    SessionValues values = session.values();
    if (values != null && session.revision() == 1 && values.endReason() != EndReason.TIMEOUT) {
      increment(
          values.endReason() == EndReason.MAX_DURATION
              ? Counter.CUT_MAX_DURATION
              : Counter.CUT_MAX_EVENTS);
    }
  }

  /** Adds to the open sessions, or takes away. */
  void addOpen(long difference) {
    counters.add(Counter.OPEN_SESSIONS.ordinal(), difference);
  }

  /** The open sessions of this subtask. */
  long open() {
    return counters.get(Counter.OPEN_SESSIONS.ordinal());
  }

  private void increment(Counter counter) {
    counters.increment(counter.ordinal());
  }

  /** Puts the counts into the checkpoint. */
  void snapshot() throws Exception {
    counters.snapshot();
  }
}
