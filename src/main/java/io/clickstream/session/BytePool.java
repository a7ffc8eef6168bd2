package io.clickstream.session;

import java.util.Arrays;

/**
 * Arrays that sessions have left, for those that come. They never take more than a given number of
 * bytes. A pool serves one thread.
 *
 * <p>A session lives for too long to be collected cheaply and for too short to be worth moving:
 * without the pool every one of them, each time it has grown or has been read from state, is copied
 * among the old objects and found dead there a little later.
 *
 * <p>An array still holds the bytes of its last owner.
 */
public final class BytePool {

  /** Lengths are multiples of it. */
  static final int STEP = 128;

  /** Heap of an array besides its bytes. */
  static final int ARRAY_HEAD = 16;

  /** Longer ones are few. */
  private static final int MAX_LENGTH = 16 << 10;

  private static final byte[][] NO_ARRAYS = {};

  /** Neither has arrays nor keeps any. */
  static final BytePool NONE = new BytePool(0);

  private final long maxBytes;
  private long bytes;

  /** By length, in steps: arrays that wait, and how many. */
  private final byte[][][] waiting = new byte[MAX_LENGTH / STEP + 1][][];

  private final int[] counts = new int[waiting.length];

  /** A pool that holds at most so many bytes. */
  public BytePool(long maxBytes) {
    this.maxBytes = maxBytes;
    Arrays.fill(waiting, NO_ARRAYS);
  }

  /** An array of at least the length, and less than {@link #STEP} more. */
  byte[] take(int length) {
    int steps = (length + STEP - 1) / STEP;
    if (steps < waiting.length && counts[steps] > 0) {
      byte[] array = waiting[steps][--counts[steps]];
      bytes -= ARRAY_HEAD + array.length;
      return array;
    }
    return new byte[steps * STEP];
  }

  /** Takes an array back. Nobody may use it any more. */
  void give(byte[] array) {
    int steps = array.length / STEP;
    if (steps == 0
        || steps >= waiting.length
        || array.length % STEP != 0
        || bytes + ARRAY_HEAD + array.length > maxBytes) {
      return;
    }
    int count = counts[steps]++;
    if (count == waiting[steps].length) {
      waiting[steps] = Arrays.copyOf(waiting[steps], Math.max(16, 2 * count));
    }
    waiting[steps][count] = array;
    bytes += ARRAY_HEAD + array.length;
  }

  /** The heap that waiting arrays take. */
  long bytes() {
    return bytes;
  }
}
