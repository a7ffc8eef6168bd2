package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.statistics.Statistics;

/**
 * A range of past sessions, replayed from a part of the clicks, is what the job that read all of
 * them emitted.
 */
@Label("A replayed range")
class SessionRangePropertiesTest {

  @Property(tries = 600)
  @Label("gives the same sessions, with the same ids, under cuts too")
  void shouldGiveTheSessionsOfTheLiveRun(@ForAll long seed) throws Exception {
    checkUncut(seed);
  }

  @Property(tries = 600)
  @Label("gives the same sessions, with the same ids, where users and campaigns end them")
  void shouldGiveTheSessionsOfTheLiveRunWithMarks(@ForAll long seed) throws Exception {
    RangeCheck.check(
            seed,
            (settings, range) ->
                new PureSessionizer(settings, range, RangeCheck.USERS_AND_CAMPAIGNS))
        .forEach(SessionRangePropertiesTest::require);
  }

  private static void checkUncut(long seed) throws Exception {
    Map<String, Boolean> seen = new HashMap<>(RangeCheck.check(seed, PureSessionizer::new));
    assertThat(seen.remove("at marks")).isFalse();
    seen.forEach(SessionRangePropertiesTest::require);
  }

  /** A click behind the range that comes as late as it can, and cuts off a full session. */
  @Example
  void shouldReadClicksThatComeTwoGapsBehindTheRange() throws Exception {
    RangeCheck.check(-4_819_352_801_730L, PureSessionizer::new);
  }

  /** A click brings a session near one that begins before what is read, and is in neither. */
  @Example
  void shouldNotKnowWhatIsCutOffFromAnUnknownBeginningLater() throws Exception {
    RangeCheck.check(6_735_277_752_783_927_437L, PureSessionizer::new);
    RangeCheck.check(-5_204_776_621_290_954_716L, PureSessionizer::new);
  }

  @Tag("full")
  @Property(tries = 5_000)
  @Label("gives the same sessions, with the same ids, under cuts too, again and again")
  void shouldAlwaysGiveTheSessionsOfTheLiveRun(@ForAll long seed) throws Exception {
    checkUncut(seed);
  }

  private static void require(String what, boolean seen) {
    Statistics.label(what).collect(seen);
    Statistics.label(what)
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 20));
  }
}
