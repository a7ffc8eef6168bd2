package io.clickstream.tools.traffic;

import io.clickstream.model.EventKind;
import io.clickstream.tools.traffic.ShopperEvent.Campaign;
import io.clickstream.tools.traffic.ShopperEvent.Device;
import io.clickstream.tools.traffic.ShopperEvent.Properties;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One visit of a device to the shop: lands somewhere, looks around, fills and empties a cart, logs
 * in, perhaps buys, leaves.
 *
 * <p>Only what is in the cart is removed from it or bought, a purchase follows a checkout, and from
 * the login on every event carries the user. On a shared device another user may log in.
 */
final class Shopper {

  private static final double CHANCE_OF_BOUNCE = 0.25;
  private static final double CHANCE_OF_LEAVING = 0.07;
  private static final double CHANCE_OF_ANOTHER_USER = 0.1;
  private static final double SPREAD_OF_PAUSES = 0.9;
  private static final String HOME = "https://shop.example/";

  private static final List<Campaign> CAMPAIGNS =
      List.of(
          new Campaign("newsletter", "email", "weekly_deals"),
          new Campaign("search", "cpc", "brand_terms"),
          new Campaign("search", "cpc", "running_shoes"),
          new Campaign("social", "paid_social", "summer_sale"),
          new Campaign("partner", "affiliate", "cashback"));
  private static final List<String> REFERRERS =
      List.of(
          "https://search.example/",
          "https://social.example/feed",
          "https://news.example/shopping-guide");
  private static final List<String> SEARCHES =
      List.of(
          "running+shoes", "rain+jacket", "gift", "noise+cancelling", "garden+chair", "size+42");
  private static final List<String> PLANS = List.of("free", "free", "free", "plus", "pro");
  private static final List<Device> DEVICES =
      List.of(
          new Device(
              "mobile",
              "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML,"
                  + " like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"),
          new Device(
              "mobile",
              "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)"
                  + " Chrome/126.0.0.0 Mobile Safari/537.36"),
          new Device(
              "desktop",
              "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
                  + " Chrome/126.0.0.0 Safari/537.36"),
          new Device(
              "desktop", "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"),
          new Device(
              "tablet",
              "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
                  + " Gecko) Version/17.5 Mobile/15E148 Safari/604.1"));

  /** The next event, where it is decided already. */
  private enum Plan {
    LAND,
    BROWSE,
    LOG_IN,
    CHECK_OUT,
    PAY,
    CONFIRM,
    LEAVE
  }

  private record CartLine(int product, int quantity) {}

  private final int visitor;
  private final String anonymousId;
  private final boolean account;

  /** Whether somebody else has an account, too, and logs in now and then. */
  private final boolean isShared;

  private final Device device;
  private final String country;
  private final Shop shop;
  private final double medianPauseMs;
  private final @Nullable String appId;
  private final List<CartLine> cart = new ArrayList<>();

  private int user;
  private boolean loggedIn;
  private Plan plan = Plan.LAND;
  private int viewed = -1;
  private @Nullable String order;
  private long due;

  Shopper(int visitor, ShopperSettings settings, Shop shop, boolean loggedIn) {
    this.visitor = visitor;
    this.anonymousId = anonymousId(settings.seed(), visitor);
    this.user = userOf(visitor);
    this.isShared = Shop.pick(visitor, 13, 10_000) < settings.sharedDevices() * 10_000;
    this.account = isShared || Shop.pick(user, 7, 100) < 60;
    this.device = DEVICES.get(Shop.pick(visitor, 8, DEVICES.size()));
    this.country = Shop.country(user);
    this.shop = shop;
    this.medianPauseMs = settings.thinkTime().toMillis();
    this.appId = settings.appId();
    this.loggedIn = loggedIn;
  }

  /** Who of the population this is. */
  int visitor() {
    return visitor;
  }

  /** Whether the device will still be logged in at its next visit. */
  boolean isLoggedIn() {
    return loggedIn;
  }

  /** When the next event is due; it may happen later. */
  long due() {
    return due;
  }

  /** Whether nothing more will happen in this visit. */
  boolean hasLeft() {
    return plan == Plan.LEAVE;
  }

  /** Of three users one has one device, one has two, one has three. */
  static int userOf(int visitor) {
    int inGroup = visitor % 6;
    return visitor / 6 * 3 + (inGroup == 0 ? 0 : inGroup < 3 ? 1 : 2);
  }

  static String anonymousId(long seed, int visitor) {
    return "d-" + Long.toHexString(Shop.mix(seed * 0x5DEECE66DL + visitor) | Long.MIN_VALUE);
  }

  /** Does what comes next, at the given time, and decides when to go on. */
  ShopperEvent act(long now, SplittableRandom random) {
    ShopperEvent event =
        switch (plan) {
          case LAND -> land(now, random);
          case BROWSE -> browse(now, random);
          case LOG_IN -> logIn(now, random);
          case CHECK_OUT -> checkOut(now, random);
          case PAY -> pay(now, random);
          case CONFIRM -> confirm(now, random);
          case LEAVE -> throw new IllegalStateException("the visit is over");
        };
    due = now + (plan == Plan.PAY && order != null ? 1 + random.nextInt(300) : pause(random));
    return event;
  }

  private ShopperEvent land(long now, SplittableRandom random) {
    plan = random.nextDouble() < CHANCE_OF_BOUNCE ? Plan.LEAVE : Plan.BROWSE;
    Campaign campaign =
        random.nextDouble() < 0.3 ? CAMPAIGNS.get(random.nextInt(CAMPAIGNS.size())) : null;
    String referrer =
        campaign != null || random.nextDouble() < 0.4
            ? REFERRERS.get(random.nextInt(REFERRERS.size()))
            : null;
    double where = random.nextDouble();
    Page page;
    EventKind kind = EventKind.PAGE_VIEW;
    if (where < 0.55) {
      page = new Page(HOME, "Welcome");
    } else if (where < 0.8) {
      page = category(random);
    } else {
      viewed = shop.pick(random.nextDouble());
      page = product(viewed);
      kind = EventKind.PRODUCT_VIEW;
    }
    if (campaign != null) {
      page = new Page(page.url() + "?utm_campaign=" + campaign.name(), page.title());
    }
    return kind == EventKind.PRODUCT_VIEW
        ? event(now, random, kind, page, referrer, campaign, new CartLine(viewed, 0))
        : event(now, random, kind, page, referrer, campaign, null);
  }

  /** An impossible wish, such as to buy without a cart, becomes a look at a product. */
  private ShopperEvent browse(long now, SplittableRandom random) {
    double wish = random.nextDouble();
    if (isShared && wish < CHANCE_OF_ANOTHER_USER) {
      user = loggedIn ? otherUser() : user;
      return logIn(now, random);
    }
    if (wish < 0.14 && viewed >= 0) {
      CartLine line = new CartLine(viewed, random.nextDouble() < 0.85 ? 1 : 2 + random.nextInt(2));
      cart.add(line);
      Page page = product(viewed);
      viewed = -1;
      afterwards(random);
      return event(now, random, EventKind.ADD_TO_CART, page, null, null, line);
    }
    if (wish >= 0.14 && wish < 0.17 && !cart.isEmpty()) {
      CartLine line = cart.remove(random.nextInt(cart.size()));
      afterwards(random);
      return event(now, random, EventKind.REMOVE_FROM_CART, cartPage(), null, null, line);
    }
    if (wish >= 0.17 && wish < 0.32 && !cart.isEmpty()) {
      return account && !loggedIn && random.nextDouble() < 0.7
          ? logInToBuy(now, random)
          : checkOut(now, random);
    }
    if (wish >= 0.32 && wish < 0.35 && account && !loggedIn) {
      return logIn(now, random);
    }
    if (wish >= 0.35 && wish < 0.39) {
      Page page = viewed >= 0 ? product(viewed) : new Page(HOME, "Welcome");
      afterwards(random);
      return event(now, random, EventKind.OTHER, page, null, null, null);
    }
    if (wish >= 0.39 && wish < 0.52) {
      String words = SEARCHES.get(random.nextInt(SEARCHES.size()));
      afterwards(random);
      return event(
          now,
          random,
          EventKind.SEARCH,
          new Page(HOME + "search?q=" + words, "Search: " + words.replace('+', ' ')),
          null,
          null,
          null);
    }
    if (wish >= 0.52 && wish < 0.68) {
      viewed = -1;
      afterwards(random);
      return event(now, random, EventKind.PAGE_VIEW, category(random), null, null, null);
    }
    viewed = shop.pick(random.nextDouble());
    afterwards(random);
    return event(
        now, random, EventKind.PRODUCT_VIEW, product(viewed), null, null, new CartLine(viewed, 0));
  }

  private ShopperEvent logInToBuy(long now, SplittableRandom random) {
    ShopperEvent event = logIn(now, random);
    plan = Plan.CHECK_OUT;
    return event;
  }

  /** The other one of two. */
  private int otherUser() {
    int owner = userOf(visitor);
    return user == owner ? owner + 1 : owner;
  }

  private ShopperEvent logIn(long now, SplittableRandom random) {
    loggedIn = true;
    plan = Plan.BROWSE;
    return event(
        now, random, EventKind.IDENTIFY, new Page(HOME + "login", "Log in"), null, null, null);
  }

  private ShopperEvent checkOut(long now, SplittableRandom random) {
    double resolve = random.nextDouble();
    plan = resolve < 0.65 ? Plan.PAY : resolve < 0.85 ? Plan.LEAVE : Plan.BROWSE;
    return event(
        now, random, EventKind.CHECKOUT, new Page(HOME + "checkout", "Checkout"), null, null, null);
  }

  /** One event for every line of the cart, each an order of its own. */
  private ShopperEvent pay(long now, SplittableRandom random) {
    order = "o-" + Long.toHexString(random.nextLong() >>> 16);
    CartLine line = cart.remove(0);
    Page page = new Page(HOME + "checkout/pay", "Payment");
    ShopperEvent event = event(now, random, EventKind.PURCHASE, page, null, null, line);
    if (cart.isEmpty()) {
      order = null;
      plan = Plan.CONFIRM;
    }
    return event;
  }

  private ShopperEvent confirm(long now, SplittableRandom random) {
    plan = random.nextDouble() < 0.8 ? Plan.LEAVE : Plan.BROWSE;
    return event(
        now,
        random,
        EventKind.PAGE_VIEW,
        new Page(HOME + "checkout/thanks", "Thank you"),
        null,
        null,
        null);
  }

  private void afterwards(SplittableRandom random) {
    plan = random.nextDouble() < CHANCE_OF_LEAVING ? Plan.LEAVE : Plan.BROWSE;
  }

  /** Log-normal, as measured pauses of people are: mostly short, sometimes very long. */
  private long pause(SplittableRandom random) {
    return Math.max(1, (long) (medianPauseMs * Math.exp(SPREAD_OF_PAUSES * random.nextGaussian())));
  }

  private ShopperEvent event(
      long now,
      SplittableRandom random,
      EventKind kind,
      Page page,
      @Nullable String referrer,
      @Nullable Campaign campaign,
      @Nullable CartLine line) {
    UUID id = new UUID(random.nextLong(), random.nextLong());
    return new ShopperEvent(
        now,
        id.toString(),
        kind,
        anonymousId,
        loggedIn ? Shop.userId(user) : null,
        page.url(),
        page.title(),
        referrer,
        campaign,
        line == null ? null : Shop.productId(line.product()),
        line == null ? 0 : line.quantity(),
        line == null ? null : Shop.price(line.product()),
        line == null ? null : Shop.currency(country),
        kind == EventKind.PURCHASE ? order : null,
        device,
        country,
        appId,
        properties(kind, id.getLeastSignificantBits(), line));
  }

  /**
   * They take no random number of their own, so that events with and without them are the same.
   *
   * @param chance bits that are random already
   */
  private Properties properties(EventKind kind, long chance, @Nullable CartLine line) {
    boolean isPage = kind == EventKind.PAGE_VIEW || kind == EventKind.PRODUCT_VIEW;
    CartLine bought = kind == EventKind.PURCHASE ? line : null;
    CartLine taken = kind == EventKind.ADD_TO_CART ? line : bought;
    return new Properties(
        loggedIn ? PLANS.get(Shop.pick(user, 9, PLANS.size())) : null,
        experiment(kind),
        isPage ? 5 + 5 * (int) (chance >>> 8 & 0xf) : 0,
        100 * (int) (chance >>> 16 & 0x7f),
        taken == null ? 0 : taken.quantity(),
        bought == null ? null : total(bought),
        bought == null ? null : Shop.currency(country));
  }

  /** Each device sees one variant of each test. */
  private @Nullable String experiment(EventKind kind) {
    return switch (kind) {
      case PAGE_VIEW -> variant("navigation", 10);
      case PRODUCT_VIEW -> variant("gallery", 11);
      case CHECKOUT -> variant("checkout", 12);
      default -> null;
    };
  }

  private String variant(String test, int aspect) {
    return test + (Shop.pick(visitor, aspect, 2) == 0 ? "-a" : "-b");
  }

  private static String total(CartLine line) {
    BigDecimal price = new BigDecimal(Shop.price(line.product()));
    return price.multiply(BigDecimal.valueOf(line.quantity())).toPlainString();
  }

  private record Page(String url, String title) {}

  private static Page cartPage() {
    return new Page(HOME + "cart", "Your cart");
  }

  private static Page category(SplittableRandom random) {
    String category = Shop.randomCategory(random.nextDouble());
    return new Page(HOME + "c/" + category, category);
  }

  private static Page product(int product) {
    return new Page(HOME + "p/" + Shop.productId(product), Shop.productName(product));
  }
}
