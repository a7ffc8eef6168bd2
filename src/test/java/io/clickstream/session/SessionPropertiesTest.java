package io.clickstream.session;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/**
 * Whatever arrives in whatever order: the folded output is the batch sessions of the accepted
 * events, and every click is counted once.
 */
@Label("Any input on the rules")
class SessionPropertiesTest {

  @Property(tries = 20_000)
  @Label("gives the batch sessions, through restarts and changed lateness")
  void shouldGiveBatchSessions(@ForAll("scenarios") Scenario scenario) throws Exception {
    ScenarioCheck check =
        ScenarioCheck.checkBatchSessions(scenario, new PureSessionizer(scenario.settings()));

    check
        .coverage()
        .forEach(
            (what, seen) ->
                Statistics.label(what)
                    .collect(seen)
                    .coverage(coverage -> coverage.check(true).percentage(share -> share > 1)));
  }

  @Property(tries = 5_000)
  @Label("under small D and N has every click in one session within its bounds")
  void shouldKeepBoundsWhenCutting(@ForAll("cutScenarios") Scenario scenario) throws Exception {
    ScenarioCheck.checkCuts(scenario, new PureSessionizer(scenario.settings()));
  }

  @Property(tries = 5_000)
  @Label("S24: under changed gaps has every click in one session, between both gaps' sessions")
  void shouldStayBetweenGapsWhenGapChanges(@ForAll("changedGaps") Scenario scenario)
      throws Exception {
    ScenarioCheck.checkChangedGaps(scenario, new PureSessionizer(scenario.settings()));
  }

  @Provide
  Arbitrary<Scenario> scenarios() {
    return Scenario.withoutCuts(Scenario.Changes.LATENESS);
  }

  @Provide
  Arbitrary<Scenario> cutScenarios() {
    return Scenario.withCuts();
  }

  @Provide
  Arbitrary<Scenario> changedGaps() {
    return Scenario.withoutCuts(Scenario.Changes.GAP_AND_LATENESS);
  }
}
