package io.clickstream.ingest;

import io.clickstream.columns.Reading;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.IdText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Values of definitions that are no words, as the texts by which clicks have them: equal values are
 * equal texts. An exact number is in plain notation, without zeros that say nothing: {@code 1.5}
 * for {@code +01.50} and {@code 15e-1}, {@code 0} for {@code -0.0}.
 *
 * <p>Nearly every value stands in the record as such a text, or as a longer one that has it in it.
 */
public final class DefinedTexts {

  /** In place of a slice: it is no such value. */
  public static final int NONE = 0;

  /** In place of a slice: it is one that has to be {@linkplain #written written}. */
  public static final int OTHER = ClickTexts.slice(0xFFFF, 0xFFFF);

  /** Characters beyond which a text is cut, or none. */
  public static final int MAX_LENGTH = 1_024;

  /** Digits that a number can have, zeros at its ends aside that say nothing. */
  public static final int MAX_DIGITS = 38;

  /** Those of them that can stand behind the point. */
  public static final int MAX_FRACTION_DIGITS = 18;

  /** Every whole number up to here is one in JSON as well, whatever reads it. */
  public static final long MAX_MILLISECONDS = 1L << 53;

  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LARGEST =
      Long.toString(MAX_MILLISECONDS).getBytes(StandardCharsets.US_ASCII);

  /** No exponent beyond it leads to a number with so few digits, as texts are not so long. */
  private static final int MAX_EXPONENT = 1_000_000;

  private static final int NO_SCALE = Integer.MAX_VALUE;

  private DefinedTexts() {}

  /** The expected kind of a value, in words of messages. */
  static String expected(Reading reading) {
    return switch (reading) {
      case DECIMAL ->
          "a number of at most %d digits, %d of them after the point"
              .formatted(MAX_DIGITS, MAX_FRACTION_DIGITS);
      case FLAG -> "true or false";
      case MILLISECONDS -> "a whole number from 0 to " + MAX_MILLISECONDS;
      default -> throw new IllegalArgumentException("expected no words, found " + reading);
    };
  }

  /** The word for a boolean; not to be modified. */
  public static byte[] word(boolean value) {
    return value ? TRUE : FALSE;
  }

  /**
   * Where the text of a value is among the bytes that it was found in.
   *
   * @param reading one that is not of words
   * @param text a text or a number as it is written, without surrounding white space, from {@code
   *     start} to before {@code end}, which is at most {@link ClickTexts#MAX_SLICED_LENGTH}
   * @return a slice, {@link #NONE} or {@link #OTHER}
   */
  public static int slice(Reading reading, byte[] text, int start, int end) {
    return switch (reading) {
      case DECIMAL -> decimal(text, start, end);
      case FLAG ->
          isAt(TRUE, text, start, end) || isAt(FALSE, text, start, end)
              ? ClickTexts.slice(start, end - start)
              : NONE;
      case MILLISECONDS -> milliseconds(text, start, end);
      default -> throw new IllegalArgumentException("expected no words, found " + reading);
    };
  }

  /** The text of a number whose {@link #slice} is {@link #OTHER}. */
  public static byte[] written(byte[] text, int start, int end) {
    Digits digits = Digits.of(text, start, end);
    int whole = Math.max(0, digits.count - digits.scale);
    int zeros = Math.max(0, digits.scale - digits.count);
    StringBuilder written = new StringBuilder(text[start] == '-' ? "-" : "");
    for (int i = 0; i < whole; i++) {
      written.append((char) (i < digits.count ? digits.all[i] : '0'));
    }
    if (digits.scale > 0) {
      written.append(whole == 0 ? "0." : ".").append("0".repeat(zeros));
      for (int i = whole; i < digits.count; i++) {
        written.append((char) digits.all[i]);
      }
    }
    return written.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The value that a text is which every click has, or null if it is none.
   *
   * @param text without surrounding white space
   */
  public static @Nullable String ofConstant(Reading reading, String text) {
    if (!reading.isOfWords()) {
      return read(reading, text);
    }
    String value = reading == Reading.ID ? IdText.of(text) : text;
    return value.length() > MAX_LENGTH ? null : value;
  }

  /** The text of a value that is no words, or null if it is none. */
  static @Nullable String read(Reading reading, String text) {
    if (text.length() > MAX_LENGTH) {
      return null;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int slice = slice(reading, bytes, 0, bytes.length);
    if (slice == NONE) {
      return null;
    }
    return slice == OTHER
        ? new String(written(bytes, 0, bytes.length), StandardCharsets.US_ASCII)
        : ClickTexts.text(bytes, slice);
  }

  private static boolean isAt(byte[] word, byte[] text, int start, int end) {
    return end - start == word.length && Arrays.equals(word, 0, word.length, text, start, end);
  }

  private static int milliseconds(byte[] text, int start, int end) {
    int slice = decimal(text, start, end);
    if (slice == NONE) {
      return NONE;
    }
    if (slice == OTHER) {
      byte[] written = written(text, start, end);
      return areMilliseconds(written, 0, written.length) ? OTHER : NONE;
    }
    int first = ClickTexts.start(slice);
    return areMilliseconds(text, first, first + ClickTexts.length(slice)) ? slice : NONE;
  }

  /** Whether a number without zeros that say nothing is whole, not negative and not too large. */
  private static boolean areMilliseconds(byte[] text, int start, int end) {
    int length = end - start;
    for (int i = start; i < end; i++) {
      if (text[i] < '0') {
        return false; // a sign or a point
      }
    }
    return length < LARGEST.length
        || (length == LARGEST.length && Arrays.compare(text, start, end, LARGEST, 0, length) <= 0);
  }

  /** As {@code BigDecimal} reads numbers, a sign, digits with a point, an exponent. */
  private static int decimal(byte[] text, int start, int end) {
    int first = start < end && (text[start] == '-' || text[start] == '+') ? start + 1 : start;
    int point = endOfDigits(text, first, end);
    boolean hasPoint = point < end && text[point] == '.';
    int fraction = hasPoint ? point + 1 : point;
    int behind = endOfDigits(text, fraction, end);
    if (point - first + behind - fraction == 0) {
      return NONE;
    }
    if (behind < end) {
      return (text[behind] | 0x20) == 'e' ? withExponent(text, start, end) : NONE;
    }
    int significant = first;
    while (significant < point && text[significant] == '0') {
      significant++;
    }
    int last = behind;
    while (last > fraction && text[last - 1] == '0') {
      last--;
    }
    int digits = point - significant;
    int fractionDigits = last - fraction;
    if (digits == 0 && fractionDigits == 0) {
      return ClickTexts.slice(point > first ? first : fraction, 1);
    }
    if (digits + fractionDigits > MAX_DIGITS || fractionDigits > MAX_FRACTION_DIGITS) {
      return NONE;
    }
    int from = digits > 0 ? significant : point - 1;
    if (from < first) {
      return OTHER; // no digit in front of the point
    }
    if (text[start] == '-') {
      if (from > first) {
        return OTHER; // zeros between the sign and the rest
      }
      from = start;
    }
    return ClickTexts.slice(from, (fractionDigits > 0 ? last : point) - from);
  }

  /** A number with an exponent, which has to be written anew but for zero. */
  private static int withExponent(byte[] text, int start, int end) {
    Digits digits = Digits.of(text, start, end);
    if (digits.scale == NO_SCALE) {
      return NONE;
    }
    if (digits.count == 0) {
      return ClickTexts.slice(digits.zero, 1);
    }
    boolean isTooLong =
        Math.max(digits.count, digits.count - digits.scale) > MAX_DIGITS
            || digits.scale > MAX_FRACTION_DIGITS;
    return isTooLong ? NONE : OTHER;
  }

  /**
   * The digits of a number.
   *
   * @param all without zeros at both ends, as far as a number can have digits
   * @param count how many they are, be they too many or not
   * @param scale how many of them are behind the point; negative if zeros follow them; {@link
   *     #NO_SCALE} if the exponent is none
   * @param zero where a digit is that is zero, if there is one
   */
  private record Digits(byte[] all, int count, int scale, int zero) {

    static Digits of(byte[] text, int start, int end) {
      byte[] all = new byte[MAX_DIGITS];
      int count = 0;
      int zeros = 0;
      int zero = start;
      int scale = 0;
      boolean isFraction = false;
      int at = text[start] == '-' || text[start] == '+' ? start + 1 : start;
      for (; at < end && (text[at] | 0x20) != 'e'; at++) {
        if (text[at] == '.') {
          isFraction = true;
          continue;
        }
        scale += isFraction ? 1 : 0;
        if (text[at] != '0') {
          for (; zeros > 0; zeros--) {
            count = add(all, count, '0');
          }
          count = add(all, count, text[at]);
        } else {
          zero = at;
          zeros += count > 0 ? 1 : 0;
        }
      }
      int exponent = at == end ? 0 : exponent(text, at + 1, end);
      return new Digits(
          all, count, exponent == NO_SCALE ? NO_SCALE : scale - zeros - exponent, zero);
    }

    private static int add(byte[] all, int count, int digit) {
      if (count < all.length) {
        all[count] = (byte) digit;
      }
      return count + 1;
    }
  }

  /**
   * The exponent, far from all that matter if it has many digits; {@link #NO_SCALE} if it is none.
   */
  private static int exponent(byte[] text, int start, int end) {
    int first = start < end && (text[start] == '-' || text[start] == '+') ? start + 1 : start;
    if (first == end || endOfDigits(text, first, end) < end) {
      return NO_SCALE;
    }
    int exponent = 0;
    for (int i = first; i < end; i++) {
      exponent = Math.min(MAX_EXPONENT, exponent * 10 + text[i] - '0');
    }
    return text[start] == '-' ? -exponent : exponent;
  }

  private static int endOfDigits(byte[] text, int start, int end) {
    int at = start;
    while (at < end && text[at] >= '0' && text[at] <= '9') {
      at++;
    }
    return at;
  }
}
