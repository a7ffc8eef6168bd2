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
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
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
    Map<String, BigDecimal> sums = new LinkedHashMap<>();
    for (Click click : session) {
      if (click.kind() == EventKind.PURCHASE && click.price() != null) {
        sums.merge(
            Objects.requireNonNullElse(click.currency(), ""),
            click.price().multiply(BigDecimal.valueOf(click.quantity())),
            BigDecimal::add);
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
        session.stream()
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
                session.stream().map(Click::pageUrl).filter(Objects::nonNull).distinct().count()),
        count(session, EventKind.PRODUCT_VIEW),
        count(session, EventKind.SEARCH),
        count(session, EventKind.ADD_TO_CART),
        count(session, EventKind.REMOVE_FROM_CART),
        count(session, EventKind.CHECKOUT),
        count(session, EventKind.PURCHASE),
        revenue,
        0,
        0,
        first(session, Click::pageUrl),
        last(session, Click::pageUrl),
        first(session, Click::referrer),
        campaign == null ? null : campaign.utmSource(),
        campaign == null ? null : campaign.utmMedium(),
        campaign == null ? null : campaign.utmCampaign(),
        first(session, Click::deviceType),
        first(session, Click::country),
        first(session, Click::userAgent),
        products,
        byProduct.size() > 100);
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
