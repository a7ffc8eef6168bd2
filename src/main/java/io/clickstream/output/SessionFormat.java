package io.clickstream.output;

import io.clickstream.model.Enrichment;
import io.clickstream.model.Money;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputTopic;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.Session;
import io.clickstream.model.SessionFacts;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
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
 *
 * <p>Not thread-safe: it writes every record into the same memory.
 */
public final class SessionFormat {

  /** A session longer than this is engaged. */
  private static final long ENGAGED_AFTER_MS = 10_000;

  private static final byte[] START = JsonWriter.ascii("{\"session_id\":\"");
  private static final byte[] PRODUCT_START = JsonWriter.ascii("{\"id\":");
  private static final byte[] VIEWS = JsonWriter.ascii(",\"views\":");
  private static final byte[] CART_ADDS = JsonWriter.ascii(",\"cart_adds\":");
  private static final byte[] PURCHASES = JsonWriter.ascii(",\"purchases\":");
  private static final byte[][] NAMES = names();
  private static final byte[] NO_FACTS = noFacts();

  /** The fields behind {@code session_id}, in order. */
  private enum Field {
    REVISION,
    IS_DELETED,
    SUPERSEDED_BY,
    VISITOR_KIND,
    VISITOR_ID,
    APP_ID,
    SESSION_START,
    EMITTED_AT,
    // Null in retractions from here on.
    USER_ID,
    ANONYMOUS_ID,
    SESSION_END,
    DURATION_MS,
    END_REASON,
    EVENT_COUNT,
    PAGE_VIEWS,
    UNIQUE_PAGES,
    PRODUCT_VIEWS,
    SEARCHES,
    CART_ADDS,
    CART_REMOVES,
    CHECKOUTS,
    PURCHASES,
    REVENUE,
    CURRENCY,
    REVENUE_OTHER,
    DUPLICATE_COUNT,
    LATE_EVENT_COUNT,
    IS_BOUNCE,
    IS_ENGAGED,
    ENTRY_PAGE,
    EXIT_PAGE,
    REFERRER,
    UTM_SOURCE,
    UTM_MEDIUM,
    UTM_CAMPAIGN,
    DEVICE_TYPE,
    COUNTRY,
    USER_AGENT,
    PRODUCTS,
    PRODUCTS_TRUNCATED,
    ORDERS_TRUNCATED,
    USER_SEGMENT,
    USER_TIER,
    CATEGORIES,
    TOP_CATEGORY,
    TOP_BRAND,
    ENRICHMENT_STATUS
  }

  /** Revisions of a generation. No session has as many, unless it had as many late clicks. */
  private static final long GENERATION = 1_000_000;

  private final JsonWriter json = new JsonWriter();
  private final long generation;

  /**
   * A format of one generation.
   *
   * @param generation how many millions are added to every revision
   */
  public SessionFormat(int generation) {
    this.generation = generation * GENERATION;
  }

  /**
   * The record of a session.
   *
   * @param session one with facts
   * @param emittedAt wall clock, epoch ms
   */
  public OutputRecord session(
      Session session, SessionFacts facts, Enrichment enrichment, long emittedAt) {
    start(session, emittedAt);
    facts(session.start(), facts);
    enrichment(enrichment);
    return end(session);
  }

  /**
   * The record of a retraction.
   *
   * @param session one without facts
   * @param emittedAt wall clock, epoch ms
   */
  public OutputRecord retraction(Session session, long emittedAt) {
    start(session, emittedAt);
    json.raw(NO_FACTS);
    return end(session);
  }

  /** Of all fields, with what stands around them. */
  private static byte[][] names() {
    byte[][] names = new byte[Field.values().length][];
    for (Field field : Field.values()) {
      names[field.ordinal()] = JsonWriter.ascii(name(field));
    }
    return names;
  }

  private static byte[] noFacts() {
    StringBuilder fields = new StringBuilder();
    for (Field field : Field.values()) {
      if (field.compareTo(Field.USER_ID) >= 0) {
        fields.append(name(field)).append("null");
      }
    }
    return JsonWriter.ascii(fields.toString());
  }

  private static String name(Field field) {
    return ",\"" + field.name().toLowerCase(Locale.ROOT) + "\":";
  }

  private void start(Session session, long emittedAt) {
    json.clear();
    json.raw(START);
    json.id(session.id());
    json.raw('"');
    number(Field.REVISION, generation + session.revision());
    bool(Field.IS_DELETED, session.isDeleted());
    begin(Field.SUPERSEDED_BY);
    if (session.supersededBy() == null) {
      json.text(null);
    } else {
      json.raw('"');
      json.id(session.supersededBy());
      json.raw('"');
    }
    text(Field.VISITOR_KIND, session.visitor().kind().name());
    text(Field.VISITOR_ID, session.visitor().id());
    text(Field.APP_ID, session.visitor().appId());
    number(Field.SESSION_START, session.start());
    number(Field.EMITTED_AT, emittedAt);
  }

  private OutputRecord end(Session session) {
    json.raw('}');
    return new OutputRecord(
        OutputTopic.SESSIONS,
        json.copy(START.length, START.length + JsonWriter.ID_LENGTH),
        json.copy(0, json.length()),
        List.of(),
        VisitorHash.of(session.visitor()));
  }

  private void facts(long start, SessionFacts facts) {
    long duration = facts.end() - start;
    text(Field.USER_ID, facts.userId());
    text(Field.ANONYMOUS_ID, facts.anonymousId());
    number(Field.SESSION_END, facts.end());
    number(Field.DURATION_MS, duration);
    text(Field.END_REASON, facts.endReason().name());
    number(Field.EVENT_COUNT, facts.eventCount());
    number(Field.PAGE_VIEWS, facts.pageViews());
    number(Field.UNIQUE_PAGES, facts.uniquePages());
    number(Field.PRODUCT_VIEWS, facts.productViews());
    number(Field.SEARCHES, facts.searches());
    number(Field.CART_ADDS, facts.cartAdds());
    number(Field.CART_REMOVES, facts.cartRemoves());
    number(Field.CHECKOUTS, facts.checkouts());
    number(Field.PURCHASES, facts.purchases());
    revenue(facts.revenue());
    number(Field.DUPLICATE_COUNT, facts.duplicateCount());
    number(Field.LATE_EVENT_COUNT, facts.lateEventCount());
    bounce(facts.pageViews());
    bool(
        Field.IS_ENGAGED,
        duration > ENGAGED_AFTER_MS || facts.pageViews() >= 2 || facts.purchases() >= 1);
    text(Field.ENTRY_PAGE, facts.entryPage());
    text(Field.EXIT_PAGE, facts.exitPage());
    text(Field.REFERRER, facts.referrer());
    text(Field.UTM_SOURCE, facts.utmSource());
    text(Field.UTM_MEDIUM, facts.utmMedium());
    text(Field.UTM_CAMPAIGN, facts.utmCampaign());
    text(Field.DEVICE_TYPE, facts.deviceType());
    text(Field.COUNTRY, facts.country());
    text(Field.USER_AGENT, facts.userAgent());
    products(facts.products());
    bool(Field.PRODUCTS_TRUNCATED, facts.productsTruncated());
    bool(Field.ORDERS_TRUNCATED, facts.ordersTruncated());
  }

  /** A session without page views neither bounced nor did not. */
  private void bounce(long pageViews) {
    if (pageViews == 0) {
      text(Field.IS_BOUNCE, null);
    } else {
      bool(Field.IS_BOUNCE, pageViews == 1);
    }
  }

  private void revenue(List<Money> revenue) {
    Money largest = revenue.isEmpty() ? null : revenue.get(0);
    text(Field.REVENUE, largest == null ? null : plain(largest.amount()));
    text(
        Field.CURRENCY,
        largest == null || largest.currency().isEmpty() ? null : largest.currency());
    begin(Field.REVENUE_OTHER);
    json.raw('{');
    for (int i = 1; i < revenue.size(); i++) {
      if (i > 1) {
        json.raw(',');
      }
      json.text(revenue.get(i).currency());
      json.raw(':');
      json.text(plain(revenue.get(i).amount()));
    }
    json.raw('}');
  }

  private static String plain(BigDecimal amount) {
    return amount.toPlainString();
  }

  private void products(List<ProductActivity> products) {
    begin(Field.PRODUCTS);
    json.raw('[');
    for (int i = 0; i < products.size(); i++) {
      ProductActivity product = products.get(i);
      if (i > 0) {
        json.raw(',');
      }
      json.raw(PRODUCT_START);
      json.text(product.productId());
      json.raw(VIEWS);
      json.number(product.views());
      json.raw(CART_ADDS);
      json.number(product.cartAdds());
      json.raw(PURCHASES);
      json.number(product.purchases());
      json.raw('}');
    }
    json.raw(']');
  }

  private void enrichment(Enrichment enrichment) {
    text(Field.USER_SEGMENT, enrichment.userSegment());
    text(Field.USER_TIER, enrichment.userTier());
    begin(Field.CATEGORIES);
    json.raw('{');
    List<Enrichment.Count> categories = enrichment.categories();
    for (int i = 0; i < categories.size(); i++) {
      if (i > 0) {
        json.raw(',');
      }
      json.text(categories.get(i).name());
      json.raw(':');
      json.number(categories.get(i).events());
    }
    json.raw('}');
    text(Field.TOP_CATEGORY, enrichment.topCategory());
    text(Field.TOP_BRAND, enrichment.topBrand());
    text(Field.ENRICHMENT_STATUS, enrichment.status().name());
  }

  private void begin(Field field) {
    json.raw(NAMES[field.ordinal()]);
  }

  private void text(Field field, @Nullable String value) {
    begin(field);
    json.text(value);
  }

  private void number(Field field, long value) {
    begin(field);
    json.number(value);
  }

  private void bool(Field field, boolean value) {
    begin(field);
    json.bool(value);
  }
}
