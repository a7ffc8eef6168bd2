package io.clickstream.session.operator;

import java.time.Duration;

/**
 * Tells when a slice of work has lasted long enough. It decides when something is done, not what.
 */
final class SliceClock {

  private final long sliceNanos;
  private long start;

  SliceClock(Duration slice) {
    sliceNanos = slice.toNanos();
  }

  /** A slice begins now. */
  void begin() {
    start = System.nanoTime();
  }

  /** Whether the slice is over; one of no length is at once. */
  boolean isOver() {
    return System.nanoTime() - start >= sliceNanos;
  }
}
