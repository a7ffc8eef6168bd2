package io.clickstream.tools.traffic;

import java.util.List;
import java.util.Locale;

/**
 * The products of the shop and its customers. Everything follows from a number alone, so that
 * reference data and clicks agree without either knowing the other.
 */
public final class Shop {

  private static final List<String> CATEGORIES =
      List.of(
          "shoes",
          "jackets",
          "trousers",
          "dresses",
          "bags",
          "watches",
          "sports",
          "kitchen",
          "garden",
          "books",
          "toys",
          "phones",
          "laptops",
          "audio",
          "beauty");
  private static final List<String> BRANDS =
      List.of(
          "Aldermoor",
          "Brightwater",
          "Corvane",
          "Dunlin",
          "Eastfell",
          "Fernhill",
          "Galloway",
          "Harrowgate",
          "Ironwood",
          "Juniper",
          "Kestrel",
          "Larkspur");
  private static final List<String> SEGMENTS =
      List.of("bargain_hunter", "regular", "big_spender", "newcomer", "at_risk");
  private static final List<String> TIERS = List.of("none", "bronze", "silver", "gold");
  private static final List<String> COUNTRIES =
      List.of("DE", "DE", "DE", "FR", "FR", "NL", "AT", "ES", "IT", "PL", "GB", "GB", "US", "US");

  private final int products;

  /**
   * @param products how many different ones are for sale
   */
  public Shop(int products) {
    this.products = products;
  }

  /** The number of a product, popular ones far more often: a tenth of them gets a third of all. */
  int pick(double random) {
    return Math.min(products - 1, (int) (products * random * random));
  }

  /** {@code p-00042} for product 42. */
  static String productId(int product) {
    return numbered("p-", product, 5);
  }

  static String category(int product) {
    return CATEGORIES.get(product % CATEGORIES.size());
  }

  static String randomCategory(double random) {
    return CATEGORIES.get((int) (CATEGORIES.size() * random));
  }

  static String brand(int product) {
    return BRANDS.get(pick(product, 1, BRANDS.size()));
  }

  static String productName(int product) {
    String category = category(product);
    return brand(product)
        + ' '
        + category.substring(0, 1).toUpperCase(Locale.ROOT)
        + category.substring(1)
        + ' '
        + product;
  }

  /** Between 2.99 and 401.99, most of them low. */
  static String price(int product) {
    int scale = pick(product, 2, 20);
    return (2 + scale * (scale + 1) + pick(product, 3, 20)) + ".99";
  }

  /** {@code u-0000042} for user 42. */
  static String userId(int user) {
    return numbered("u-", user, 7);
  }

  static String segment(int user) {
    return SEGMENTS.get(pick(user, 4, SEGMENTS.size()));
  }

  static String tier(int user) {
    return TIERS.get(pick(user, 5, TIERS.size()));
  }

  static String country(int user) {
    return COUNTRIES.get(pick(user, 6, COUNTRIES.size()));
  }

  /** The currency of a country. */
  static String currency(String country) {
    return switch (country) {
      case "GB" -> "GBP";
      case "US" -> "USD";
      case "PL" -> "PLN";
      default -> "EUR";
    };
  }

  /** A number below {@code bound}, always the same for one subject and aspect. */
  static int pick(int subject, int aspect, int bound) {
    return (int) Long.remainderUnsigned(mix(subject * 31L + aspect), bound);
  }

  /** Spreads the bits of a number over all 64 (the finalizer of SplitMix64). */
  static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static String numbered(String prefix, int number, int digits) {
    String text = Integer.toString(number);
    return prefix + "0".repeat(Math.max(0, digits - text.length())) + text;
  }
}
