package io.clickstream.session;

import io.clickstream.session.CutScenario.Kind;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.statistics.Statistics;

/** Random cuts, clicks, arrival and restarts on the rules give the sessions of the contract. */
@Label("Any input under any cuts, on the rules")
class CutPropertiesTest {

  private static final Kind ALL = new Kind(true, true, true, false);

  @Property(tries = 20_000, edgeCases = EdgeCasesMode.NONE)
  @Label("gives the sessions of the contract")
  void shouldGiveTheSessionsOfTheContract(@ForAll long seed) throws Exception {
    checkSessions(seed);
  }

  @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE)
  @Label("under small D and N divides the sessions of the contract, and none at another place")
  void shouldDivideSessionsAtLimits(@ForAll long seed) throws Exception {
    checkLimits(seed);
  }

  @Tag("full")
  @Property(tries = 20_000, edgeCases = EdgeCasesMode.NONE)
  @Label("under small D and N divides the sessions of the contract, again and again")
  void shouldAlwaysDivideSessionsAtLimits(@ForAll long seed) throws Exception {
    checkLimits(seed);
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  @Label("counts each click once, in sessions that do not overlap, whatever settings change")
  void shouldKeepSessionsApartWhenSettingsChange(@ForAll long seed) throws Exception {
    ChangedCutsCheck.check(seed);
  }

  private static void checkSessions(long seed) throws Exception {
    CutScenario scenario = CutScenario.random(new Random(seed), ALL);

    Map<String, Boolean> seen =
        CutCheck.check(
            scenario, new PureSessionizer(scenario.settings(), null, CutCheck.columns(scenario)));

    for (String what :
        new String[] {
          "USER",
          "CAMPAIGN",
          "CHANGED",
          "START_AT",
          "END_AFTER",
          "MIDNIGHT",
          "TIMEOUT",
          "behind",
          "duplicate",
          "unmarked",
          "skipped",
          "passive",
          "retraction",
          "restart with waiting"
        }) {
      Statistics.label(what)
          .collect(seen.getOrDefault(what, false))
          .coverage(coverage -> coverage.check(true).percentage(share -> share > 1));
    }
  }

  private static void checkLimits(long seed) throws Exception {
    CutScenario scenario = CutScenario.random(new Random(seed), new Kind(false, false, true, true));

    Map<String, Boolean> seen =
        CutCheck.checkLimits(
            scenario, new PureSessionizer(scenario.settings(), null, CutCheck.columns(scenario)));

    for (String what : new String[] {"MAX_DURATION", "MAX_EVENTS"}) {
      Statistics.label(what)
          .collect(seen.getOrDefault(what, false))
          .coverage(coverage -> coverage.check(true).percentage(share -> share > 1));
    }
  }
}
