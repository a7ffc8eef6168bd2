package io.clickstream.config;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How settings say from where and up to where is read. */
final class ReadTime {

  static final String EXAMPLE = "timestamp:2026-11-01T00:00:00Z";

  private static final String TIMESTAMP = "timestamp:";

  /** What times of clicks are, too: 2000-01-01 to 2100-01-01. */
  private static final long EARLIEST = 946_684_800_000L;

  private static final long LATEST = 4_102_444_800_000L;

  private ReadTime() {}

  /** Says what is wrong with a place to begin at, or null if it is right. */
  static @Nullable String startMistake(String text) {
    if (isTimestamp(text)) {
      return timestampMistake(text);
    }
    for (StartFrom.Kind kind : StartFrom.Kind.values()) {
      if (kind != StartFrom.Kind.TIMESTAMP && kind.name().equalsIgnoreCase(text)) {
        return null;
      }
    }
    return "it is none of them";
  }

  /** A place to begin at. */
  static StartFrom start(String text) {
    return isTimestamp(text)
        ? StartFrom.timestamp(timestamp(text))
        : new StartFrom(StartFrom.Kind.valueOf(text.toUpperCase(Locale.ROOT)), 0);
  }

  /** Says what is wrong with a time, or null if it is right. */
  static @Nullable String timestampMistake(String text) {
    if (!isTimestamp(text)) {
      return "it does not begin with " + TIMESTAMP;
    }
    try {
      long time = timestamp(text);
      return time < EARLIEST || time >= LATEST
          ? "it is not between 2000 and 2100: are these milliseconds?"
          : null;
    } catch (NumberFormatException e) {
      return "it is too large";
    } catch (DateTimeException | ArithmeticException e) {
      return "it is not a time with an offset";
    }
  }

  /** A time in epoch ms. */
  static long timestamp(String text) {
    String time = text.substring(TIMESTAMP.length()).strip();
    return time.matches("[0-9]+")
        ? Long.parseLong(time)
        : OffsetDateTime.parse(time).toInstant().toEpochMilli();
  }

  private static boolean isTimestamp(String text) {
    return text.toLowerCase(Locale.ROOT).startsWith(TIMESTAMP);
  }
}
