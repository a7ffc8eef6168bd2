package io.clickstream.wire;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The primitives that all serializers are written with: variable-length integers, texts and byte
 * arrays, each also as nullable.
 *
 * <p>Integers use seven bits a byte, least significant first, as in Protocol Buffers; signed ones
 * are zigzag-encoded first. A nullable value is preceded by its length plus one, or 0 for null.
 */
public final class Wire {

  private Wire() {}

  /** Writes a non-negative or negative integer; small non-negative ones take one byte. */
  public static void writeUnsigned(DataOutput out, long value) throws IOException {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  public static long readUnsigned(DataInput in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.readByte();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("an integer of more than 10 bytes: the data is corrupt");
  }

  /** Reads an integer that must be usable as a size. */
  public static int readSize(DataInput in) throws IOException {
    long size = readUnsigned(in);
    if (size < 0 || size > Integer.MAX_VALUE) {
      throw new IOException("size=" + size + " is impossible: the data is corrupt");
    }
    return (int) size;
  }

  /** Writes a signed integer; those near 0 are short. */
  public static void writeSigned(DataOutput out, long value) throws IOException {
    writeUnsigned(out, (value << 1) ^ (value >> 63));
  }

  public static long readSigned(DataInput in) throws IOException {
    long raw = readUnsigned(in);
    return (raw >>> 1) ^ -(raw & 1);
  }

  public static void writeBytes(DataOutput out, byte @Nullable [] bytes) throws IOException {
    if (bytes == null) {
      out.writeByte(0);
      return;
    }
    writeUnsigned(out, bytes.length + 1L);
    out.write(bytes);
  }

  public static byte @Nullable [] readBytes(DataInput in) throws IOException {
    int size = readSize(in);
    if (size == 0) {
      return null;
    }
    byte[] bytes = new byte[size - 1];
    in.readFully(bytes);
    return bytes;
  }

  public static void writeText(DataOutput out, @Nullable String text) throws IOException {
    writeBytes(out, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
  }

  public static @Nullable String readText(DataInput in) throws IOException {
    byte[] bytes = readBytes(in);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }

  /** Reads a text that was not null when it was written. */
  public static String readRequiredText(DataInput in) throws IOException {
    String text = readText(in);
    if (text == null) {
      throw new EOFException("expected a text: the data is corrupt");
    }
    return text;
  }

  public static <E extends Enum<E>> void writeEnum(DataOutput out, E value) throws IOException {
    out.writeByte(value.ordinal());
  }

  public static <E> E readEnum(DataInput in, E[] values) throws IOException {
    int ordinal = in.readUnsignedByte();
    if (ordinal >= values.length) {
      throw new IOException("ordinal=" + ordinal + " is unknown: the data is newer or corrupt");
    }
    return values[ordinal];
  }
}
