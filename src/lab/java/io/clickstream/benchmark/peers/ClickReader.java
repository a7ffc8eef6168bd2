package io.clickstream.benchmark.peers;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Binds records of the click topic with one reader, and says what is wrong with a click. */
final class ClickReader {

  private static final long MIN_TIME = Instant.parse("2000-01-01T00:00:00Z").toEpochMilli();
  private static final long MAX_TIME = Instant.parse("2100-01-01T00:00:00Z").toEpochMilli();
  private static final long MAX_FUTURE_SKEW_MS = 5 * 60_000;

  private final ObjectReader reader =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
          .build()
          .readerFor(ShopClick.class);

  /** A click, or the reason why a record is none. */
  record Result(@Nullable ShopClick click, @Nullable String rejection) {}

  /**
   * Reads one record.
   *
   * @param recordTime the timestamp that the record has in Kafka, epoch ms
   */
  Result read(byte @Nullable [] value, long recordTime) {
    ShopClick click;
    try {
      click = value == null ? null : reader.readValue(value);
    } catch (IOException e) {
      return new Result(null, "MALFORMED_JSON");
    }
    if (click == null) {
      return new Result(null, "NOT_AN_OBJECT");
    }
    String anonymousId = present(click.anonymousId);
    click.visitorId = anonymousId == null ? present(click.userId) : anonymousId;
    String rejection = rejection(click, recordTime);
    return rejection == null ? new Result(click, null) : new Result(null, rejection);
  }

  private static @Nullable String rejection(ShopClick click, long recordTime) {
    if (click.eventType == null) {
      return "FIELD_MISSING";
    }
    if (click.visitorId == null) {
      return "IDENTITY_MISSING";
    }
    if (click.timestamp < MIN_TIME || click.timestamp >= MAX_TIME) {
      return "TIMESTAMP_INVALID";
    }
    long now = System.currentTimeMillis();
    long arrival = recordTime < 0 ? now : Math.min(recordTime, now);
    return click.timestamp > arrival + MAX_FUTURE_SKEW_MS ? "TIMESTAMP_IN_FUTURE" : null;
  }

  private static @Nullable String present(@Nullable String id) {
    if (id == null || id.isBlank()) {
      return null;
    }
    return switch (id.toLowerCase(Locale.ROOT)) {
      case "null", "undefined", "(null)" -> null;
      default -> id;
    };
  }
}
