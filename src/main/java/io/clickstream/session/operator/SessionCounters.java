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
    OPEN_SESSIONS(MetricNames.OPEN_SESSIONS),
    // Only where clicks wait, or did before the restore:
    WAITING("waiting"),
    SKIPPED(MetricNames.SKIPPED),
    UNMARKED("unmarked");

    private final String metric;

    Counter(String metric) {
      this.metric = metric;
    }
  }

  private final CheckpointedCounters counters;

  /**
   * Restores the counts and registers their metrics.
   *
   * @param hasWaiting whether clicks may wait
   */
  SessionCounters(
      OperatorStateStore store, RuntimeContext context, MetricGroup metrics, boolean hasWaiting)
      throws Exception {
    counters =
        new CheckpointedCounters(
            Arrays.stream(Counter.values())
                .filter(counter -> hasWaiting || counter.compareTo(Counter.WAITING) < 0)
                .map(counter -> counter.metric)
                .toList(),
            store,
            context,
            metrics);
  }

  /** Counts a click that the rules have taken, or let wait. */
  void taken(Outcome outcome) {
    increment(
        switch (outcome) {
          case ACCEPTED -> Counter.IN_SESSIONS;
          case DUPLICATE -> Counter.DUPLICATES;
          case LATE -> Counter.LATE;
          case WAITING -> Counter.WAITING;
          case SKIPPED -> Counter.SKIPPED;
        });
  }

  /** A click waits no longer. */
  void waitsNoLonger() {
    counters.add(Counter.WAITING.ordinal(), -1);
  }

  /** Counts a click that did not wait for lack of room. */
  void unmarked() {
    increment(Counter.UNMARKED);
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
    if (values != null && session.revision() == 1) {
      if (values.endReason() == EndReason.MAX_DURATION) {
        increment(Counter.CUT_MAX_DURATION);
      } else if (values.endReason() == EndReason.MAX_EVENTS) {
        increment(Counter.CUT_MAX_EVENTS);
      }
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
