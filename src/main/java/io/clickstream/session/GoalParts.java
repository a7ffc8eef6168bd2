package io.clickstream.session;

import io.clickstream.columns.Aggregate.Reached;
import io.clickstream.model.Click;
import io.clickstream.model.Goal;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Locale;
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

    static Reaching of(Click click, Reached goal) {
      String value = ClickFilter.text(click, goal.value());
      String currency = ClickFilter.text(click, goal.currency());
      return new Reaching(
          new Stamp(click.timestamp(), click.eventId(), null),
          value == null ? null : new BigDecimal(value),
          currency == null ? "" : currency.toUpperCase(Locale.ROOT));
    }

    /** Negative if it stands before another one. */
    private int compare(Reaching other) {
      int order = stamp.compareAsFirst(other.stamp);
      return order == 0 ? BY_VALUE.compare(this, other) : order;
    }

    private static Reaching first(Reaching left, Reaching right) {
      return left.compare(right) <= 0 ? left : right;
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

  private void addOnce(long text, Reaching click) {
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
   * Adds a click that counts by itself to the bytes of a goal.
   *
   * @param out takes the bytes that there are then
   */
  static void add(byte[] bytes, int at, int length, Click click, Reached goal, Scratch out) {
    int count = Scratch.lengthAt(bytes, at);
    int firstAt = at + Scratch.sizeOf(count);
    out.putLength(count + 1);
    out.putLong(Math.min(Scratch.longAt(bytes, firstAt), click.timestamp()));
    int rest = firstAt + Long.BYTES;
    if (ClickFilter.text(click, goal.value()) != null) {
      GoalParts parts = new GoalParts();
      Reaching reaching = Reaching.of(click, goal);
      rest = parts.readAlone(bytes, at);
      add(parts.sums, reaching.currency, Objects.requireNonNull(reaching.value));
      parts.writeSums(out);
    }
    out.put(bytes, rest, at + length - rest);
  }

  /**
   * Adds a click of which one counts among those that have the same text to the bytes of a goal.
   *
   * @param text the hash of that text
   * @param out takes the bytes that there are then, if the click changes any
   * @return whether it does
   */
  static boolean addOnce(
      byte[] bytes, int at, int length, long text, Click click, Reached goal, Scratch out) {
    int once = behindAlone(bytes, at);
    int kept = Scratch.shortAt(bytes, once);
    int end = at + length;
    int place = once + Short.BYTES;
    while (place < end && Scratch.longAt(bytes, place) < text) {
      place = behindOnce(bytes, place);
    }
    int behind = place;
    if (place < end && Scratch.longAt(bytes, place) == text) {
      if (Scratch.longAt(bytes, place + Long.BYTES) < click.timestamp()
          || onceAt(bytes, place).compare(Reaching.of(click, goal)) <= 0) {
        return false;
      }
      behind = behindOnce(bytes, place);
    } else if (kept < MAX_ONCE) {
      kept++;
    } else if (place == end) {
      return false;
    } else {
      end = lastOnce(bytes, place, end);
    }
    out.put(bytes, at, once - at);
    out.putShort(kept);
    out.put(bytes, once + Short.BYTES, place - once - Short.BYTES);
    write(text, Reaching.of(click, goal), out);
    out.put(bytes, behind, end - behind);
    return true;
  }

  private static int lastOnce(byte[] bytes, int place, int end) {
    int last = place;
    for (int next = behindOnce(bytes, last); next < end; next = behindOnce(bytes, next)) {
      last = next;
    }
    return last;
  }

  /** Where the clicks end that count by themselves. */
  private static int behindAlone(byte[] bytes, int at) {
    int place = at + Scratch.sizeOf(Scratch.lengthAt(bytes, at)) + Long.BYTES;
    for (int left = bytes[place++]; left > 0; left--) {
      place = behindNumber(bytes, behindText(bytes, place));
    }
    return place;
  }

  /** Where a click ends that counts for a text. */
  private static int behindOnce(byte[] bytes, int at) {
    return behindText(bytes, behindNumber(bytes, behindText(bytes, at + 2 * Long.BYTES)));
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
    writeSums(out);
    out.putShort(once.size());
    once.forEach((text, click) -> write(text, click, out));
  }

  private void writeSums(Scratch out) {
    out.putByte(sums.size());
    sums.forEach(
        (currency, sum) -> {
          putText(out, currency);
          putNumber(out, sum);
        });
  }

  private static void write(long text, Reaching click, Scratch out) {
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

  /** What bytes tell of it. */
  static GoalParts of(byte[] bytes, int at, int length) {
    GoalParts parts = new GoalParts();
    int place = parts.readAlone(bytes, at) + Short.BYTES;
    while (place < at + length) {
      parts.once.put(Scratch.longAt(bytes, place), onceAt(bytes, place));
      place = behindOnce(bytes, place);
    }
    return parts;
  }

  /** Reads the clicks that count by themselves; returns where they end. */
  private int readAlone(byte[] bytes, int at) {
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

  private static Reaching onceAt(byte[] bytes, int at) {
    int eventId = at + 2 * Long.BYTES;
    int number = behindText(bytes, eventId);
    int currency = behindNumber(bytes, number);
    return new Reaching(
        new Stamp(Scratch.longAt(bytes, at + Long.BYTES), textAt(bytes, eventId), null),
        numberAt(bytes, number),
        Objects.requireNonNull(textAt(bytes, currency)));
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
