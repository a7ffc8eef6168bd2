package io.clickstream.session;

import io.clickstream.columns.Columns;
import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
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
    LATE
  }

  /** Returned by {@link #nextDue} if there is nothing to do. */
  static final long NEVER_DUE = Long.MAX_VALUE;

  /**
   * Ordinals from here on are of sessions whose beginning may not have been read, and of those cut
   * off from them: the job that read it has other starts and ids for them.
   */
  private static final int UNKNOWN_START = 1 << 30;

  /** Instead of a session. */
  private static final int NONE = -1;

  private final BlockLayout layout;
  private final BlockValues values;
  private final EventIdsSection eventIds;
  private final long gap;
  private final long lateness;
  private final long maxDuration;
  private final long maxEvents;
  private final @Nullable SessionRange range;
  private final long knownFrom;

  // Moved to whichever session is looked at.
  private final Block block;
  private final Block left;
  private final Block right;

  /** Whether the click before changed no session but the last. */
  private boolean onlyLast;

  /**
   * The rules of a job.
   *
   * @param range the only sessions to emit, or null for all
   */
  public SessionRules(Columns columns, SessionSettings settings, @Nullable SessionRange range) {
    layout = new BlockLayout(columns, settings);
    values = new BlockValues(columns, layout, new Sites(settings.ownHosts()));
    eventIds = layout.eventIds();
    gap = settings.gap().toMillis();
    lateness = settings.allowedLateness().toMillis();
    maxDuration = settings.maxDuration().toMillis();
    maxEvents = settings.maxEvents();
    this.range = range;
    knownFrom = range == null ? Long.MIN_VALUE : range.knownFrom(settings);
    block = new Block(layout);
    left = new Block(layout);
    right = new Block(layout);
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
   * Takes an event: it joins, merges or opens sessions, or leaves them as they are.
   *
   * @param sessions those of the event's visitor; changed unless the event is late
   */
  public Outcome accept(VisitorSessions sessions, Click click, long watermark, long horizon) {
    long time = click.timestamp();
    if (isLate(time, horizon)) {
      return Outcome.LATE;
    }
    boolean hasId = click.texts().has(ClickText.EVENT_ID);
    if (hasId) {
      eventIds.take(click);
    }
    int inside = NONE;
    int before = NONE;
    int after = NONE;
    int from = sessions.firstNear(time, gap);
    onlyLast = from == sessions.last();
    for (int at = from; at < sessions.size(); at = block.behind()) {
      block.to(sessions, at);
      if (block.start() - gap > time) {
        break;
      }
      if (time > block.end() + gap) {
        continue;
      }
      if (hasId && eventIds.contains(block)) {
        block.duplicates(block.duplicates() + 1);
        return Outcome.DUPLICATE;
      }
      if (block.end() < time) {
        before = at;
      } else if (block.start() <= time) {
        inside = at;
      } else if (after == NONE) {
        after = at;
      }
    }
    boolean late = time <= watermark;
    if (inside != NONE) {
      block.to(sessions, inside);
      if (time != block.end() || block.events() < maxEvents) {
        add(block, click, late);
        return Outcome.ACCEPTED;
      }
      before = inside;
    }
    join(sessions, before, after, click, late);
    return Outcome.ACCEPTED;
  }

  /** An event that is inside of no session, or at the end of a full one. */
  private void join(VisitorSessions sessions, int before, int after, Click click, boolean late) {
    long time = click.timestamp();
    if (before != NONE && fits(left.to(sessions, before), time)) {
      if (after != NONE && left.cut() == null) {
        onlyLast = false;
        right.to(sessions, after);
        if (right.end() - left.start() <= maxDuration
            && (long) left.events() + right.events() + 1 <= maxEvents) {
          merge(left, right, click.visitor());
        } else {
          cut(left, right.end() - left.start());
        }
      }
      add(left, click, late);
    } else if (after != NONE && fits(right.to(sessions, after), time)) {
      onlyLast = false;
      moveStart(
          right,
          time,
          before == NONE ? 0 : left.to(sessions, before).ordinal() + 1,
          click.visitor());
      add(right, click, late);
      if (before != NONE) {
        cut(left.to(sessions, before), time - left.start());
      }
    } else {
      open(sessions, before, after, click, late);
    }
  }

  private void open(VisitorSessions sessions, int before, int after, Click click, boolean late) {
    long time = click.timestamp();
    int ordinal = 0;
    int at = before == NONE ? firstAfter(sessions, time) : left.to(sessions, before).behind();
    if (before != NONE) {
      onlyLast = false;
      ordinal = left.ordinal() + 1;
      cut(left, time - left.start());
    }
    long end = after == NONE ? time : right.to(sessions, after).end();
    onlyLast &= at == sessions.size();
    sessions.insert(at, layout.head());
    layout.begin(block.to(sessions, at));
    block.start(time);
    block.newEnd(time);
    block.ordinal(ordinalOf(time, ordinal));
    sessions.findLast();
    add(block, click, late);
    if (after != NONE) {
      cut(block, end - time);
    }
  }

  private boolean fits(Block session, long time) {
    return Math.max(session.end(), time) - Math.min(session.start(), time) <= maxDuration
        && session.events() < maxEvents;
  }

  private void cut(Block session, long duration) {
    if (session.cut() == null) {
      session.cut(duration > maxDuration ? EndReason.MAX_DURATION : EndReason.MAX_EVENTS);
      session.changed(true);
    }
  }

  private void add(Block session, Click click, boolean late) {
    if (click.timestamp() > session.end()) {
      session.end(click.timestamp());
    }
    session.events(session.events() + 1);
    if (late) {
      session.lateEvents(session.lateEvents() + 1);
    }
    session.changed(true);
    layout.add(session, click);
  }

  /** Gives a session an earlier start and so another id. */
  private void moveStart(Block session, long start, int ordinal, Visitor visitor) {
    if (session.revision() > 0) {
      SeldomParts.Replaced old = new SeldomParts.Replaced(session.id(visitor), session.revision());
      layout.seldom().change(session, parts -> parts.replaced().add(old));
    }
    session.revision(0);
    session.start(start);
    session.ordinal(ordinalOf(start, ordinal));
  }

  /** The ordinal of a session that starts at a time, and would have this one by itself. */
  private int ordinalOf(long start, int ordinal) {
    return start < knownFrom ? Math.max(ordinal, UNKNOWN_START) : ordinal;
  }

  /**
   * Whether a session is to be emitted: not if it starts outside the range, nor if it is one of a
   * row of sessions cut off from each other whose beginning was not read.
   */
  private boolean isWanted(Block session) {
    return range == null || (range.contains(session.start()) && session.ordinal() < UNKNOWN_START);
  }

  private void merge(Block earlier, Block later, Visitor visitor) {
    if (later.revision() > 0) {
      // Before those that the later one took over.
      SeldomParts.Replaced old = new SeldomParts.Replaced(later.id(visitor), later.revision());
      layout.seldom().change(earlier, parts -> parts.replaced().add(old));
      later.to(earlier.sessions(), earlier.behind());
    }
    long end = later.end();
    int events = earlier.events() + later.events();
    int duplicates = earlier.duplicates() + later.duplicates();
    int lateEvents = earlier.lateEvents() + later.lateEvents();
    EndReason cut = later.cut();
    layout.merge(earlier, later);
    earlier.events(events);
    earlier.duplicates(duplicates);
    earlier.lateEvents(lateEvents);
    earlier.cut(cut);
    earlier.changed(true);
    earlier.end(end);
  }

  private int firstAfter(VisitorSessions sessions, long time) {
    int at = 0;
    while (at < sessions.size() && block.to(sessions, at).start() <= time) {
      at = block.behind();
    }
    return at;
  }

  /**
   * Emits the changed sessions that a watermark closes, earliest first, each behind the retractions
   * of the ids it took over; then forgets those that no acceptable event can touch any more.
   *
   * @param horizon the one after this watermark
   */
  public void advance(
      Visitor visitor,
      VisitorSessions sessions,
      long watermark,
      long horizon,
      Consumer<Session> output) {
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
    }
  }

  /** Whether a watermark emits a session. */
  private boolean isDue(Block session, long watermark) {
    return session.isChanged() && watermark >= session.end() + gap;
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
    long due = NEVER_DUE;
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
    return onlyLast && !sessions.isEmpty()
        ? due(block.to(sessions, sessions.last()), horizon)
        : nextDue(sessions, horizon);
  }

  /** The smallest watermark that emits or forgets a session. */
  private long due(Block session, long horizon) {
    if (session.isChanged()) {
      return session.end() + gap;
    }
    return session.end() + gap <= horizon ? Long.MIN_VALUE : session.end() + 2 * gap + lateness;
  }
}
