package io.clickstream.session;

import io.clickstream.config.SessionSettings;
import io.clickstream.session.HarnessSessionizer.Circumstances;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.statistics.Statistics;

/**
 * Whatever arrives in whatever order: the folded output is the batch sessions of the accepted
 * events, and every click is counted once.
 */
@Label("Any input")
class SessionPropertiesTest {

  private interface Opener {
    Sessionizer open(SessionSettings settings) throws Exception;
  }

  @Property(tries = 20_000)
  @Label("the rules give the batch sessions, through restarts and changed lateness")
  void shouldGiveBatchSessions(@ForAll("scenarios") Scenario scenario) throws Exception {
    ScenarioCheck check = checkBatchSessions(scenario, PureSessionizer::new);

    check
        .coverage()
        .forEach(
            (what, seen) ->
                Statistics.label(what)
                    .collect(seen)
                    .coverage(coverage -> coverage.check(true).percentage(share -> share > 1)));
  }

  @Property(tries = 120)
  @Label("so does the operator, whatever room and time it has")
  void shouldGiveBatchSessionsInOperator(
      @ForAll("scenarios") Scenario scenario, @ForAll Circumstances circumstances)
      throws Exception {
    checkBatchSessions(scenario, settings -> new HarnessSessionizer(circumstances, settings));
  }

  @Tag("full")
  @Property(tries = 1_000)
  @Label("so does the operator, whatever room and time it has, again and again")
  void shouldAlwaysGiveBatchSessionsInOperator(
      @ForAll("scenarios") Scenario scenario, @ForAll Circumstances circumstances)
      throws Exception {
    checkBatchSessions(scenario, settings -> new HarnessSessionizer(circumstances, settings));
  }

  @Property(tries = 200)
  @Label("so does the operator when clicks and restarts come while it works off a watermark")
  void shouldGiveBatchSessionsBetweenSlices(@ForAll("scenarios") Scenario scenario)
      throws Exception {
    Sessionizer sessionizer = new HarnessSessionizer(Circumstances.SLICES, scenario.settings());
    try {
      ScenarioCheck check = new ScenarioCheck(scenario, sessionizer, true);
      check.playWithoutLooking(scenario.steps());
      check.checkBatchEquality();
      check.checkNothingLeft();
    } finally {
      sessionizer.close();
    }
  }

  private static ScenarioCheck checkBatchSessions(Scenario scenario, Opener opener)
      throws Exception {
    Sessionizer sessionizer = opener.open(scenario.settings());
    try {
      ScenarioCheck check = new ScenarioCheck(scenario, sessionizer, true);
      check.play(scenario.steps());
      check.checkBatchEquality();
      check.checkNothingLeft();
      return check;
    } finally {
      sessionizer.close();
    }
  }

  @Property(tries = 5_000)
  @Label("under small D and N every click is in one session within its bounds")
  void shouldKeepBoundsWhenCutting(@ForAll("cutScenarios") Scenario scenario) throws Exception {
    checkCuts(scenario, PureSessionizer::new);
  }

  @Property(tries = 100)
  @Label("so does the operator under small D and N")
  void shouldKeepBoundsInOperatorWhenCutting(
      @ForAll("cutScenarios") Scenario scenario, @ForAll Circumstances circumstances)
      throws Exception {
    checkCuts(scenario, settings -> new HarnessSessionizer(circumstances, settings));
  }

  private static void checkCuts(Scenario scenario, Opener opener) throws Exception {
    Sessionizer sessionizer = opener.open(scenario.settings());
    try {
      ScenarioCheck check = new ScenarioCheck(scenario, sessionizer, false);
      check.play(scenario.steps());
      check.checkCuts();
      check.checkNothingLeft();
    } finally {
      sessionizer.close();
    }
  }

  @Property(tries = 5_000)
  @Label("S24: under changed gaps every click is in one session, between both gaps' sessions")
  void shouldStayBetweenGapsWhenGapChanges(@ForAll("changedGaps") Scenario scenario)
      throws Exception {
    checkChangedGaps(scenario, PureSessionizer::new);
  }

  @Property(tries = 100)
  @Label("S24: so does the operator under changed gaps")
  void shouldStayBetweenGapsInOperatorWhenGapChanges(
      @ForAll("changedGaps") Scenario scenario, @ForAll Circumstances circumstances)
      throws Exception {
    checkChangedGaps(scenario, settings -> new HarnessSessionizer(circumstances, settings));
  }

  private static void checkChangedGaps(Scenario scenario, Opener opener) throws Exception {
    Sessionizer sessionizer = opener.open(scenario.settings());
    try {
      ScenarioCheck check = new ScenarioCheck(scenario, sessionizer, false);
      check.play(scenario.steps());
      check.checkChangedGaps();
      check.checkNothingLeft();
    } finally {
      sessionizer.close();
    }
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
