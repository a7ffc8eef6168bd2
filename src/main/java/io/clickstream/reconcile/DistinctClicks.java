package io.clickstream.reconcile;

import io.clickstream.model.Click;
import io.clickstream.reconcile.Piece.EventKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The batch sessions of one visitor without duplicates, of which the first one that came counts.
 *
 * @param sessions each as its clicks in order
 * @param inSessions how many clicks they have
 * @param duplicates those that are in none
 */
record DistinctClicks(List<List<Click>> sessions, long inSessions, List<Click> duplicates) {

  /**
   * Splits clicks.
   *
   * @param clicks in the order of arrival
   * @param gap beyond which clicks are in two sessions, ms
   * @param withType whether an id that comes with another type is another event's
   */
  static DistinctClicks split(List<Click> clicks, long gap, boolean withType) {
    Set<EventKey> ids = new HashSet<>();
    List<Click> first = new ArrayList<>();
    List<Click> copies = new ArrayList<>();
    for (Click click : clicks) {
      (click.eventId() == null || ids.add(EventKey.of(click, withType)) ? first : copies)
          .add(click);
    }
    List<List<Click>> sessions = BatchSessions.split(first, gap);
    List<Click> more = new ArrayList<>();
    List<Click> duplicates = new ArrayList<>();
    for (Click copy : copies) {
      boolean isDuplicate =
          sessions.stream().anyMatch(session -> isDuplicate(copy, session, gap, withType));
      (isDuplicate ? duplicates : more).add(copy);
    }
    if (!more.isEmpty()) {
      first.addAll(more);
      sessions = BatchSessions.split(first, gap);
    }
    return new DistinctClicks(sessions, first.size(), duplicates);
  }

  private static boolean isDuplicate(Click copy, List<Click> session, long gap, boolean withType) {
    EventKey key = EventKey.of(copy, withType);
    return session.get(0).timestamp() - gap <= copy.timestamp()
        && copy.timestamp() <= session.get(session.size() - 1).timestamp() + gap
        && session.stream().anyMatch(click -> key.equals(EventKey.of(click, withType)));
  }
}
