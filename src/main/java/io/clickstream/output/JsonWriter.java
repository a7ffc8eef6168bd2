package io.clickstream.output;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON text after the other as UTF-8, each into the memory of the one before. Names and
 * punctuation come ready-made from the caller; texts are escaped where JSON demands it and nowhere
 * else.
 *
 * <p>Not thread-safe.
 */
final class JsonWriter {

  /** Bytes of an id. */
  static final int ID_LENGTH = 36;

  private static final byte[] NULL = ascii("null");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final byte[] DIGITS = ascii("0123456789abcdef");
  private static final byte[] UPPER_DIGITS = ascii("0123456789ABCDEF");
  private static final byte[] SMALLEST = ascii(Long.toString(Long.MIN_VALUE));

  /**
   * Of an ASCII character that must be escaped: the letter behind the backslash, {@code u} for a
   * number.
   */
  private static final byte[] ESCAPES = escapes();

  private static final int LONGEST_NUMBER = 20;
  private static final int UNICODE_ESCAPE = 6;

  private static final int USUAL_SIZE = 1 << 12;
  private static final int LARGEST_KEPT = 1 << 16;

  private byte[] bytes = new byte[USUAL_SIZE];
  private int length;

  /** Text of ASCII only, as {@link #raw} takes it. */
  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] escapes() {
    byte[] escapes = new byte[0x80];
    Arrays.fill(escapes, 0, ' ', (byte) 'u');
    escapes['\b'] = 'b';
    escapes['\t'] = 't';
    escapes['\n'] = 'n';
    escapes['\f'] = 'f';
    escapes['\r'] = 'r';
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    return escapes;
  }

  /** Begins a new text; the memory of an uncommonly long one is given back. */
  void clear() {
    length = 0;
    if (bytes.length > LARGEST_KEPT) {
      bytes = new byte[USUAL_SIZE];
    }
  }

  /** How many bytes have been written. */
  int length() {
    return length;
  }

  /** A copy of what was written from one byte to before another. */
  byte[] copy(int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  /** Writes bytes as they are. */
  void raw(byte[] ready) {
    reserve(ready.length);
    System.arraycopy(ready, 0, bytes, length, ready.length);
    length += ready.length;
  }

  /** Writes one ASCII character as it is. */
  void raw(char ready) {
    reserve(1);
    bytes[length++] = (byte) ready;
  }

  void bool(boolean value) {
    raw(value ? TRUE : FALSE);
  }

  void number(long value) {
    if (value >= 0 && value < 10) {
      raw((char) ('0' + value));
      return;
    }
    if (value == Long.MIN_VALUE) {
      raw(SMALLEST);
      return;
    }
    reserve(LONGEST_NUMBER);
    long rest = value;
    if (rest < 0) {
      bytes[length++] = '-';
      rest = -rest;
    }
    int end = length + 1;
    for (long power = 10; end - length < LONGEST_NUMBER - 1 && rest >= power; power *= 10) {
      end++;
    }
    for (int i = end - 1; i >= length; i--) {
      bytes[i] = DIGITS[(int) (rest % 10)];
      rest /= 10;
    }
    length = end;
  }

  /** Writes the {@link #ID_LENGTH} characters of an id, without quotes. */
  void id(UUID id) {
    reserve(ID_LENGTH);
    long high = id.getMostSignificantBits();
    long low = id.getLeastSignificantBits();
    hex(high >>> 32, 8);
    bytes[length++] = '-';
    hex(high >>> 16, 4);
    bytes[length++] = '-';
    hex(high, 4);
    bytes[length++] = '-';
    hex(low >>> 48, 4);
    bytes[length++] = '-';
    hex(low, 12);
  }

  private void hex(long value, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      bytes[length++] = DIGITS[(int) (value >>> shift) & 0xF];
    }
  }

  /**
   * Writes a text in quotes, or null.
   *
   * <p>A surrogate pair is written as two escapes. Each half of a broken one becomes a question
   * mark: JSON can escape such a half, UTF-8 cannot express it.
   */
  void text(@Nullable String text) {
    if (text == null) {
      raw(NULL);
      return;
    }
    reserve(text.length() + 2);
    bytes[length++] = '"';
    if (!plain(text)) {
      escaped(text);
    }
    raw('"');
  }

  /** Writes a text of ASCII without anything to escape; writes nothing if it is another one. */
  private boolean plain(String text) {
    int at = length;
    for (int i = 0; i < text.length(); i++) {
      char next = text.charAt(i);
      if (next >= 0x80 || ESCAPES[next] != 0) {
        return false;
      }
      bytes[at++] = (byte) next;
    }
    length = at;
    return true;
  }

  private void escaped(String text) {
    for (int i = 0; i < text.length(); i++) {
      reserve(2 * UNICODE_ESCAPE);
      char next = text.charAt(i);
      if (next < 0x80) {
        ascii(next);
      } else if (next < 0x800) {
        bytes[length++] = (byte) (0xC0 | (next >>> 6));
        bytes[length++] = (byte) (0x80 | (next & 0x3F));
      } else if (!Character.isSurrogate(next)) {
        bytes[length++] = (byte) (0xE0 | (next >>> 12));
        bytes[length++] = (byte) (0x80 | ((next >>> 6) & 0x3F));
        bytes[length++] = (byte) (0x80 | (next & 0x3F));
      } else if (i + 1 < text.length() && Character.isSurrogatePair(next, text.charAt(i + 1))) {
        unicode(next);
        unicode(text.charAt(++i));
      } else {
        bytes[length++] = '?';
      }
    }
  }

  private void ascii(char next) {
    byte escape = ESCAPES[next];
    if (escape == 0) {
      bytes[length++] = (byte) next;
    } else if (escape == 'u') {
      unicode(next);
    } else {
      bytes[length++] = '\\';
      bytes[length++] = escape;
    }
  }

  private void unicode(char next) {
    bytes[length++] = '\\';
    bytes[length++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
      bytes[length++] = UPPER_DIGITS[(next >>> shift) & 0xF];
    }
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
  }
}
