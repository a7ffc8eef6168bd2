package io.clickstream.session.operator;

import io.clickstream.session.DefinedScenario;
import io.clickstream.session.DefinedTables;
import io.clickstream.session.ScenarioCheck;
import io.clickstream.session.Sessionizer;
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

  /** Each try has two visitors and many definitions. */
  @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
  @Label("give what a batch gives, through restarts and changed definitions")
  void shouldGiveBatchSessions(
      @ForAll("scenarios") DefinedScenario scenario,
      @ForAll("circumstances") Circumstances circumstances)
      throws Exception {
    DefinedTables tables = scenario.tables();
    check(
        scenario,
        tables,
        new HarnessSessionizer(circumstances, scenario.input().settings(), null, tables.columns()));
  }

  /** The visitors of a subtask come to others with each restart. */
  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  @Label("give it when each restart changes how many subtasks there are, too")
  void shouldGiveBatchSessionsWhenRescaled(@ForAll("manyVisitors") DefinedScenario scenario)
      throws Exception {
    DefinedTables tables = scenario.tables();
    check(scenario, tables, new RescaledSessionizer(scenario.input().settings(), tables.columns()));
  }

  private static void check(DefinedScenario scenario, DefinedTables tables, Sessionizer sessionizer)
      throws Exception {
    ScenarioCheck.checkBatchSessions(scenario.input(), sessionizer, tables);
  }

  @Provide
  Arbitrary<DefinedScenario> scenarios() {
    return DefinedScenario.any(2, 24, 8);
  }

  @Provide
  Arbitrary<DefinedScenario> manyVisitors() {
    return DefinedScenario.any(6, 24, 8);
  }

  @Provide
  Arbitrary<Circumstances> circumstances() {
    return Arbitraries.of(Circumstances.ROOM, Circumstances.NO_ROOM);
  }
}
