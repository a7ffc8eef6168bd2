package io.clickstream.session;

import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.EventKind;
import io.clickstream.model.Money;
import io.clickstream.model.SessionFacts;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a session adds up from its events. Adding the same events in any order, or in parts that are
 * then joined, gives the same contents.
 *
 * <p>Bounded by {@link #MAX_PAGES} fingerprints, {@link #MAX_PRODUCTS} products, {@link
 * #MAX_CURRENCIES} sums and one value of each single field.
 */
final class Contents {

  /** Distinct pages are counted exactly up to here. */
  static final int MAX_PAGES = 1_000;

  /** The products with the smallest ids are kept: any other choice would depend on the order. */
  static final int MAX_PRODUCTS = 100;

  /** The currencies with the smallest codes are kept, for the same reason. */
  static final int MAX_CURRENCIES = 8;

  /** The event kinds before {@code IDENTIFY} have a counter each. */
  static final int COUNTERS = EventKind.IDENTIFY.ordinal();

  final long[] counts = new long[COUNTERS];
  final FingerprintSet pages = new FingerprintSet(MAX_PAGES);
  final ProductTallies products = new ProductTallies(MAX_PRODUCTS);

  /** Sums by currency; null as long as there are none, as in most sessions. */
  @Nullable TreeMap<String, BigDecimal> revenue;

  long duplicates;
  long lateEvents;
  @Nullable Stamp entry;
  @Nullable Stamp exit;
  @Nullable Stamped userId;
  @Nullable Stamped anonymousId;
  @Nullable Stamped referrer;
  @Nullable Stamped deviceType;
  @Nullable Stamped country;
  @Nullable Stamped userAgent;
  @Nullable Campaign campaign;

  /**
   * No stamp of a field that keeps its first value is newer. Of most clicks nothing but this needs
   * to be looked at: a session that was not touched for some time is in no processor's cache.
   */
  private long newestFirst = Long.MIN_VALUE;

  /** The times of {@link #exit} and {@link #userId}, for the same reason. */
  private long newestExit = Long.MIN_VALUE;

  private long newestUser = Long.MIN_VALUE;

  /**
   * Adds an event.
   *
   * @param late whether the watermark had already passed it
   */
  void add(Click click, boolean late) {
    if (late) {
      lateEvents++;
    }
    int kind = click.kind().ordinal();
    if (kind < COUNTERS) {
      counts[kind]++;
    }
    Stamp stamp = Stamp.of(click);
    String page = click.pageUrl();
    if (page != null) {
      pages.add(Fingerprint.of(page));
      entry = firstOf(entry, stamp);
      exit = lastOf(exit, stamp);
    }
    String user = click.userId();
    if (user != null) {
      userId = last(userId, stamp, user);
    }
    anonymousId = first(anonymousId, stamp, click, ClickText.ANONYMOUS_ID);
    referrer = first(referrer, stamp, click, ClickText.REFERRER);
    deviceType = first(deviceType, stamp, click, ClickText.DEVICE_TYPE);
    country = first(country, stamp, click, ClickText.COUNTRY);
    userAgent = first(userAgent, stamp, click, ClickText.USER_AGENT);
    if ((campaign == null || stamp.time() <= newestFirst) && Campaign.isIn(click)) {
      newestFirst = Math.max(newestFirst, stamp.time());
      campaign =
          Campaign.first(
              campaign,
              new Campaign(stamp, click.utmSource(), click.utmMedium(), click.utmCampaign()));
    }
    addProduct(click);
    addRevenue(click);
  }

  private void addProduct(Click click) {
    String product = click.productId();
    if (product == null) {
      return;
    }
    switch (click.kind()) {
      case PRODUCT_VIEW -> products.add(product, 1, 0, 0);
      case ADD_TO_CART -> products.add(product, 0, 1, 0);
      case PURCHASE -> products.add(product, 0, 0, 1);
      default -> {}
    }
  }

  private void addRevenue(Click click) {
    BigDecimal price = click.price();
    if (click.kind() == EventKind.PURCHASE && price != null) {
      String currency = click.currency();
      addRevenue(
          currency == null ? "" : currency, price.multiply(BigDecimal.valueOf(click.quantity())));
    }
  }

  void addRevenue(String currency, BigDecimal amount) {
    if (revenue == null) {
      revenue = new TreeMap<>();
    }
    revenue.merge(currency, amount, BigDecimal::add);
    if (revenue.size() > MAX_CURRENCIES) {
      revenue.pollLastEntry();
    }
  }

  /** Adds all that another session holds. */
  void addAll(Contents other) {
    duplicates += other.duplicates;
    lateEvents += other.lateEvents;
    for (int i = 0; i < COUNTERS; i++) {
      counts[i] += other.counts[i];
    }
    pages.addAll(other.pages);
    products.addAll(other.products);
    if (other.revenue != null) {
      other.revenue.forEach(this::addRevenue);
    }
    entry = other.entry == null ? entry : firstOf(entry, other.entry);
    exit = other.exit == null ? exit : lastOf(exit, other.exit);
    userId = Stamped.last(userId, other.userId);
    anonymousId = Stamped.first(anonymousId, other.anonymousId);
    referrer = Stamped.first(referrer, other.referrer);
    deviceType = Stamped.first(deviceType, other.deviceType);
    country = Stamped.first(country, other.country);
    userAgent = Stamped.first(userAgent, other.userAgent);
    campaign = Campaign.first(campaign, other.campaign);
    timesOfStamps();
  }

  /**
   * What this takes on the heap, roughly: objects of 24 to 56 bytes, and texts of one byte a unit.
   */
  long heapBytes() {
    return 300
        + 8L * pages.heapSize()
        + products.heapBytes()
        + (revenue == null ? 0 : 48 + 160L * revenue.size())
        + heapBytes(entry)
        + heapBytes(exit)
        + heapBytes(userId)
        + heapBytes(anonymousId)
        + heapBytes(referrer)
        + heapBytes(deviceType)
        + heapBytes(country)
        + heapBytes(userAgent)
        + (campaign == null
            ? 0
            : 32
                + heapBytes(campaign.source())
                + heapBytes(campaign.medium())
                + heapBytes(campaign.campaign()));
  }

  private static long heapBytes(@Nullable Stamp stamp) {
    return stamp == null ? 0 : 32 + heapBytes(stamp.eventId()) + heapBytes(stamp.page());
  }

  private static long heapBytes(@Nullable Stamped stamped) {
    return stamped == null ? 0 : 24 + heapBytes(stamped.text());
  }

  private static long heapBytes(@Nullable String text) {
    return text == null ? 0 : 44 + text.length();
  }

  /** What is published of a session with these contents. */
  SessionFacts facts(SessionState session) {
    return new SessionFacts(
        session.end,
        session.endReason(),
        text(userId),
        text(anonymousId),
        session.events,
        count(EventKind.PAGE_VIEW),
        pages.size(),
        count(EventKind.PRODUCT_VIEW),
        count(EventKind.SEARCH),
        count(EventKind.ADD_TO_CART),
        count(EventKind.REMOVE_FROM_CART),
        count(EventKind.CHECKOUT),
        count(EventKind.PURCHASE),
        sums(),
        duplicates,
        lateEvents,
        entry == null ? null : entry.page(),
        exit == null ? null : exit.page(),
        text(referrer),
        campaign == null ? null : campaign.source(),
        campaign == null ? null : campaign.medium(),
        campaign == null ? null : campaign.campaign(),
        text(deviceType),
        text(country),
        text(userAgent),
        products.activities(),
        products.isTruncated());
  }

  private List<Money> sums() {
    if (revenue == null) {
      return List.of();
    }
    List<Money> sums = new ArrayList<>(revenue.size());
    revenue.forEach((currency, amount) -> sums.add(new Money(currency, amount)));
    sums.sort(Comparator.comparing(Money::amount).reversed().thenComparing(Money::currency));
    return sums;
  }

  private long count(EventKind kind) {
    return counts[kind.ordinal()];
  }

  private static @Nullable String text(@Nullable Stamped stamped) {
    return stamped == null ? null : stamped.text();
  }

  private @Nullable Stamped first(
      @Nullable Stamped present, Stamp stamp, Click click, ClickText which) {
    if (present != null && stamp.time() > newestFirst) {
      return present;
    }
    String text = click.texts().get(which);
    if (text == null) {
      return present;
    }
    newestFirst = Math.max(newestFirst, stamp.time());
    return Stamped.first(present, new Stamped(stamp, text));
  }

  private @Nullable Stamped last(@Nullable Stamped present, Stamp stamp, String text) {
    Stamped candidate = new Stamped(stamp, text);
    if (present != null && stamp.time() <= newestUser) {
      return Stamped.last(present, candidate);
    }
    newestUser = stamp.time();
    return candidate;
  }

  private Stamp firstOf(@Nullable Stamp present, Stamp other) {
    if (present != null && other.time() > newestFirst) {
      return present;
    }
    newestFirst = Math.max(newestFirst, other.time());
    return present == null || other.compareAsFirst(present) < 0 ? other : present;
  }

  private Stamp lastOf(@Nullable Stamp present, Stamp other) {
    if (present != null && other.time() <= newestExit) {
      return other.compareAsLast(present) < 0 ? other : present;
    }
    newestExit = other.time();
    return other;
  }

  /** Finds the times anew after the fields have been set from outside. */
  void timesOfStamps() {
    newestFirst = Long.MIN_VALUE;
    for (Stamped field : new Stamped[] {anonymousId, referrer, deviceType, country, userAgent}) {
      if (field != null) {
        newestFirst = Math.max(newestFirst, field.stamp().time());
      }
    }
    if (entry != null) {
      newestFirst = Math.max(newestFirst, entry.time());
    }
    if (campaign != null) {
      newestFirst = Math.max(newestFirst, campaign.stamp().time());
    }
    newestExit = exit == null ? Long.MIN_VALUE : exit.time();
    newestUser = userId == null ? Long.MIN_VALUE : userId.stamp().time();
  }
}
