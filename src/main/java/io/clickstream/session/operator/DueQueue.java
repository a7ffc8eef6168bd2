package io.clickstream.session.operator;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Entries of the cache by the time at which they want attention.
 *
 * <p>A binary heap with the times beside the entries, so that no entry is read to find a place. An
 * entry with an earlier time is added once more, and an entry that is no longer cached stays until
 * its time has come. Such outdated places are passed over, and cleared away when they are more than
 * half of all: the work stays a logarithm for each addition, the space twice that of the entries.
 */
final class DueQueue {

  /** The time of an entry that waits for nothing. */
  static final long NEVER = Long.MAX_VALUE;

  private static final int MIN_CAPACITY = 1_024;

  private long[] times = new long[MIN_CAPACITY];
  private @Nullable SessionCache.Entry[] entries = new SessionCache.Entry[MIN_CAPACITY];
  private int size;

  /** Outdated places. */
  private int outdated;

  /** Adds an entry, or adds it once more, with its time as it is now. */
  void add(SessionCache.Entry entry) {
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
      entries = Arrays.copyOf(entries, 2 * size);
    }
    siftUp(size++, entry.attention, entry);
  }

  /** Takes note that one of the places of an entry is out of date. */
  void outdate() {
    outdated++;
    if (outdated > MIN_CAPACITY && outdated > size / 2) {
      clearAway();
    }
  }

  /** The first entry whose time is not after the given one, or null; it waits for nothing then. */
  SessionCache.@Nullable Entry poll(long now) {
    while (size > 0 && times[0] <= now) {
      long time = times[0];
      SessionCache.Entry entry = first();
      removeFirst();
      if (entry.attention == time) {
        entry.attention = NEVER;
        return entry;
      }
      outdated--;
    }
    return null;
  }

  private SessionCache.Entry first() {
    return Objects.requireNonNull(entries[0]);
  }

  private void removeFirst() {
    size--;
    long time = times[size];
    SessionCache.Entry entry = entries[size];
    entries[size] = null;
    if (size > 0) {
      siftDown(0, time, entry);
    }
  }

  private void siftUp(int from, long time, SessionCache.@Nullable Entry entry) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (times[parent] <= time) {
        break;
      }
      times[at] = times[parent];
      entries[at] = entries[parent];
      at = parent;
    }
    times[at] = time;
    entries[at] = entry;
  }

  private void siftDown(int from, long time, SessionCache.@Nullable Entry entry) {
    int at = from;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && times[child + 1] < times[child]) {
        child++;
      }
      if (time <= times[child]) {
        break;
      }
      times[at] = times[child];
      entries[at] = entries[child];
      at = child;
    }
    times[at] = time;
    entries[at] = entry;
  }

  private void clearAway() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      SessionCache.Entry entry = Objects.requireNonNull(entries[i]);
      if (entry.attention == times[i]) {
        times[kept] = times[i];
        entries[kept++] = entry;
      }
    }
    Arrays.fill(entries, kept, size, null);
    size = kept;
    outdated = 0;
    for (int i = size / 2 - 1; i >= 0; i--) {
      siftDown(i, times[i], entries[i]);
    }
  }

  /** Places, with the outdated ones. */
  int size() {
    return size;
  }
}
