package io.clickstream.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The JSON Schema of the records of {@code enriched-sessions}: every record has exactly these
 * fields, a session those of its clicks, and a retraction null in their place.
 */
public final class SessionSchema {

  private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Where a field has a value. */
  private enum Presence {
    /** In every record. */
    ALWAYS,
    /** In some records, of sessions or of retractions. */
    SOMETIMES,
    /** In every session; null in a retraction. */
    OF_SESSION,
    /** In some sessions; null in a retraction. */
    OF_SOME_SESSIONS
  }

  private enum Kind {
    TEXT,
    UUID,
    BOOLEAN,
    COUNT,
    MILLIS,
    DECIMAL,
    DECIMALS_BY_NAME,
    COUNTS_BY_NAME,
    PRODUCTS
  }

  private record Field(
      String name, Kind kind, Presence presence, String meaning, List<String> values) {}

  private static final List<Field> FIELDS =
      List.of(
          always("session_id", Kind.UUID, "Id of the session, a UUID of version 7; also the key."),
          always("revision", Kind.COUNT, "The largest of a session_id is the one that counts."),
          always("is_deleted", Kind.BOOLEAN, "Whether the record withdraws the session for good."),
          field(
              "superseded_by",
              Kind.UUID,
              Presence.SOMETIMES,
              "The session that takes the place of the one withdrawn."),
          oneOf(
              "visitor_kind",
              Presence.ALWAYS,
              "Which id the visitor is known by.",
              "USER",
              "DEVICE"),
          always("visitor_id", Kind.TEXT, "The user_id or the anonymous_id of the visitor."),
          field("app_id", Kind.TEXT, Presence.SOMETIMES, "The app or site, part of the visitor."),
          always("session_start", Kind.MILLIS, "Smallest timestamp."),
          always("emitted_at", Kind.MILLIS, "Wall clock of the emission."),
          some("user_id", Kind.TEXT, "Last one."),
          some("anonymous_id", Kind.TEXT, "First one."),
          each("session_end", Kind.MILLIS, "Largest timestamp."),
          each("duration_ms", Kind.COUNT, "session_end - session_start."),
          oneOf(
              "end_reason",
              Presence.OF_SESSION,
              "TIMEOUT, or the limit at which the session was cut.",
              "TIMEOUT",
              "MAX_DURATION",
              "MAX_EVENTS"),
          each("event_count", Kind.COUNT, "All accepted events."),
          each("page_views", Kind.COUNT, "Events of type page_view."),
          each("unique_pages", Kind.COUNT, "Different page_urls of page views, up to 1000."),
          each("product_views", Kind.COUNT, "Events of type product_view."),
          each("searches", Kind.COUNT, "Events of type search."),
          each("cart_adds", Kind.COUNT, "Events of type add_to_cart."),
          each("cart_removes", Kind.COUNT, "Events of type remove_from_cart."),
          each("checkouts", Kind.COUNT, "Events of type checkout."),
          each("purchases", Kind.COUNT, "Events of type purchase, one of each order."),
          some("revenue", Kind.DECIMAL, "Sum in the currency with the largest sum."),
          some("currency", Kind.TEXT, "The currency of revenue."),
          each("revenue_other", Kind.DECIMALS_BY_NAME, "Sums in the other currencies."),
          each("duplicate_count", Kind.COUNT, "Duplicates dropped so far."),
          each("late_event_count", Kind.COUNT, "Events accepted behind the watermark."),
          some("is_bounce", Kind.BOOLEAN, "page_views = 1; null without page views."),
          each(
              "is_engaged",
              Kind.BOOLEAN,
              "Longer than 10 s, or two page views or more, or a purchase."),
          some("entry_page", Kind.TEXT, "First page_url of a page view."),
          some("exit_page", Kind.TEXT, "Last page_url of a page view."),
          some("referrer", Kind.TEXT, "Of the first page view, unless its host is the page's own."),
          some("utm_source", Kind.TEXT, "Of the first event that has any utm field."),
          some("utm_medium", Kind.TEXT, "Of the same event."),
          some("utm_campaign", Kind.TEXT, "Of the same event."),
          some("device_type", Kind.TEXT, "First one."),
          some("country", Kind.TEXT, "First one."),
          some("user_agent", Kind.TEXT, "First one."),
          each("products", Kind.PRODUCTS, "Events by product, of at most 100 products."),
          each("products_truncated", Kind.BOOLEAN, "Whether there were more products."),
          each("orders_truncated", Kind.BOOLEAN, "Whether there were more than 1000 orders."),
          some("user_segment", Kind.TEXT, "Of the profile of user_id."),
          some("user_tier", Kind.TEXT, "Of the profile of user_id."),
          each("categories", Kind.COUNTS_BY_NAME, "Events of products by category."),
          some("top_category", Kind.TEXT, "The category with the most events."),
          some("top_brand", Kind.TEXT, "The brand with the most events."),
          oneOf(
              "enrichment_status",
              Presence.OF_SESSION,
              "How much of what the session refers to was known.",
              "FULL",
              "PARTIAL",
              "MISSING"));

  private SessionSchema() {}

  private static Field always(String name, Kind kind, String meaning) {
    return field(name, kind, Presence.ALWAYS, meaning);
  }

  private static Field each(String name, Kind kind, String meaning) {
    return field(name, kind, Presence.OF_SESSION, meaning);
  }

  private static Field some(String name, Kind kind, String meaning) {
    return field(name, kind, Presence.OF_SOME_SESSIONS, meaning);
  }

  private static Field field(String name, Kind kind, Presence presence, String meaning) {
    return new Field(name, kind, presence, meaning, List.of());
  }

  private static Field oneOf(String name, Presence presence, String meaning, String... values) {
    return new Field(name, Kind.TEXT, presence, meaning, List.of(values));
  }

  /** The schema as text, in lines. */
  public static String json() {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$schema", DIALECT);
    schema.put("title", "enriched-sessions");
    schema.put(
        "description",
        "A revision of a session, or its retraction. Of each session_id the record with the largest"
            + " revision counts; it is gone if is_deleted.");
    schema.put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    for (Field field : FIELDS) {
      properties.set(field.name(), property(field));
      required.add(field.name());
    }
    schema.put("additionalProperties", false);
    schema.putObject("if").putObject("properties").putObject("is_deleted").put("const", true);
    ObjectNode ofRetraction = schema.putObject("then").putObject("properties");
    ObjectNode ofSession = schema.putObject("else").putObject("properties");
    ofSession.putObject("superseded_by").put("type", "null");
    for (Field field : FIELDS) {
      if (field.presence() == Presence.OF_SESSION) {
        ofSession.putObject(field.name()).putObject("not").put("type", "null");
      }
      if (field.presence() == Presence.OF_SESSION
          || field.presence() == Presence.OF_SOME_SESSIONS) {
        ofRetraction.putObject(field.name()).put("type", "null");
      }
    }
    try {
      return JSON.writeValueAsString(schema);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts cannot be written as JSON", e);
    }
  }

  private static ObjectNode property(Field field) {
    ObjectNode property = type(field.kind());
    String type = property.get("type").textValue();
    boolean isNullable = field.presence() != Presence.ALWAYS;
    if (isNullable) {
      property.putArray("type").add(type).add("null");
    }
    if (!field.values().isEmpty()) {
      ArrayNode values = property.putArray("enum");
      field.values().forEach(values::add);
      if (isNullable) {
        values.addNull();
      }
    }
    return property.put("description", field.meaning());
  }

  private static ObjectNode type(Kind kind) {
    ObjectNode type = JSON.createObjectNode();
    switch (kind) {
      case TEXT -> type.put("type", "string");
      case UUID -> type.put("type", "string").put("format", "uuid");
      case BOOLEAN -> type.put("type", "boolean");
      case COUNT -> type.put("type", "integer").put("minimum", 0);
      case MILLIS -> type.put("type", "integer").put("$comment", "ms since 1970-01-01 UTC");
      case DECIMAL -> type.put("type", "string").put("pattern", "^-?[0-9]+([.][0-9]+)?$");
      case DECIMALS_BY_NAME ->
          type.put("type", "object").set("additionalProperties", type(Kind.DECIMAL));
      case COUNTS_BY_NAME ->
          type.put("type", "object").set("additionalProperties", type(Kind.COUNT));
      case PRODUCTS -> type.put("type", "array").put("maxItems", 100).set("items", product());
    }
    return type;
  }

  private static ObjectNode product() {
    ObjectNode product = JSON.createObjectNode().put("type", "object");
    ObjectNode properties = product.putObject("properties");
    ArrayNode required = product.putArray("required");
    properties.set("id", type(Kind.TEXT));
    for (String count : List.of("views", "cart_adds", "purchases")) {
      properties.set(count, type(Kind.COUNT));
    }
    properties.fieldNames().forEachRemaining(required::add);
    return product.put("additionalProperties", false);
  }
}
