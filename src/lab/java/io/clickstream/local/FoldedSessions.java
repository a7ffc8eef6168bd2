package io.clickstream.local;

import java.util.Arrays;
import java.util.UUID;

/**
 * The latest revision of every session, deleted ones dropped, and what these sessions hold
 * together. Takes 40 to 60 bytes a session, so that millions fit into a small heap.
 */
final class FoldedSessions {

  private long[] ids = new long[2 * 1024];
  private int[] revisions = new int[1024];
  private long[] events = new long[1024];
  private int used;
  private long sessions;
  private long eventCount;
  private long retractions;

  /**
   * Takes a record, in any order.
   *
   * @param count the session's events, of no meaning if it is deleted
   */
  void add(UUID id, int revision, boolean deleted, long count) {
    if (2 * used >= revisions.length) {
      grow();
    }
    if (deleted) {
      retractions++;
    }
    int slot = slot(id.getMostSignificantBits(), id.getLeastSignificantBits());
    if (revisions[slot] == 0) {
      used++;
      ids[2 * slot] = id.getMostSignificantBits();
      ids[2 * slot + 1] = id.getLeastSignificantBits();
      events[slot] = -1;
    } else if (revision <= revisions[slot]) {
      return;
    }
    if (events[slot] >= 0) {
      sessions--;
      eventCount -= events[slot];
    }
    revisions[slot] = revision;
    events[slot] = deleted ? -1 : count;
    if (!deleted) {
      sessions++;
      eventCount += count;
    }
  }

  /** Sessions that exist. */
  long sessions() {
    return sessions;
  }

  /** Their events. */
  long eventCount() {
    return eventCount;
  }

  /** Records that withdrew a session. */
  long retractions() {
    return retractions;
  }

  private int slot(long high, long low) {
    int mask = revisions.length - 1;
    int slot = (int) ((high ^ low ^ (low >>> 32)) * 0x9E3779B97F4A7C15L >>> 33) & mask;
    while (revisions[slot] != 0 && (ids[2 * slot] != high || ids[2 * slot + 1] != low)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldIds = ids;
    int[] oldRevisions = revisions;
    long[] oldEvents = events;
    ids = new long[Math.multiplyExact(oldIds.length, 2)];
    revisions = new int[2 * oldRevisions.length];
    events = new long[2 * oldEvents.length];
    Arrays.fill(revisions, 0);
    for (int old = 0; old < oldRevisions.length; old++) {
      if (oldRevisions[old] != 0) {
        int slot = slot(oldIds[2 * old], oldIds[2 * old + 1]);
        ids[2 * slot] = oldIds[2 * old];
        ids[2 * slot + 1] = oldIds[2 * old + 1];
        revisions[slot] = oldRevisions[old];
        events[slot] = oldEvents[old];
      }
    }
  }
}
