package io.clickstream.session.operator;

import io.clickstream.model.Click;
import io.clickstream.model.Session;
import io.clickstream.model.Visitor;
import io.clickstream.session.SessionRules;
import io.clickstream.session.VisitorSessions;
import java.util.function.Consumer;

/** {@link SessionRules} at the watermark and the horizon of one subtask. */
final class TimedRules {

  private final SessionRules rules;
  private long watermark = Long.MIN_VALUE;
  private long horizon;

  /**
   * The rules before the first watermark.
   *
   * @param horizon the one of the restored state, or the smallest time
   * @param reached the largest watermark of the restored state, or the smallest time
   */
  TimedRules(SessionRules rules, long horizon, long reached) {
    this.rules = rules;
    this.horizon = horizon;
    rules.reach(reached);
  }

  /** Goes on to a watermark, and to the horizon that follows from it. */
  void advanceTo(long next) {
    watermark = next;
    rules.reach(next);
    horizon = rules.horizon(horizon, watermark);
  }

  /** The last watermark, the smallest time before the first one. */
  long watermark() {
    return watermark;
  }

  /** The largest watermark so far, restarts included. */
  long reached() {
    return rules.reached();
  }

  /** Takes all clicks of a visitor that wait, and closes nothing. */
  void takeAll(VisitorSessions sessions) {
    rules.takeAll(sessions);
  }

  long horizon() {
    return horizon;
  }

  /** The largest known watermark. After a restore the horizon alone tells of those before. */
  long knownWatermark() {
    return Math.max(watermark, rules.watermarkOf(horizon));
  }

  boolean isLate(Click click) {
    return rules.isLate(click.timestamp(), horizon);
  }

  /** Lets a click wait, if nothing else is to happen to its visitor. */
  boolean onlyWaits(VisitorSessions sessions, Click click) {
    return rules.onlyWaits(sessions, click);
  }

  SessionRules.Outcome accept(VisitorSessions sessions, Click click) {
    return rules.accept(sessions, click, watermark, horizon);
  }

  /** Emits and forgets the sessions of a visitor whose time has come. */
  void advance(Visitor visitor, VisitorSessions sessions, Consumer<Session> output) {
    rules.advance(visitor, sessions, watermark, horizon, output);
  }

  /** Whether {@link #advance} would do something. */
  boolean isDue(VisitorSessions sessions) {
    return rules.isDue(sessions, watermark, horizon);
  }

  /** The first watermark that has something to do, or the largest time. */
  long nextDue(VisitorSessions sessions) {
    return rules.nextDue(sessions, horizon);
  }

  /** {@link #nextDue} if no click waited. */
  long nextDueBesideWaiting(VisitorSessions sessions) {
    return rules.nextDueBesideWaiting(sessions, horizon);
  }

  /** {@link #nextDue} of the sessions that the click before has changed. */
  long nextDueOfChanged(VisitorSessions sessions) {
    return rules.nextDueOfChanged(sessions, horizon);
  }
}
