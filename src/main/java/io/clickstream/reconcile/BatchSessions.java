package io.clickstream.reconcile;

import io.clickstream.model.Click;
import io.clickstream.model.EndReason;
import io.clickstream.model.EventKind;
import io.clickstream.model.Money;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.SessionFacts;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The oracle: sessions as one would compute them in a batch, by sorting and splitting, with every
 * field looked up anew in the sorted events. It shares no code with the rules.
 */
public final class BatchSessions {

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
    sorted.sort(Comparator.comparingLong(Click::timestamp));
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

  /** What is published of a session with these events, without duplicate and late counts. */
  public static SessionFacts facts(List<Click> session) {
    List<Click> views =
        session.stream().filter(click -> click.kind() == EventKind.PAGE_VIEW).toList();
    List<Click> counted = withoutRepeatedOrders(session);
    Map<String, BigDecimal> sums = new LinkedHashMap<>();
    for (Click click : counted) {
      if (click.kind() == EventKind.PURCHASE && click.price() != null) {
        sums.merge(currency(click), amount(click), BigDecimal::add);
      }
    }
    List<Money> revenue =
        sums.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .limit(8)
            .map(sum -> new Money(sum.getKey(), sum.getValue()))
            .sorted(
                Comparator.comparing(Money::amount, Comparator.reverseOrder())
                    .thenComparing(Money::currency))
            .toList();
    Map<String, List<Click>> byProduct =
        counted.stream()
            .filter(
                click ->
                    click.productId() != null
                        && List.of(
                                EventKind.PRODUCT_VIEW, EventKind.ADD_TO_CART, EventKind.PURCHASE)
                            .contains(click.kind()))
            .collect(Collectors.groupingBy(click -> Objects.requireNonNull(click.productId())));
    List<ProductActivity> products =
        byProduct.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .limit(100)
            .map(
                product ->
                    new ProductActivity(
                        product.getKey(),
                        (int) count(product.getValue(), EventKind.PRODUCT_VIEW),
                        (int) count(product.getValue(), EventKind.ADD_TO_CART),
                        (int) count(product.getValue(), EventKind.PURCHASE)))
            .toList();
    Click campaign =
        session.stream()
            .filter(
                click ->
                    click.utmSource() != null
                        || click.utmMedium() != null
                        || click.utmCampaign() != null)
            .min(
                Comparator.comparingLong(Click::timestamp)
                    .thenComparing(TIES)
                    .thenComparing(
                        Click::utmSource, Comparator.nullsLast(Comparator.naturalOrder()))
                    .thenComparing(
                        Click::utmMedium, Comparator.nullsLast(Comparator.naturalOrder()))
                    .thenComparing(
                        Click::utmCampaign, Comparator.nullsLast(Comparator.naturalOrder())))
            .orElse(null);
    return new SessionFacts(
        session.get(session.size() - 1).timestamp(),
        EndReason.TIMEOUT,
        last(session, Click::userId),
        first(session, Click::anonymousId),
        session.size(),
        count(session, EventKind.PAGE_VIEW),
        (int)
            Math.min(
                1_000,
                views.stream().map(Click::pageUrl).filter(Objects::nonNull).distinct().count()),
        count(session, EventKind.PRODUCT_VIEW),
        count(session, EventKind.SEARCH),
        count(session, EventKind.ADD_TO_CART),
        count(session, EventKind.REMOVE_FROM_CART),
        count(session, EventKind.CHECKOUT),
        count(counted, EventKind.PURCHASE),
        revenue,
        0,
        0,
        first(views, Click::pageUrl),
        last(views, Click::pageUrl),
        referrer(views),
        campaign == null ? null : campaign.utmSource(),
        campaign == null ? null : campaign.utmMedium(),
        campaign == null ? null : campaign.utmCampaign(),
        first(session, Click::deviceType),
        first(session, Click::country),
        first(session, Click::userAgent),
        products,
        byProduct.size() > 100,
        session.stream()
                .filter(click -> click.kind() == EventKind.PURCHASE && click.orderId() != null)
                .map(Click::orderId)
                .distinct()
                .count()
            > 1_000);
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
        Comparator.comparingLong(Click::timestamp)
            .thenComparing(TIES)
            .thenComparing(BatchSessions::currency)
            .thenComparing(
                click -> click.price() == null ? null : amount(click),
                Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(Click::productId, Comparator.nullsLast(Comparator.naturalOrder()));
    byOrder.values().forEach(purchases -> counted.add(purchases.stream().min(first).orElseThrow()));
    return counted;
  }

  private static String currency(Click purchase) {
    return Objects.requireNonNullElse(purchase.currency(), "").toUpperCase(Locale.ROOT);
  }

  private static BigDecimal amount(Click purchase) {
    return Objects.requireNonNull(purchase.price())
        .multiply(BigDecimal.valueOf(purchase.quantity()));
  }

  /** That of the first page view, unless it names the page's own host. */
  private static @Nullable String referrer(List<Click> views) {
    return views.stream()
        .min(
            Comparator.comparingLong(Click::timestamp)
                .thenComparing(TIES)
                .thenComparing(Click::referrer, Comparator.nullsLast(Comparator.naturalOrder())))
        .filter(view -> view.referrer() != null && !isOwn(view.referrer(), view.pageUrl()))
        .map(Click::referrer)
        .orElse(null);
  }

  private static boolean isOwn(String referrer, @Nullable String page) {
    String host = host(referrer);
    return host.isEmpty() || (page != null && host.equals(host(page)));
  }

  private static String host(String address) {
    Matcher matcher = HOST.matcher(address.toLowerCase(Locale.ROOT));
    return matcher.lookingAt() ? matcher.group(1) : "";
  }

  private static long count(List<Click> clicks, EventKind kind) {
    return clicks.stream().filter(click -> click.kind() == kind).count();
  }

  private static @Nullable String first(
      List<Click> session, Function<Click, @Nullable String> field) {
    return session.stream()
        .filter(click -> field.apply(click) != null)
        .min(
            Comparator.comparingLong(Click::timestamp)
                .thenComparing(TIES)
                .thenComparing(click -> Objects.requireNonNull(field.apply(click))))
        .map(field)
        .orElse(null);
  }

  private static @Nullable String last(
      List<Click> session, Function<Click, @Nullable String> field) {
    return session.stream()
        .filter(click -> field.apply(click) != null)
        .min(
            Comparator.comparingLong(Click::timestamp)
                .reversed()
                .thenComparing(TIES)
                .thenComparing(click -> Objects.requireNonNull(field.apply(click))))
        .map(field)
        .orElse(null);
  }
}
