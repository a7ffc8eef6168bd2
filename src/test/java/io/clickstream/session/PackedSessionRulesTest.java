package io.clickstream.session;

import static io.clickstream.session.Clicks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import io.clickstream.model.Session;
import io.clickstream.model.Visitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Step by step the same as {@link SessionRules} on objects. */
@Label("Packed sessions")
class PackedSessionRulesTest {

  /** Both, side by side, with visitors that share nothing. */
  private static final class Pair {
    private final Map<Visitor, VisitorSessions> objects = new HashMap<>();
    private final Map<Visitor, PackedSessions> packed = new HashMap<>();
    private final List<Session> expected = new ArrayList<>();
    private final List<Session> output = new ArrayList<>();
    private SessionRules rules;
    private PackedSessionRules packedRules;
    private long watermark = Long.MIN_VALUE;
    private long horizon = Long.MIN_VALUE;

    Pair(SessionSettings settings) {
      rules = new SessionRules(settings);
      packedRules = new PackedSessionRules(settings);
    }

    void click(Click click) {
      Visitor visitor = click.visitor();
      VisitorSessions object = objects.computeIfAbsent(visitor, v -> new VisitorSessions());
      PackedSessions bytes = packed.computeIfAbsent(visitor, v -> new PackedSessions());
      assertThat(packedRules.accept(bytes, Clicks.inValue(click), watermark, horizon))
          .isEqualTo(rules.accept(object, click, watermark, horizon));
      assertSame(bytes, object);
      long due = packedRules.nextDueOfChanged(bytes, horizon);
      assertThat(due).isGreaterThanOrEqualTo(rules.nextDue(object, horizon));
    }

    void watermark(long next) {
      if (next <= watermark) {
        return;
      }
      watermark = next;
      horizon = rules.horizon(horizon, watermark);
      objects.forEach(
          (visitor, object) -> {
            PackedSessions bytes = packed.get(visitor);
            assertThat(packedRules.nextDue(bytes, horizon))
                .isEqualTo(rules.nextDue(object, horizon));
            rules.advance(visitor, object, watermark, horizon, expected::add);
            packedRules.advance(visitor, bytes, watermark, horizon, output::add);
            assertSame(bytes, object);
          });
      assertThat(output).isEqualTo(expected);
    }

    private static void assertSame(PackedSessions bytes, VisitorSessions object) {
      PackedSessions wanted = PackedSessions.of(object);
      assertThat(Arrays.copyOf(bytes.bytes, bytes.size))
          .isEqualTo(Arrays.copyOf(wanted.bytes, wanted.size));
      assertThat(bytes.count).isEqualTo(wanted.count);
      assertThat(bytes.last).isEqualTo(wanted.last);
      assertThat(bytes.endBeforeLast).isEqualTo(wanted.endBeforeLast);
    }
  }

  @Property(tries = 5_000)
  @Label("are after every step what the rules make of objects")
  void shouldEqualObjects(@ForAll("scenarios") Scenario scenario) {
    Pair pair = new Pair(scenario.settings());
    for (Scenario.Step step : scenario.steps()) {
      if (step instanceof Scenario.Arrival arrival) {
        pair.click(arrival.click());
      } else if (step instanceof Scenario.Mark mark) {
        pair.watermark(Clicks.EPOCH + mark.watermark());
      } else if (step instanceof Scenario.Restart restart) {
        pair.rules = new SessionRules(restart.settings());
        pair.packedRules = new PackedSessionRules(restart.settings());
        pair.watermark = Long.MIN_VALUE;
      }
    }
    pair.watermark(Long.MAX_VALUE);
  }

  @Provide
  Arbitrary<Scenario> scenarios() {
    return Arbitraries.oneOf(
        Scenario.withoutCuts(Scenario.Changes.GAP_AND_LATENESS), Scenario.withCuts());
  }

  /** Long sessions, in which ids are forgotten, and pages and products come to their limits. */
  @Test
  void shouldEqualObjectsInLongSessionsAtAllLimits() {
    for (int dedupWindow : new int[] {0, 1, 5, 256}) {
      SplittableRandom random = new SplittableRandom(dedupWindow);
      Pair pair = new Pair(SessionSemantics.settings(1_000, 100, 86_400_000, 5_000, dedupWindow));
      EventKind[] kinds = EventKind.values();
      for (int i = 0; i < 4_000; i++) {
        Clicks.Builder click =
            at(i * 10L - random.nextInt(3) * 10)
                .kind(kinds[random.nextInt(kinds.length)])
                .page(random.nextInt(4) == 0 ? null : "/seite/ä/" + random.nextInt(i + 1))
                .product(random.nextInt(3) == 0 ? null : "p" + random.nextInt(i / 10 + 1))
                .user(random.nextInt(9) == 0 ? "u" + "x".repeat(random.nextInt(40)) : null)
                .anonymous("d")
                .country(random.nextInt(50) == 0 ? "DE" : null);
        if (random.nextInt(5) > 0) {
          click.id("e" + (random.nextInt(20) == 0 ? random.nextInt(i + 1) : i));
        }
        pair.click(click.click());
        if (i % 500 == 499) {
          pair.watermark(Clicks.EPOCH + i * 10L);
        }
      }
      pair.watermark(Long.MAX_VALUE);
      assertThat(pair.output).isNotEmpty();
    }
  }
}
