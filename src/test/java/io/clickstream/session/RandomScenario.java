package io.clickstream.session;

import io.clickstream.config.DedupKey;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import io.clickstream.session.Scenario.Arrival;
import io.clickstream.session.Scenario.Changes;
import io.clickstream.session.Scenario.Mark;
import io.clickstream.session.Scenario.Restart;
import io.clickstream.session.Scenario.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes scenarios; the same seeds make the same. */
final class RandomScenario implements Function<Random, Scenario> {

  private static final int MAX_STEPS = 40;
  private static final long[] LATENESS = {0, 1, 7, 20, 60};

  private static final Visitor[] VISITORS = {
    new Visitor(null, VisitorKind.DEVICE, "v"),
    new Visitor(null, VisitorKind.USER, "v"),
    new Visitor("app", VisitorKind.DEVICE, "v")
  };

  private static final EventKind[] KINDS = EventKind.values();

  /** Settings that follow each other in a scenario. */
  private record Family(long gap, SessionSettings[] first, SessionSettings[] restarts) {}

  /** Where a click has its texts. */
  private enum Form {
    OF_THEIR_OWN,
    IN_VALUE,
    BESIDE_VALUE
  }

  private static final Form[] FORMS = Form.values();

  private static final SessionSettings[] PLAIN =
      Stream.of(7L, 20L, 60L, 200L)
          .map(lateness -> SessionSemantics.settings(20, lateness, 86_400_000, 10_000, 10_000))
          .toArray(SessionSettings[]::new);

  private final List<Family> families = new ArrayList<>();
  private final boolean repeatedIds;

  /**
   * With any of these limits.
   *
   * @param maxDurations ms
   */
  RandomScenario(Changes changes, List<Long> maxDurations, List<Integer> maxEvents) {
    repeatedIds = changes != Changes.GAP_AND_LATENESS;
    for (long maxDuration : maxDurations) {
      for (int events : maxEvents) {
        addFamilies(changes, maxDuration, events);
      }
    }
  }

  private void addFamilies(Changes changes, long maxDuration, int maxEvents) {
    for (long gap : new long[] {6, 20}) {
      for (DedupKey key : DedupKey.values()) {
        for (List<String> ownHosts :
            List.of(List.<String>of(), List.of("b.example"), List.of("www.x.b.example", "a"))) {
          SessionSettings settings =
              SessionSemantics.settings(gap, 0, maxDuration, maxEvents, 10_000)
                  .with(SessionSettings.DEDUP_KEY, key)
                  .with(SessionSettings.OWN_HOSTS, ownHosts);
          SessionSettings[] first = settings(settings, gap);
          families.add(
              new Family(
                  gap,
                  first,
                  changes == Changes.GAP_AND_LATENESS
                      ? settings(settings, gap / 2, gap, gap * 2)
                      : first));
        }
      }
    }
  }

  private static SessionSettings[] settings(SessionSettings others, long... gaps) {
    List<SessionSettings> all = new ArrayList<>();
    for (long gap : gaps) {
      for (long lateness : LATENESS) {
        all.add(
            others
                .with(SessionSettings.GAP, Duration.ofMillis(gap))
                .with(SessionSettings.ALLOWED_LATENESS, Duration.ofMillis(lateness)));
      }
    }
    return all.toArray(SessionSettings[]::new);
  }

  @Override
  public Scenario apply(Random random) {
    Family family = families.get(random.nextInt(families.size()));
    List<Step> steps = new ArrayList<>();
    for (int left = 1 + random.nextInt(MAX_STEPS); left > 0; left--) {
      int dice = random.nextInt(14);
      if (dice < 10) {
        steps.add(new Arrival(click(random, family.gap)));
      } else if (dice < 13) {
        steps.add(new Mark(time(random, family.gap) + family.gap));
      } else {
        steps.add(new Restart(one(random, family.restarts)));
      }
    }
    return new Scenario(one(random, family.first), steps);
  }

  /** Of clicks with a few fields. */
  static Scenario ofPlainClicks(Random random, int visitors) {
    List<Step> steps = new ArrayList<>();
    int clicks = 5 * visitors;
    int marks = 3 * visitors / 2;
    for (int left = 1 + random.nextInt(10 * visitors); left > 0; left--) {
      int dice = random.nextInt(clicks + marks + 1);
      if (dice < clicks) {
        steps.add(new Arrival(plainClick(random, visitors)));
      } else if (dice < clicks + marks) {
        steps.add(new Mark(time(random, 20) + 20));
      } else {
        steps.add(new Restart(one(random, PLAIN)));
      }
    }
    return new Scenario(one(random, PLAIN), steps);
  }

  @SafeVarargs
  private static <T> T one(Random random, T... all) {
    return all[random.nextInt(all.length)];
  }

  /** One of these, or null two times out of five. */
  private static @Nullable String text(Random random, String... all) {
    return random.nextInt(5) < 2 ? null : one(random, all);
  }

  private static long time(Random random, long gap) {
    int off = random.nextInt(6);
    return Math.max(
        0, random.nextInt(17) * gap / 2 + (off == 0 ? -1 : off == 1 ? 1 : off == 2 ? 2 : 0));
  }

  private static @Nullable String eventId(Random random) {
    int dice = random.nextInt(7);
    if (dice < 2) {
      return null;
    }
    return dice < 5 ? Long.toHexString(random.nextLong()) : one(random, "x", "y", "z");
  }

  private static Click plainClick(Random random, int visitors) {
    Click click =
        Clicks.at(time(random, 20))
            .visitor(new Visitor(null, VisitorKind.DEVICE, "v" + (1 + random.nextInt(visitors))))
            .id(eventId(random))
            .page(text(random, "https://a.example/a", "/b", "/c", "/d"))
            .country(text(random, "DE", "FR"))
            .click();
    return inAnyForm(random, click);
  }

  private Click click(Random random, long gap) {
    EventKind kind = one(random, KINDS);
    Clicks.Builder builder = Clicks.at(time(random, gap)).visitor(one(random, VISITORS)).kind(kind);
    String product = text(random, "p1", "p2", "p3");
    if (kind == EventKind.PURCHASE && product != null) {
      builder.purchase(
          product, 2, one(random, "1", "2.50", "0.125"), text(random, "EUR", "USD", "usd"));
    }
    if (kind == EventKind.OTHER && random.nextInt(5) > 1) {
      builder.type("scroll");
    }
    Click click =
        builder
            .id(repeatedIds ? eventId(random) : null)
            .page(text(random, "https://a.example/a", "/b", "https://www.a.example:443/c"))
            .user(text(random, "u1", "u2"))
            .product(product)
            .anonymous(text(random, "d1", "d2"))
            .referrer(
                text(
                    random,
                    "https://b.example/",
                    "http://A.example/x",
                    "/c",
                    "https://x.b.example/d"))
            .campaign(text(random, "s1", "s2"), text(random, "m1", "m2"), text(random, "c1", "c2"))
            .country(text(random, "DE", "FR"))
            .order(text(random, "o1", "o2"))
            .clickId(text(random, "g1", "g2"))
            .revenue(random.nextInt(10) < 7 ? null : one(random, "5", "-1.50"))
            .products(products(random))
            .click();
    return inAnyForm(random, click);
  }

  private static String[] products(Random random) {
    String[] products = new String[random.nextInt(4)];
    for (int i = 0; i < products.length; i++) {
      products[i] = one(random, "p1", "p2 2 1.50", "p1 3 0.01", "p0 0 7", "p3 5 ");
    }
    return products;
  }

  private static Click inAnyForm(Random random, Click click) {
    return switch (one(random, FORMS)) {
      case OF_THEIR_OWN -> click;
      case IN_VALUE -> Clicks.inValue(click);
      case BESIDE_VALUE -> Clicks.besideValue(click);
    };
  }
}
