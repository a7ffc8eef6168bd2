package io.clickstream.tools.traffic;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets records go when they are due, by the clock. The schedule never moves: a sender that was held
 * up catches up, and the delay that its records suffered shows in whatever is measured from their
 * timestamps. (A sender that waits a fixed time between records would quietly leave out the very
 * moments at which the system was slow.)
 */
final class Pacer {

  private static final long LONGEST_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final long firstDue;
  private final long startNanos;

  /**
   * @param firstDue the time in the records' terms, epoch ms, that is now
   */
  Pacer(long firstDue) {
    this.firstDue = firstDue;
    this.startNanos = System.nanoTime();
  }

  /**
   * Whether a record is due. If not, it has waited until it is, but not long: the caller may look
   * around and must ask again.
   *
   * @param due epoch ms, in the records' terms
   */
  boolean isDue(long due) {
    long waitNanos =
        TimeUnit.MILLISECONDS.toNanos(due - firstDue) - (System.nanoTime() - startNanos);
    if (waitNanos <= 0) {
      return true;
    }
    LockSupport.parkNanos(Math.min(waitNanos, LONGEST_NAP_NANOS));
    return false;
  }
}
