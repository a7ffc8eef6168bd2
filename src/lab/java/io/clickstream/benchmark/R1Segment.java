package io.clickstream.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;

/** Makes calls of Segment's spec of plain clicks, with the names of its e-commerce events. */
final class R1Segment {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Those of the spec; other types are tracked under their own names. */
  private static final Map<String, String> EVENTS =
      Map.of(
          "product_view", "Product Viewed",
          "search", "Products Searched",
          "add_to_cart", "Product Added",
          "remove_from_cart", "Product Removed",
          "checkout", "Checkout Started",
          "purchase", "Order Completed");

  /** The call of a click. */
  byte[] record(byte[] plain) throws IOException {
    JsonNode click = JSON.readTree(plain);
    ObjectNode call = JSON.createObjectNode();
    String type = click.get("event_type").textValue();
    call.put("messageId", "ajs-next-" + click.get("event_id").textValue());
    call.put("timestamp", Instant.ofEpochMilli(click.get("timestamp").longValue()).toString());
    call.put("anonymousId", click.get("anonymous_id").textValue());
    call.set("userId", click.get("user_id"));
    switch (type) {
      case "page_view" -> call.put("type", "page");
      case "identify" -> call.put("type", "identify");
      default -> call.put("type", "track").put("event", EVENTS.getOrDefault(type, type));
    }
    putContext(call.putObject("context"), click);
    if (click.has("product_id")) {
      putProduct(call.putObject("properties"), click, type.equals("purchase"));
    }
    return JSON.writeValueAsBytes(call);
  }

  private static void putContext(ObjectNode context, JsonNode click) {
    context
        .putObject("page")
        .put("url", click.get("page_url").textValue())
        .put("title", click.get("page_title").textValue())
        .put("referrer", click.get("referrer").textValue());
    if (click.has("utm_source")) {
      context
          .putObject("campaign")
          .put("source", click.get("utm_source").textValue())
          .put("medium", click.get("utm_medium").textValue())
          .put("name", click.get("utm_campaign").textValue());
    }
    context.put("userAgent", click.get("user_agent").textValue());
    context.putObject("library").put("name", "analytics.js").put("version", "npm:next-1.84.3");
  }

  private static void putProduct(ObjectNode properties, JsonNode click, boolean isOrder) {
    properties.set("currency", click.get("currency"));
    ObjectNode product = properties;
    if (isOrder) {
      properties.set("order_id", click.get("order_id"));
      product = properties.putArray("products").addObject();
    }
    product.set("product_id", click.get("product_id"));
    product.set("quantity", click.get("quantity"));
    product.put("price", Double.parseDouble(click.get("price").textValue()));
  }
}
