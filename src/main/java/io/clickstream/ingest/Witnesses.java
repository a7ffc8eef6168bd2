package io.clickstream.ingest;

import io.clickstream.model.Visitor;
import org.jspecify.annotations.Nullable;

/**
 * The time that enough visitors have reached: of the newest times of all visitors, the {@code n}-th
 * largest. So the clocks of {@code n - 1} visitors may be wrong, by however much and however often,
 * and the time is still that of a right one.
 *
 * <p>It is exact, and yet only the {@code n} visitors with the newest times are remembered: a
 * visitor who is not among them comes back with a newer click or not at all. A click that is not
 * newer than the time costs one comparison, any other one at most {@code n} of hash codes.
 */
public final class Witnesses {

  /** The time while fewer visitors had a click. */
  public static final long NONE = Long.MIN_VALUE;

  private final @Nullable Visitor[] visitors;
  private final int[] hashes;
  private final long[] times;
  private int count;
  private int oldest;
  private long time = NONE;

  /**
   * Of no click yet.
   *
   * @param needed {@code n}, 1 at least
   */
  public Witnesses(int needed) {
    visitors = new @Nullable Visitor[needed];
    hashes = new int[needed];
    times = new long[needed];
  }

  /**
   * Takes a click.
   *
   * @param timestamp its time, epoch ms
   * @return the time from now on, which is never smaller than before; {@link #NONE} for none
   */
  public long add(Visitor visitor, long timestamp) {
    if (timestamp <= time) {
      return time;
    }
    int hash = visitor.hashCode();
    int at = indexOf(visitor, hash);
    if (at < 0) {
      at = count < times.length ? count++ : oldest;
      visitors[at] = visitor;
      hashes[at] = hash;
      times[at] = timestamp;
    } else if (timestamp > times[at]) {
      times[at] = timestamp;
    } else {
      return time;
    }
    if (count == times.length) {
      findOldest();
    }
    return time;
  }

  /** The time, epoch ms, or {@link #NONE}. */
  public long time() {
    return time;
  }

  private int indexOf(Visitor visitor, int hash) {
    for (int i = 0; i < count; i++) {
      if (hashes[i] == hash && visitor.equals(visitors[i])) {
        return i;
      }
    }
    return -1;
  }

  private void findOldest() {
    int found = 0;
    for (int i = 1; i < times.length; i++) {
      if (times[i] < times[found]) {
        found = i;
      }
    }
    oldest = found;
    time = times[found];
  }
}
