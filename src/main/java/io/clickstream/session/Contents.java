package io.clickstream.session;

import io.clickstream.columns.Columns;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EventKind;
import io.clickstream.model.Money;
import io.clickstream.model.SessionLayout;
import io.clickstream.model.SessionValues;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a session adds up from its events. Adding the same events in any order, or in parts that are
 * then joined, gives the same contents.
 *
 * <p>Bounded by {@link #MAX_PAGES} fingerprints, {@link #MAX_PRODUCTS} products, {@link
 * #MAX_CURRENCIES} sums, {@link Orders#MAX_ORDERS} orders and one value of each single field.
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

  /** Purchases with the id of an order; null as long as there are none, as in most sessions. */
  @Nullable Orders orders;

  /** The last view of a page, and the last event with a user. */
  @Nullable LastEvent exit;

  @Nullable LastEvent user;

  /** {@link FirstValues} as bytes. */
  byte[] firstValues = {};

  /**
   * {@link FirstValues#newest} and {@link FirstValues#missing}: of most clicks nothing but these
   * needs to be looked at.
   */
  long newestFirst = Long.MIN_VALUE;

  int missingFirst = FirstValues.ALL;

  /**
   * Adds an event.
   *
   * @param late whether the watermark had already passed it
   */
  void add(Click click, boolean late) {
    if (late) {
      lateEvents++;
    }
    ClickTexts texts = click.texts();
    boolean ofOrder = click.kind() == EventKind.PURCHASE && texts.has(ClickText.ORDER_ID);
    int kind = click.kind().ordinal();
    if (kind < COUNTERS && !ofOrder) {
      counts[kind]++;
    }
    if (click.kind() == EventKind.PAGE_VIEW && texts.has(ClickText.PAGE_URL)) {
      pages.add(Fingerprint.of(texts, ClickText.PAGE_URL));
      if (exit == null) {
        exit = new LastEvent(ClickText.PAGE_URL, click);
      } else {
        exit.add(click);
      }
    }
    if (texts.has(ClickText.USER_ID)) {
      if (user == null) {
        user = new LastEvent(ClickText.USER_ID, click);
      } else {
        user.add(click);
      }
    }
    if (click.timestamp() <= newestFirst
        || texts.hasAny(FirstValues.missing(missingFirst, click.kind()))) {
      FirstValues values = FirstValues.of(firstValues);
      values.add(click);
      setFirstValues(values);
    }
    if (ofOrder) {
      if (orders == null) {
        orders = new Orders();
      }
      orders.add(click);
    } else {
      addProduct(click);
      addRevenue(click);
    }
  }

  /** Takes over what the first values were in format 1 of the state. */
  void readFormat1() {
    setFirstValues(FirstValues.ofFormat1(firstValues));
  }

  private void setFirstValues(FirstValues values) {
    firstValues = values.bytes();
    newestFirst = values.newest();
    missingFirst = values.missing();
  }

  private void addProduct(Click click) {
    ClickTexts texts = click.texts();
    if (texts.has(ClickText.PRODUCT_ID)) {
      switch (click.kind()) {
        case PRODUCT_VIEW -> products.add(texts, 1, 0, 0);
        case ADD_TO_CART -> products.add(texts, 0, 1, 0);
        case PURCHASE -> products.add(texts, 0, 0, 1);
        default -> {}
      }
    }
  }

  private void addRevenue(Click click) {
    BigDecimal amount = click.kind() == EventKind.PURCHASE ? amount(click) : null;
    if (amount != null) {
      addRevenue(currency(click), amount);
    }
  }

  /** What a purchase adds to the revenue, null if it has no price. */
  static @Nullable BigDecimal amount(Click purchase) {
    BigDecimal price = purchase.price();
    return price == null ? null : price.multiply(BigDecimal.valueOf(purchase.quantity()));
  }

  /** The currency of a purchase, in upper case however it is written; empty if it has none. */
  static String currency(Click purchase) {
    String currency = purchase.currency();
    return currency == null ? "" : currency.toUpperCase(Locale.ROOT);
  }

  void addRevenue(String currency, BigDecimal amount) {
    if (revenue == null) {
      revenue = new TreeMap<>();
    }
    add(revenue, currency, amount);
  }

  private static void add(
      NavigableMap<String, BigDecimal> sums, String currency, BigDecimal amount) {
    sums.merge(currency, amount, BigDecimal::add);
    if (sums.size() > MAX_CURRENCIES) {
      sums.pollLastEntry();
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
    if (other.orders != null) {
      if (orders == null) {
        orders = new Orders();
      }
      orders.addAll(other.orders);
    }
    exit = LastEvent.last(exit, other.exit);
    user = LastEvent.last(user, other.user);
    FirstValues values = FirstValues.of(firstValues);
    values.addAll(FirstValues.of(other.firstValues));
    setFirstValues(values);
  }

  /** What is published of a session with these contents. */
  SessionValues values(SessionState session) {
    FirstValues first = FirstValues.of(firstValues);
    Campaign campaign = first.campaign();
    ProductTallies allProducts = orders == null ? products : orders.products(products);
    SessionLayout layout = Columns.BUILT_IN.layout();
    long[] numbers = new long[layout.numbers().size()];
    numbers[layout.numberSlot("event_count")] = session.events;
    numbers[layout.numberSlot("page_views")] = count(EventKind.PAGE_VIEW);
    numbers[layout.numberSlot("unique_pages")] = pages.size();
    numbers[layout.numberSlot("product_views")] = count(EventKind.PRODUCT_VIEW);
    numbers[layout.numberSlot("searches")] = count(EventKind.SEARCH);
    numbers[layout.numberSlot("cart_adds")] = count(EventKind.ADD_TO_CART);
    numbers[layout.numberSlot("cart_removes")] = count(EventKind.REMOVE_FROM_CART);
    numbers[layout.numberSlot("checkouts")] = count(EventKind.CHECKOUT);
    numbers[layout.numberSlot("purchases")] =
        count(EventKind.PURCHASE) + (orders == null ? 0 : orders.size());
    numbers[layout.numberSlot("duplicate_count")] = duplicates;
    numbers[layout.numberSlot("late_event_count")] = lateEvents;
    numbers[layout.numberSlot("products_truncated")] = allProducts.isTruncated() ? 1 : 0;
    numbers[layout.numberSlot("orders_truncated")] = orders != null && orders.isTruncated() ? 1 : 0;
    @Nullable String[] texts = new String[layout.texts().size()];
    texts[layout.textSlot("user_id")] = user == null ? null : user.text();
    texts[layout.textSlot("anonymous_id")] = first.anonymousId();
    texts[layout.textSlot("entry_page")] = first.entryPage();
    texts[layout.textSlot("exit_page")] = exit == null ? null : exit.page();
    texts[layout.textSlot("referrer")] = first.referrer();
    texts[layout.textSlot("utm_source")] = campaign == null ? null : campaign.source();
    texts[layout.textSlot("utm_medium")] = campaign == null ? null : campaign.medium();
    texts[layout.textSlot("utm_campaign")] = campaign == null ? null : campaign.campaign();
    texts[layout.textSlot("device_type")] = first.deviceType();
    texts[layout.textSlot("country")] = first.country();
    texts[layout.textSlot("user_agent")] = first.userAgent();
    return new SessionValues(
        layout, session.end, session.endReason(), numbers, texts, sums(), allProducts.activities());
  }

  private List<Money> sums() {
    TreeMap<String, BigDecimal> all = new TreeMap<>();
    if (revenue != null) {
      all.putAll(revenue);
    }
    if (orders != null) {
      orders.forEachAmount((currency, amount) -> add(all, currency, amount));
    }
    List<Money> sums = new ArrayList<>(all.size());
    all.forEach((currency, amount) -> sums.add(new Money(currency, amount)));
    sums.sort(Comparator.comparing(Money::amount).reversed().thenComparing(Money::currency));
    return sums;
  }

  private long count(EventKind kind) {
    return counts[kind.ordinal()];
  }
}
