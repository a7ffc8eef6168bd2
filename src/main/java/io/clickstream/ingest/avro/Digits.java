package io.clickstream.ingest.avro;

import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;

/** Writes numbers as text, without making one. */
final class Digits {

  private static final byte[] SMALLEST =
      Long.toString(Long.MIN_VALUE).getBytes(StandardCharsets.US_ASCII);

  /** The powers of ten that a long can be. */
  private static final long[] POWERS =
      LongStream.iterate(1, power -> power * 10).limit(19).toArray();

  private Digits() {}

  /**
   * Writes {@code unscaled / 10^scale} with all its fraction digits, and returns the position
   * behind it.
   *
   * @param unscaled any number if there is no scale, else not the smallest one
   * @param scale digits behind the point, not negative
   */
  static int write(long unscaled, int scale, byte[] to, int start) {
    if (unscaled == Long.MIN_VALUE && scale == 0) {
      System.arraycopy(SMALLEST, 0, to, start, SMALLEST.length);
      return start + SMALLEST.length;
    }
    int first = start;
    long rest = unscaled;
    if (rest < 0) {
      to[first++] = '-';
      rest = -rest;
    }
    int digits = Math.max(count(rest), scale + 1);
    int end = first + digits + (scale > 0 ? 1 : 0);
    int at = end;
    for (int i = 0; i < scale; i++) {
      to[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    if (scale > 0) {
      to[--at] = '.';
    }
    while (at > first) {
      to[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return end;
  }

  private static int count(long number) {
    int count = 1;
    while (count < POWERS.length && number >= POWERS[count]) {
      count++;
    }
    return count;
  }
}
