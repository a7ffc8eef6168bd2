package io.clickstream.benchmark.peers;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code enriched-sessions} as the peers in Java write it: the fields of ours, less
 * those about duplicates, cuts and retractions, which these peers know nothing of. A POJO for Flink
 * and for Jackson alike.
 *
 * <p>The revision is the number of events: a window that fires again has more of them, and a
 * counter of its own would cost a look into state for every session.
 */
public class SessionRow {

  private static final long ENGAGED_AFTER_MS = 10_000;

  public @Nullable String sessionId;
  public long revision;

  @JsonProperty("is_deleted")
  public boolean deleted;

  public @Nullable String visitorId;
  public @Nullable String userId;
  public long sessionStart;
  public long sessionEnd;
  public long durationMs;
  public long eventCount;
  public long pageViews;
  public int uniquePages;
  public long productViews;
  public long searches;
  public long cartAdds;
  public long cartRemoves;
  public long checkouts;
  public long purchases;
  public @Nullable String revenue;
  public @Nullable String currency;

  @JsonProperty("is_bounce")
  public boolean bounce;

  @JsonProperty("is_engaged")
  public boolean engaged;

  public @Nullable String entryPage;
  public @Nullable String exitPage;
  public @Nullable String referrer;
  public @Nullable String utmSource;
  public @Nullable String utmMedium;
  public @Nullable String utmCampaign;
  public @Nullable String deviceType;
  public @Nullable String country;
  public @Nullable String userAgent;
  public List<ProductRow> products = new ArrayList<>();
  public @Nullable String userSegment;
  public @Nullable String userTier;
  public Map<String, Long> categories = new TreeMap<>();
  public @Nullable String topCategory;
  public @Nullable String topBrand;
  public long emittedAt;

  /** The counts of one product in a session. */
  public static class ProductRow {
    public @Nullable String id;
    public int views;
    public int cartAdds;
    public int purchases;
  }

  /**
   * The record of a session.
   *
   * @param totals of all its clicks, with what reference data adds
   * @param emittedAt wall clock, epoch ms
   */
  static SessionRow of(SessionTotals totals, long emittedAt) {
    SessionRow row = new SessionRow();
    row.sessionId = id(totals.visitorId, totals.start);
    row.revision = totals.eventCount;
    row.visitorId = totals.visitorId;
    row.userId = totals.userId;
    row.sessionStart = totals.start;
    row.sessionEnd = totals.end;
    row.durationMs = totals.end - totals.start;
    row.eventCount = totals.eventCount;
    row.pageViews = totals.pageViews;
    row.uniquePages = totals.pages.size();
    row.productViews = totals.productViews;
    row.searches = totals.searches;
    row.cartAdds = totals.cartAdds;
    row.cartRemoves = totals.cartRemoves;
    row.checkouts = totals.checkouts;
    row.purchases = totals.purchases;
    row.revenue(totals.revenue);
    row.bounce = totals.pageViews <= 1;
    row.engaged =
        row.durationMs > ENGAGED_AFTER_MS || totals.pageViews >= 2 || totals.purchases >= 1;
    row.entryPage = totals.entryPage;
    row.exitPage = totals.exitPage;
    row.referrer = totals.referrer;
    row.utmSource = totals.utmSource;
    row.utmMedium = totals.utmMedium;
    row.utmCampaign = totals.utmCampaign;
    row.deviceType = totals.deviceType;
    row.country = totals.country;
    row.userAgent = totals.userAgent;
    new TreeMap<>(totals.products).forEach(row::product);
    row.userSegment = totals.userSegment;
    row.userTier = totals.userTier;
    row.categories = new TreeMap<>(totals.categories);
    row.topCategory = largest(row.categories);
    row.topBrand = largest(new TreeMap<>(totals.brands));
    row.emittedAt = emittedAt;
    return row;
  }

  /** The same for the same visitor and start. */
  static String id(@Nullable String visitorId, long start) {
    return UUID.nameUUIDFromBytes((visitorId + "|" + start).getBytes(StandardCharsets.UTF_8))
        .toString();
  }

  /** The key of the record. */
  @JsonIgnore
  byte[] key() {
    if (sessionId == null) {
      throw new IllegalStateException("a session has an id");
    }
    return sessionId.getBytes(StandardCharsets.UTF_8);
  }

  private void revenue(Map<String, BigDecimal> sums) {
    BigDecimal largest = null;
    for (Map.Entry<String, BigDecimal> sum : new TreeMap<>(sums).entrySet()) {
      if (largest == null || sum.getValue().compareTo(largest) > 0) {
        largest = sum.getValue();
        revenue = largest.toPlainString();
        currency = sum.getKey().isEmpty() ? null : sum.getKey();
      }
    }
  }

  private void product(String id, ProductTally tally) {
    ProductRow product = new ProductRow();
    product.id = id;
    product.views = tally.views;
    product.cartAdds = tally.cartAdds;
    product.purchases = tally.purchases;
    products.add(product);
  }

  private static @Nullable String largest(Map<String, Long> sorted) {
    String name = null;
    long most = 0;
    for (Map.Entry<String, Long> count : sorted.entrySet()) {
      if (count.getValue() > most) {
        name = count.getKey();
        most = count.getValue();
      }
    }
    return name;
  }
}
