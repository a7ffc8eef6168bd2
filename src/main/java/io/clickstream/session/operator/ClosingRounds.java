package io.clickstream.session.operator;

import io.clickstream.model.Session;
import io.clickstream.model.Visitor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Closes the sessions of cached visitors, in one round a watermark. A round emits of each visitor
 * at most once: either when it comes up, or ahead of its turn, before its next click. Its later
 * changes wait for the next watermark.
 */
final class ClosingRounds {

  private final SessionCache cache;
  private final TimedRules rules;
  private final Consumer<Session> output;
  private final LongConsumer opened;

  /** Counts rounds, to tell which entries were advanced ahead of their turn in this one. */
  private long round;

  /** Came up in this round and were advanced ahead of their turn: for the next watermark. */
  private final List<SessionCache.Entry> nextRound = new ArrayList<>();

  /** Entries that have come up, and are advanced together. */
  private final SessionCache.@Nullable Entry[] due;

  /**
   * Rounds before the first watermark.
   *
   * @param opened adds up the open sessions; closed ones are negative
   * @param atOnce entries that are advanced together
   */
  ClosingRounds(
      SessionCache cache,
      TimedRules rules,
      Consumer<Session> output,
      LongConsumer opened,
      int atOnce) {
    this.cache = cache;
    this.rules = rules;
    this.output = output;
    this.opened = opened;
    this.due = new SessionCache.Entry[atOnce];
  }

  /** A round begins, also in the place of one that has not ended. */
  void begin() {
    round++;
    comeUpAgain();
  }

  /** The round has ended. */
  void end() {
    comeUpAgain();
  }

  /** Entries that wait for the next watermark go back into the queue. */
  private void comeUpAgain() {
    for (SessionCache.Entry entry : nextRound) {
      cache.later(entry, rules.nextDue(entry.sessions));
    }
    nextRound.clear();
  }

  /** Closes a visitor's sessions before its next click, ahead of its turn in the round. */
  void closeAhead(SessionCache.Entry entry) {
    if (entry.round != round) {
      entry.round = round;
      if (rules.isDue(entry.sessions)) {
        advance(entry);
      }
    }
  }

  /**
   * Closes what is due in the cache.
   *
   * @return whether that was all; else the slice is over
   */
  boolean closeCached(SliceClock slice) throws Exception {
    while (true) {
      int count = cache.poll(rules.watermark(), due);
      for (int i = 0; i < count; i++) {
        close(due[i]);
        due[i] = null;
      }
      if (count < due.length) {
        return true;
      }
      if (slice.isOver()) {
        return false;
      }
    }
  }

  private void close(SessionCache.@Nullable Entry entry) throws Exception {
    if (entry == null || !entry.isCached()) {
      // Evicted since it came up: a timer in state stands for it now.
      return;
    }
    if (entry.round == round) {
      nextRound.add(entry);
    } else if (rules.isDue(entry.sessions)) {
      advance(entry);
      if (entry.sessions.isEmpty()) {
        cache.remove(entry);
      } else {
        cache.changed(entry, rules.nextDue(entry.sessions));
      }
    } else {
      cache.later(entry, rules.nextDue(entry.sessions));
    }
  }

  /** Closes sessions whose timer has fired, which is too early for some. */
  void closeFired(SessionCache.Entry entry) throws Exception {
    if (rules.isDue(entry.sessions)) {
      close(entry);
    } else {
      cache.changed(entry, rules.nextDue(entry.sessions));
    }
  }

  /** Lets a visitor in state come up in time, without a timer. */
  void lookAfter(Visitor visitor) throws Exception {
    SessionCache.Entry entry = cache.get(visitor);
    cache.keep(entry, rules.nextDue(entry.sessions));
  }

  private void advance(SessionCache.Entry entry) {
    int open = entry.sessions.open();
    rules.advance(entry.visitor, entry.sessions, output);
    opened.accept(entry.sessions.open() - open);
  }
}
