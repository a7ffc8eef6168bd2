package io.clickstream.ingest;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.EventTypeRule;
import io.clickstream.columns.FieldSource;
import io.clickstream.config.Identity;
import io.clickstream.config.IngestSettings;
import io.clickstream.model.Click;
import io.clickstream.model.ClickBuilder;
import io.clickstream.model.ClickText;
import io.clickstream.model.EventKind;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.Visitor;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Settings, records and clicks that the tests of records start from. */
public final class IngestSamples {

  /** The wall clock of the tests: 2026-01-01T12:00Z. */
  public static final long NOW = Instant.parse("2026-01-01T12:00:00Z").toEpochMilli();

  public static final int MAX_RECORD_SIZE = 1 << 20;

  private IngestSamples() {}

  public static IngestSettings settings() {
    return settings(Identity.DEVICE, Map.of(), Map.of());
  }

  public static IngestSettings settings(
      Identity identity, Map<String, String> fields, Map<String, String> eventTypes) {
    return IngestSettings.defaults()
        .with(IngestSettings.MAX_RECORD_SIZE, (long) MAX_RECORD_SIZE)
        .with(IngestSettings.IDENTITY, identity)
        .with(IngestSettings.FIELDS, sources(fields))
        .with(IngestSettings.EVENT_TYPES, rules(eventTypes));
  }

  /** What stands in a file under {@code ingest.fields}: texts and lists of them. */
  public static Map<String, FieldSource> sources(Map<String, ?> written) {
    return written.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, field -> FieldSource.parse(field.getValue())));
  }

  /** What stands in a file under {@code ingest.event-types}: texts, lists and maps of them. */
  public static Map<String, EventTypeRule> rules(Map<String, ?> written) {
    return written.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, type -> EventTypeRule.parse(type.getValue())));
  }

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** JSON written with single quotes. */
  public static Origin json(String text) {
    return origin(bytes(text.replace('\'', '"')));
  }

  public static Origin origin(byte @Nullable [] value) {
    return new Origin("raw-clicks", 3, 42, bytes("key"), value);
  }

  /** The click of a record that says no more than it must. */
  public static Click bareClick(Visitor visitor, EventKind kind, long timestamp, Origin origin) {
    return clickOfProduct(visitor, kind, timestamp, null, 1, null, origin);
  }

  public static Click clickOfProduct(
      Visitor visitor,
      EventKind kind,
      long timestamp,
      @Nullable String productId,
      long quantity,
      @Nullable BigDecimal price,
      Origin origin) {
    return clickOfProduct(
        visitor, kind, kind.text(), timestamp, productId, quantity, price, origin);
  }

  /** The same where the type is not called as we call it. */
  public static Click clickOfProduct(
      Visitor visitor,
      EventKind kind,
      String eventType,
      long timestamp,
      @Nullable String productId,
      long quantity,
      @Nullable BigDecimal price,
      Origin origin) {
    return ClickBuilder.clickOf(visitor, timestamp)
        .kind(kind, eventType)
        .with(ClickText.PRODUCT_ID, productId)
        .quantity(quantity)
        .price(price)
        .origin(origin)
        .build();
  }

  /** A click that is without some fields of its record, or has mended ones. */
  public static Ingested withProblems(Click click, ClickField... fields) {
    return Ingested.of(click, Stream.of(fields).map(ClickField::index).sorted().toList());
  }

  public static Ingested rejected(RejectionReason reason, String detail, Origin origin) {
    return Ingested.of(new Rejection(reason, detail, origin));
  }
}
