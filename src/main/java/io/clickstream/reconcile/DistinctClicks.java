package io.clickstream.reconcile;

import io.clickstream.model.Click;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The batch sessions of one visitor without duplicates, of which the first one that came counts.
 *
 * @param sessions each as its clicks in order
 * @param inSessions how many clicks they have
 * @param duplicates how many clicks are in none
 */
record DistinctClicks(List<List<Click>> sessions, long inSessions, long duplicates) {

  /**
   * Splits clicks.
   *
   * @param clicks in the order of arrival
   * @param gap beyond which clicks are in two sessions, ms
   */
  static DistinctClicks split(List<Click> clicks, long gap) {
    Set<EventKey> ids = new HashSet<>();
    List<Click> first = new ArrayList<>();
    List<Click> copies = new ArrayList<>();
    for (Click click : clicks) {
      (click.eventId() == null || ids.add(EventKey.of(click)) ? first : copies).add(click);
    }
    List<List<Click>> sessions = BatchSessions.split(first, gap);
    List<Click> more = new ArrayList<>();
    for (Click copy : copies) {
      if (sessions.stream().noneMatch(session -> isDuplicate(copy, session, gap))) {
        more.add(copy);
      }
    }
    if (!more.isEmpty()) {
      first.addAll(more);
      sessions = BatchSessions.split(first, gap);
    }
    return new DistinctClicks(sessions, first.size(), copies.size() - more.size());
  }

  private static boolean isDuplicate(Click copy, List<Click> session, long gap) {
    return session.get(0).timestamp() - gap <= copy.timestamp()
        && copy.timestamp() <= session.get(session.size() - 1).timestamp() + gap
        && session.stream().anyMatch(click -> EventKey.of(copy).equals(EventKey.of(click)));
  }

  /** By which a click is known for a duplicate: an id that comes with another type is another's. */
  private record EventKey(@Nullable String id, @Nullable String type) {

    static EventKey of(Click click) {
      return new EventKey(click.eventId(), click.eventType());
    }
  }
}
