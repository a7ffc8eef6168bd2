package io.clickstream.session;

import io.clickstream.columns.Columns;
import io.clickstream.columns.Definitions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/**
 * A scenario under definitions that may change with each restart.
 *
 * @param input clicks, watermarks and restarts
 * @param definitions those of the beginning
 * @param changes a seed for each change
 * @param isSmall whether the limits are small, so that few clicks reach them
 * @param seed of the values of the clicks
 */
public record DefinedScenario(
    Scenario input, Definitions definitions, List<Long> changes, boolean isSmall, long seed) {

  /**
   * Mostly a few definitions, seldom as many as there can be.
   *
   * @param visitors each has a history of its own
   * @param fields a few are at most so many
   * @param goals the same of goals
   */
  public static Arbitrary<DefinedScenario> any(int visitors, int fields, int goals) {
    Arbitrary<Long> seeds = Arbitraries.longs().between(0, 1L << 40);
    Arbitrary<Definitions> definitions =
        Arbitraries.frequencyOf(
            Tuple.of(60, definitions(seeds, fields, goals)),
            Tuple.of(1, definitions(seeds, Definitions.MAX_FIELDS, Definitions.MAX_GOALS)));
    return Combinators.combine(
            Scenario.ofPlainClicks(visitors),
            definitions,
            seeds.list().ofMaxSize(3).withSizeDistribution(RandomDistribution.uniform()),
            Arbitraries.of(true, true, true, false),
            seeds)
        .as(DefinedScenario::new);
  }

  private static Arbitrary<Definitions> definitions(
      Arbitrary<Long> seeds, int maxFields, int maxGoals) {
    return Combinators.combine(
            seeds.list().ofMaxSize(maxFields).withSizeDistribution(RandomDistribution.uniform()),
            seeds.list().ofMaxSize(maxGoals),
            seeds)
        .as(RandomDefinitions::of);
  }

  /** The tables, with a count of equal clicks so that not even these have the same values. */
  public DefinedTables tables() {
    List<Columns> tables = RandomDefinitions.tables(definitions, changes, isSmall);
    Map<List<Object>, Integer> equal = new HashMap<>();
    return new DefinedTables(
        tables,
        click ->
            RandomDefinitions.values(
                seed,
                click,
                equal.merge(
                    List.of(click.visitor(), click.timestamp(), click.texts()), 1, Integer::sum)));
  }
}
