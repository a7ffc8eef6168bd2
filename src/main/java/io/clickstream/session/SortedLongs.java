package io.clickstream.session;

/** Different numbers in ascending order, eight bytes each. */
final class SortedLongs {

  /** Returned by {@link #placeOf} for a number that is there. */
  static final int PRESENT = -1;

  private SortedLongs() {}

  /**
   * Where a number that is not there has its place.
   *
   * @param at where the numbers begin
   * @param length of all of them, in bytes
   * @return bytes from the beginning, or {@link #PRESENT}
   */
  static int placeOf(byte[] bytes, int at, int length, long wanted) {
    int end = at + length;
    int low = at;
    // Each step takes the same way whatever is found, as no processor can guess it.
    for (int left = length / Long.BYTES; left > 1; ) {
      int half = left >>> 1;
      int middle = low + Long.BYTES * half;
      low = Scratch.longAt(bytes, middle - Long.BYTES) < wanted ? middle : low;
      left -= half;
    }
    if (low < end && Scratch.longAt(bytes, low) < wanted) {
      low += Long.BYTES;
    }
    return low < end && Scratch.longAt(bytes, low) == wanted ? PRESENT : low - at;
  }
}
