package io.clickstream.session;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Bytes of a section in the making. They are used again for the next click, so that none costs an
 * array.
 */
final class Scratch {

  private static final int INITIAL = 256;

  /** A larger array is not kept: few sessions need one. */
  private static final int MAX_KEPT = 1 << 20;

  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[INITIAL];
  private int size;

  static void setShort(byte[] bytes, int at, int value) {
    SHORTS.set(bytes, at, (short) value);
  }

  static void setLong(byte[] bytes, int at, long value) {
    LONGS.set(bytes, at, value);
  }

  static int shortAt(byte[] bytes, int at) {
    return (short) SHORTS.get(bytes, at) & 0xFFFF;
  }

  static long longAt(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  /** A length of seven bits a byte, least significant first. */
  static int lengthAt(byte[] bytes, int at) {
    int first = bytes[at];
    if (first >= 0) {
      return first;
    }
    int value = first & 0x7F;
    for (int shift = 7; ; shift += 7) {
      int next = bytes[++at];
      value |= (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  /** How many bytes {@link #putLength} writes. */
  static int sizeOf(int length) {
    return length < 1 << 7 ? 1 : (38 - Integer.numberOfLeadingZeros(length)) / 7;
  }

  void clear() {
    size = 0;
    if (bytes.length > MAX_KEPT) {
      bytes = new byte[INITIAL];
    }
  }

  int size() {
    return size;
  }

  /** Its bytes from the first on, of which at least so many are there to be written. */
  byte[] room(int length) {
    clear();
    reserve(length);
    return bytes;
  }

  /** Says how many bytes were written there. */
  void size(int written) {
    size = written;
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
  }

  void putByte(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  /** Changes a byte that was put. */
  void setByte(int at, int value) {
    bytes[at] = (byte) value;
  }

  void putShort(int value) {
    reserve(Short.BYTES);
    SHORTS.set(bytes, size, (short) value);
    size += Short.BYTES;
  }

  void putLong(long value) {
    reserve(Long.BYTES);
    LONGS.set(bytes, size, value);
    size += Long.BYTES;
  }

  void putLength(int length) {
    int rest = length;
    for (; (rest & ~0x7F) != 0; rest >>>= 7) {
      putByte((rest & 0x7F) | 0x80);
    }
    putByte(rest);
  }

  void put(byte[] from, int at, int length) {
    reserve(length);
    System.arraycopy(from, at, bytes, size, length);
    size += length;
  }

  void put(Scratch other) {
    put(other.bytes, 0, other.size);
  }

  /** A text behind its length in two bytes. */
  void putText(TextBytes text) {
    putText(text.bytes(), text.start(), text.length());
  }

  /** The same of a text in other bytes. */
  void putText(byte[] from, int at, int length) {
    putShort(length);
    put(from, at, length);
  }

  /** Writes all of it. */
  void copyTo(byte[] target, int at) {
    System.arraycopy(bytes, 0, target, at, size);
  }

  byte[] copy() {
    return Arrays.copyOf(bytes, size);
  }
}
