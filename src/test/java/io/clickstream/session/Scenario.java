package io.clickstream.session;

import io.clickstream.config.DedupKey;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * Random input of a sessionizer: clicks of a few visitors, watermarks and restarts, in any order.
 */
public record Scenario(SessionSettings settings, List<Step> steps) {

  /** Something that happens. */
  public sealed interface Step {}

  /** A click arrives. */
  public record Arrival(Click click) implements Step {
    @Override
    public String toString() {
      return "click %s at %d id=%s %s"
          .formatted(
              click.visitor().id(),
              click.timestamp() - Clicks.EPOCH,
              click.eventId(),
              click.kind().name().toLowerCase(Locale.ROOT));
    }
  }

  /** A watermark arrives; if it does not advance it is none. */
  public record Mark(long watermark) implements Step {}

  /** A snapshot is taken and restored under these settings. */
  public record Restart(SessionSettings settings) implements Step {}

  /** How the settings of a scenario vary from restart to restart. */
  public enum Changes {
    LATENESS,
    GAP_AND_LATENESS
  }

  private static final List<Long> LATENESS = List.of(0L, 1L, 7L, 20L, 60L);

  private static final List<Visitor> VISITORS =
      List.of(
          new Visitor(null, VisitorKind.DEVICE, "v"),
          new Visitor(null, VisitorKind.USER, "v"),
          new Visitor("app", VisitorKind.DEVICE, "v"));

  /** Sessions without cuts: every id of a session is remembered. */
  public static Arbitrary<Scenario> withoutCuts(Changes changes) {
    return scenarios(changes, 86_400_000, 10_000);
  }

  /** The same of clicks with a few fields, which are made in less time. */
  static Arbitrary<Scenario> ofPlainClicks(int visitors) {
    List<SessionSettings> all =
        Stream.of(7L, 20L, 60L, 200L)
            .map(lateness -> SessionSemantics.settings(20, lateness, 86_400_000, 10_000, 10_000))
            .toList();
    Arbitrary<SessionSettings> settings = Arbitraries.of(all);
    return Combinators.combine(
            settings,
            Arbitraries.frequencyOf(
                    Tuple.of(5 * visitors, plainClicks(times(20), visitors).map(Arrival::new)),
                    Tuple.of(3 * visitors / 2, marks(times(20), 20)),
                    Tuple.of(1, settings.map(Restart::new)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(10 * visitors)
                .withSizeDistribution(RandomDistribution.uniform()))
        .as(Scenario::new);
  }

  /** Without repeated events and without restarts. */
  static Arbitrary<Scenario> withoutIds() {
    return withoutCuts(Changes.GAP_AND_LATENESS)
        .map(
            scenario ->
                new Scenario(
                    scenario.settings(),
                    scenario.steps().stream().filter(step -> !(step instanceof Restart)).toList()));
  }

  /** Sessions that are cut all the time. */
  public static Arbitrary<Scenario> withCuts() {
    List<Arbitrary<Scenario>> all = new ArrayList<>();
    for (long maxDuration : new long[] {1, 10, 40}) {
      for (int maxEvents : new int[] {1, 2, 5}) {
        all.add(scenarios(Changes.LATENESS, maxDuration, maxEvents));
      }
    }
    return Arbitraries.oneOf(all);
  }

  /** Each settings have their own, made once: made for each try, it takes most of the time. */
  private static Arbitrary<Scenario> scenarios(Changes changes, long maxDuration, int maxEvents) {
    List<Arbitrary<Scenario>> all = new ArrayList<>();
    for (long gap : new long[] {6, 20}) {
      for (DedupKey key : DedupKey.values()) {
        for (List<String> ownHosts :
            List.of(List.<String>of(), List.of("b.example"), List.of("www.x.b.example", "a"))) {
          all.add(
              scenarios(
                  changes,
                  SessionSemantics.settings(gap, 0, maxDuration, maxEvents, 10_000)
                      .with(SessionSettings.DEDUP_KEY, key)
                      .with(SessionSettings.OWN_HOSTS, ownHosts)));
        }
      }
    }
    return Arbitraries.oneOf(all);
  }

  private static Arbitrary<Scenario> scenarios(Changes changes, SessionSettings settings) {
    return Combinators.combine(
            settings(settings, Arbitraries.just(settings.gap())),
            steps(changes, settings).list().ofMinSize(1).ofMaxSize(40))
        .as(Scenario::new);
  }

  private static Arbitrary<SessionSettings> settings(
      SessionSettings others, Arbitrary<Duration> gap) {
    return Combinators.combine(gap, Arbitraries.of(LATENESS))
        .as(
            (g, lateness) ->
                others
                    .with(SessionSettings.GAP, g)
                    .with(SessionSettings.ALLOWED_LATENESS, Duration.ofMillis(lateness)));
  }

  private static Arbitrary<Step> steps(Changes changes, SessionSettings settings) {
    long gap = settings.gap().toMillis();
    Arbitrary<Step> arrivals =
        clicks(times(gap), changes != Changes.GAP_AND_LATENESS).map(Arrival::new);
    Arbitrary<Step> restarts =
        settings(
                settings,
                (changes == Changes.GAP_AND_LATENESS
                        ? Arbitraries.of(gap / 2, gap, gap * 2)
                        : Arbitraries.just(gap))
                    .map(Duration::ofMillis))
            .map(Restart::new);
    return Arbitraries.frequencyOf(
        Tuple.of(10, arrivals), Tuple.of(3, marks(times(gap), gap)), Tuple.of(1, restarts));
  }

  private static Arbitrary<Long> times(long gap) {
    return Combinators.combine(
            Arbitraries.longs().between(0, 16), Arbitraries.of(-1L, 0L, 0L, 0L, 1L, 2L))
        .as((halves, off) -> Math.max(0, halves * gap / 2 + off));
  }

  private static Arbitrary<Step> marks(Arbitrary<Long> times, long gap) {
    return times.map(time -> new Mark(time + gap));
  }

  private static Arbitrary<String> eventIds(boolean repeated) {
    Arbitrary<String> none = Arbitraries.just("").injectNull(1);
    return repeated
        ? Arbitraries.frequencyOf(
            Tuple.of(2, none),
            Tuple.of(3, Arbitraries.longs().map(Long::toHexString)),
            Tuple.of(2, Arbitraries.of("x", "y", "z")))
        : none;
  }

  private static Arbitrary<Click> plainClicks(Arbitrary<Long> times, int visitors) {
    return Combinators.combine(
            Arbitraries.integers()
                .between(1, visitors)
                .map(number -> new Visitor(null, VisitorKind.DEVICE, "v" + number)),
            times,
            eventIds(true),
            texts("https://a.example/a", "/b", "/c", "/d"),
            texts("DE", "FR"),
            Arbitraries.of(Form.values()))
        .as(
            (visitor, time, id, page, country, form) ->
                in(
                    form,
                    Clicks.at(time).visitor(visitor).id(id).page(page).country(country).click()));
  }

  private static Arbitrary<Click> clicks(Arbitrary<Long> times, boolean repeatedIds) {
    return Combinators.combine(
            Arbitraries.of(VISITORS),
            times,
            eventIds(repeatedIds),
            Arbitraries.of(EventKind.values()),
            texts("https://a.example/a", "/b", "https://www.a.example:443/c"),
            texts("u1", "u2"),
            texts("p1", "p2", "p3"),
            details())
        .as(
            (visitor, time, id, kind, page, user, product, detail) -> {
              Clicks.Builder builder = Clicks.at(time).visitor(visitor).kind(kind);
              if (kind == EventKind.PURCHASE && product != null) {
                builder.purchase(product, 2, detail.price, detail.currency);
              }
              if (kind == EventKind.OTHER && detail.others.type != null) {
                builder.type(detail.others.type);
              }
              Click click =
                  builder
                      .id(id)
                      .page(page)
                      .user(user)
                      .product(product)
                      .anonymous(detail.anonymousId)
                      .referrer(detail.referrer)
                      .campaign(detail.source, detail.medium, detail.campaign)
                      .country(detail.others.country)
                      .order(detail.others.order)
                      .clickId(detail.others.clickId)
                      .revenue(detail.others.revenue)
                      .products(detail.others.products.toArray(String[]::new))
                      .click();
              return in(detail.others.form, click);
            });
  }

  private static Click in(Form form, Click click) {
    return switch (form) {
      case OF_THEIR_OWN -> click;
      case IN_VALUE -> Clicks.inValue(click);
      case BESIDE_VALUE -> Clicks.besideValue(click);
    };
  }

  /** Where a click has its texts. */
  private enum Form {
    OF_THEIR_OWN,
    IN_VALUE,
    BESIDE_VALUE
  }

  private record Details(
      String price,
      @Nullable String currency,
      @Nullable String anonymousId,
      @Nullable String referrer,
      @Nullable String source,
      @Nullable String medium,
      @Nullable String campaign,
      Others others) {}

  private record Others(
      @Nullable String country,
      @Nullable String type,
      @Nullable String order,
      @Nullable String clickId,
      @Nullable String revenue,
      List<String> products,
      Form form) {}

  private static Arbitrary<Details> details() {
    return Combinators.combine(
            Arbitraries.of("1", "2.50", "0.125"),
            texts("EUR", "USD", "usd"),
            texts("d1", "d2"),
            texts("https://b.example/", "http://A.example/x", "/c", "https://x.b.example/d"),
            texts("s1", "s2"),
            texts("m1", "m2"),
            texts("c1", "c2"),
            Combinators.combine(
                    texts("DE", "FR"),
                    texts("scroll"),
                    texts("o1", "o2"),
                    texts("g1", "g2"),
                    Arbitraries.of("5", "-1.50").injectNull(0.7),
                    Arbitraries.of("p1", "p2 2 1.50", "p1 3 0.01", "p0 0 7", "p3 5 ")
                        .list()
                        .ofMaxSize(3),
                    Arbitraries.of(Form.values()))
                .as(Others::new))
        .as(Details::new);
  }

  private static Arbitrary<String> texts(String... texts) {
    return Arbitraries.of(texts).injectNull(0.4);
  }
}
