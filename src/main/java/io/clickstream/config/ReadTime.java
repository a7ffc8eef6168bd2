package io.clickstream.config;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How settings say from where and up to where is read. */
final class ReadTime {

  static final String EXAMPLE = "timestamp:2026-11-01T00:00:00Z";

  private static final String TIMESTAMP = "timestamp:";

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
      return timestamp(text) < 0 ? "it is before 1970" : null;
    } catch (NumberFormatException e) {
      return "it is too large";
    } catch (DateTimeException e) {
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
