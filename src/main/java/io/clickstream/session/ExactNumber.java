package io.clickstream.session;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A decimal without rounding, which can be set again and again: as long as a long has its digits,
 * it costs no object.
 */
final class ExactNumber {

  /** A long can have as many digits, whichever they are. */
  private static final int MAX_DIGITS = 18;

  private static final long[] POWERS = new long[MAX_DIGITS + 1];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = 10 * POWERS[i - 1];
    }
  }

  private long unscaled;
  private int scale;

  /** The number, if a long cannot have its digits. */
  private @Nullable BigDecimal large;

  /** Takes the number that a text is, such as {@code -12.5}. */
  void parse(TextBytes text) {
    if (!parseShort(text.bytes(), text.start(), text.start() + text.length())) {
      set(
          new BigDecimal(
              new String(text.bytes(), text.start(), text.length(), StandardCharsets.US_ASCII)));
    }
  }

  private boolean parseShort(byte[] bytes, int start, int end) {
    boolean isNegative = start < end && bytes[start] == '-';
    int at = isNegative ? start + 1 : start;
    // Besides the digits at most a point.
    if (end - at > MAX_DIGITS + 1) {
      return false;
    }
    long value = 0;
    int digits = 0;
    int point = end;
    for (; at < end; at++) {
      int digit = bytes[at] - '0';
      if (digit >= 0 && digit <= 9) {
        value = 10 * value + digit;
        digits++;
      } else if (bytes[at] == '.' && point == end) {
        point = at + 1;
      } else {
        return false;
      }
    }
    if (digits == 0 || digits > MAX_DIGITS) {
      return false;
    }
    unscaled = isNegative ? -value : value;
    scale = end - point;
    large = null;
    return true;
  }

  private void set(BigDecimal value) {
    BigDecimal plain = value.scale() < 0 ? value.setScale(0) : value;
    if (plain.unscaledValue().bitLength() < Long.SIZE) {
      unscaled = plain.unscaledValue().longValue();
      scale = plain.scale();
      large = null;
    } else {
      large = plain;
    }
  }

  /** Takes the number that {@link #write} wrote. */
  void read(byte[] bytes, int at, int length) {
    int numberScale = bytes[at] & 0xFF;
    int start = at + 1;
    int end = at + length;
    if (end - start <= Long.BYTES) {
      long value = bytes[start];
      for (int i = start + 1; i < end; i++) {
        value = value << Byte.SIZE | (bytes[i] & 0xFF);
      }
      unscaled = value;
      scale = numberScale;
      large = null;
    } else {
      large = new BigDecimal(new BigInteger(bytes, start, end - start), numberScale);
    }
  }

  /** Writes the scale, and the digits as a number in as few bytes as it takes. */
  void write(Scratch out) {
    BigDecimal ofManyDigits = large;
    if (ofManyDigits != null) {
      byte[] digits = ofManyDigits.unscaledValue().toByteArray();
      out.putByte(ofManyDigits.scale());
      out.put(digits, 0, digits.length);
      return;
    }
    out.putByte(scale);
    int bits = Long.SIZE - Long.numberOfLeadingZeros(unscaled < 0 ? ~unscaled : unscaled);
    for (int shift = bits / Byte.SIZE * Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      out.putByte((int) (unscaled >> shift));
    }
  }

  boolean isZero() {
    return large == null && unscaled == 0;
  }

  /** Negative if it is smaller than another one, positive if it is larger, 0 if they are equal. */
  int compareTo(ExactNumber other) {
    return canAlign(other)
        ? Long.compare(aligned(other), other.aligned(this))
        : value().compareTo(other.value());
  }

  /** Adds another one. */
  void add(ExactNumber other) {
    if (canAlign(other)) {
      long own = aligned(other);
      long others = other.aligned(this);
      long sum = own + others;
      if (((own ^ sum) & (others ^ sum)) >= 0) {
        unscaled = sum;
        scale = Math.max(scale, other.scale);
        return;
      }
    }
    set(value().add(other.value()));
  }

  /** Whether both, with as many decimals as the one that has more, are longs. */
  private boolean canAlign(ExactNumber other) {
    return large == null
        && other.large == null
        && Math.max(scale, other.scale) <= MAX_DIGITS
        && Math.multiplyHigh(unscaled, factor(other)) == aligned(other) >> (Long.SIZE - 1)
        && Math.multiplyHigh(other.unscaled, other.factor(this))
            == other.aligned(this) >> (Long.SIZE - 1);
  }

  private long factor(ExactNumber other) {
    return POWERS[Math.max(0, other.scale - scale)];
  }

  private long aligned(ExactNumber other) {
    return unscaled * factor(other);
  }

  /** The number as an object. */
  BigDecimal value() {
    return large == null ? BigDecimal.valueOf(unscaled, scale) : large;
  }

  /** A number as it is published: without zeros that say nothing, and without an exponent. */
  static BigDecimal published(BigDecimal value) {
    BigDecimal stripped = value.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }
}
