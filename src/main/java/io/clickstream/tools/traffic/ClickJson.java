package io.clickstream.tools.traffic;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clickstream.model.EventKind;
import io.clickstream.tools.traffic.ShopperEvent.Campaign;
import io.clickstream.tools.traffic.ShopperEvent.Properties;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes events and reference data as the topics carry them: one JSON object in UTF-8, fields in
 * snake_case, those without a value left out.
 *
 * <p>Not thread-safe: the buffer is used again for every record.
 */
public final class ClickJson {

  private static final JsonFactory JSON = new JsonFactory();

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);

  /** Of the record that is being written; every one begins with a new one. */
  @SuppressWarnings("NullAway.Init")
  private JsonGenerator json;

  /** The value of a {@code raw-clicks} record. */
  public byte[] click(ShopperEvent event) {
    return click(event, event.timestamp());
  }

  /** The same with another timestamp than the event's own, such as a broken clock writes. */
  byte[] click(ShopperEvent event, long timestamp) {
    begin();
    text("event_id", event.eventId());
    text("event_type", event.kind() == EventKind.OTHER ? "video_play" : event.kind().text());
    number("timestamp", timestamp);
    text("user_id", event.userId());
    text("anonymous_id", event.anonymousId());
    rest(event);
    return end();
  }

  /** A click without any identity. */
  byte[] clickOfNobody(ShopperEvent event) {
    begin();
    text("event_id", event.eventId());
    text("event_type", event.kind().text());
    number("timestamp", event.timestamp());
    rest(event);
    return end();
  }

  /** A click that does not say what happened. */
  byte[] clickOfNoType(ShopperEvent event) {
    begin();
    text("event_id", event.eventId());
    number("timestamp", event.timestamp());
    text("anonymous_id", event.anonymousId());
    rest(event);
    return end();
  }

  /** The value of a {@code user-profiles} record. */
  public byte[] profile(String userId, String segment, String tier, long updatedAt) {
    begin();
    text("user_id", userId);
    text("segment", segment);
    text("tier", tier);
    number("updated_at", updatedAt);
    return end();
  }

  /** The value of a {@code product-catalog} record. */
  public byte[] product(
      String productId, String category, String brand, String name, String price, long updatedAt) {
    begin();
    text("product_id", productId);
    text("category", category);
    text("brand", brand);
    text("name", name);
    text("price", price);
    number("updated_at", updatedAt);
    return end();
  }

  private void rest(ShopperEvent event) {
    text("page_url", event.pageUrl());
    text("page_title", event.pageTitle());
    text("referrer", event.referrer());
    Campaign campaign = event.campaign();
    if (campaign != null) {
      text("utm_source", campaign.source());
      text("utm_medium", campaign.medium());
      text("utm_campaign", campaign.name());
    }
    text("product_id", event.productId());
    if (event.quantity() > 0) {
      number("quantity", event.quantity());
    }
    text("price", event.price());
    text("currency", event.currency());
    text("order_id", event.orderId());
    text("user_agent", event.device().userAgent());
    text("device_type", event.device().type());
    text("country", event.country());
    text("app_id", event.appId());
    properties(event.properties());
  }

  private void properties(Properties properties) {
    try {
      json.writeObjectFieldStart("properties");
      text("plan", properties.plan());
      text("experiment", properties.experiment());
      if (properties.scrollDepth() > 0) {
        number("scroll_depth", properties.scrollDepth());
      }
      number("engagement_time_msec", properties.engagementMs());
      if (properties.quantity() > 0) {
        number("quantity", properties.quantity());
      }
      String total = properties.total();
      if (total != null) {
        json.writeFieldName("total");
        json.writeNumber(total);
      }
      text("currency", properties.currency());
      json.writeEndObject();
    } catch (IOException e) {
      throw inMemory(e);
    }
  }

  private void begin() {
    bytes.reset();
    try {
      json = JSON.createGenerator(bytes, JsonEncoding.UTF8);
      json.writeStartObject();
    } catch (IOException e) {
      throw inMemory(e);
    }
  }

  private byte[] end() {
    try {
      json.writeEndObject();
      json.close();
    } catch (IOException e) {
      throw inMemory(e);
    }
    return bytes.toByteArray();
  }

  private void text(String field, @Nullable String value) {
    if (value == null) {
      return;
    }
    try {
      json.writeStringField(field, value);
    } catch (IOException e) {
      throw inMemory(e);
    }
  }

  private void number(String field, long value) {
    try {
      json.writeNumberField(field, value);
    } catch (IOException e) {
      throw inMemory(e);
    }
  }

  /** There is no device that could fail. */
  private static UncheckedIOException inMemory(IOException e) {
    return new UncheckedIOException(e);
  }
}
