package io.clickstream.session;

import io.clickstream.columns.Aggregate;
import io.clickstream.columns.Aggregate.Distinct;
import io.clickstream.columns.Aggregate.First;
import io.clickstream.columns.Aggregate.Last;
import io.clickstream.columns.Aggregate.Pings;
import io.clickstream.columns.Aggregate.Reached;
import io.clickstream.columns.Aggregate.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sections of the columns that settings define: one of each kind, and null where the table has
 * no such column.
 */
record DefinedSections(
    @Nullable StampedSection first,
    @Nullable GoalsSection goals,
    @Nullable TextSetsSection sets,
    @Nullable DistinctsSection distincts,
    @Nullable DecimalsSection decimals,
    @Nullable StampedSection last) {

  /** The sections of a table. */
  static DefinedSections of(List<StoredColumn> stored) {
    List<StoredColumn> first = new ArrayList<>();
    List<StoredColumn> goals = new ArrayList<>();
    List<StoredColumn> sets = new ArrayList<>();
    List<StoredColumn> distincts = new ArrayList<>();
    List<StoredColumn> decimals = new ArrayList<>();
    List<StoredColumn> last = new ArrayList<>();
    for (StoredColumn column : stored) {
      Aggregate aggregate = column.aggregate();
      if (!has(column)) {
        continue;
      }
      if (aggregate instanceof First) {
        first.add(column);
      } else if (aggregate instanceof Last) {
        last.add(column);
      } else if (aggregate instanceof Reached) {
        goals.add(column);
      } else if (aggregate instanceof Texts) {
        sets.add(column);
      } else if (DecimalsSection.isOne(aggregate)) {
        decimals.add(column);
      } else {
        distincts.add(column);
      }
    }
    return new DefinedSections(
        section(first, columns -> new StampedSection(false, columns)),
        section(goals, GoalsSection::new),
        section(sets, TextSetsSection::new),
        section(distincts, DistinctsSection::new),
        section(decimals, DecimalsSection::new),
        section(last, columns -> new StampedSection(true, columns)));
  }

  private static <S> @Nullable S section(
      List<StoredColumn> columns, Function<List<StoredColumn>, S> section) {
    return columns.isEmpty() ? null : section.apply(columns);
  }

  /** Whether a column has its place in one of these. */
  static boolean has(StoredColumn column) {
    Aggregate aggregate = column.aggregate();
    return aggregate instanceof Reached
        || aggregate instanceof Texts
        || aggregate instanceof Pings
        || DecimalsSection.isOne(aggregate)
        || (column.isInObject()
            && (aggregate instanceof First
                || aggregate instanceof Last
                || aggregate instanceof Distinct));
  }

  /** All but the last texts, in the order in which they grow. */
  List<Section> allButLast() {
    return Stream.<@Nullable Section>of(first, goals, sets, distincts, decimals)
        .flatMap(Stream::ofNullable)
        .toList();
  }
}
