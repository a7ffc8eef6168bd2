package io.clickstream.ingest;

import io.clickstream.config.Identity;
import io.clickstream.config.IngestSettings;
import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Settings, records and clicks that the tests of this package start from. */
final class IngestSamples {

  /** The wall clock of the tests: 2026-01-01T12:00Z. */
  static final long NOW = Instant.parse("2026-01-01T12:00:00Z").toEpochMilli();

  static final int MAX_RECORD_SIZE = 1 << 20;

  private IngestSamples() {}

  static IngestSettings settings() {
    return settings(Identity.DEVICE, Map.of(), Map.of());
  }

  static IngestSettings settings(
      Identity identity, Map<String, String> fields, Map<String, String> eventTypes) {
    return IngestSettings.defaults()
        .with(IngestSettings.MAX_RECORD_SIZE, (long) MAX_RECORD_SIZE)
        .with(IngestSettings.IDENTITY, identity)
        .with(IngestSettings.FIELDS, fields)
        .with(IngestSettings.EVENT_TYPES, eventTypes);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** JSON written with single quotes. */
  static Origin json(String text) {
    return origin(bytes(text.replace('\'', '"')));
  }

  static Origin origin(byte @Nullable [] value) {
    return new Origin("raw-clicks", 3, 42, bytes("key"), value);
  }

  /** The click of a record that says no more than it must. */
  static Click bareClick(Visitor visitor, EventKind kind, long timestamp, Origin origin) {
    return clickOfProduct(visitor, kind, timestamp, null, 1, null, origin);
  }

  static Click clickOfProduct(
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
  static Click clickOfProduct(
      Visitor visitor,
      EventKind kind,
      String eventType,
      long timestamp,
      @Nullable String productId,
      long quantity,
      @Nullable BigDecimal price,
      Origin origin) {
    boolean isUser = visitor.kind() == VisitorKind.USER;
    return new Click(
        visitor,
        timestamp,
        null,
        kind,
        isUser ? visitor.id() : null,
        isUser ? null : visitor.id(),
        null,
        null,
        null,
        null,
        null,
        productId,
        quantity,
        price,
        null,
        null,
        null,
        null,
        eventType,
        null,
        origin);
  }

  /** A click that is without some fields of its record, or has mended ones. */
  static Ingested withProblems(Click click, ClickField... fields) {
    return Ingested.of(click, Stream.of(fields).mapToInt(ClickField::bit).sum());
  }

  static Ingested rejected(RejectionReason reason, String detail, Origin origin) {
    return Ingested.of(new Rejection(reason, detail, origin));
  }
}
