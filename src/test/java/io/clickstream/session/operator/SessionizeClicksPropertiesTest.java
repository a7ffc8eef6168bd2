package io.clickstream.session.operator;

import io.clickstream.session.RangeCheck;
import io.clickstream.session.Scenario;
import io.clickstream.session.ScenarioCheck;
import io.clickstream.session.operator.HarnessSessionizer.Circumstances;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** Whatever room and time the operator has, it gives the sessions of the rules. */
@Label("Any input on the operator")
class SessionizeClicksPropertiesTest {

  @Property(tries = 120)
  @Label("gives the batch sessions, through restarts and changed lateness")
  void shouldGiveBatchSessions(
      @ForAll("scenarios") Scenario scenario, @ForAll Circumstances circumstances)
      throws Exception {
    ScenarioCheck.checkBatchSessions(scenario, open(scenario, circumstances));
  }

  @Tag("full")
  @Property(tries = 1_000)
  @Label("gives the batch sessions, again and again")
  void shouldAlwaysGiveBatchSessions(
      @ForAll("scenarios") Scenario scenario, @ForAll Circumstances circumstances)
      throws Exception {
    ScenarioCheck.checkBatchSessions(scenario, open(scenario, circumstances));
  }

  @Property(tries = 200)
  @Label("gives the batch sessions when clicks and restarts come while it works off a watermark")
  void shouldGiveBatchSessionsBetweenSlices(@ForAll("scenarios") Scenario scenario)
      throws Exception {
    ScenarioCheck.checkBatchSessionsWithoutLooking(scenario, open(scenario, Circumstances.SLICES));
  }

  @Property(tries = 100)
  @Label("under small D and N has every click in one session within its bounds")
  void shouldKeepBoundsWhenCutting(
      @ForAll("cutScenarios") Scenario scenario, @ForAll Circumstances circumstances)
      throws Exception {
    ScenarioCheck.checkCuts(scenario, open(scenario, circumstances));
  }

  @Property(tries = 100)
  @Label("S24: under changed gaps has every click in one session, between both gaps' sessions")
  void shouldStayBetweenGapsWhenGapChanges(
      @ForAll("changedGaps") Scenario scenario, @ForAll Circumstances circumstances)
      throws Exception {
    ScenarioCheck.checkChangedGaps(scenario, open(scenario, circumstances));
  }

  @Property(tries = 30)
  @Label("of a replayed range gives the sessions of the live run, with the same ids")
  void shouldGiveTheSessionsOfTheLiveRun(@ForAll long seed, @ForAll Circumstances circumstances)
      throws Exception {
    RangeCheck.check(
        seed, (settings, range) -> new HarnessSessionizer(circumstances, settings, range));
  }

  @Tag("full")
  @Property(tries = 150)
  @Label("of a replayed range gives the sessions of the live run, again and again")
  void shouldAlwaysGiveTheSessionsOfTheLiveRun(
      @ForAll long seed, @ForAll Circumstances circumstances) throws Exception {
    RangeCheck.check(
        seed, (settings, range) -> new HarnessSessionizer(circumstances, settings, range));
  }

  private static HarnessSessionizer open(Scenario scenario, Circumstances circumstances)
      throws Exception {
    return new HarnessSessionizer(circumstances, scenario.settings());
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
