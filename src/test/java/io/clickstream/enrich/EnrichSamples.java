package io.clickstream.enrich;

import io.clickstream.columns.ValuesBuilder;
import io.clickstream.model.EndReason;
import io.clickstream.model.EnrichedSession;
import io.clickstream.model.Enrichment;
import io.clickstream.model.EnrichmentStatus;
import io.clickstream.model.Money;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sessions for tests, by what matters in them. */
public final class EnrichSamples {

  /** When all samples start: 2024-01-01T00:00Z. */
  public static final long START = 1_704_067_200_000L;

  /** Of a session that refers to nothing. */
  public static final Enrichment NOTHING =
      new Enrichment(null, null, List.of(), null, null, EnrichmentStatus.FULL);

  private EnrichSamples() {}

  /** Device {@code id} of no application. */
  public static Visitor device(String id) {
    return new Visitor(null, VisitorKind.DEVICE, id);
  }

  /** A session id that a test can tell from others. */
  public static UUID id(int number) {
    return new UUID(START << 16, number);
  }

  /** A session of a visitor with a user and products, each viewed once. */
  public static Session session(
      int number, String visitor, @Nullable String userId, String... products) {
    return new Session(
        id(number),
        1,
        null,
        device(visitor),
        START,
        values(
            userId,
            Arrays.stream(products).map(p -> new ProductActivity(p, 1, 0, 0)).toList(),
            List.of()));
  }

  /** The retraction of session {@code number} in favour of session {@code by}. */
  public static Session retraction(int number, String visitor, int by) {
    return new Session(id(number), 2, id(by), device(visitor), START, null);
  }

  /** Values of one page view, but for what is given. */
  public static SessionValues values(
      @Nullable String userId, List<ProductActivity> products, List<Money> revenue) {
    return ValuesBuilder.values()
        .end(START)
        .text("user_id", userId)
        .number("event_count", 1)
        .number("page_views", 1)
        .number("unique_pages", 1)
        .revenue(revenue)
        .products(products)
        .build();
  }

  /** Values of the columns of the first release, all different. */
  public static SessionValues fullValues() {
    return ValuesBuilder.values()
        .end(START + 61_000)
        .endReason(EndReason.MAX_EVENTS)
        .text("user_id", "u-1")
        .text("anonymous_id", "d-1")
        .number("event_count", 41)
        .number("page_views", 21)
        .number("unique_pages", 3)
        .number("product_views", 4)
        .number("searches", 5)
        .number("cart_adds", 6)
        .number("cart_removes", 7)
        .number("checkouts", 8)
        .number("purchases", 9)
        .revenue(
            List.of(
                new Money("EUR", new BigDecimal("1234.50")),
                new Money("USD", new BigDecimal("0.07"))))
        .number("duplicate_count", 10)
        .number("late_event_count", 11)
        .text("entry_page", "/entry")
        .text("exit_page", "/exit")
        .text("referrer", "https://example.org/?q=ü")
        .text("utm_source", "newsletter")
        .text("utm_medium", "mail")
        .text("utm_campaign", "spring")
        .text("click_id", "gclid-1")
        .text("device_type", "mobile")
        .text("country", "DE")
        .text("user_agent", "Mozilla/5.0 \"quoted\"")
        .products(
            List.of(new ProductActivity("p-1", 1, 2, 3), new ProductActivity("p-2", 400, 5, 6)))
        .number("products_truncated", 1)
        .build();
  }

  /** A session as it is published first, with nothing found. */
  public static EnrichedSession enriched(Session session, long emittedAt) {
    return enriched(session, NOTHING, emittedAt);
  }

  /** A session as it is published first. */
  public static EnrichedSession enriched(Session session, Enrichment enrichment, long emittedAt) {
    return new EnrichedSession(
        session,
        session.isDeleted() ? null : enrichment,
        session.revision(),
        emittedAt,
        OutputRecord.NOT_DUE);
  }

  /** A session of an application's user with {@link #fullValues()}. */
  public static Session fullSession() {
    return new Session(
        UUID.fromString("018cc251-f400-7abc-8def-0123456789ab"),
        3,
        null,
        new Visitor("shop", VisitorKind.USER, "u-1"),
        START,
        fullValues());
  }
}
