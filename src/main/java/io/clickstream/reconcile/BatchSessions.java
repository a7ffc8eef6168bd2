package io.clickstream.reconcile;

import io.clickstream.columns.Aggregate;
import io.clickstream.columns.Aggregate.Count;
import io.clickstream.columns.Aggregate.Distinct;
import io.clickstream.columns.Aggregate.First;
import io.clickstream.columns.Aggregate.Last;
import io.clickstream.columns.Aggregate.Marked;
import io.clickstream.columns.Aggregate.Own;
import io.clickstream.columns.Aggregate.Pings;
import io.clickstream.columns.Column;
import io.clickstream.columns.Columns;
import io.clickstream.model.Click;
import io.clickstream.model.ClickProduct;
import io.clickstream.model.EndReason;
import io.clickstream.model.EventKind;
import io.clickstream.model.Money;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.SessionValues;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The oracle: sessions as one would compute them in a batch, by sorting and splitting, with every
 * column of the table looked up anew in all events. It shares no code with the rules.
 */
public final class BatchSessions {

  private static final int MAX_PRODUCTS = 100;
  private static final int MAX_CURRENCIES = 8;
  private static final int MAX_ORDERS = 1_000;

  /** Of one order. */
  private static final int MAX_ORDER_PRODUCT_BYTES = 4_096;

  private static final Set<EventKind> PRODUCT_EVENTS =
      Set.of(EventKind.PRODUCT_VIEW, EventKind.ADD_TO_CART, EventKind.PURCHASE);

  private static final Comparator<Click> BY_TIME = Comparator.comparingLong(Click::timestamp);

  private static final Comparator<Click> TIES =
      Comparator.comparing(Click::eventId, Comparator.nullsLast(Comparator.naturalOrder()))
          .thenComparing(Click::pageUrl, Comparator.nullsLast(Comparator.naturalOrder()));

  /** The host of an address in lower case, without what may stand around it. */
  private static final Pattern HOST =
      Pattern.compile(
          "(?:[a-z][a-z0-9+.-]*://|//)?(?:[^/?#\\\\]*@)?(?:www\\.)?(\\[[^]]*]|[^/?#:\\\\]*)");

  private BatchSessions() {}

  /** The sessions of one visitor's events, each as its events in order. */
  public static List<List<Click>> split(List<Click> clicks, long gapMs) {
    List<Click> sorted = new ArrayList<>(clicks);
    sorted.sort(BY_TIME);
    List<List<Click>> sessions = new ArrayList<>();
    long last = 0;
    for (Click click : sorted) {
      if (sessions.isEmpty() || click.timestamp() - last > gapMs) {
        sessions.add(new ArrayList<>());
      }
      sessions.get(sessions.size() - 1).add(click);
      last = click.timestamp();
    }
    return sessions;
  }

  /**
   * The values of the columns of a session with these events. The counts of late and repeated
   * clicks are 0, as the order of arrival decides them.
   */
  public static SessionValues values(Columns columns, List<Click> session) {
    return values(columns, List.of(), session);
  }

  /**
   * The same where some sites are ours.
   *
   * @param ownHosts referrers from these hosts and from below them are none
   */
  public static SessionValues values(Columns columns, List<String> ownHosts, List<Click> session) {
    List<Column> numbers = columns.numbers();
    List<Column> texts = columns.texts();
    return new SessionValues(
        columns.layout(),
        session.stream().mapToLong(Click::timestamp).max().orElseThrow(),
        EndReason.TIMEOUT,
        numbers.stream().mapToLong(column -> number(column, session)).toArray(),
        texts.stream().map(column -> text(column, ownHosts, session)).toArray(String[]::new),
        columns.decimals().stream()
            .map(column -> BatchFields.decimal(column, session))
            .toArray(BigDecimal[]::new),
        columns.sets().stream().map(column -> BatchFields.set(column, session)).toList(),
        columns.goals().stream().map(column -> BatchFields.goal(column, session)).toList(),
        revenue(session),
        products(session).stream().limit(MAX_PRODUCTS).toList());
  }

  private static long number(Column column, List<Click> session) {
    Aggregate aggregate = column.aggregate();
    if (aggregate instanceof Count count) {
      return count(session, count.kind());
    }
    if (aggregate instanceof Distinct distinct) {
      long different =
          of(distinct.kind(), session).stream()
              .map(click -> BatchFields.text(click, distinct.source()))
              .filter(Objects::nonNull)
              .distinct()
              .count();
      return Math.min(distinct.limit(), different);
    }
    if (aggregate instanceof Marked marked) {
      return BatchFields.marked(marked.mark(), session).size();
    }
    if (aggregate instanceof Pings pings) {
      return BatchFields.engaged(pings, session);
    }
    if (aggregate instanceof Own own) {
      return switch (own) {
        case EVENTS -> session.size();
        case DUPLICATES, LATE_EVENTS -> 0;
        case PURCHASES -> count(withoutRepeatedOrders(session), EventKind.PURCHASE);
        case ORDERS_TRUNCATED -> orders(session) > MAX_ORDERS ? 1 : 0;
        case PRODUCTS_TRUNCATED -> areProductsTruncated(session) ? 1 : 0;
        default -> throw unknown(column);
      };
    }
    throw unknown(column);
  }

  private static @Nullable String text(Column column, List<String> ownHosts, List<Click> session) {
    Aggregate aggregate = column.aggregate();
    boolean isDefined = column.object() != null;
    if (aggregate instanceof First first) {
      return isDefined
          ? BatchFields.first(first.source(), session)
          : earliest(
              of(first.kind(), session), click -> BatchFields.text(click, first.source()), BY_TIME);
    }
    if (aggregate instanceof Last last) {
      return isDefined
          ? BatchFields.last(last.source(), session)
          : earliest(
              of(last.kind(), session),
              click -> BatchFields.text(click, last.source()),
              BY_TIME.reversed());
    }
    if (aggregate instanceof Own own) {
      return switch (own) {
        case REFERRER -> referrer(of(EventKind.PAGE_VIEW, session), ownHosts);
        case UTM_SOURCE -> campaign(session, Click::utmSource);
        case UTM_MEDIUM -> campaign(session, Click::utmMedium);
        case UTM_CAMPAIGN -> campaign(session, Click::utmCampaign);
        case CLICK_ID -> campaign(session, Click::clickId);
        default -> throw unknown(column);
      };
    }
    throw unknown(column);
  }

  static IllegalArgumentException unknown(Column column) {
    return new IllegalArgumentException(
        "%s: there is no batch computation of %s; add one to BatchSessions"
            .formatted(column.name(), column.aggregate()));
  }

  private static List<Click> of(@Nullable EventKind kind, List<Click> session) {
    return session.stream().filter(click -> kind == null || click.kind() == kind).toList();
  }

  private static long count(List<Click> clicks, EventKind kind) {
    return of(kind, clicks).size();
  }

  private static List<Money> revenue(List<Click> session) {
    Map<String, BigDecimal> sums = new TreeMap<>();
    for (Click click : of(EventKind.PURCHASE, withoutRepeatedOrders(session))) {
      BigDecimal amount = amount(click);
      if (amount != null) {
        sums.merge(currency(click), amount, BigDecimal::add);
      }
    }
    return sums.entrySet().stream()
        .limit(MAX_CURRENCIES)
        .map(sum -> new Money(sum.getKey(), sum.getValue()))
        .sorted(
            Comparator.comparing(Money::amount, Comparator.reverseOrder())
                .thenComparing(Money::currency))
        .toList();
  }

  /** All of them, by id. */
  private static List<ProductActivity> products(List<Click> session) {
    Map<String, List<Click>> byId = new TreeMap<>();
    for (Click click : withoutRepeatedOrders(session)) {
      if (PRODUCT_EVENTS.contains(click.kind())) {
        for (String id : productIds(click)) {
          byId.computeIfAbsent(id, ignored -> new ArrayList<>()).add(click);
        }
      }
    }
    return byId.entrySet().stream()
        .map(
            product ->
                new ProductActivity(
                    product.getKey(),
                    (int) count(product.getValue(), EventKind.PRODUCT_VIEW),
                    (int) count(product.getValue(), EventKind.ADD_TO_CART),
                    (int) count(product.getValue(), EventKind.PURCHASE)))
        .toList();
  }

  private static boolean areProductsTruncated(List<Click> session) {
    return products(session).size() > MAX_PRODUCTS
        || withoutRepeatedOrders(session).stream()
            .anyMatch(click -> productIds(click).size() < allProductIds(click).size());
  }

  /** Of a purchase with an order as many of the smallest ids as are kept. */
  private static List<String> productIds(Click click) {
    List<String> ids = allProductIds(click);
    if (click.kind() != EventKind.PURCHASE || click.orderId() == null) {
      return ids;
    }
    List<String> kept = new ArrayList<>();
    int bytes = 0;
    for (String id : ids) {
      bytes += id.getBytes(StandardCharsets.UTF_8).length;
      if (bytes <= MAX_ORDER_PRODUCT_BYTES && kept.size() < MAX_PRODUCTS) {
        kept.add(id);
      }
    }
    return kept;
  }

  private static List<String> allProductIds(Click click) {
    return click.products().isEmpty()
        ? Stream.ofNullable(click.productId()).toList()
        : click.products().stream().map(ClickProduct::id).distinct().sorted().toList();
  }

  private static long orders(List<Click> session) {
    return of(EventKind.PURCHASE, session).stream()
        .map(Click::orderId)
        .filter(Objects::nonNull)
        .distinct()
        .count();
  }

  /** All clicks, but of the purchases of one order the first alone. */
  private static List<Click> withoutRepeatedOrders(List<Click> session) {
    List<Click> counted = new ArrayList<>();
    Map<String, List<Click>> byOrder = new LinkedHashMap<>();
    for (Click click : session) {
      if (click.kind() == EventKind.PURCHASE && click.orderId() != null) {
        byOrder.computeIfAbsent(click.orderId(), ignored -> new ArrayList<>()).add(click);
      } else {
        counted.add(click);
      }
    }
    Comparator<Click> first =
        BY_TIME
            .thenComparing(TIES)
            .thenComparing(BatchSessions::currency)
            .thenComparing(BatchSessions::amount, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(BatchSessions::productIds, BatchSessions::compareProducts)
            .thenComparing(click -> allProductIds(click).size() > productIds(click).size());
    byOrder.values().forEach(purchases -> counted.add(purchases.stream().min(first).orElseThrow()));
    return counted;
  }

  private static String currency(Click purchase) {
    return Objects.requireNonNullElse(purchase.currency(), "").toUpperCase(Locale.ROOT);
  }

  /** As if behind the shorter list came a product that is larger than all. */
  private static int compareProducts(List<String> left, List<String> right) {
    Iterator<String> others = right.iterator();
    for (String id : left) {
      int order = others.hasNext() ? id.compareTo(others.next()) : -1;
      if (order != 0) {
        return order;
      }
    }
    return others.hasNext() ? 1 : 0;
  }

  private static @Nullable BigDecimal amount(Click purchase) {
    if (purchase.revenue() != null) {
      return purchase.revenue();
    }
    Optional<BigDecimal> ofProducts =
        purchase.products().stream()
            .filter(product -> product.price() != null)
            .map(product -> times(Objects.requireNonNull(product.price()), product.quantity()))
            .reduce(BigDecimal::add);
    return ofProducts.orElse(
        purchase.price() == null ? null : times(purchase.price(), purchase.quantity()));
  }

  private static BigDecimal times(BigDecimal price, long quantity) {
    return price.multiply(BigDecimal.valueOf(quantity));
  }

  /**
   * The referrer of the first page view, unless it names the page's own host or another one of
   * ours.
   */
  private static @Nullable String referrer(List<Click> views, List<String> ownHosts) {
    return views.stream()
        .min(
            BY_TIME
                .thenComparing(TIES)
                .thenComparing(Click::referrer, Comparator.nullsLast(Comparator.naturalOrder())))
        .filter(view -> view.referrer() != null && !isOwn(view.referrer(), view.pageUrl()))
        .filter(view -> ownHosts.stream().noneMatch(host -> isBelow(view.referrer(), host)))
        .map(Click::referrer)
        .orElse(null);
  }

  private static boolean isOwn(String referrer, @Nullable String page) {
    String host = host(referrer);
    return host.isEmpty() || (page != null && host.equals(host(page)));
  }

  private static boolean isBelow(@Nullable String referrer, String own) {
    return referrer != null && ("." + host(referrer)).endsWith("." + host(own));
  }

  private static String host(String address) {
    Matcher matcher = HOST.matcher(address.toLowerCase(Locale.ROOT));
    return matcher.lookingAt() ? matcher.group(1) : "";
  }

  /** One field of the first click that has any of the four. */
  private static @Nullable String campaign(
      List<Click> session, Function<Click, @Nullable String> field) {
    return session.stream()
        .filter(
            click ->
                click.utmSource() != null
                    || click.utmMedium() != null
                    || click.utmCampaign() != null
                    || click.clickId() != null)
        .min(
            BY_TIME
                .thenComparing(TIES)
                .thenComparing(Click::utmSource, Comparator.nullsLast(Comparator.naturalOrder()))
                .thenComparing(Click::utmMedium, Comparator.nullsLast(Comparator.naturalOrder()))
                .thenComparing(Click::utmCampaign, Comparator.nullsLast(Comparator.naturalOrder()))
                .thenComparing(Click::clickId, Comparator.nullsLast(Comparator.naturalOrder())))
        .map(field)
        .orElse(null);
  }

  private static @Nullable String earliest(
      List<Click> clicks, Function<Click, @Nullable String> field, Comparator<Click> order) {
    return clicks.stream()
        .filter(click -> field.apply(click) != null)
        .min(
            order
                .thenComparing(TIES)
                .thenComparing(click -> Objects.requireNonNull(field.apply(click))))
        .map(field)
        .orElse(null);
  }
}
