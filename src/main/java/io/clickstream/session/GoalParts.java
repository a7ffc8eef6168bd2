package io.clickstream.session;

import io.clickstream.model.Goal;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a session did for a goal. Bounded by {@link #MAX_CURRENCIES} and {@link #MAX_ONCE}: of more,
 * the currencies with the smallest codes and the texts with the smallest hashes are kept, because
 * any other choice would depend on the order of arrival.
 */
final class GoalParts {

  /** Different texts of which one click each counts are kept up to here. */
  static final int MAX_ONCE = 1_000;

  private static final int MAX_CURRENCIES = 8;

  /**
   * A click that may count for its text.
   *
   * @param stamp where it stands in the session, without its page
   * @param value null if it has none
   * @param currency in upper case, empty if there is none
   */
  record Reaching(Stamp stamp, @Nullable BigDecimal value, String currency) {

    private static final Comparator<Reaching> BY_VALUE =
        Comparator.comparing(Reaching::valueText, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(Reaching::currency);

    private @Nullable String valueText() {
      return value == null ? null : ExactNumber.published(value).toPlainString();
    }

    /** Whichever stands first. */
    static Reaching first(Reaching left, Reaching right) {
      int order = left.stamp.compareAsFirst(right.stamp);
      return (order == 0 ? BY_VALUE.compare(left, right) : order) <= 0 ? left : right;
    }
  }

  /** Clicks that count by themselves. */
  private int count;

  /** The smallest of their times. */
  private long firstAt = Long.MAX_VALUE;

  /** The sums of their values. */
  private final TreeMap<String, BigDecimal> sums = new TreeMap<>();

  /** By the hash of the text, of the clicks that have it the one that counts. */
  private final TreeMap<Long, Reaching> once = new TreeMap<>();

  /** Adds a click that counts by itself. */
  void add(Reaching click) {
    count++;
    firstAt = Math.min(firstAt, click.stamp.time());
    if (click.value != null) {
      add(sums, click.currency, click.value);
    }
  }

  /** Adds a click of which one counts among those that have the same text. */
  void addOnce(long text, Reaching click) {
    once.merge(text, click, Reaching::first);
    if (once.size() > MAX_ONCE) {
      once.pollLastEntry();
    }
  }

  /** Adds all that another session has. */
  void addAll(GoalParts other) {
    count += other.count;
    firstAt = Math.min(firstAt, other.firstAt);
    other.sums.forEach((currency, value) -> add(sums, currency, value));
    other.once.forEach(this::addOnce);
  }

  private static void add(TreeMap<String, BigDecimal> sums, String currency, BigDecimal value) {
    sums.merge(currency, value, BigDecimal::add);
    if (sums.size() > MAX_CURRENCIES) {
      sums.pollLastEntry();
    }
  }

  /** What is published of it. */
  Goal goal() {
    TreeMap<String, BigDecimal> all = new TreeMap<>(sums);
    long first = firstAt;
    for (Reaching click : once.values()) {
      first = Math.min(first, click.stamp.time());
      if (click.value != null) {
        add(all, click.currency, click.value);
      }
    }
    Map.Entry<String, BigDecimal> largest = null;
    for (Map.Entry<String, BigDecimal> sum : all.entrySet()) {
      if (largest == null || sum.getValue().compareTo(largest.getValue()) > 0) {
        largest = sum;
      }
    }
    return new Goal(
        count + once.size(),
        largest == null ? null : ExactNumber.published(largest.getValue()),
        largest == null || largest.getKey().isEmpty() ? null : largest.getKey(),
        first);
  }

  /**
   * Whether bytes tell of a click that stands before another one of the same text, or have no place
   * for it, so that it changes nothing; false if that is not clear by its time alone.
   */
  static boolean isRepeated(byte[] bytes, int at, int length, long text, long time) {
    if (length == 0) {
      return false;
    }
    int place = at + Scratch.sizeOf(Scratch.lengthAt(bytes, at)) + Long.BYTES;
    for (int left = bytes[place++]; left > 0; left--) {
      place = behindNumber(bytes, behindText(bytes, place));
    }
    int kept = Scratch.shortAt(bytes, place);
    place += Short.BYTES;
    for (int left = kept; left > 0; left--) {
      long there = Scratch.longAt(bytes, place);
      if (there >= text) {
        return there == text && Scratch.longAt(bytes, place + Long.BYTES) < time;
      }
      place = behindText(bytes, behindNumber(bytes, behindText(bytes, place + 2 * Long.BYTES)));
    }
    return kept == MAX_ONCE;
  }

  private static int behindText(byte[] bytes, int at) {
    return at + Short.BYTES + Math.max(0, Scratch.shortAt(bytes, at) - 1);
  }

  private static int behindNumber(byte[] bytes, int at) {
    return at + 1 + bytes[at];
  }

  /** Writes all of it. */
  void write(Scratch out) {
    out.putLength(count);
    out.putLong(firstAt);
    out.putByte(sums.size());
    sums.forEach(
        (currency, sum) -> {
          putText(out, currency);
          putNumber(out, sum);
        });
    out.putShort(once.size());
    once.forEach(
        (text, click) -> {
          out.putLong(text);
          out.putLong(click.stamp.time());
          putText(out, click.stamp.eventId());
          putNumber(out, click.value);
          putText(out, click.currency);
        });
  }

  /** Behind its length plus one, 0 for none. */
  private static void putText(Scratch out, @Nullable String text) {
    if (text == null) {
      out.putShort(0);
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.putShort(bytes.length + 1);
    out.put(bytes, 0, bytes.length);
  }

  /** How many bytes it has, then its scale and its digits; 0 for none. */
  private static void putNumber(Scratch out, @Nullable BigDecimal number) {
    if (number == null) {
      out.putByte(0);
      return;
    }
    byte[] digits = number.unscaledValue().toByteArray();
    out.putByte(digits.length + 1);
    out.putByte(number.scale());
    out.put(digits, 0, digits.length);
  }

  /** What bytes tell of it; no bytes are nothing. */
  static GoalParts of(byte[] bytes, int at, int length) {
    GoalParts parts = new GoalParts();
    if (length == 0) {
      return parts;
    }
    parts.count = Scratch.lengthAt(bytes, at);
    int place = at + Scratch.sizeOf(parts.count);
    parts.firstAt = Scratch.longAt(bytes, place);
    place += Long.BYTES;
    for (int left = bytes[place++]; left > 0; left--) {
      int number = behindText(bytes, place);
      parts.sums.put(
          Objects.requireNonNull(textAt(bytes, place)),
          Objects.requireNonNull(numberAt(bytes, number)));
      place = behindNumber(bytes, number);
    }
    int left = Scratch.shortAt(bytes, place);
    place += Short.BYTES;
    for (; left > 0; left--) {
      int eventId = place + 2 * Long.BYTES;
      int number = behindText(bytes, eventId);
      int currency = behindNumber(bytes, number);
      parts.once.put(
          Scratch.longAt(bytes, place),
          new Reaching(
              new Stamp(
                  Scratch.longAt(bytes, place + Long.BYTES), textAt(bytes, eventId), null),
              numberAt(bytes, number),
              Objects.requireNonNull(textAt(bytes, currency))));
      place = behindText(bytes, currency);
    }
    return parts;
  }

  private static @Nullable String textAt(byte[] bytes, int at) {
    int length = Scratch.shortAt(bytes, at) - 1;
    return length < 0
        ? null
        : new String(bytes, at + Short.BYTES, length, StandardCharsets.UTF_8);
  }

  private static @Nullable BigDecimal numberAt(byte[] bytes, int at) {
    int length = bytes[at];
    return length == 0
        ? null
        : new BigDecimal(new BigInteger(bytes, at + 2, length - 1), bytes[at + 1]);
  }
}
