package io.clickstream.benchmark.peers;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Some thousand clicks of some hundred visitors, and by a plain sort the sessions that they are. No
 * two clicks of a visitor are exactly a gap apart, since built-in windows differ there.
 */
final class ShopDay {

  static final Duration GAP = Duration.ofMinutes(30);
  static final Duration OUT_OF_ORDERNESS = Duration.ofSeconds(3);
  static final int PROFILES = 60;
  static final int PRODUCTS = 90;

  private static final long FIRST = Instant.parse("2026-02-03T09:00:00Z").toEpochMilli();
  private static final int VISITORS = 300;
  private static final int PARTITIONS = 4;
  private static final List<String> TYPES =
      List.of(
          "page_view",
          "page_view",
          "page_view",
          "product_view",
          "product_view",
          "add_to_cart",
          "remove_from_cart",
          "search",
          "checkout",
          "purchase",
          "video_play");
  private static final Set<String> WITH_PRODUCT =
      Set.of("product_view", "add_to_cart", "remove_from_cart", "purchase");
  private static final Set<String> COUNTED = Set.of("product_view", "add_to_cart", "purchase");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Random random = new Random(7);
  private final List<Shown> clicks = new ArrayList<>();

  /** A click, and when it is delivered. */
  record Shown(
      String visitor,
      @Nullable String user,
      long time,
      long delivered,
      String type,
      String page,
      @Nullable String product,
      int quantity,
      BigDecimal price,
      @Nullable String campaign) {}

  /** A session, as far as every peer can say it. */
  record Summary(
      String visitor,
      @Nullable String user,
      long start,
      long end,
      long events,
      long pageViews,
      long uniquePages,
      long productViews,
      long searches,
      long cartAdds,
      long cartRemoves,
      long checkouts,
      long purchases,
      @Nullable BigDecimal revenue,
      boolean bounce,
      boolean engaged,
      String entryPage,
      String exitPage,
      @Nullable String campaign,
      @Nullable String segment,
      @Nullable String tier,
      Map<String, Long> products,
      Map<String, Long> categories,
      @Nullable String topCategory,
      @Nullable String topBrand) {}

  ShopDay() {
    for (int visitor = 0; visitor < VISITORS; visitor++) {
      long time = FIRST + random.nextInt(3_600_000);
      int visits = 1 + random.nextInt(3);
      for (int visit = 0; visit < visits; visit++) {
        int length = 1 + random.nextInt(14);
        for (int i = 0; i < length; i++) {
          clicks.add(click(visitor, time, i == 0 && visit == 0));
          time += 1 + random.nextInt(i % 5 == 4 ? 1_500_000 : 40_000);
        }
        time += GAP.toMillis() + 60_000 + random.nextInt(3_600_000);
      }
    }
    clicks.sort(Comparator.comparingLong(Shown::delivered));
  }

  private Shown click(int visitor, long time, boolean entry) {
    String type = TYPES.get(random.nextInt(TYPES.size()));
    return new Shown(
        "v" + visitor,
        visitor % 5 < 3 ? "u" + visitor % (PROFILES + 5) : null,
        time,
        random.nextInt(4) == 0 ? time + 1 + random.nextInt(2_900) : time,
        type,
        "https://shop.example/" + random.nextInt(12),
        WITH_PRODUCT.contains(type) ? "p" + random.nextInt(PRODUCTS + 3) : null,
        1 + random.nextInt(3),
        BigDecimal.valueOf(100 + random.nextInt(9_900), 2),
        entry ? "spring" : null);
  }

  int partitions() {
    return PARTITIONS;
  }

  /** In the order of their delivery. */
  List<Shown> clicks() {
    return clicks;
  }

  /** The last of them. */
  long lastTime() {
    return clicks.stream().mapToLong(Shown::time).max().orElseThrow();
  }

  static byte[] json(Shown click) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("event_id", click.visitor + "-" + click.time);
    fields.put("event_type", click.type);
    fields.put("timestamp", click.time);
    if (click.user != null) {
      fields.put("user_id", click.user);
    }
    fields.put("anonymous_id", click.visitor);
    fields.put("page_url", click.page);
    fields.put("page_title", "A page");
    if (click.campaign != null) {
      fields.put("utm_source", "mail");
      fields.put("utm_campaign", click.campaign);
    }
    if (click.product != null) {
      fields.put("product_id", click.product);
      fields.put("quantity", click.quantity);
      fields.put("price", click.price.toPlainString());
      fields.put("currency", "EUR");
    }
    fields.put("device_type", "desktop");
    fields.put("country", "NL");
    fields.put("app_id", "web");
    return JSON.writeValueAsBytes(fields);
  }

  /** A click of nobody, which moves time on. */
  static byte[] closer(int partition, long time) {
    return """
        {"event_type": "page_view", "timestamp": %d, "anonymous_id": "closer-%d"}\
        """
        .formatted(time, partition)
        .getBytes(StandardCharsets.UTF_8);
  }

  static byte[] profile(int user) {
    return """
        {"user_id": "u%d", "segment": "%s", "tier": "%s", "updated_at": 1764547200000}\
        """
        .formatted(user, segment(user), tier(user))
        .getBytes(StandardCharsets.UTF_8);
  }

  static byte[] product(int product) {
    return """
        {"product_id": "p%d", "category": "%s", "brand": "%s", "updated_at": 1764547200000}\
        """
        .formatted(product, category(product), brand(product))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String segment(int user) {
    return List.of("new", "loyal").get(user % 2);
  }

  private static String tier(int user) {
    return List.of("gold", "silver", "bronze").get(user % 3);
  }

  private static String category(int product) {
    return List.of("shoes", "books", "toys", "audio").get(product % 4);
  }

  private static String brand(int product) {
    return "brand-" + product % 7;
  }

  /** The sessions, by visitor and start. */
  Map<String, Summary> sessions() {
    Map<String, List<Shown>> byVisitor = new TreeMap<>();
    for (Shown click : clicks) {
      byVisitor.computeIfAbsent(click.visitor, key -> new ArrayList<>()).add(click);
    }
    Map<String, Summary> sessions = new TreeMap<>();
    for (List<Shown> ofVisitor : byVisitor.values()) {
      ofVisitor.sort(Comparator.comparingLong(Shown::time));
      int from = 0;
      for (int i = 1; i <= ofVisitor.size(); i++) {
        if (i == ofVisitor.size()
            || ofVisitor.get(i).time - ofVisitor.get(i - 1).time > GAP.toMillis()) {
          Summary session = summary(ofVisitor.subList(from, i));
          sessions.put(session.visitor + "@" + session.start, session);
          from = i;
        }
      }
    }
    return sessions;
  }

  private static Summary summary(List<Shown> sorted) {
    Shown first = sorted.get(0);
    Shown last = sorted.get(sorted.size() - 1);
    Map<String, Long> products = new TreeMap<>();
    Map<String, Long> categories = new TreeMap<>();
    Map<String, Long> brands = new TreeMap<>();
    BigDecimal revenue = null;
    Set<String> pages = new TreeSet<>();
    for (Shown click : sorted) {
      pages.add(click.page);
      if (click.product != null && COUNTED.contains(click.type)) {
        products.merge(click.product, 1L, Long::sum);
        int product = Integer.parseInt(click.product.substring(1));
        if (product < PRODUCTS) {
          categories.merge(category(product), 1L, Long::sum);
          brands.merge(brand(product), 1L, Long::sum);
        }
      }
      if (click.type.equals("purchase")) {
        BigDecimal amount = click.price.multiply(BigDecimal.valueOf(click.quantity));
        revenue = revenue == null ? amount : revenue.add(amount);
      }
    }
    int user = first.user == null ? PROFILES : Integer.parseInt(first.user.substring(1));
    long pageViews = count(sorted, "page_view");
    long purchases = count(sorted, "purchase");
    return new Summary(
        first.visitor,
        first.user,
        first.time,
        last.time,
        sorted.size(),
        pageViews,
        pages.size(),
        count(sorted, "product_view"),
        count(sorted, "search"),
        count(sorted, "add_to_cart"),
        count(sorted, "remove_from_cart"),
        count(sorted, "checkout"),
        purchases,
        revenue,
        pageViews <= 1,
        last.time - first.time > 10_000 || pageViews >= 2 || purchases >= 1,
        first.page,
        last.page,
        first.campaign,
        user < PROFILES ? segment(user) : null,
        user < PROFILES ? tier(user) : null,
        products,
        categories,
        largest(categories),
        largest(brands));
  }

  private static long count(List<Shown> clicks, String type) {
    return clicks.stream().filter(click -> click.type.equals(type)).count();
  }

  private static @Nullable String largest(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .max(
            Map.Entry.<String, Long>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
        .map(Map.Entry::getKey)
        .orElse(null);
  }
}
