package io.clickstream.benchmark.peers;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The totals of a session, in whatever order its clicks come; no click is kept. A POJO for Flink
 * and for Jackson alike.
 *
 * <p>A text is the first (the user and the exit page: the last) by event time; among equal times
 * the one that came first. Bounded by the pages, products and currencies that are counted, as ours
 * is.
 */
public class SessionTotals {

  private static final int MAX_PAGES = 1_000;
  private static final int MAX_PRODUCTS = 100;
  private static final int MAX_CURRENCIES = 8;

  public long start = Long.MAX_VALUE;
  public long end = Long.MIN_VALUE;
  public long eventCount;
  public long pageViews;
  public long productViews;
  public long searches;
  public long cartAdds;
  public long cartRemoves;
  public long checkouts;
  public long purchases;
  public Set<String> pages = new HashSet<>();
  public Map<String, ProductTally> products = new HashMap<>();
  public Map<String, BigDecimal> revenue = new HashMap<>();

  public @Nullable String visitorId;
  public @Nullable String userId;
  public long userTime = Long.MIN_VALUE;
  public @Nullable String entryPage;
  public long entryTime = Long.MAX_VALUE;
  public @Nullable String exitPage;
  public long exitTime = Long.MIN_VALUE;
  public @Nullable String referrer;
  public long referrerTime = Long.MAX_VALUE;
  public @Nullable String utmSource;
  public @Nullable String utmMedium;
  public @Nullable String utmCampaign;
  public long utmTime = Long.MAX_VALUE;
  public @Nullable String deviceType;
  public long deviceTime = Long.MAX_VALUE;
  public @Nullable String country;
  public long countryTime = Long.MAX_VALUE;
  public @Nullable String userAgent;
  public long agentTime = Long.MAX_VALUE;

  public @Nullable String userSegment;
  public @Nullable String userTier;
  public Map<String, Long> categories = new HashMap<>();
  public Map<String, Long> brands = new HashMap<>();

  /** Counts a click. */
  SessionTotals add(ShopClick click) {
    long time = click.timestamp;
    visitorId = click.visitor();
    start = Math.min(start, time);
    end = Math.max(end, time);
    eventCount++;
    texts(click, time);
    if (click.pageUrl != null && pages.size() < MAX_PAGES) {
      pages.add(click.pageUrl);
    }
    EventType type = click.eventType == null ? EventType.OTHER : click.eventType;
    switch (type) {
      case PAGE_VIEW -> pageViews++;
      case PRODUCT_VIEW -> {
        productViews++;
        product(click, 1, 0, 0);
      }
      case SEARCH -> searches++;
      case ADD_TO_CART -> {
        cartAdds++;
        product(click, 0, 1, 0);
      }
      case REMOVE_FROM_CART -> cartRemoves++;
      case CHECKOUT -> checkouts++;
      case PURCHASE -> {
        purchases++;
        product(click, 0, 0, 1);
        if (click.price != null) {
          earn(
              click.currency == null ? "" : click.currency,
              click.price.multiply(BigDecimal.valueOf(click.quantity)));
        }
      }
      case OTHER -> {}
    }
    return this;
  }

  private void texts(ShopClick click, long time) {
    if (click.pageUrl != null) {
      if (time < entryTime) {
        entryPage = click.pageUrl;
        entryTime = time;
      }
      if (time > exitTime) {
        exitPage = click.pageUrl;
        exitTime = time;
      }
    }
    if (click.userId != null && time > userTime) {
      userId = click.userId;
      userTime = time;
      userSegment = click.userSegment;
      userTier = click.userTier;
    }
    if (click.referrer != null && time < referrerTime) {
      referrer = click.referrer;
      referrerTime = time;
    }
    if (time < utmTime
        && (click.utmSource != null || click.utmMedium != null || click.utmCampaign != null)) {
      utmSource = click.utmSource;
      utmMedium = click.utmMedium;
      utmCampaign = click.utmCampaign;
      utmTime = time;
    }
    if (click.deviceType != null && time < deviceTime) {
      deviceType = click.deviceType;
      deviceTime = time;
    }
    if (click.country != null && time < countryTime) {
      country = click.country;
      countryTime = time;
    }
    if (click.userAgent != null && time < agentTime) {
      userAgent = click.userAgent;
      agentTime = time;
    }
  }

  private void product(ShopClick click, int views, int cartAdds, int purchases) {
    if (click.productId == null) {
      return;
    }
    if (tally(click.productId, views, cartAdds, purchases)) {
      int events = views + cartAdds + purchases;
      count(categories, click.category, events);
      count(brands, click.brand, events);
    }
  }

  private boolean tally(String productId, int views, int cartAdds, int purchases) {
    ProductTally tally = products.get(productId);
    if (tally == null) {
      if (products.size() == MAX_PRODUCTS) {
        return false;
      }
      tally = new ProductTally();
      products.put(productId, tally);
    }
    tally.views += views;
    tally.cartAdds += cartAdds;
    tally.purchases += purchases;
    return true;
  }

  private void earn(String currency, BigDecimal amount) {
    if (revenue.containsKey(currency) || revenue.size() < MAX_CURRENCIES) {
      revenue.merge(currency, amount, BigDecimal::add);
    }
  }

  /** Counts that the session had to do with something of a name. */
  static void count(Map<String, Long> counts, @Nullable String name, long events) {
    if (name != null) {
      counts.merge(name, events, Long::sum);
    }
  }

  /** Takes over all that another part of the session holds; that part is not used any more. */
  SessionTotals merge(SessionTotals other) {
    visitorId = visitorId == null ? other.visitorId : visitorId;
    start = Math.min(start, other.start);
    end = Math.max(end, other.end);
    eventCount += other.eventCount;
    pageViews += other.pageViews;
    productViews += other.productViews;
    searches += other.searches;
    cartAdds += other.cartAdds;
    cartRemoves += other.cartRemoves;
    checkouts += other.checkouts;
    purchases += other.purchases;
    for (String page : other.pages) {
      if (pages.size() == MAX_PAGES) {
        break;
      }
      pages.add(page);
    }
    other.products.forEach((id, add) -> tally(id, add.views, add.cartAdds, add.purchases));
    other.revenue.forEach(this::earn);
    other.categories.forEach((name, events) -> count(categories, name, events));
    other.brands.forEach((name, events) -> count(brands, name, events));
    mergeTexts(other);
    return this;
  }

  private void mergeTexts(SessionTotals other) {
    if (other.entryTime < entryTime) {
      entryPage = other.entryPage;
      entryTime = other.entryTime;
    }
    if (other.exitTime > exitTime) {
      exitPage = other.exitPage;
      exitTime = other.exitTime;
    }
    if (other.userTime > userTime) {
      userId = other.userId;
      userTime = other.userTime;
      userSegment = other.userSegment;
      userTier = other.userTier;
    }
    if (other.referrerTime < referrerTime) {
      referrer = other.referrer;
      referrerTime = other.referrerTime;
    }
    if (other.utmTime < utmTime) {
      utmSource = other.utmSource;
      utmMedium = other.utmMedium;
      utmCampaign = other.utmCampaign;
      utmTime = other.utmTime;
    }
    if (other.deviceTime < deviceTime) {
      deviceType = other.deviceType;
      deviceTime = other.deviceTime;
    }
    if (other.countryTime < countryTime) {
      country = other.country;
      countryTime = other.countryTime;
    }
    if (other.agentTime < agentTime) {
      userAgent = other.userAgent;
      agentTime = other.agentTime;
    }
  }
}
