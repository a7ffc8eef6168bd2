package io.clickstream.benchmark;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The records of R1: every field that a shop sends, 400 bytes a click on average. All values of a
 * visitor or product follow from its number. Not thread-safe.
 */
final class R1Json {

  static final int PROFILES = 50_000;
  static final int PRODUCTS = 80_000;

  private static final List<String> USER_AGENTS =
      List.of(
          "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1) Safari/605.1",
          "Mozilla/5.0 (Linux; Android 16; Pixel 9) Chrome/142.0 Mobile",
          "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0.0.0",
          "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_1) Safari/605.1",
          "Mozilla/5.0 (Windows NT 10.0; rv:145.0) Firefox/145.0");
  private static final List<String> DEVICES =
      List.of("mobile", "mobile", "desktop", "desktop", "desktop");
  private static final List<String> COUNTRIES = List.of("DE", "FR", "NL", "US", "GB", "PL");
  private static final List<String> CURRENCIES = List.of("EUR", "EUR", "EUR", "USD", "GBP", "PLN");
  private static final List<String> APPS = List.of("web", "web", "web", "ios", "android");
  private static final List<String> CATEGORIES =
      List.of("garden", "kitchen", "lighting", "outdoor", "books", "toys", "shoes", "audio");
  private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);

  private byte[] buffer = new byte[2048];
  private int length;

  /** The kind of a click. */
  enum Kind {
    PAGE_VIEW(550),
    PRODUCT_VIEW(800),
    SEARCH(860),
    ADD_TO_CART(930),
    REMOVE_FROM_CART(940),
    CHECKOUT(960),
    PURCHASE(980),
    IDENTIFY(990),
    VIDEO_PLAY(1000);

    private final int upTo;
    private final String text;

    Kind(int upTo) {
      this.upTo = upTo;
      this.text = name().toLowerCase(Locale.ROOT);
    }

    boolean hasProduct() {
      return this == PRODUCT_VIEW
          || this == ADD_TO_CART
          || this == REMOVE_FROM_CART
          || this == PURCHASE;
    }

    private static final Kind[] ALL = values();

    /** The kind of a number below 1 000, in the mix of a shop. */
    static Kind of(int permille) {
      for (Kind kind : ALL) {
        if (permille < kind.upTo) {
          return kind;
        }
      }
      throw new IllegalArgumentException("expected less than 1000, got " + permille);
    }
  }

  /** The fault of a record that is no click. */
  enum Defect {
    MALFORMED,
    NO_TYPE,
    NO_IDENTITY,
    TIMESTAMP_IN_SECONDS
  }

  /** The id that the sessions of a visitor carry. */
  static String visitorId(long visitor) {
    return new String(hex(mix(visitor)), ISO_8859_1);
  }

  /** The key of a visitor's records. */
  static byte[] key(long visitor) {
    return key(app(visitor), visitorId(visitor));
  }

  static byte[] key(String app, String visitorId) {
    return new Visitor(app, VisitorKind.DEVICE, visitorId).canonicalBytes();
  }

  static String app(long visitor) {
    return pick(APPS, visitor, 4);
  }

  /** The number of the campaign that leads to a page. */
  static int campaign(int page) {
    return page % 7;
  }

  static int priceCents(int product) {
    return 199 + (int) Long.remainderUnsigned(mix(product + 77L), 20_000);
  }

  /**
   * A click.
   *
   * @param entry whether it begins a visit, and so tells where the visitor comes from
   * @param visitorId of {@link #visitorId}, or that of somebody else
   * @param defect what is wrong with it, if anything
   */
  byte[] click(
      long number,
      long timestamp,
      long visitor,
      String visitorId,
      boolean entry,
      Kind kind,
      int page,
      int product,
      int quantity,
      @Nullable Defect defect) {
    length = 0;
    put("{\"event_id\":\"");
    put(hex(mix(~number)));
    put("\"");
    if (defect != Defect.NO_TYPE) {
      put(",\"event_type\":\"");
      put(kind.text);
      put("\"");
    }
    put(",\"timestamp\":");
    put(Long.toString(defect == Defect.TIMESTAMP_IN_SECONDS ? timestamp / 1000 : timestamp));
    if (defect != Defect.NO_IDENTITY) {
      if (Long.remainderUnsigned(mix(visitor + 5), 10) < 6) {
        put(",\"user_id\":\"u");
        put(Long.toString(visitor % PROFILES));
        put("\"");
      }
      put(",\"anonymous_id\":\"");
      put(visitorId);
      put("\"");
    }
    put(",\"page_url\":\"https://shop.example/");
    if (kind.hasProduct()) {
      put("product/");
      put(Integer.toString(product));
      put("\",\"page_title\":\"Product ");
      put(Integer.toString(product));
      put(" - shop\"");
    } else {
      put("page/");
      put(Integer.toString(page));
      put("\",\"page_title\":\"Page ");
      put(Integer.toString(page));
      put(" - shop\"");
    }
    if (entry) {
      put(",\"referrer\":\"https://google.com/\",\"utm_source\":\"google\"");
      put(",\"utm_medium\":\"cpc\",\"utm_campaign\":\"autumn-");
      put(Integer.toString(campaign(page)));
      put("\"");
    } else {
      put(",\"referrer\":\"https://shop.example/page/");
      put(Integer.toString((page + 3) % 500));
      put("\"");
    }
    if (kind.hasProduct()) {
      put(",\"product_id\":\"p");
      put(Integer.toString(product));
      put("\",\"quantity\":");
      put(Integer.toString(quantity));
      put(",\"price\":\"");
      putCents(priceCents(product));
      put("\",\"currency\":\"");
      put(pick(CURRENCIES, visitor, 3));
      put("\"");
      if (kind == Kind.PURCHASE) {
        put(",\"order_id\":\"o");
        put(Long.toString(number));
        put("\"");
      }
    }
    put(",\"user_agent\":\"");
    put(pick(USER_AGENTS, visitor, 2));
    put("\",\"device_type\":\"");
    put(pick(DEVICES, visitor, 2));
    put("\",\"country\":\"");
    put(pick(COUNTRIES, visitor, 3));
    put("\",\"app_id\":\"");
    put(app(visitor));
    put(defect == Defect.MALFORMED ? "\"" : "\"}");
    return Arrays.copyOf(buffer, length);
  }

  /** A profile of 88 bytes, more or less. */
  byte[] profile(int user) {
    length = 0;
    put("{\"user_id\":\"u");
    put(Integer.toString(user));
    put("\",\"segment\":\"");
    put(List.of("loyal", "frequent", "new", "dormant").get(user % 4));
    put("\",\"tier\":\"");
    put(List.of("gold", "silver", "bronze").get(user % 3));
    put("\",\"age\":");
    put(Integer.toString(20 + user % 60));
    put(",\"updated_at\":1764547200000}");
    return Arrays.copyOf(buffer, length);
  }

  /** A product of 232 bytes, more or less. */
  byte[] product(int product) {
    length = 0;
    put("{\"product_id\":\"p");
    put(Integer.toString(product));
    put("\",\"category\":\"");
    put(CATEGORIES.get(product % CATEGORIES.size()));
    put("\",\"brand\":\"brand-");
    put(Integer.toString(product % 400));
    put("\",\"name\":\"Product ");
    put(Integer.toString(product));
    put(
        " in our shop\",\"description\":\"Everybody who has one does not want to be without it any");
    put(" more\",\"price\":\"");
    putCents(priceCents(product));
    put("\",\"updated_at\":1764547200000,\"in_stock\":true}");
    return Arrays.copyOf(buffer, length);
  }

  private void putCents(int cents) {
    put(Integer.toString(cents / 100));
    put(cents % 100 < 10 ? ".0" : ".");
    put(Integer.toString(cents % 100));
  }

  @SuppressWarnings("deprecation") // The one that copies ASCII without an encoder.
  private void put(String ascii) {
    int size = ascii.length();
    ascii.getBytes(0, size, buffer, length);
    length += size;
  }

  private void put(byte[] bytes) {
    System.arraycopy(bytes, 0, buffer, length, bytes.length);
    length += bytes.length;
  }

  private static String pick(List<String> values, long visitor, int salt) {
    return values.get((int) Long.remainderUnsigned(mix(visitor * 8 + salt), values.size()));
  }

  private static byte[] hex(long value) {
    byte[] hex = new byte[16];
    for (int i = 0; i < 16; i++) {
      hex[i] = HEX[(int) (value >>> (60 - 4 * i)) & 15];
    }
    return hex;
  }

  /** Stafford's mixer: different numbers for different numbers. */
  static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
