package io.clickstream.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.UUID;

/** A record of {@code enriched-sessions}, as far as the local mode looks into it. */
record SessionRecord(JsonNode json) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static SessionRecord of(byte[] value) throws IOException {
    return new SessionRecord(JSON.readTree(value));
  }

  UUID id() {
    return UUID.fromString(json.required("session_id").textValue());
  }

  int revision() {
    return json.required("revision").intValue();
  }

  boolean isDeleted() {
    return json.required("is_deleted").booleanValue();
  }

  /** 0 in a retraction. */
  long eventCount() {
    return json.path("event_count").longValue();
  }

  /** Event time of the last event, epoch ms; 0 in a retraction. */
  long end() {
    return json.path("session_end").longValue();
  }

  /** The session in one line for people. */
  String shown() {
    StringBuilder line = new StringBuilder();
    line.append(id().toString(), 0, 13).append("…  ");
    add(line, json.path("visitor_kind").asText("") + " " + json.path("visitor_id").asText(""));
    add(line, json.path("country").asText("") + " " + json.path("device_type").asText(""));
    add(
        line,
        json.path("event_count").asLong()
            + " events in "
            + Math.round(json.path("duration_ms").asLong() / 1000.0)
            + " s");
    String campaign = json.path("utm_campaign").asText("");
    if (!campaign.isEmpty()) {
      add(line, "campaign " + campaign);
    }
    if (json.path("purchases").asLong() > 0) {
      add(
          line,
          "bought for "
              + json.path("revenue").asText("?")
              + " "
              + json.path("currency").asText(""));
    } else if (json.path("cart_adds").asLong() > 0) {
      add(line, json.path("cart_adds").asLong() + " in the cart");
    }
    String category = json.path("top_category").asText("");
    if (!category.isEmpty()) {
      add(line, "mostly " + category);
    }
    String segment = json.path("user_segment").asText("");
    if (!segment.isEmpty()) {
      add(line, segment + " (" + json.path("user_tier").asText("") + ")");
    }
    add(line, "enrichment " + json.path("enrichment_status").asText("?"));
    if (revision() > 1) {
      add(line, "revision " + revision());
    }
    return line.toString();
  }

  private static void add(StringBuilder line, String text) {
    if (!text.isBlank()) {
      line.append(line.indexOf("  ") == line.length() - 2 ? "" : " · ").append(text.strip());
    }
  }
}
