package io.clickstream.session;

import static io.clickstream.session.Clicks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The rules on bytes against the plain model: the same output, click by click. */
class SessionModelTest {

  private static final class Pair {
    private final SessionModel model;
    private final PureSessionizer rules;

    Pair(SessionSettings settings) {
      model = new SessionModel(settings);
      rules = new PureSessionizer(settings);
    }

    void click(Click click, boolean inValue) {
      model.click(click);
      rules.click(inValue ? Clicks.inValue(click) : click);
      assertThat(rules.inSessions()).isEqualTo(model.inSessions());
      assertThat(rules.duplicates()).isEqualTo(model.duplicates());
      assertThat(rules.late()).hasSameSizeAs(model.late());
    }

    void watermark(long mark) {
      model.watermark(mark);
      rules.watermark(mark);
      assertSame();
    }

    void restart(SessionSettings settings) {
      model.restart(settings);
      rules.restart(settings);
    }

    void end() {
      model.end();
      rules.end();
      assertSame();
      assertThat(rules.stateEntries()).isZero();
    }

    private void assertSame() {
      assertThat(rules.sessions()).isEqualTo(model.sessions());
      assertThat(rules.stateEntries()).isEqualTo(model.stateEntries());
    }
  }

  @Property(tries = 5_000)
  @Label("are the same under caps, changed settings, restarts")
  void shouldEqualTheModel(@ForAll("scenarios") Scenario scenario, @ForAll boolean inValue) {
    Pair pair = new Pair(scenario.settings());
    for (Scenario.Step step : scenario.steps()) {
      if (step instanceof Scenario.Arrival arrival) {
        pair.click(arrival.click(), inValue);
      } else if (step instanceof Scenario.Mark mark) {
        pair.watermark(mark.watermark());
      } else if (step instanceof Scenario.Restart restart) {
        pair.restart(restart.settings());
      }
    }
    pair.end();
  }

  @Provide
  Arbitrary<Scenario> scenarios() {
    return Arbitraries.oneOf(
        Scenario.withoutCuts(Scenario.Changes.GAP_AND_LATENESS), Scenario.withCuts());
  }

  /** Long sessions, in which ids are forgotten, and pages and products come to their limits. */
  @Test
  void shouldEqualTheModelInLongSessionsAtAllLimits() {
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
        pair.click(click.click(), i % 2 == 0);
      }
      pair.end();
      assertThat(pair.rules.sessions()).isNotEmpty();
    }
  }
}
