package io.clickstream.session;

import java.util.Arrays;

/**
 * Distinct fingerprints, counted exactly up to a limit and as the limit from there on. At the limit
 * it forgets them: they take no space any more.
 */
final class FingerprintSet {

  private static final long[] NONE = {};

  private final int limit;
  private long[] sorted = NONE;
  private int size;

  FingerprintSet(int limit) {
    this.limit = limit;
  }

  void add(long fingerprint) {
    if (size == limit) {
      return;
    }
    int found = Arrays.binarySearch(sorted, 0, size, fingerprint);
    if (found >= 0) {
      return;
    }
    if (size + 1 == limit) {
      saturate();
      return;
    }
    int at = -found - 1;
    if (size == sorted.length) {
      sorted = Arrays.copyOf(sorted, Math.max(4, size * 2));
    }
    System.arraycopy(sorted, at, sorted, at + 1, size - at);
    sorted[at] = fingerprint;
    size++;
  }

  void addAll(FingerprintSet other) {
    if (other.isSaturated()) {
      saturate();
      return;
    }
    for (int i = 0; i < other.size; i++) {
      add(other.sorted[i]);
    }
  }

  void saturate() {
    sorted = NONE;
    size = limit;
  }

  boolean isSaturated() {
    return size == limit;
  }

  int size() {
    return size;
  }

  /** The fingerprint at an index below {@link #size()}, in ascending order; not if saturated. */
  long get(int index) {
    return sorted[index];
  }
}
