package io.clickstream.ingest.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Eight bytes at a time, the first one in the lowest bits. */
final class Words {

  /** The highest bit of every byte. */
  static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  /** The lowest bit of every byte: times a byte, it is that byte eight times. */
  static final long LOW_BITS = 0x0101_0101_0101_0101L;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Words() {}

  /** The eight bytes from {@code start} on; all must be there. */
  static long at(byte[] bytes, int start) {
    return (long) LONGS.get(bytes, start);
  }

  /** The next {@code length} bytes, at most seven, and zeros instead of those behind them. */
  static long ofFewer(byte[] bytes, int start, int length) {
    if (start <= bytes.length - Long.BYTES) {
      return at(bytes, start) & ((1L << (length * Byte.SIZE)) - 1);
    }
    long word = 0;
    for (int i = length - 1; i >= 0; i--) {
      word = word << Byte.SIZE | (bytes[start + i] & 0xFF);
    }
    return word;
  }

  /**
   * Marks bytes that are 0 with their highest bit. Others behind the first of them may be marked,
   * too, but none is if none is 0.
   */
  static long zeros(long word) {
    return (word - LOW_BITS) & ~word & HIGH_BITS;
  }

  /** How many bytes are before the first one with its highest bit set; one must be. */
  static int first(long marks) {
    return Long.numberOfTrailingZeros(marks) / Byte.SIZE;
  }

  /** Whether all eight bytes are decimal digits: 0x30 to 0x39, so six more are not beyond 0x3F. */
  static boolean areDigits(long word) {
    long high = word & 0xF0F0_F0F0_F0F0_F0F0L;
    long highOfSixMore = (word + 0x0606_0606_0606_0606L) & 0xF0F0_F0F0_F0F0_F0F0L;
    return (high | (highOfSixMore >>> 4)) == 0x3333_3333_3333_3333L;
  }

  /** The number that eight decimal digits are; they are joined to pairs, fours and the whole. */
  static long digits(long word) {
    long pairs = ((word & 0x0F0F_0F0F_0F0F_0F0FL) * (10L << 8 | 1)) >>> 8;
    long fours = ((pairs & 0x00FF_00FF_00FF_00FFL) * (100L << 16 | 1)) >>> 16;
    return ((fours & 0x0000_FFFF_0000_FFFFL) * (10_000L << 32 | 1)) >>> 32;
  }
}
