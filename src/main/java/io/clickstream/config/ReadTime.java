package io.clickstream.config;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Predicate;

/** How settings say from where and up to where is read. */
final class ReadTime {

  private static final String TIMESTAMP = "timestamp:";

  /** The range of times of clicks: 2000-01-01 to 2100-01-01. */
  private static final long EARLIEST = 946_684_800_000L;

  private static final long LATEST = 4_102_444_800_000L;

  private static final String TOO_LARGE = TIMESTAMP + "99999999999999999999";
  private static final String NO_TIME = "it is not a time with an offset";
  private static final String FAR_OFF = "it is not between 2000 and 2100: are these milliseconds?";

  /** A time in epoch ms. */
  static final Kind<Long> TIME =
      Kind.of(
              "text",
              "a time such as " + StartFrom.EXAMPLE,
              ReadTime::timestamp,
              NO_TIME,
              TIMESTAMP + "yesterday",
              ReadTime::written)
          .refusingText(
              "it does not begin with " + TIMESTAMP, text -> !isTimestamp(text), "latest", "")
          .refusingText("it is too large", ReadTime::isTooLarge, TOO_LARGE)
          .refusing(FAR_OFF, ReadTime::isFarOff, "timestamp:1793491200")
          .suchAs(StartFrom.EXAMPLE, "timestamp:946684800000");

  /** A place to begin at. */
  static final Kind<StartFrom> START =
      Kind.of(
              "text",
              "one of committed, earliest, latest, or a time such as " + StartFrom.EXAMPLE,
              ReadTime::start,
              NO_TIME,
              TIMESTAMP + "yesterday",
              start -> isTime(start) ? written(start.timestamp()) : Kinds.written(start.kind()))
          .refusingText("it is none of them", isNoWord().and(text -> !isTimestamp(text)), "now", "")
          .refusingText("it is too large", ReadTime::isTooLarge, TOO_LARGE)
          .refusing(
              FAR_OFF,
              start -> isTime(start) && isFarOff(start.timestamp()),
              "timestamp:1793491200")
          .suchAs("latest", "EARLIEST", StartFrom.EXAMPLE);

  private ReadTime() {}

  private static Predicate<String> isNoWord() {
    return text ->
        Arrays.stream(StartFrom.Kind.values())
            .filter(kind -> kind != StartFrom.Kind.TIMESTAMP)
            .noneMatch(kind -> kind.name().equalsIgnoreCase(text));
  }

  private static StartFrom start(String text) {
    return isTimestamp(text)
        ? StartFrom.timestamp(timestamp(text))
        : new StartFrom(StartFrom.Kind.valueOf(text.toUpperCase(Locale.ROOT)), 0);
  }

  private static boolean isTime(StartFrom start) {
    return start.kind() == StartFrom.Kind.TIMESTAMP;
  }

  private static String written(long time) {
    return TIMESTAMP + Instant.ofEpochMilli(time);
  }

  private static boolean isFarOff(long time) {
    return time < EARLIEST || time >= LATEST;
  }

  private static boolean isTooLarge(String text) {
    if (!isTimestamp(text) || !isDigits(time(text))) {
      return false;
    }
    try {
      Long.parseLong(time(text));
      return false;
    } catch (NumberFormatException e) {
      return true;
    }
  }

  private static long timestamp(String text) {
    String time = time(text);
    return isDigits(time)
        ? Long.parseLong(time)
        : OffsetDateTime.parse(time).toInstant().toEpochMilli();
  }

  private static String time(String text) {
    return text.substring(TIMESTAMP.length()).strip();
  }

  private static boolean isDigits(String time) {
    return time.matches("[0-9]+");
  }

  private static boolean isTimestamp(String text) {
    return text.toLowerCase(Locale.ROOT).startsWith(TIMESTAMP);
  }
}
