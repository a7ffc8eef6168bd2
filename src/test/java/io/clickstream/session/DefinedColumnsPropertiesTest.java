package io.clickstream.session;

import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** Whatever is defined and arrives: every column is what a look at all clicks gives. */
@Label("Any definitions on the rules")
class DefinedColumnsPropertiesTest {

  @Property(tries = 20_000, edgeCases = EdgeCasesMode.NONE)
  @Label("give what a batch gives, through restarts and changed definitions")
  void shouldGiveBatchSessions(@ForAll("scenarios") DefinedScenario scenario) throws Exception {
    DefinedTables tables = scenario.tables();
    ScenarioCheck check =
        ScenarioCheck.checkBatchSessions(
            scenario.input(),
            new PureSessionizer(scenario.input().settings(), null, tables.columns()),
            tables);

    Map<String, Boolean> seen = check.coverage();
    seen.put("changed definitions", tables.number() > 0);
    seen.put("truncated set", check.hasTruncatedSet());
    seen.forEach(
        (what, is) ->
            Statistics.label(what)
                .collect(is)
                .coverage(coverage -> coverage.check(true).percentage(share -> share > 1)));
  }

  @Provide
  Arbitrary<DefinedScenario> scenarios() {
    return DefinedScenario.any(2, 8, 3);
  }
}
