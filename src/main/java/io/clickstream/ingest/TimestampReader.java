package io.clickstream.ingest;

import io.clickstream.columns.Form;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.TimestampUnit;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the times of records, as the settings {@code ingest.timestamp-unit} and {@code
 * ingest.timestamp-zone} say, and tells what other values look like.
 *
 * <p>Units and zones are never guessed. Without a unit, whole numbers are milliseconds, in quotes
 * or not. With one, numbers and digits in quotes have it, with a fraction or an exponent or
 * without. Digits beyond milliseconds are cut off, down to the earlier one. Text is read by {@link
 * IsoTimestamp}; without a zone it needs an offset.
 *
 * <p>A time that is read may be any time at all: the caller decides whether it is possible.
 */
public final class TimestampReader implements Serializable {

  /** The result for a value that is no time. */
  public static final long INVALID = IsoTimestamp.INVALID;

  /** For settings that say nothing. */
  public static final TimestampReader DEFAULT = new TimestampReader(Numbers.WHOLE_MS, null);

  private static final long serialVersionUID = 1L;

  /** The result for a number that is later or earlier than any time. */
  private static final long BEYOND = Long.MAX_VALUE;

  /** A number of as many digits is negative as a long if that cannot hold it. */
  private static final int MAX_DIGITS = 19;

  /** A long holds any number of as many digits. */
  private static final int MAX_WHOLE_DIGITS = 18;

  /** A longer text is no number. */
  private static final int MAX_NUMBER_LENGTH = 64;

  /** More seconds are more milliseconds than a long holds. */
  private static final long MAX_SECONDS = Long.MAX_VALUE / 1_000;

  /** In ms it is 1973, in seconds 5138: no clock of a sender says either. */
  private static final long SECONDS_END = 100_000_000_000L;

  /** The meaning of a number. */
  private enum Numbers {
    /** Milliseconds, if it is whole. */
    WHOLE_MS(0, "epoch milliseconds as an integer"),
    MS(0, "epoch milliseconds"),
    S(3, "epoch seconds"),
    US(-3, "epoch microseconds"),
    NS(-6, "epoch nanoseconds"),
    /** Seconds below 10<sup>11</sup>, else milliseconds. */
    S_OR_MS(0, "epoch seconds or milliseconds");

    /** By how many digits the point moves to the right to make it milliseconds. */
    private final int shift;

    private final String words;

    Numbers(int shift, String words) {
      this.shift = shift;
      this.words = words;
    }

    static Numbers of(@Nullable TimestampUnit unit) {
      return unit == null
          ? WHOLE_MS
          : switch (unit) {
            case MS -> MS;
            case S -> S;
            case US -> US;
            case NS -> NS;
          };
    }
  }

  private final Numbers numbers;
  private final @Nullable ZoneRules zone;
  private final String expected;

  private TimestampReader(Numbers numbers, @Nullable ZoneId zone) {
    this.numbers = numbers;
    this.zone = zone == null ? null : zone.getRules();
    this.expected =
        numbers.words
            + (zone == null
                ? " or ISO-8601 with an offset"
                : " or ISO-8601, with an offset or local");
  }

  /** Reads as the settings say. */
  public static TimestampReader of(IngestSettings settings) {
    return new TimestampReader(Numbers.of(settings.timestampUnit()), settings.timestampZone());
  }

  /**
   * Reads numbers below 10<sup>11</sup> as seconds and others as milliseconds, for a format whose
   * senders write both: no click is of 1973 or 5138. It is no setting, since it is a guess anywhere
   * else.
   *
   * @param zone as {@code ingest.timestamp-zone}
   */
  public static TimestampReader ofSecondsOrMilliseconds(@Nullable ZoneId zone) {
    return new TimestampReader(Numbers.S_OR_MS, zone);
  }

  /** Whether the time of a click can be this: from 2000 to before 2100. */
  public static boolean isPossible(long time) {
    return time >= FieldValues.EARLIEST_TIME && time < FieldValues.TIME_END;
  }

  /** Completes "expected …". */
  public String expected() {
    return expected;
  }

  /** Whether whole numbers are epoch milliseconds as they are. */
  public boolean readsMilliseconds() {
    return numbers == Numbers.WHOLE_MS || numbers == Numbers.MS;
  }

  /**
   * The time that a value is.
   *
   * @param text the text, or the number as it is written; anything for other forms
   * @return epoch ms, or {@link #INVALID}
   */
  public long read(Form form, String text) {
    return switch (form) {
      case INTEGER, DECIMAL -> {
        byte[] bytes = latin(text);
        yield readNumber(bytes, 0, bytes.length, form == Form.INTEGER);
      }
      case TEXT -> {
        byte[] bytes = latin(text);
        yield readText(bytes, 0, bytes.length);
      }
      default -> INVALID;
    };
  }

  /** The same for a text that is a part of these bytes, in any encoding that extends ASCII. */
  public long readText(byte[] text, int start, int end) {
    long time = IsoTimestamp.parse(text, start, end, zone);
    return time == INVALID && end - start <= MAX_NUMBER_LENGTH && isNumber(text, start, end)
        ? readNumber(text, start, end, isWhole(text, start, end))
        : time;
  }

  /**
   * The same for a number that is a part of these bytes, as JSON writes it.
   *
   * @param isWhole whether it has neither fraction nor exponent
   */
  public long readNumber(byte[] text, int start, int end, boolean isWhole) {
    if (!isWhole && numbers == Numbers.WHOLE_MS) {
      return INVALID;
    }
    int at = start;
    long whole = 0;
    while (at < end && isDigit(text[at])) {
      whole = whole * 10 + text[at] - '0'; // it may overflow, but is not used then
      at++;
    }
    int digits = at - start;
    int thousandths = 0;
    if (at < end && text[at] == '.') {
      int point = at++;
      while (at < end && isDigit(text[at])) {
        if (at - point <= 3) {
          thousandths = thousandths * 10 + text[at] - '0';
        }
        at++;
      }
      for (int i = at - point; i <= 3; i++) {
        thousandths *= 10;
      }
    }
    if (digits == 0 || at < end) {
      return readAnyNumber(text, start, end); // a sign or an exponent
    }
    return digits > MAX_DIGITS || whole < 0
        ? readAnyNumber(text, start, end)
        : millis(whole, thousandths);
  }

  private long millis(long whole, int thousandths) {
    return switch (numbers) {
      case WHOLE_MS, MS -> whole;
      case US -> whole / 1_000;
      case NS -> whole / 1_000_000;
      case S -> whole >= MAX_SECONDS ? BEYOND : whole * 1_000 + thousandths;
      case S_OR_MS -> whole < SECONDS_END ? whole * 1_000 + thousandths : whole;
    };
  }

  private long readAnyNumber(byte[] text, int start, int end) {
    if (end - start > MAX_NUMBER_LENGTH) {
      return isNumber(text, start, end) ? BEYOND : INVALID;
    }
    BigDecimal number = decimal(new String(text, start, end - start, StandardCharsets.ISO_8859_1));
    if (number == null) {
      return INVALID;
    }
    boolean isSeconds =
        numbers == Numbers.S_OR_MS && number.abs().compareTo(BigDecimal.valueOf(SECONDS_END)) < 0;
    return millis(number, isSeconds ? Numbers.S.shift : numbers.shift);
  }

  /** Whole milliseconds, down to the earlier one; {@link #BEYOND} if they are no long. */
  private static long millis(BigDecimal number, int shift) {
    long wholeDigits = (long) number.precision() - number.scale() + shift;
    if (number.signum() == 0 || wholeDigits < 0) {
      return number.signum() < 0 ? -1 : 0; // not even a tenth of one
    }
    return wholeDigits > MAX_WHOLE_DIGITS
        ? BEYOND
        : number.scaleByPowerOfTen(shift).setScale(0, RoundingMode.FLOOR).longValueExact();
  }

  private static @Nullable BigDecimal decimal(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /**
   * Says in a few words what a value that is no possible time looks like, without the value itself
   * but for the day that it would be in another unit; completes "found …".
   *
   * @param text as for {@link #read}
   */
  public String looksLike(Form form, String text) {
    if (form == Form.INTEGER || form == Form.DECIMAL) {
      return (form == Form.INTEGER ? "a whole number" : "a number with a fraction") + inUnits(text);
    }
    if (form != Form.TEXT) {
      return form.words();
    }
    byte[] bytes = latin(text);
    if (bytes.length <= MAX_NUMBER_LENGTH && isNumber(bytes, 0, bytes.length)) {
      return "digits in quotes" + inUnits(text);
    }
    if (IsoTimestamp.parse(bytes, 0, bytes.length) != INVALID) {
      return "another";
    }
    boolean isLocal =
        IsoTimestamp.parse(bytes, 0, bytes.length, ZoneOffset.UTC.getRules()) != INVALID;
    return !isLocal
        ? form.words()
        : zone == null ? "text without an offset: set ingest.timestamp-zone" : "another";
  }

  /** Which day a number would be in another unit, or nothing. */
  private String inUnits(String text) {
    BigDecimal number = text.length() > MAX_NUMBER_LENGTH ? null : decimal(text);
    if (number == null) {
      return "";
    }
    for (TimestampUnit unit : TimestampUnit.values()) {
      long time = millis(number, Numbers.of(unit).shift);
      if (isPossible(time)) {
        return "; as %s it would be %s: set ingest.timestamp-unit: %s"
            .formatted(
                unit.words(),
                Instant.ofEpochMilli(time).atOffset(ZoneOffset.UTC).toLocalDate(),
                unit.name().toLowerCase(Locale.ROOT));
      }
    }
    return "";
  }

  /** Digits with at most one point and one exponent among them, as JSON writes numbers. */
  private static boolean isNumber(byte[] text, int start, int end) {
    int at = start < end && text[start] == '-' ? start + 1 : start;
    int point = endOfDigits(text, at, end);
    if (point == at) {
      return false;
    }
    at = point;
    if (at < end && text[at] == '.') {
      at = endOfDigits(text, at + 1, end);
      if (at == point + 1) {
        return false;
      }
    }
    if (at < end && (text[at] == 'e' || text[at] == 'E')) {
      int exponent = at + 1 < end && (text[at + 1] == '-' || text[at + 1] == '+') ? at + 2 : at + 1;
      at = endOfDigits(text, exponent, end);
      if (at == exponent) {
        return false;
      }
    }
    return at == end;
  }

  private static boolean isWhole(byte[] text, int start, int end) {
    return endOfDigits(text, text[start] == '-' ? start + 1 : start, end) == end;
  }

  private static int endOfDigits(byte[] text, int start, int end) {
    int at = start;
    while (at < end && isDigit(text[at])) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(byte next) {
    return next >= '0' && next <= '9';
  }

  /** A character that this cannot encode becomes a question mark, which is in no time. */
  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
