package io.clickstream.session;

import io.clickstream.columns.Columns;
import io.clickstream.columns.Cuts;
import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.EndReason;
import io.clickstream.model.Session;
import io.clickstream.model.Visitor;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes a visitor's sessions when an event or a watermark comes. The contract is {@code
 * src/docs/session-semantics.md}; the state machine here is the one at its end, line by line.
 *
 * <p>Given the accepted events, the latest revision of every session that is not retracted is the
 * batch session of these events: sorted by time, a new one wherever two neighbours are more than
 * {@code gap} apart, whatever order they came in (cuts aside).
 *
 * <p>Times are epoch ms. A watermark {@code W} says that no more events with {@code t <= W} are
 * expected; the horizon is the largest {@code W - gap - lateness} there ever was, and nothing at or
 * behind it can change a session.
 *
 * <p>Rules serve one thread.
 */
public final class SessionRules {

  /** How an event was taken. */
  public enum Outcome {
    /** It is part of a session. */
    ACCEPTED,
    /** A session that it touches has an event of its id (and type) already. */
    DUPLICATE,
    /** It is behind the horizon. */
    LATE,
    /** It waits for the watermark. */
    WAITING,
    /** It is passive, and there is no session for it. */
    SKIPPED
  }

  /** Hears of the clicks that have waited, and of those that could not. */
  public interface Listener {

    /** A click that has waited was taken, as one that is accepted, a duplicate or skipped. */
    void taken(Click click, Outcome outcome);

    /** A click does not wait although it was to, as there is no room; the walk does not see it. */
    void unmarked();
  }

  /** Returned by {@link #nextDue} if there is nothing to do. */
  static final long NEVER_DUE = Long.MAX_VALUE;

  private final BlockLayout layout;
  private final ClicksInOrder inOrder;
  private final BlockValues values;
  private final Placement placement;
  private final Cuts cuts;
  private final long gap;
  private final long lateness;
  private final @Nullable SessionRange range;

  /** Moved to whichever session is looked at. */
  private final Block block;

  /** Whether the click before let others be taken. */
  private boolean tookWaiting;

  private Listener listener =
      new Listener() {
        @Override
        public void taken(Click click, Outcome outcome) {}

        @Override
        public void unmarked() {}
      };

  /** {@code P}, the largest watermark so far, restarts included. */
  private long reached = Long.MIN_VALUE;

  /**
   * The rules of a job.
   *
   * @param range the only sessions to emit, or null for all
   * @param form of the clicks that wait
   */
  public SessionRules(
      Columns columns, SessionSettings settings, @Nullable SessionRange range, ClickForm form) {
    inOrder = new ClicksInOrder(form);
    layout = new BlockLayout(columns, settings);
    values = new BlockValues(columns, layout, new Sites(settings.ownHosts()));
    cuts = columns.cuts();
    gap = settings.gap().toMillis();
    lateness = settings.allowedLateness().toMillis();
    this.range = range;
    placement =
        new Placement(
            columns, layout, settings, range == null ? Long.MIN_VALUE : range.knownFrom(settings));
    block = new Block(layout);
  }

  /** Lets somebody hear of the clicks that have waited. */
  public void listen(Listener other) {
    listener = other;
  }

  /** Whether clicks wait for the watermark. */
  public boolean letWait() {
    return cuts.letWait();
  }

  /**
   * Says that there was a watermark, before a restart maybe. Clicks that are not later are behind,
   * and those that wait for it are taken before anything else happens to their visitor.
   */
  public void reach(long watermark) {
    reached = Math.max(reached, watermark);
  }

  /** The horizon after a watermark; it never moves back. */
  public long horizon(long horizon, long watermark) {
    return watermark == Long.MIN_VALUE ? horizon : Math.max(horizon, watermark - gap - lateness);
  }

  /** The largest watermark that a horizon means under these settings. */
  public long watermarkOf(long horizon) {
    return horizon == Long.MIN_VALUE ? horizon : horizon + gap + lateness;
  }

  /** Whether an event at this time changes nothing any more. */
  public boolean isLate(long time, long horizon) {
    return time <= horizon;
  }

  /**
   * Takes an event: it joins, merges or opens sessions, or leaves them as they are; or it waits.
   *
   * @param sessions those of the event's visitor; changed unless the event is late
   */
  public Outcome accept(VisitorSessions sessions, Click click, long watermark, long horizon) {
    long time = click.timestamp();
    if (isLate(time, horizon)) {
      return Outcome.LATE;
    }
    tookWaiting = sessions.waiting() != null && takeWaiting(sessions);
    if (!cuts.letWait()) {
      return placement.place(sessions, click, time <= watermark, null);
    }
    return time > reached ? letWait(sessions, click) : place(sessions, click, true);
  }

  /**
   * Lets an event wait, if nothing else is to happen to its visitor.
   *
   * @return whether it waits now; if not, nothing has changed, and {@link #accept} takes it
   */
  public boolean onlyWaits(VisitorSessions sessions, Click click) {
    if (!cuts.letWait() || click.timestamp() <= reached) {
      return false;
    }
    Waiting waiting = waitingOf(sessions);
    return waiting.first() > reached && add(waiting, click);
  }

  private boolean add(Waiting waiting, Click click) {
    return waiting.add(click, placement.isPassive(click), cuts.maxWaiting(), inOrder.form());
  }

  private Outcome letWait(VisitorSessions sessions, Click click) {
    Waiting waiting = waitingOf(sessions);
    if (add(waiting, click)) {
      return Outcome.WAITING;
    }
    Outcome outcome = place(sessions, click, true);
    if (outcome == Outcome.ACCEPTED && !placement.isPassive(click)) {
      waiting.walk.unmarked(click.timestamp());
    }
    listener.unmarked();
    forgetWalk(sessions);
    return outcome;
  }

  private static Waiting waitingOf(VisitorSessions sessions) {
    Waiting present = sessions.waiting();
    return present != null ? present : sessions.beginToWait();
  }

  private Outcome place(VisitorSessions sessions, Click click, boolean late) {
    return placement.isPassive(click)
        ? placement.count(sessions, click, late)
        : placement.place(sessions, click, late, null);
  }

  /**
   * Takes the clicks that the watermark has reached, in their order.
   *
   * @return whether there were any
   */
  private boolean takeWaiting(VisitorSessions sessions) {
    Waiting waiting = waitingOf(sessions);
    boolean any = waiting.first() <= reached;
    if (any) {
      Walk walk = cuts.haveMarks() ? waiting.walk : null;
      waiting.take(reached, inOrder, (click, isPassive) -> take(sessions, click, isPassive, walk));
    }
    forgetWalk(sessions);
    return any;
  }

  private void take(VisitorSessions sessions, Click click, boolean isPassive, @Nullable Walk walk) {
    Outcome outcome =
        isPassive
            ? placement.count(sessions, click, false)
            : placement.place(sessions, click, false, walk);
    listener.taken(click, outcome);
  }

  /** Takes all clicks that wait, and closes nothing: time does not go on at the end of a range. */
  public void takeAll(VisitorSessions sessions) {
    reach(Long.MAX_VALUE);
    if (sessions.waiting() != null) {
      takeWaiting(sessions);
    }
  }

  /** {@code P}, the largest watermark so far, restarts included; the smallest time before any. */
  public long reached() {
    return reached;
  }

  /** Removes what no click needs any more. */
  private void forgetWalk(VisitorSessions sessions) {
    Waiting waiting = sessions.waiting();
    if (waiting != null
        && waiting.count() == 0
        && (!cuts.haveMarks() || waiting.walk.isForgotten(reached, gap, sessions.count() == 0))) {
      sessions.waiting(null);
    }
  }

  /**
   * Whether a session is to be emitted: not if it starts outside the range, nor if it is one of a
   * row of sessions cut off from each other whose beginning was not read.
   */
  private boolean isWanted(Block session) {
    return range == null
        || (range.contains(session.start()) && session.ordinal() < Placement.UNKNOWN_START);
  }

  /**
   * Takes the clicks that wait no longer, then emits the changed sessions that a watermark closes,
   * earliest first, each behind the retractions of the ids it took over; then forgets those that no
   * acceptable event can touch any more.
   *
   * @param horizon the one after this watermark
   */
  public void advance(
      Visitor visitor,
      VisitorSessions sessions,
      long watermark,
      long horizon,
      Consumer<Session> output) {
    if (sessions.waiting() != null) {
      takeWaiting(sessions);
    }
    boolean forgets = false;
    for (int at = 0; at < sessions.size(); at = block.behind()) {
      block.to(sessions, at);
      if (isDue(block, watermark)) {
        emit(visitor, block, output);
      }
      forgets |= isForgotten(block, horizon);
    }
    if (forgets) {
      for (int at = 0; at < sessions.size(); ) {
        if (isForgotten(block.to(sessions, at), horizon)) {
          sessions.remove(at);
        } else {
          at = block.behind();
        }
      }
      forgetWalk(sessions);
    }
  }

  /** Whether a watermark emits a session. */
  private boolean isDue(Block session, long watermark) {
    return session.isChanged() && (isAtMark(session) || watermark >= session.end() + gap);
  }

  /** Whether a session has a mark on its right, and so does not wait for the gap to pass. */
  private static boolean isAtMark(Block session) {
    EndReason wall = session.wall();
    return wall != null && wall.isMark();
  }

  /** Whether no acceptable event can touch a session any more, and all of it is emitted. */
  private boolean isForgotten(Block session, long horizon) {
    return !session.isChanged() && session.end() + gap <= horizon;
  }

  /**
   * Emits the next revision of a session, behind the retractions of the ids it took over. One that
   * is not wanted only retracts those: it has no revision, so that nothing ever retracts it.
   */
  private void emit(Visitor visitor, Block session, Consumer<Session> output) {
    UUID id = session.id(visitor);
    int latest = session.revision();
    if (layout.seldom().isPresent(session)) {
      SeldomParts parts = layout.seldom().parts(session);
      for (SeldomParts.Replaced old : parts.replaced()) {
        output.accept(
            new Session(
                old.id(), old.revision() + 1, id, visitor, SessionIds.startOf(old.id()), null));
        latest = Math.max(latest, old.revision());
      }
      if (!parts.replaced().isEmpty()) {
        layout.seldom().change(session, present -> present.replaced().clear());
      }
    }
    session.changed(false);
    if (!isWanted(session)) {
      return;
    }
    session.revision(latest + 1);
    output.accept(
        new Session(id, session.revision(), null, visitor, session.start(), values.of(session)));
  }

  /**
   * The smallest watermark at which {@link #advance} would do something, or the largest time if
   * there is nothing to do.
   */
  public long nextDue(VisitorSessions sessions, long horizon) {
    Waiting waiting = sessions.waiting();
    long due = nextDueBesideWaiting(sessions, horizon);
    return waiting == null ? due : Math.min(due, waiting.first());
  }

  /** Whether {@link #advance} would do something at a watermark. */
  public boolean isDue(VisitorSessions sessions, long watermark, long horizon) {
    Waiting waiting = sessions.waiting();
    return (waiting != null && waiting.first() <= watermark)
        || nextDueBesideWaiting(sessions, horizon) <= watermark;
  }

  /** {@link #nextDue} if no click waited. */
  public long nextDueBesideWaiting(VisitorSessions sessions, long horizon) {
    Waiting waiting = sessions.waiting();
    long due =
        waiting != null && waiting.count() == 0 && sessions.count() == 0
            ? waiting.walk.end(gap)
            : NEVER_DUE;
    for (int at = 0; at < sessions.size(); at = block.behind()) {
      due = Math.min(due, due(block.to(sessions, at), horizon));
    }
    return due;
  }

  /**
   * {@link #nextDue} of the sessions that the click before has changed; it spares looking at the
   * others, which most clicks do not need.
   */
  public long nextDueOfChanged(VisitorSessions sessions, long horizon) {
    return placement.changedOnlyLast()
            && !tookWaiting
            && sessions.waiting() == null
            && sessions.count() > 0
        ? due(block.to(sessions, sessions.last()), horizon)
        : nextDue(sessions, horizon);
  }

  /** The smallest watermark that emits or forgets a session. */
  private long due(Block session, long horizon) {
    if (session.isChanged()) {
      return isAtMark(session) ? Long.MIN_VALUE : session.end() + gap;
    }
    return session.end() + gap <= horizon ? Long.MIN_VALUE : session.end() + 2 * gap + lateness;
  }
}
