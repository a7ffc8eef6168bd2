package io.clickstream.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.model.Product;
import io.clickstream.model.UserProfile;
import io.clickstream.reference.ReferenceUpdate.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/** Whatever arrives, and wherever it is restored: the table is what the plainest one would be. */
@Label("Any updates")
class ReferenceTablePropertiesTest {

  private static final int IDS = 5;

  /** The same rules, without buckets, blocks and shared values. */
  private static final class PlainTable {

    final Map<String, Object> values = new HashMap<>();
    final Map<String, long[]> positions = new HashMap<>();
    boolean loaded;

    void apply(ReferenceUpdate update) {
      if (update.kind() == Kind.LOADED) {
        loaded = true;
        positions.clear();
        return;
      }
      String key = update.kind() + update.id();
      if (loaded) {
        if (update.snapshot()) {
          return;
        }
      } else {
        long[] before = positions.get(key);
        if (before != null
            && (update.partition() < before[0]
                || update.partition() == before[0] && update.offset() <= before[1])) {
          return;
        }
        positions.put(key, new long[] {update.partition(), update.offset()});
      }
      Object value = update.kind() == Kind.PROFILE ? update.profile() : update.product();
      if (value == null) {
        values.remove(key);
      } else {
        values.put(key, value);
      }
    }
  }

  /** An update, or a checkpoint at some parallelism, from which the job may be restored. */
  record Step(@Nullable ReferenceUpdate update, int parallelism, boolean restores) {}

  @Property(tries = 300)
  @Label("the table holds what a plain map would, also after restores")
  void shouldHoldWhatPlainMapWould(@ForAll("steps") List<Step> steps) throws IOException {
    PlainTable expected = new PlainTable();
    ReferenceTable table = new ReferenceTable();
    for (Step step : steps) {
      if (step.update() == null) {
        ReferenceTable restored = restored(table, step.parallelism());
        check(restored, expected);
        if (step.restores()) {
          table = restored;
        }
      } else {
        expected.apply(step.update());
        table.apply(step.update());
      }
      check(table, expected);
    }
    ReferenceTable restored = restored(table, 2);
    for (ReferenceTable each : List.of(table, restored)) {
      each.apply(ReferenceUpdate.LOADED);
    }
    expected.apply(ReferenceUpdate.LOADED);
    check(table, expected);
    check(restored, expected);
  }

  private static ReferenceTable restored(ReferenceTable table, int parallelism) throws IOException {
    List<ReferenceBlock> blocks = new ArrayList<>();
    List<ReferenceSummary> summaries = new ArrayList<>();
    // The only one with a share comes last, so that the table keeps its blocks.
    for (int subtask = parallelism - 1; subtask >= 0; subtask--) {
      for (ReferenceBlock block : table.share(subtask, parallelism)) {
        blocks.add(ReferenceBlock.ofEncoded(block.encoded()));
      }
      summaries.add(table.summary());
    }
    return ReferenceTable.restore(summaries, blocks);
  }

  private static void check(ReferenceTable table, PlainTable expected) {
    assertThat(table.isLoaded()).isEqualTo(expected.loaded);
    assertThat(table.size()).isEqualTo(expected.values.size());
    if (!expected.loaded) {
      return;
    }
    for (int i = 0; i < IDS; i++) {
      String id = "id-" + i;
      assertThat(table.profile(id)).isEqualTo(expected.values.get(Kind.PROFILE + id));
      assertThat(table.product(id)).isEqualTo(expected.values.get(Kind.PRODUCT + id));
    }
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<String> column = Arbitraries.of("a", "b").injectNull(0.2);
    Arbitrary<ReferenceUpdate> update =
        Combinators.combine(
                Arbitraries.of(Kind.PROFILE, Kind.PRODUCT),
                Arbitraries.integers().between(0, IDS - 1),
                column.tuple2().injectNull(0.3),
                Arbitraries.integers().between(0, 1),
                Arbitraries.longs().between(0, 9),
                Arbitraries.of(true, false))
            .as(
                (kind, id, columns, partition, offset, snapshot) ->
                    kind == Kind.PROFILE
                        ? ReferenceUpdate.ofProfile(
                            "id-" + id,
                            columns == null
                                ? null
                                : new UserProfile(columns.get1(), columns.get2()),
                            partition,
                            offset,
                            snapshot)
                        : ReferenceUpdate.ofProduct(
                            "id-" + id,
                            columns == null ? null : new Product(columns.get1(), columns.get2()),
                            partition,
                            offset,
                            snapshot));
    return Arbitraries.frequencyOf(
            Tuple.of(20, update.map(some -> new Step(some, 0, false))),
            Tuple.of(1, Arbitraries.just(new Step(ReferenceUpdate.LOADED, 0, false))),
            Tuple.of(
                4,
                Combinators.combine(
                        Arbitraries.integers().between(1, 3), Arbitraries.of(true, false))
                    .as((parallelism, restores) -> new Step(null, parallelism, restores))))
        .list()
        .ofMaxSize(40);
  }
}
