package io.clickstream.session.operator;

import io.clickstream.session.CutCheck;
import io.clickstream.session.CutScenario;
import io.clickstream.session.CutScenario.Kind;
import io.clickstream.session.operator.HarnessSessionizer.Circumstances;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;

/** Whatever room and time the operator has, it gives the sessions of the contract under cuts. */
@Label("Any input under any cuts, on the operator")
class SessionizeCutsPropertiesTest {

  private static final Kind ALL = new Kind(true, true, true, false);

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  @Label("gives the sessions of the contract, through restarts")
  void shouldGiveTheSessionsOfTheContract(@ForAll long seed, @ForAll Circumstances circumstances)
      throws Exception {
    CutScenario scenario = CutScenario.random(new Random(seed), ALL);

    CutCheck.check(
        scenario,
        new HarnessSessionizer(
            circumstances, scenario.settings(), null, CutCheck.columns(scenario)));
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  @Label("gives them when each restart changes how many subtasks there are")
  void shouldGiveTheSessionsOfTheContractWhenRescaled(@ForAll long seed) throws Exception {
    CutScenario scenario = CutScenario.random(new Random(seed), ALL);

    CutCheck.check(
        scenario, new RescaledSessionizer(scenario.settings(), CutCheck.columns(scenario)));
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  @Label("under small D and N divides them, and none at another place")
  void shouldDivideSessionsAtLimits(@ForAll long seed, @ForAll Circumstances circumstances)
      throws Exception {
    CutScenario scenario = CutScenario.random(new Random(seed), new Kind(false, false, true, true));

    CutCheck.checkLimits(
        scenario,
        new HarnessSessionizer(
            circumstances, scenario.settings(), null, CutCheck.columns(scenario)));
  }
}
