package io.clickstream.session.operator;

import io.clickstream.metrics.CheckpointedCounters;
import io.clickstream.metrics.MetricNames;
import io.clickstream.model.EndReason;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.session.SessionRules.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    WAITING(MetricNames.WAITING),
    SKIPPED(MetricNames.SKIPPED),
    UNMARKED(MetricNames.UNMARKED);

    private final String metric;

    Counter(String metric) {
      this.metric = metric;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(SessionCounters.class);

  /** The reasons of cuts that settings ask for; their counters are the last ones. */
  private static final List<EndReason> CUTS =
      Arrays.stream(EndReason.values())
          .filter(reason -> reason.compareTo(EndReason.MAX_EVENTS) > 0)
          .toList();

  private final CheckpointedCounters counters;

  /** The index of the first counter of {@link #CUTS}, or -1 if there are none. */
  private final int firstCut;

  private boolean unmarkedIsKnown;

  /**
   * Restores the counts and registers their metrics.
   *
   * @param hasWaiting whether clicks may wait
   * @param areCut whether settings ask for cuts
   */
  SessionCounters(
      OperatorStateStore store,
      RuntimeContext context,
      MetricGroup metrics,
      boolean hasWaiting,
      boolean areCut)
      throws Exception {
    List<String> names = new ArrayList<>();
    for (Counter counter : Counter.values()) {
      if (hasWaiting || counter.compareTo(Counter.WAITING) < 0) {
        names.add(counter.metric);
      }
    }
    firstCut = areCut ? names.size() : -1;
    if (areCut) {
      CUTS.forEach(reason -> names.add(MetricNames.cut(reason.name())));
    }
    counters = new CheckpointedCounters(names, store, context, metrics);
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

  /** Counts a click that did not wait for lack of room. The log has the first of a subtask. */
  void unmarked() {
    increment(Counter.UNMARKED);
    if (!unmarkedIsKnown) {
      unmarkedIsKnown = true;
      LOG.warn(
          "The waiting clicks of a visitor take more than session.max-waiting: no session is cut at"
              + " those that cannot wait; more of them are counted only: metric={}",
          MetricNames.UNMARKED);
    }
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
      switch (values.endReason()) {
        case TIMEOUT -> {}
        case MAX_DURATION -> increment(Counter.CUT_MAX_DURATION);
        case MAX_EVENTS -> increment(Counter.CUT_MAX_EVENTS);
        case USER, CAMPAIGN, CHANGED, START_AT, END_AFTER, MIDNIGHT -> cut(values.endReason());
      }
    }
  }

  /** A cut from before a restore may be one that the settings no longer ask for. */
  private void cut(EndReason reason) {
    if (firstCut >= 0) {
      counters.increment(firstCut + CUTS.indexOf(reason));
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
