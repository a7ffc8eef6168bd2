package io.clickstream.enrich;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.clickstream.kafka.VisitorHash;
import io.clickstream.model.Money;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputTopic;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.Session;
import io.clickstream.model.SessionFacts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The records of {@code enriched-sessions}: JSON in UTF-8, keyed by session id. Every record has
 * every field, null where there is nothing to say, so that a consumer can tell "no campaign" from
 * "no such field". A retraction says which session is withdrawn, and by which one it is superseded;
 * all its other fields are null.
 *
 * <p>Amounts are decimal strings in plain notation with as many decimals as the most precise of the
 * purchases ({@code 10.5 + 2.50} is {@code "13.00"}): that depends on no order, which stripping
 * zeros would not change, and a price list in cents stays one. {@code revenue} is null if no
 * purchase had a price. The currency of prices without one is unknown: {@code currency} is null, in
 * {@code revenue_other} it has the empty name.
 */
public final class SessionFormat {

  /** A session longer than this is engaged. */
  private static final long ENGAGED_AFTER_MS = 10_000;

  private static final int USUAL_SIZE = 2048;
  private static final JsonFactory JSON = new JsonFactory();

  /** All fields of a record after those that a retraction has as well. */
  private static final List<String> FACTS =
      List.of(
          "user_id",
          "anonymous_id",
          "session_end",
          "duration_ms",
          "end_reason",
          "event_count",
          "page_views",
          "unique_pages",
          "product_views",
          "searches",
          "cart_adds",
          "cart_removes",
          "checkouts",
          "purchases",
          "revenue",
          "currency",
          "revenue_other",
          "duplicate_count",
          "late_event_count",
          "is_bounce",
          "is_engaged",
          "entry_page",
          "exit_page",
          "referrer",
          "utm_source",
          "utm_medium",
          "utm_campaign",
          "device_type",
          "country",
          "user_agent",
          "products",
          "products_truncated",
          "user_segment",
          "user_tier",
          "categories",
          "top_category",
          "top_brand",
          "enrichment_status");

  private SessionFormat() {}

  /**
   * The record of a session.
   *
   * @param session one with facts
   * @param emittedAt wall clock, epoch ms
   */
  public static OutputRecord session(
      Session session, SessionFacts facts, Enrichment enrichment, long emittedAt) {
    return record(session, facts, enrichment, emittedAt);
  }

  /**
   * The record of a retraction.
   *
   * @param session one without facts
   * @param emittedAt wall clock, epoch ms
   */
  public static OutputRecord retraction(Session session, long emittedAt) {
    return record(session, null, null, emittedAt);
  }

  private static OutputRecord record(
      Session session,
      @Nullable SessionFacts facts,
      @Nullable Enrichment enrichment,
      long emittedAt) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_SIZE);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      text(json, "session_id", session.id().toString());
      json.writeNumberField("revision", session.revision());
      json.writeBooleanField("is_deleted", session.isDeleted());
      text(
          json,
          "superseded_by",
          session.supersededBy() == null ? null : session.supersededBy().toString());
      text(json, "visitor_kind", session.visitor().kind().name());
      text(json, "visitor_id", session.visitor().id());
      text(json, "app_id", session.visitor().appId());
      json.writeNumberField("session_start", session.start());
      json.writeNumberField("emitted_at", emittedAt);
      if (facts == null || enrichment == null) {
        for (String field : FACTS) {
          json.writeNullField(field);
        }
      } else {
        facts(json, session.start(), facts);
        enrichment(json, enrichment);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return new OutputRecord(
        OutputTopic.SESSIONS,
        session.id().toString().getBytes(StandardCharsets.UTF_8),
        bytes.toByteArray(),
        List.of(),
        VisitorHash.of(session.visitor()));
  }

  private static void facts(JsonGenerator json, long start, SessionFacts facts) throws IOException {
    long duration = facts.end() - start;
    text(json, "user_id", facts.userId());
    text(json, "anonymous_id", facts.anonymousId());
    json.writeNumberField("session_end", facts.end());
    json.writeNumberField("duration_ms", duration);
    text(json, "end_reason", facts.endReason().name());
    json.writeNumberField("event_count", facts.eventCount());
    json.writeNumberField("page_views", facts.pageViews());
    json.writeNumberField("unique_pages", facts.uniquePages());
    json.writeNumberField("product_views", facts.productViews());
    json.writeNumberField("searches", facts.searches());
    json.writeNumberField("cart_adds", facts.cartAdds());
    json.writeNumberField("cart_removes", facts.cartRemoves());
    json.writeNumberField("checkouts", facts.checkouts());
    json.writeNumberField("purchases", facts.purchases());
    revenue(json, facts.revenue());
    json.writeNumberField("duplicate_count", facts.duplicateCount());
    json.writeNumberField("late_event_count", facts.lateEventCount());
    json.writeBooleanField("is_bounce", facts.pageViews() <= 1);
    json.writeBooleanField(
        "is_engaged",
        duration > ENGAGED_AFTER_MS || facts.pageViews() >= 2 || facts.purchases() >= 1);
    text(json, "entry_page", facts.entryPage());
    text(json, "exit_page", facts.exitPage());
    text(json, "referrer", facts.referrer());
    text(json, "utm_source", facts.utmSource());
    text(json, "utm_medium", facts.utmMedium());
    text(json, "utm_campaign", facts.utmCampaign());
    text(json, "device_type", facts.deviceType());
    text(json, "country", facts.country());
    text(json, "user_agent", facts.userAgent());
    products(json, facts.products());
    json.writeBooleanField("products_truncated", facts.productsTruncated());
  }

  private static void revenue(JsonGenerator json, List<Money> revenue) throws IOException {
    if (revenue.isEmpty()) {
      json.writeNullField("revenue");
      json.writeNullField("currency");
    } else {
      Money largest = revenue.get(0);
      text(json, "revenue", plain(largest.amount()));
      text(json, "currency", largest.currency().isEmpty() ? null : largest.currency());
    }
    json.writeObjectFieldStart("revenue_other");
    for (Money money : revenue.subList(Math.min(1, revenue.size()), revenue.size())) {
      text(json, wellFormed(money.currency()), plain(money.amount()));
    }
    json.writeEndObject();
  }

  private static String plain(BigDecimal amount) {
    return amount.toPlainString();
  }

  private static void products(JsonGenerator json, List<ProductActivity> products)
      throws IOException {
    json.writeArrayFieldStart("products");
    for (ProductActivity product : products) {
      json.writeStartObject();
      text(json, "id", product.productId());
      json.writeNumberField("views", product.views());
      json.writeNumberField("cart_adds", product.cartAdds());
      json.writeNumberField("purchases", product.purchases());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void enrichment(JsonGenerator json, Enrichment enrichment) throws IOException {
    text(json, "user_segment", enrichment.userSegment());
    text(json, "user_tier", enrichment.userTier());
    json.writeObjectFieldStart("categories");
    for (Map.Entry<String, Long> category : enrichment.categories().entrySet()) {
      json.writeNumberField(wellFormed(category.getKey()), category.getValue());
    }
    json.writeEndObject();
    text(json, "top_category", enrichment.topCategory());
    text(json, "top_brand", enrichment.topBrand());
    text(json, "enrichment_status", enrichment.status().name());
  }

  private static void text(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    json.writeFieldName(name);
    if (value == null) {
      json.writeNull();
    } else {
      json.writeString(wellFormed(value));
    }
  }

  /**
   * The text with a question mark for each half of a broken surrogate pair. JSON can escape such a
   * half, UTF-8 cannot express it, and the generator would fail the job over it.
   */
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      }
    }
    return text;
  }
}
