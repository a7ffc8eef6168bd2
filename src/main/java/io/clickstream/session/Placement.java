package io.clickstream.session;

import io.clickstream.columns.Columns;
import io.clickstream.columns.Cuts;
import io.clickstream.columns.Mark;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.EndReason;
import io.clickstream.model.Visitor;
import io.clickstream.session.SessionRules.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Places a click among its visitor's sessions: it joins one, merges two, opens one, or is a
 * duplicate. This is the part {@code on event} of the program at the end of the contract.
 *
 * <p>Marks and midnights are walls: sessions beyond one are not there, except for duplicates.
 */
final class Placement {

  /**
   * Ordinals from here on are of sessions whose beginning may not have been read, and of those cut
   * off from them: the job that read it has other starts and ids for them.
   */
  static final int UNKNOWN_START = 1 << 30;

  /**
   * The first mark of a millisecond opens a session with this ordinal, the second with twice it.
   */
  private static final int MARK_ORDINALS = 1 << 20;

  /** Of more clicks of one millisecond none is marked. */
  private static final int MAX_MARKS = UNKNOWN_START / MARK_ORDINALS - 1;

  /** Instead of a session. */
  private static final int NONE = -1;

  private final BlockLayout layout;
  private final EventIdsSection eventIds;
  private final Cuts cuts;
  private final NamedSources changes;
  private final @Nullable Midnights midnights;
  private final long gap;
  private final long maxDuration;
  private final long maxEvents;
  private final long knownFrom;

  // Moved to whichever session is looked at.
  private final Block block;
  private final Block left;
  private final Block right;

  /** Whether there may be walls. */
  private boolean walled;

  /** Whether the click before changed no session but the last. */
  private boolean onlyLast;

  /**
   * @param knownFrom sessions that start earlier may have begun earlier
   */
  Placement(Columns columns, BlockLayout layout, SessionSettings settings, long knownFrom) {
    this.layout = layout;
    this.eventIds = layout.eventIds();
    this.cuts = columns.cuts();
    this.changes = new NamedSources(cuts.changes());
    this.midnights = cuts.midnight() == null ? null : new Midnights(cuts.midnight());
    this.walled = cuts.areAny();
    this.gap = settings.gap().toMillis();
    this.maxDuration = settings.maxDuration().toMillis();
    this.maxEvents = settings.maxEvents();
    this.knownFrom = knownFrom;
    this.block = new Block(layout);
    this.left = new Block(layout);
    this.right = new Block(layout);
  }

  boolean changedOnlyLast() {
    return onlyLast;
  }

  /** Whether a click neither opens nor prolongs a session. */
  boolean isPassive(Click click) {
    Mark passive = cuts.passive();
    return passive != null && click.marks().has(passive.index());
  }

  /**
   * Places a click that is not passive.
   *
   * @param late whether it came behind the watermark
   * @param walk goes on to it if it is no duplicate, and says whether it is marked; null for a
   *     click that the walk does not see
   */
  Outcome place(VisitorSessions sessions, Click click, boolean late, @Nullable Walk walk) {
    long time = click.timestamp();
    boolean hasId = click.texts().has(ClickText.EVENT_ID);
    if (hasId) {
      eventIds.take(click);
    }
    int inside = NONE;
    int before = NONE;
    int after = NONE;
    boolean beyond = false;
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
      if (block.mark() != null) {
        // If the click is on its right, it comes before those on its left by itself.
        walled = true;
        beyond |= block.start() > time;
      }
      // No session is split: one may go over a midnight where a restore switched that cut on.
      boolean isWithin = block.start() <= time && time <= block.end();
      if (beyond || !(isWithin || isOnDate(block, time))) {
        continue;
      }
      if (block.end() < time) {
        before = at;
      } else if (block.start() <= time) {
        inside = at;
      } else if (after == NONE) {
        after = at;
      }
    }
    EndReason mark = walk == null ? null : mark(sessions, click, walk);
    if (mark != null) {
      open(sessions, sessions.size(), click, ordinalOfMark(sessions, time), late);
      block.mark(mark);
      settle(sessions, block.at());
      return Outcome.ACCEPTED;
    }
    if (inside != NONE) {
      block.to(sessions, inside);
      if (time != block.end() || block.events() < maxEvents) {
        add(block, click, late);
        return Outcome.ACCEPTED;
      }
      before = inside;
    }
    join(sessions, before, after, click, late);
    if (knownFrom != Long.MIN_VALUE) {
      spreadUnknown(sessions, click.visitor());
    }
    return Outcome.ACCEPTED;
  }

  /**
   * Lets a passive click count in the last session that starts at or before it, if that is near and
   * of its date.
   */
  Outcome count(VisitorSessions sessions, Click click, boolean late) {
    long time = click.timestamp();
    boolean hasId = click.texts().has(ClickText.EVENT_ID);
    if (hasId) {
      eventIds.take(click);
    }
    onlyLast = false;
    int last = NONE;
    for (int at = 0; at < sessions.size(); at = block.behind()) {
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
      if (block.start() <= time) {
        last = at;
      }
    }
    if (last == NONE || !isOnDate(block.to(sessions, last), time)) {
      return Outcome.SKIPPED;
    }
    count(block, click, late);
    return Outcome.ACCEPTED;
  }

  /** The reason for which a click begins a session for good, or null. */
  private @Nullable EndReason mark(VisitorSessions sessions, Click click, Walk walk) {
    EndReason mark = walk.step(click, cuts, changes, gap, knownFrom);
    if (mark == null) {
      return null;
    }
    walled = true;
    // No session is split: one may end later where a restore switched a cut on.
    boolean isSplit =
        sessions.count() > 0 && block.to(sessions, sessions.last()).end() > click.timestamp();
    return isSplit || marksAt(sessions, click.timestamp()) == MAX_MARKS ? null : mark;
  }

  /** How many marks a time has already, which is that of the last session or later. */
  private int marksAt(VisitorSessions sessions, long time) {
    return sessions.count() == 0 || block.to(sessions, sessions.last()).start() != time
        ? 0
        : (block.ordinal() & (UNKNOWN_START - 1)) / MARK_ORDINALS;
  }

  private int ordinalOfMark(VisitorSessions sessions, long time) {
    return (marksAt(sessions, time) + 1) * MARK_ORDINALS;
  }

  /**
   * The ordinal of a session that starts at a time, and is cut off from the one on its left. A mark
   * counts in it only at its own time: another session of that time may begin with a mark, and have
   * sessions cut off from it, too.
   */
  private static int ordinalBehind(Block session, long time) {
    int ordinal = session.ordinal();
    int row = ordinal & (UNKNOWN_START | (MARK_ORDINALS - 1));
    return (session.start() == time ? ordinal : row) + 1;
  }

  private boolean isOnDate(Block session, long time) {
    return midnights == null || midnights.date(session.start()) == midnights.date(time);
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
      settle(sessions, left.at());
    } else if (after != NONE && fits(right.to(sessions, after), time)) {
      onlyLast = false;
      moveStart(
          right,
          time,
          before == NONE ? 0 : ordinalBehind(left.to(sessions, before), time),
          click.visitor());
      add(right, click, late);
      if (before != NONE) {
        cut(left.to(sessions, before), time - left.start());
      }
      settle(sessions, right.at());
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
      ordinal = ordinalBehind(left, time);
      // From now on there is no wall on its right.
      left.wall(null);
      cut(left, time - left.start());
    }
    long end = after == NONE ? time : right.to(sessions, after).end();
    open(sessions, at, click, ordinal, late);
    if (after != NONE) {
      cut(block, end - time);
    }
    settle(sessions, at);
  }

  private void open(VisitorSessions sessions, int at, Click click, int ordinal, boolean late) {
    long time = click.timestamp();
    onlyLast &= at == sessions.size();
    sessions.insert(at, layout.head());
    layout.begin(block.to(sessions, at));
    block.start(time);
    block.newEnd(time);
    block.ordinal(ordinalOf(sessions, time, ordinal));
    sessions.findLast();
    add(block, click, late);
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
    count(session, click, late);
  }

  private void count(Block session, Click click, boolean late) {
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
    session.ordinal(ordinalOf(session.sessions(), start, ordinal));
  }

  /** The ordinal of a session that starts at a time, and would have this one by itself. */
  private int ordinalOf(VisitorSessions sessions, long start, int ordinal) {
    Waiting waiting = sessions.waiting();
    boolean isUnknown = start < knownFrom || (waiting != null && waiting.walk.isUnknown(start));
    return isUnknown ? ordinal | UNKNOWN_START : ordinal;
  }

  /**
   * A session that a click has just brought near one whose beginning may not have been read is cut
   * off from it, and has another start and id in the job that read it.
   */
  private void spreadUnknown(VisitorSessions sessions, Visitor visitor) {
    for (int at = 0, next; (next = left.to(sessions, at).behind()) < sessions.size(); at = next) {
      right.to(sessions, next);
      if (left.ordinal() < UNKNOWN_START
          || right.ordinal() >= UNKNOWN_START
          || left.wall() != null
          || right.start() - left.end() > gap) {
        continue;
      }
      onlyLast = false;
      if (right.revision() > 0) {
        right.changed(true);
      }
      moveStart(right, right.start(), right.ordinal() | UNKNOWN_START, visitor);
    }
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
    EndReason wall = later.wall();
    layout.merge(earlier, later);
    earlier.events(events);
    earlier.duplicates(duplicates);
    earlier.lateEvents(lateEvents);
    earlier.cut(cut);
    earlier.wall(wall);
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

  /** Takes note of the walls on both sides of a session that has just grown or begun. */
  private void settle(VisitorSessions sessions, int at) {
    if (!walled) {
      return;
    }
    onlyLast = false;
    int previous = NONE;
    for (int i = 0; i < at; i += Block.sizeOf(sessions, i)) {
      previous = i;
    }
    if (previous != NONE) {
      wall(sessions, previous, at);
    }
    int next = at + Block.sizeOf(sessions, at);
    if (next < sessions.size()) {
      wall(sessions, at, next);
    }
  }

  /** Lets a session say which wall is between it and the next one, if that is near. */
  private void wall(VisitorSessions sessions, int session, int next) {
    left.to(sessions, session);
    right.to(sessions, next);
    if (right.start() - left.end() > gap) {
      return;
    }
    EndReason wall =
        right.mark() != null
            ? right.mark()
            : isOnDate(left, right.start()) ? left.wall() : EndReason.MIDNIGHT;
    if (wall != left.wall()) {
      left.wall(wall);
      left.changed(true);
    }
  }
}
