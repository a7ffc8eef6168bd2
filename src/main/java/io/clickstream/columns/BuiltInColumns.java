package io.clickstream.columns;

import static io.clickstream.model.EventKind.ADD_TO_CART;
import static io.clickstream.model.EventKind.CHECKOUT;
import static io.clickstream.model.EventKind.PAGE_VIEW;
import static io.clickstream.model.EventKind.PRODUCT_VIEW;
import static io.clickstream.model.EventKind.REMOVE_FROM_CART;
import static io.clickstream.model.EventKind.SEARCH;

import io.clickstream.columns.Aggregate.Own;
import io.clickstream.columns.Aggregate.Pings;
import io.clickstream.columns.Aggregate.Sum;
import io.clickstream.columns.ColumnsBuilder.NumberColumn;
import io.clickstream.columns.SessionMeasures.EngagedTime;
import io.clickstream.model.EnrichedSession;
import io.clickstream.model.Enrichment;
import io.clickstream.model.Money;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The fields that every session has. A new one is a new entry here, and nothing elsewhere. */
final class BuiltInColumns {

  /** Different pages are counted exactly up to here. */
  private static final int MAX_PAGES = 1_000;

  /** Different pairs of a page and a time are counted exactly up to here. */
  private static final int MAX_PAIRS = 1_000;

  private BuiltInColumns() {}

  static Columns table(Definitions definitions) {
    ColumnsBuilder table = new ColumnsBuilder();
    table
        .frame("session_id", ColumnType.ID, "Identifies the session; made of visitor and start.")
        .publish((s, out) -> out.id(s.session().id()));
    table
        .frame("revision", ColumnType.INTEGER, "Of records with one session_id the largest holds.")
        .publish((s, out) -> out.number(s.revision()));
    table
        .frame("is_deleted", ColumnType.BOOLEAN, "True in a retraction: there is no such session.")
        .publish((s, out) -> out.bool(s.session().isDeleted()));
    table
        .frame("superseded_by", ColumnType.ID, "The session that took a retracted one over.")
        .nullable()
        .publish((s, out) -> out.id(s.session().supersededBy()));
    table
        .frame("visitor_kind", ColumnType.WORD, "USER or DEVICE: which id the visitor has.")
        .publish((s, out) -> out.text(s.session().visitor().kind().name()));
    table
        .frame("visitor_id", ColumnType.TEXT, "The user or the device.")
        .publish((s, out) -> out.text(s.session().visitor().id()));
    table
        .frame("app_id", ColumnType.TEXT, "The application, where clicks name one.")
        .nullable()
        .repeats()
        .publish((s, out) -> out.text(s.session().visitor().appId()));
    table
        .frame("session_start", ColumnType.TIME, "Event time of the first click.")
        .publish((s, out) -> out.number(s.session().start()));
    table
        .frame("emitted_at", ColumnType.TIME, "Wall clock at which the job wrote the record.")
        .publish((s, out) -> out.number(s.emittedAt()));
    table.last("user_id", "The last user who was logged in.");
    table.first("anonymous_id", "The first device.");
    table
        .made("session_end", ColumnType.TIME, "Event time of the last click; the gap is not in it.")
        .publish((s, out) -> out.number(s.values().end()));
    table
        .made("duration_ms", ColumnType.INTEGER, "Milliseconds from the first to the last click.")
        .publish((s, out) -> out.number(SessionMeasures.duration(s)));
    table
        .made(
            "end_reason",
            ColumnType.WORD,
            "TIMEOUT, MAX_DURATION or MAX_EVENTS; with cuts also USER, CAMPAIGN, CHANGED,"
                + " START_AT, END_AFTER or MIDNIGHT.")
        .publish((s, out) -> out.text(s.values().endReason().name()));
    table.number("event_count", Own.EVENTS, "Clicks.");
    NumberColumn pageViews = table.count("page_views", PAGE_VIEW, "Page views.");
    table.distinct("unique_pages", "page_url", PAGE_VIEW, MAX_PAGES, "Different pages viewed.");
    table.count("product_views", PRODUCT_VIEW, "Product views.");
    table.count("searches", SEARCH, "Searches.");
    table.count("cart_adds", ADD_TO_CART, "Products put into the cart.");
    table.count("cart_removes", REMOVE_FROM_CART, "Products taken out of the cart.");
    table.count("checkouts", CHECKOUT, "Checkouts.");
    NumberColumn purchases =
        table.number("purchases", Own.PURCHASES, "Purchases, of those of one order the first.");
    table
        .own("revenue", ColumnType.DECIMAL, Own.REVENUE, "The largest sum of one currency.")
        .nullable()
        .publish(
            (s, out) -> {
              Money largest = largest(s);
              out.decimal(largest == null ? null : largest.amount());
            });
    table
        .made("currency", ColumnType.TEXT, "The currency of revenue, where one was named.")
        .nullable()
        .repeats()
        .publish(
            (s, out) -> {
              Money largest = largest(s);
              out.text(largest == null || largest.currency().isEmpty() ? null : largest.currency());
            });
    table
        .made("revenue_other", ColumnType.DECIMALS, "The sums of the other currencies.")
        .publish(
            (s, out) -> {
              List<Money> sums = s.values().revenue();
              out.amounts(sums.isEmpty() ? sums : sums.subList(1, sums.size()));
            });
    table.number("duplicate_count", Own.DUPLICATES, "Repeated clicks that were dropped.");
    table.number("late_event_count", Own.LATE_EVENTS, "Clicks that came behind the watermark.");
    SessionMeasures measures =
        new SessionMeasures(definitions, pageViews, purchases, engagedTime(table, definitions));
    table
        .made("is_bounce", ColumnType.BOOLEAN, measures.meaningOfBounce())
        .nullable()
        .publish(measures::publishBounce);
    table
        .made("is_engaged", ColumnType.BOOLEAN, measures.meaningOfEngaged())
        .publish((s, out) -> out.bool(measures.isEngaged(s)));
    table.first("entry_page", "page_url", PAGE_VIEW, "The first page viewed.");
    table.last("exit_page", "page_url", PAGE_VIEW, "The last page viewed.");
    table.text("referrer", Own.REFERRER, "Where the first page view came from; null for the site.");
    table.text("utm_source", Own.UTM_SOURCE, "Of the first click with a campaign.").repeats();
    table.text("utm_medium", Own.UTM_MEDIUM, "Of the first click with a campaign.").repeats();
    table.text("utm_campaign", Own.UTM_CAMPAIGN, "Of the first click with a campaign.").repeats();
    table.text("click_id", Own.CLICK_ID, "Of the first click with a campaign.");
    table.first("device_type", "The first device type.").repeats();
    table.first("country", "The first country.").repeats();
    table.first("user_agent", "The first user agent.");
    table
        .own("products", ColumnType.PRODUCTS, Own.PRODUCTS, "At most 100, by id, with counts.")
        .publish((s, out) -> out.products(s.values().products()));
    table.flag("products_truncated", Own.PRODUCTS_TRUNCATED, "There were more products.");
    table.flag("orders_truncated", Own.ORDERS_TRUNCATED, "More orders were named than count.");
    DefinedColumns.addFields(table, definitions);
    DefinedColumns.addGoals(table, definitions);
    if (!definitions.goals().isEmpty()) {
      table
          .made("converted", ColumnType.BOOLEAN, "Any of the goals was reached.")
          .publish((s, out) -> out.bool(SessionMeasures.isConverted(s.values())));
    }
    table.enriched("user_segment", "The segment of the user.", Enrichment::userSegment);
    table.enriched("user_tier", "The tier of the user.", Enrichment::userTier);
    table
        .enriched("categories", ColumnType.INTEGERS, "Clicks on products of each category.")
        .publish((s, out) -> out.counts(enrichment(s).categories()));
    table.enriched("top_category", "The category with the most clicks.", Enrichment::topCategory);
    table.enriched("top_brand", "The brand with the most clicks.", Enrichment::topBrand);
    table
        .enriched("enrichment_status", ColumnType.WORD, "FULL, PARTIAL or MISSING.")
        .publish((s, out) -> out.text(enrichment(s).status().name()));
    table.cut(definitions.cuts());
    return table.build();
  }

  /** The column of engaged time; null if no setting says how it is told. */
  private static @Nullable EngagedTime engagedTime(ColumnsBuilder table, Definitions definitions) {
    String meaning = "Milliseconds of engagement, where session.engagement says how to tell them.";
    if (definitions.engagement() instanceof Engagement.Pings pings) {
      NumberColumn time =
          table.number(
              "engaged_ms",
              new Pings(
                  table.mark(pings.pings()),
                  pings.heartbeat().toMillis(),
                  pings.minVisit().toMillis(),
                  MAX_PAIRS),
              meaning);
      return time::of;
    }
    if (definitions.engagement() instanceof Engagement.Milliseconds milliseconds) {
      return table.wholeSum(
              "engaged_ms",
              new Sum(
                  table.source(
                      new DefinedValue(
                          "engagement.milliseconds",
                          milliseconds.value(),
                          Reading.MILLISECONDS,
                          null))),
              meaning)
          ::of;
    }
    table
        .made("engaged_ms", ColumnType.INTEGER, meaning)
        .nullable()
        .publish((s, out) -> out.nothing());
    return null;
  }

  private static Enrichment enrichment(EnrichedSession session) {
    return Objects.requireNonNull(session.enrichment());
  }

  private static @Nullable Money largest(EnrichedSession session) {
    List<Money> sums = session.values().revenue();
    return sums.isEmpty() ? null : sums.get(0);
  }
}
