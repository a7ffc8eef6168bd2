package io.clickstream.session;

import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.EndReason;
import io.clickstream.model.Session;
import io.clickstream.model.Visitor;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a visitor's sessions when an event or a watermark comes. The contract is {@code
 * src/docs/session-semantics.md}; the state machine here is the one at its end, line by line.
 *
 * <p>Given the accepted events, the latest revision of every session that is not retracted is the
 * batch session of these events: sorted by time, a new one wherever two neighbours are more than
 * {@code gap} apart, whatever order they came in (cuts aside).
 *
 * <p>Times are epoch ms. A watermark {@code W} says that no more events with {@code t <= W} are
 * expected; the horizon is the largest {@code W - gap - lateness} there ever was, and nothing at or
 * behind it can change a session.
 */
final class SessionRules {

  /** What became of an event. */
  enum Outcome {
    /** It is part of a session. */
    ACCEPTED,
    /** A session that it touches has an event of its id and type already. */
    DUPLICATE,
    /** It is behind the horizon. */
    LATE
  }

  /**
   * Ordinals from here on are of sessions whose beginning may not have been read, and of those cut
   * off from them: the job that read it has other starts and ids for them.
   */
  private static final int UNKNOWN_START = 1 << 30;

  /** What {@link #nextDue} returns if there is nothing to do. */
  static final long NEVER_DUE = Long.MAX_VALUE;

  private final long gap;
  private final long lateness;
  private final long maxDuration;
  private final long maxEvents;
  private final int dedupWindow;
  private final @Nullable SessionRange range;
  private final long knownFrom;

  /** The rules of a job that emits all sessions. */
  SessionRules(SessionSettings settings) {
    this(settings, null);
  }

  /**
   * The rules of a job.
   *
   * @param range the only sessions to emit, or null for all
   */
  SessionRules(SessionSettings settings, @Nullable SessionRange range) {
    gap = settings.gap().toMillis();
    lateness = settings.allowedLateness().toMillis();
    maxDuration = settings.maxDuration().toMillis();
    maxEvents = settings.maxEvents();
    dedupWindow = settings.dedupWindow();
    this.range = range;
    knownFrom = range == null ? Long.MIN_VALUE : range.knownFrom(settings);
  }

  /** The horizon after a watermark; it never moves back. */
  long horizon(long horizon, long watermark) {
    return watermark == Long.MIN_VALUE ? horizon : Math.max(horizon, watermark - gap - lateness);
  }

  /** The largest watermark that a horizon stands for under these settings. */
  long watermarkOf(long horizon) {
    return horizon == Long.MIN_VALUE ? horizon : horizon + gap + lateness;
  }

  /** Whether an event at this time changes nothing any more. */
  boolean isLate(long time, long horizon) {
    return time <= horizon;
  }

  /**
   * Takes an event: it joins, merges or opens sessions, or leaves them as they are.
   *
   * @param visitor the sessions of the event's visitor; changed unless the event is late
   */
  Outcome accept(VisitorSessions visitor, Click click, long watermark, long horizon) {
    long time = click.timestamp();
    if (isLate(time, horizon)) {
      return Outcome.LATE;
    }
    List<SessionState> sessions = visitor.sessions;
    boolean hasId = click.texts().has(ClickText.EVENT_ID);
    long fingerprint = hasId ? Fingerprint.ofEvent(click.texts()) : 0;
    int inside = -1;
    int left = -1;
    int right = -1;
    for (int i = 0; i < sessions.size(); i++) {
      SessionState session = sessions.get(i);
      if (session.start - gap > time || time > session.end + gap) {
        continue;
      }
      if (hasId && session.remembers(click.texts(), fingerprint)) {
        session.contents.duplicates++;
        return Outcome.DUPLICATE;
      }
      if (session.end < time) {
        left = i;
      } else if (session.start <= time) {
        inside = i;
      } else if (right < 0) {
        right = i;
      }
    }
    boolean late = time <= watermark;
    if (inside >= 0) {
      SessionState session = sessions.get(inside);
      if (time != session.end || session.events < maxEvents) {
        add(session, click, fingerprint, late);
        return Outcome.ACCEPTED;
      }
      left = inside;
    }
    SessionState l = left < 0 ? null : sessions.get(left);
    SessionState r = right < 0 ? null : sessions.get(right);
    if (l != null && fits(l, time)) {
      if (r != null && l.cut == null) {
        if (r.end - l.start <= maxDuration && l.events + r.events + 1 <= maxEvents) {
          merge(l, r, click.visitor());
          sessions.remove(right);
        } else {
          cut(l, r.end - l.start);
        }
      }
      add(l, click, fingerprint, late);
    } else if (r != null && fits(r, time)) {
      moveStart(r, time, l == null ? 0 : l.ordinal + 1, click.visitor());
      add(r, click, fingerprint, late);
      if (l != null) {
        cut(l, time - l.start);
      }
    } else {
      SessionState opened = opened(click, l == null ? 0 : l.ordinal + 1, late);
      if (l != null) {
        cut(l, time - l.start);
      }
      if (r != null) {
        cut(opened, r.end - time);
      }
      sessions.add(l == null ? firstAfter(sessions, time) : left + 1, opened);
    }
    return Outcome.ACCEPTED;
  }

  /** A session that an event opens. */
  SessionState opened(Click click, int ordinal, boolean late) {
    SessionState session =
        new SessionState(click.timestamp(), ordinalOf(click.timestamp(), ordinal));
    boolean hasId = click.texts().has(ClickText.EVENT_ID);
    add(session, click, hasId ? Fingerprint.ofEvent(click.texts()) : 0, late);
    return session;
  }

  private boolean fits(SessionState session, long time) {
    return Math.max(session.end, time) - Math.min(session.start, time) <= maxDuration
        && session.events < maxEvents;
  }

  private void cut(SessionState session, long duration) {
    if (session.cut == null) {
      session.cut = duration > maxDuration ? EndReason.MAX_DURATION : EndReason.MAX_EVENTS;
      session.changed = true;
    }
  }

  private void add(SessionState session, Click click, long fingerprint, boolean late) {
    session.end = Math.max(session.end, click.timestamp());
    session.events++;
    if (click.texts().has(ClickText.EVENT_ID)) {
      session.eventIds.add(fingerprint, dedupWindow);
    }
    session.contents.add(click, late);
    session.changed = true;
  }

  /** Gives a session an earlier start and so another id. */
  private void moveStart(SessionState session, long start, int ordinal, Visitor visitor) {
    if (session.revision > 0) {
      session.replaced.add(new SessionState.Replaced(session.id(visitor), session.revision));
    }
    session.revision = 0;
    session.start = start;
    session.ordinal = ordinalOf(start, ordinal);
  }

  /** The ordinal of a session that starts at a time, and would have this one by itself. */
  private int ordinalOf(long start, int ordinal) {
    return start < knownFrom ? Math.max(ordinal, UNKNOWN_START) : ordinal;
  }

  /**
   * Whether a session is to be emitted: not if it starts outside the range, nor if it is one of a
   * row of sessions cut off from each other whose beginning was not read.
   */
  private boolean isWanted(SessionState session) {
    return range == null || (range.contains(session.start) && session.ordinal < UNKNOWN_START);
  }

  private void merge(SessionState earlier, SessionState later, Visitor visitor) {
    if (later.revision > 0) {
      earlier.replaced.add(new SessionState.Replaced(later.id(visitor), later.revision));
    }
    earlier.replaced.addAll(later.replaced);
    earlier.end = later.end;
    earlier.events += later.events;
    earlier.eventIds.addAll(later.eventIds, dedupWindow);
    earlier.idsWithoutTypes |= later.idsWithoutTypes;
    earlier.contents.addAll(later.contents);
    earlier.cut = later.cut;
    earlier.changed = true;
  }

  private static int firstAfter(List<SessionState> sessions, long time) {
    int at = 0;
    while (at < sessions.size() && sessions.get(at).start <= time) {
      at++;
    }
    return at;
  }

  /**
   * Emits the changed sessions that a watermark closes, earliest first, each behind the retractions
   * of the ids it took over; then forgets those that no acceptable event can touch any more.
   *
   * @param horizon the one after this watermark
   */
  void advance(
      Visitor visitor,
      VisitorSessions visitorSessions,
      long watermark,
      long horizon,
      Consumer<Session> output) {
    List<SessionState> sessions = visitorSessions.sessions;
    for (SessionState session : sessions) {
      if (isDue(session.changed, session.end, watermark)) {
        emit(visitor, session, output);
      }
    }
    sessions.removeIf(session -> isForgotten(session.changed, session.end, horizon));
  }

  /** Whether a watermark emits a session. */
  boolean isDue(boolean changed, long end, long watermark) {
    return changed && watermark >= end + gap;
  }

  /** Whether no acceptable event can touch a session any more, and all of it is emitted. */
  boolean isForgotten(boolean changed, long end, long horizon) {
    return !changed && end + gap <= horizon;
  }

  /**
   * Emits the next revision of a session, behind the retractions of the ids it took over. One that
   * is not wanted only retracts those: it has no revision, so that nothing ever retracts it.
   */
  void emit(Visitor visitor, SessionState session, Consumer<Session> output) {
    UUID id = session.id(visitor);
    int latest = session.revision;
    for (SessionState.Replaced old : session.replaced) {
      output.accept(
          new Session(
              old.id(), old.revision() + 1, id, visitor, SessionIds.startOf(old.id()), null));
      latest = Math.max(latest, old.revision());
    }
    session.replaced.clear();
    session.changed = false;
    if (!isWanted(session)) {
      return;
    }
    session.revision = latest + 1;
    output.accept(
        new Session(
            id, session.revision, null, visitor, session.start, session.contents.values(session)));
  }

  /**
   * The smallest watermark at which {@link #advance} would do something, or {@link #NEVER_DUE} if
   * there is nothing to do.
   */
  long nextDue(VisitorSessions visitor, long horizon) {
    long due = NEVER_DUE;
    for (SessionState session : visitor.sessions) {
      due = Math.min(due, due(session.changed, session.end, horizon));
    }
    return due;
  }

  /** The smallest watermark that emits or forgets a session. */
  long due(boolean changed, long end, long horizon) {
    if (changed) {
      return end + gap;
    }
    return end + gap <= horizon ? Long.MIN_VALUE : end + 2 * gap + lateness;
  }
}
