package io.clickstream.session;

import java.util.Arrays;

/** The fingerprints of the event ids that a session accepted last, in that order. */
final class EventIds {

  private static final long[] NONE = {};

  private long[] ids = NONE;
  private int size;

  boolean contains(long id) {
    for (int i = 0; i < size; i++) {
      if (ids[i] == id) {
        return true;
      }
    }
    return false;
  }

  /** Remembers one more, forgetting the oldest where there would be more than {@code limit}. */
  void add(long id, int limit) {
    if (limit == 0) {
      size = 0;
      return;
    }
    if (size >= limit) {
      int surplus = size - limit + 1;
      System.arraycopy(ids, surplus, ids, 0, size - surplus);
      size -= surplus;
    }
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, Math.max(4, Math.min(size * 2, limit)));
    }
    ids[size++] = id;
  }

  /** Remembers those of another session after the own ones. */
  void addAll(EventIds other, int limit) {
    for (int i = 0; i < other.size; i++) {
      add(other.ids[i], limit);
    }
  }

  int size() {
    return size;
  }

  /** The id at an index below {@link #size()}, oldest first. */
  long get(int index) {
    return ids[index];
  }
}
