package io.clickstream.session.operator;

import io.clickstream.session.DefinedScenario;
import io.clickstream.session.DefinedTables;
import io.clickstream.session.ScenarioCheck;
import io.clickstream.session.operator.HarnessSessionizer.Circumstances;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The operator with RocksDB gives the same columns as the rules. */
@Label("Any definitions on the operator")
class SessionizeDefinedColumnsPropertiesTest {

  /**
   * Opening RocksDB takes longest, so each try has the histories of ten visitors, a thousand in
   * all, and many definitions.
   */
  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  @Label("give what a batch gives, through restarts and changed definitions")
  void shouldGiveBatchSessions(
      @ForAll("scenarios") DefinedScenario scenario,
      @ForAll("circumstances") Circumstances circumstances)
      throws Exception {
    DefinedTables tables = scenario.tables();
    ScenarioCheck.checkBatchSessions(
        scenario.input(),
        new HarnessSessionizer(circumstances, scenario.input().settings(), null, tables.columns()),
        tables);
  }

  @Provide
  Arbitrary<DefinedScenario> scenarios() {
    return DefinedScenario.any(10, 24, 8);
  }

  @Provide
  Arbitrary<Circumstances> circumstances() {
    return Arbitraries.of(Circumstances.ROOM, Circumstances.NO_ROOM);
  }
}
