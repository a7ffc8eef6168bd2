package io.clickstream.session;

import io.clickstream.model.Goal;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The conversions of a session for a goal. Bounded by {@link #MAX_CURRENCIES} and {@link
 * #MAX_ONCE}: of more, the currencies with the smallest codes and the texts with the smallest
 * hashes are kept, because any other choice would depend on the order of arrival.
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
      return right.isBefore(left) ? right : left;
    }

    /** Whether it stands before another one, by its value where that is all they differ in. */
    private boolean isBefore(Reaching other) {
      int order = stamp.compareAsFirst(other.stamp);
      return (order == 0 ? BY_VALUE.compare(this, other) : order) < 0;
    }
  }

  /** Clicks that count by themselves. */
  private int count;

  /** The smallest of their times. */
  private long firstAt = Long.MAX_VALUE;

  /** The sums of their values. */
  private final NavigableMap<String, BigDecimal> sums = new TreeMap<>();

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

  private static void add(
      NavigableMap<String, BigDecimal> sums, String currency, BigDecimal value) {
    sums.merge(currency, value, BigDecimal::add);
    if (sums.size() > MAX_CURRENCIES) {
      sums.pollLastEntry();
    }
  }

  /** The published form. */
  Goal goal() {
    NavigableMap<String, BigDecimal> all = new TreeMap<>(sums);
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
   * Adds a click that counts by itself to bytes. The clicks that count for their texts, which may
   * be many, are copied as they are.
   *
   * @param at where the bytes begin
   * @param length of them, 0 where the goal is not reached
   */
  static void add(byte[] bytes, int at, int length, Reaching click, Scratch out) {
    GoalParts parts = new GoalParts();
    int once = length == 0 ? at : parts.readSums(bytes, at);
    parts.add(click);
    parts.writeSums(out);
    if (length == 0) {
      out.putShort(0);
    } else {
      out.put(bytes, once, at + length - once);
    }
  }

  /**
   * Adds a click of which one counts among those that have the same text to bytes: the others are
   * passed over by their lengths and copied as they are.
   *
   * @param text its hash
   * @return whether it changes anything; only then anything is written
   */
  static boolean addOnce(byte[] bytes, int at, int length, long text, Reaching click, Scratch out) {
    if (length == 0) {
      GoalParts parts = new GoalParts();
      parts.addOnce(text, click);
      parts.write(out);
      return true;
    }
    int once = onceAt(bytes, at);
    int kept = Scratch.shortAt(bytes, once);
    int first = once + Short.BYTES;
    int place = first;
    int left = kept;
    while (left > 0 && Scratch.longAt(bytes, place) < text) {
      place = behindOnce(bytes, place);
      left--;
    }
    int end = at + length;
    int behind = place;
    if (left > 0 && Scratch.longAt(bytes, place) == text) {
      if (!click.isBefore(onceAtPlace(bytes, place))) {
        return false;
      }
      behind = behindOnce(bytes, place);
    } else if (kept == MAX_ONCE) {
      if (left == 0) {
        return false;
      }
      end = place;
      for (; left > 1; left--) {
        end = behindOnce(bytes, end);
      }
    }
    out.put(bytes, at, once - at);
    out.putShort(behind > place ? kept : Math.min(kept + 1, MAX_ONCE));
    out.put(bytes, first, place - first);
    putOnce(out, text, click);
    out.put(bytes, behind, end - behind);
    return true;
  }

  /** Where the clicks that count for their texts begin. */
  private static int onceAt(byte[] bytes, int at) {
    int place = at + Scratch.sizeOf(Scratch.lengthAt(bytes, at)) + Long.BYTES;
    for (int left = bytes[place++]; left > 0; left--) {
      place = behindNumber(bytes, behindText(bytes, place));
    }
    return place;
  }

  private static int behindOnce(byte[] bytes, int place) {
    return behindText(bytes, behindNumber(bytes, behindText(bytes, place + 2 * Long.BYTES)));
  }

  private static int behindText(byte[] bytes, int at) {
    return at + Short.BYTES + Math.max(0, Scratch.shortAt(bytes, at) - 1);
  }

  private static int behindNumber(byte[] bytes, int at) {
    return at + 1 + bytes[at];
  }

  /** Writes all of it. */
  void write(Scratch out) {
    writeSums(out);
    out.putShort(once.size());
    once.forEach((text, click) -> putOnce(out, text, click));
  }

  private void writeSums(Scratch out) {
    out.putLength(count);
    out.putLong(firstAt);
    out.putByte(sums.size());
    sums.forEach(
        (currency, sum) -> {
          putText(out, currency);
          putNumber(out, sum);
        });
  }

  private static void putOnce(Scratch out, long text, Reaching click) {
    out.putLong(text);
    out.putLong(click.stamp.time());
    putText(out, click.stamp.eventId());
    putNumber(out, click.value);
    putText(out, click.currency);
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

  /** Reads bytes; no bytes mean no conversion. */
  static GoalParts of(byte[] bytes, int at, int length) {
    GoalParts parts = new GoalParts();
    if (length == 0) {
      return parts;
    }
    int place = parts.readSums(bytes, at);
    int left = Scratch.shortAt(bytes, place);
    place += Short.BYTES;
    for (; left > 0; left--) {
      parts.once.put(Scratch.longAt(bytes, place), onceAtPlace(bytes, place));
      place = behindOnce(bytes, place);
    }
    return parts;
  }

  /** Reads all but the clicks that count for their texts; returns where these begin. */
  private int readSums(byte[] bytes, int at) {
    count = Scratch.lengthAt(bytes, at);
    int place = at + Scratch.sizeOf(count);
    firstAt = Scratch.longAt(bytes, place);
    place += Long.BYTES;
    for (int left = bytes[place++]; left > 0; left--) {
      int number = behindText(bytes, place);
      sums.put(
          Objects.requireNonNull(textAt(bytes, place)),
          Objects.requireNonNull(numberAt(bytes, number)));
      place = behindNumber(bytes, number);
    }
    return place;
  }

  private static Reaching onceAtPlace(byte[] bytes, int place) {
    int eventId = place + 2 * Long.BYTES;
    int number = behindText(bytes, eventId);
    return new Reaching(
        new Stamp(Scratch.longAt(bytes, place + Long.BYTES), textAt(bytes, eventId), null),
        numberAt(bytes, number),
        Objects.requireNonNull(textAt(bytes, behindNumber(bytes, number))));
  }

  private static @Nullable String textAt(byte[] bytes, int at) {
    int length = Scratch.shortAt(bytes, at) - 1;
    return length < 0 ? null : new String(bytes, at + Short.BYTES, length, StandardCharsets.UTF_8);
  }

  private static @Nullable BigDecimal numberAt(byte[] bytes, int at) {
    int length = bytes[at];
    return length == 0
        ? null
        : new BigDecimal(new BigInteger(bytes, at + 2, length - 1), bytes[at + 1]);
  }
}
