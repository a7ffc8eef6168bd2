package io.clickstream.tools.traffic;

import io.clickstream.model.EventKind;
import io.clickstream.tools.traffic.ShopperEvent.Campaign;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes events and reference data as the topics carry them: one JSON object in UTF-8, fields in
 * snake_case, those without a value left out.
 *
 * <p>Not thread-safe: the buffer is used again for every record, so that a generator at full speed
 * does nothing but copy characters.
 */
public final class ClickJson {

  private byte[] buffer = new byte[1024];
  private int length;

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
  }

  private void begin() {
    length = 0;
    put((byte) '{');
  }

  private byte[] end() {
    put((byte) '}');
    return Arrays.copyOf(buffer, length);
  }

  private void text(String field, @Nullable String value) {
    if (value == null) {
      return;
    }
    name(field);
    put((byte) '"');
    escaped(value);
    put((byte) '"');
  }

  private void number(String field, long value) {
    name(field);
    ascii(Long.toString(value));
  }

  private void name(String field) {
    if (length > 1) {
      put((byte) ',');
    }
    put((byte) '"');
    ascii(field);
    put((byte) '"');
    put((byte) ':');
  }

  private void escaped(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c >= 0x80) {
        notAscii(value.substring(i));
        return;
      }
      if (c == '"' || c == '\\') {
        put((byte) '\\');
        put((byte) c);
      } else if (c < 0x20) {
        ascii(String.format("\\u%04x", (int) c));
      } else {
        put((byte) c);
      }
    }
  }

  /** The rest of a text from its first character beyond ASCII on; surrogates stay in pairs. */
  private void notAscii(String rest) {
    rest.codePoints()
        .forEach(
            point -> {
              if (point < 0x80) {
                escaped(Character.toString(point));
                return;
              }
              for (byte b : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
                put(b);
              }
            });
  }

  private void ascii(String value) {
    for (int i = 0; i < value.length(); i++) {
      put((byte) value.charAt(i));
    }
  }

  private void put(byte b) {
    if (length == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * length);
    }
    buffer[length++] = b;
  }
}
