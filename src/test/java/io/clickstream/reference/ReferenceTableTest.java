package io.clickstream.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.model.Product;
import io.clickstream.model.UserProfile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTableTest {

  private static final int PER_WRITER = ReferenceTable.ENTRIES_PER_WRITER;

  private static ReferenceTable loaded(int products) {
    ReferenceTable table = new ReferenceTable();
    table.apply(ReferenceUpdate.LOADED);
    for (int i = 0; i < products; i++) {
      table.apply(product(i, "shoes"));
    }
    return table;
  }

  private static ReferenceUpdate product(int number, String category) {
    return ReferenceUpdate.ofProduct(
        "p-" + number, new Product(category, "brand-" + number % 7), 0, number, false);
  }

  /** What all subtasks store, each part as it comes back from a checkpoint. */
  private static List<List<ReferenceBlock>> shares(ReferenceTable table, int parallelism) {
    return IntStream.range(0, parallelism)
        .mapToObj(
            subtask ->
                table.share(subtask, parallelism).stream()
                    .map(block -> ReferenceBlock.ofEncoded(block.encoded()))
                    .toList())
        .toList();
  }

  private static ReferenceTable restore(ReferenceTable table, int parallelism) throws IOException {
    List<ReferenceBlock> blocks =
        new ArrayList<>(shares(table, parallelism).stream().flatMap(List::stream).toList());
    Collections.reverse(blocks);
    return ReferenceTable.restore(Collections.nCopies(parallelism, table.summary()), blocks);
  }

  private static Set<String> ids(List<ReferenceBlock> blocks) throws IOException {
    Set<String> ids = new TreeSet<>();
    for (ReferenceBlock block : blocks) {
      for (ReferenceUpdate update : block.updates()) {
        assertThat(ids.add(update.id())).as(update.id()).isTrue();
      }
    }
    return ids;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1_000})
  void shouldStoreEverythingOnce(int parallelism) throws IOException {
    // Given
    int products = 3 * PER_WRITER;
    ReferenceTable table = loaded(products);

    // When
    List<ReferenceBlock> all = shares(table, parallelism).stream().flatMap(List::stream).toList();

    // Then
    assertThat(ids(all))
        .isEqualTo(
            IntStream.range(0, products)
                .mapToObj(number -> "p-" + number)
                .collect(Collectors.toCollection(TreeSet::new)));
    ReferenceTable restored = restore(table, parallelism);
    assertThat(restored.isLoaded()).isTrue();
    assertThat(restored.size()).isEqualTo(products);
    for (int i = 0; i < products; i += 1_000) {
      assertThat(restored.product("p-" + i)).isEqualTo(new Product("shoes", "brand-" + i % 7));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 4, 0",
    "1, 0, 4, 1",
    "0, 1, 4, 1",
    "0, 0, 1, 0",
    "-1, 1, 4, 1",
    "0, 1, 1, 1",
    "1, 1, 4, 2",
    "1, 1, 1, 1",
    "0, 3, 4, 3",
    "1, 3, 4, 4",
    "1, 4, 4, 4",
  })
  void shouldLetAsManySubtasksWriteAsIsWorthwhile(
      int more, int times, int parallelism, int expected) {
    ReferenceTable table = loaded(times * PER_WRITER + more);

    List<List<ReferenceBlock>> shares = shares(table, parallelism);

    assertThat(shares.stream().filter(share -> !share.isEmpty())).hasSize(expected);
    assertThat(shares.subList(expected, parallelism)).allMatch(List::isEmpty);
  }

  @Test
  void shouldGiveWritersSharesOfOneSize() throws IOException {
    ReferenceTable table = loaded(4 * PER_WRITER);

    for (List<ReferenceBlock> share : shares(table, 4)) {
      assertThat(ids(share).size()).isBetween(PER_WRITER * 9 / 10, PER_WRITER * 11 / 10);
    }
  }

  @Test
  void shouldShareOutTheSameWhateverTheHistory() throws IOException {
    // Given three ways to the same entries
    int products = 2 * PER_WRITER + 1;
    ReferenceTable straight = loaded(products);
    ReferenceTable detour = loaded(products + PER_WRITER);
    detour.share(1, 5);
    for (int i = products + PER_WRITER - 1; i >= products; i--) {
      detour.apply(ReferenceUpdate.ofProduct("p-" + i, null, 0, 0, false));
    }
    ReferenceTable restored = restore(detour, 7);
    ReferenceTable loading = new ReferenceTable();
    for (int i = products - 1; i >= 0; i--) {
      loading.apply(product(i, "shoes"));
    }
    loading.apply(ReferenceUpdate.LOADED);

    // When, Then
    for (int subtask = 0; subtask < 5; subtask++) {
      Set<String> expected = ids(straight.share(subtask, 5));
      assertThat(ids(detour.share(subtask, 5))).isEqualTo(expected);
      assertThat(ids(restored.share(subtask, 5))).isEqualTo(expected);
      assertThat(ids(loading.share(subtask, 5))).isEqualTo(expected);
    }
  }

  @Test
  void shouldMakeOnlyBlocksAnewWhoseEntriesChanged() throws IOException {
    // Given
    ReferenceTable table = loaded(10_000);
    List<ReferenceBlock> before = table.share(0, 1);

    // When, Then: nothing has happened
    assertThat(table.share(0, 1)).isEqualTo(before);

    // When, Then: what is said again, or ignored, or deletes nothing, is no change
    table.apply(product(1, "shoes"));
    table.apply(ReferenceUpdate.ofProduct("p-2", new Product("x", null), 0, 99, true));
    table.apply(ReferenceUpdate.ofProduct("unknown", null, 0, 99, false));
    table.apply(ReferenceUpdate.LOADED);
    assertThat(table.share(0, 1)).isEqualTo(before);

    // When, Then: changed, added, deleted
    for (ReferenceUpdate change :
        List.of(
            product(1, "bags"),
            product(10_000, "bags"),
            ReferenceUpdate.ofProduct("p-3", null, 0, 99, false),
            ReferenceUpdate.ofProfile("p-3", new UserProfile("new", null), 0, 99, false))) {
      List<ReferenceBlock> last = table.share(0, 1);
      table.apply(change);
      List<ReferenceBlock> share = table.share(0, 1);
      List<ReferenceBlock> changed = new ArrayList<>(share);
      changed.removeAll(last);
      assertThat(share).hasSameSizeAs(last);
      assertThat(changed).hasSize(1);
      assertThat(
              changed.get(0).updates().stream()
                  .anyMatch(
                      update -> update.kind() == change.kind() && update.id().equals(change.id())))
          .isEqualTo(!change.deletes());
    }
  }

  @Test
  void shouldKeepBlockAsItWasWhenItsEntriesChangeLater() throws IOException {
    // Given
    ReferenceTable table = loaded(1);
    List<ReferenceBlock> share = table.share(0, 1);

    // When: before the checkpoint has written it
    table.apply(product(0, "bags"));

    // Then
    assertThat(share).hasSize(1);
    assertThat(ReferenceBlock.ofEncoded(share.get(0).encoded()).updates())
        .containsExactly(
            ReferenceUpdate.ofProduct("p-0", new Product("shoes", "brand-0"), -1, -1, false));
  }

  @Test
  void shouldMakeBlocksAnewWhileLoading() throws IOException {
    // Given
    ReferenceTable table = new ReferenceTable();
    table.apply(ReferenceUpdate.ofProfile("u", new UserProfile("a", null), 0, 2, true));
    List<ReferenceBlock> before = table.share(0, 1);

    // When, Then: an earlier one changes nothing, a later one does
    table.apply(ReferenceUpdate.ofProfile("u", new UserProfile("b", null), 0, 1, true));
    assertThat(table.share(0, 1)).isEqualTo(before);
    ReferenceUpdate later = ReferenceUpdate.ofProfile("u", new UserProfile("c", null), 0, 3, true);
    table.apply(later);
    assertThat(stored(table)).containsExactly(later);
  }

  @Test
  void shouldForgetPositionsAndDeletedIdsOnceLoaded() throws IOException {
    // Given
    ReferenceTable table = new ReferenceTable();
    table.apply(ReferenceUpdate.ofProfile("u-1", new UserProfile("loyal", "gold"), 2, 7, true));
    table.apply(ReferenceUpdate.ofProfile("u-2", null, 3, 8, true));
    assertThat(stored(table))
        .containsExactlyInAnyOrder(
            ReferenceUpdate.ofProfile("u-1", new UserProfile("loyal", "gold"), 2, 7, true),
            ReferenceUpdate.ofProfile("u-2", null, 3, 8, true));
    assertThat(table.summary()).isEqualTo(new ReferenceSummary(false, 2));

    // When
    table.apply(ReferenceUpdate.LOADED);

    // Then
    assertThat(stored(table))
        .containsExactly(
            ReferenceUpdate.ofProfile("u-1", new UserProfile("loyal", "gold"), -1, -1, false));
    assertThat(table.summary()).isEqualTo(new ReferenceSummary(true, 1));
    assertThat(table.size()).isEqualTo(1);
  }

  private static List<ReferenceUpdate> stored(ReferenceTable table) throws IOException {
    List<ReferenceUpdate> stored = new ArrayList<>();
    for (ReferenceBlock block : table.share(0, 1)) {
      stored.addAll(block.updates());
    }
    return stored;
  }

  @Test
  void shouldBeEmptyAndNotLoadedWhenNothingIsRestored() throws IOException {
    ReferenceTable table = ReferenceTable.restore(List.of(), List.of());

    assertThat(table.summary()).isEqualTo(new ReferenceSummary(false, 0));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldRememberWhetherItIsLoadedWhenItIsEmpty(boolean loaded) throws IOException {
    ReferenceTable table = loaded ? loaded(0) : new ReferenceTable();

    ReferenceTable restored = restore(table, 3);

    assertThat(restored.isLoaded()).isEqualTo(loaded);
    assertThat(restored.size()).isZero();
  }

  @Test
  void shouldRefuseToRestoreWhatIsNotAllThere() {
    // Given
    ReferenceTable table = loaded(100);
    List<ReferenceBlock> all = table.share(0, 1);
    List<ReferenceBlock> some = all.subList(1, all.size());
    ReferenceSummary summary = table.summary();

    // When, Then
    assertIncomplete(List.of(summary), some);
    assertIncomplete(List.of(summary), List.of());
    assertIncomplete(List.of(), all);
    assertIncomplete(List.of(summary, new ReferenceSummary(false, 100)), all);
    assertIncomplete(List.of(summary, new ReferenceSummary(true, 99)), all);
  }

  private static void assertIncomplete(
      List<ReferenceSummary> summaries, List<ReferenceBlock> blocks) {
    assertThatThrownBy(() -> ReferenceTable.restore(summaries, blocks))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not complete")
        .hasMessageContaining("restore another checkpoint");
  }

  @Test
  void shouldHoldEqualValuesOnce() {
    // Given
    ReferenceTable table = loaded(0);
    for (int i = 0; i < 2; i++) {
      table.apply(
          ReferenceUpdate.ofProduct(
              "p-" + i, new Product(new StringBuilder("shoes").toString(), null), 0, i, false));
    }
    table.apply(
        ReferenceUpdate.ofProfile(
            "u", new UserProfile(new StringBuilder("shoes").toString(), null), 0, 2, false));

    // When, Then
    Product product = table.product("p-0");
    assertThat(table.product("p-1")).isSameAs(product);
    assertThat(table.profile("u").segment()).isSameAs(product.category());
  }
}
