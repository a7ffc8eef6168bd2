package io.clickstream.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class IdTableTest {

  /** Ids that are short and long, within Latin-1 and beyond, and alike. */
  private static final List<IntFunction<String>> FORMS =
      List.of(
          i -> "p" + i,
          i -> "" + i,
          i -> "product-" + (1_000_000 + i),
          i -> "product--" + (1_000_000 + i),
          i -> "ÿ".repeat(i % 17) + (i / 17),
          i -> "Ā" + i,
          i -> "\0".repeat(i % 20),
          i -> "0f8fad5b-d9cb-469f-a165-70867728950" + i,
          // Of equal length and hash.
          i -> (i % 2 == 0 ? "Aa" : "BB") + (i / 2 % 2 == 0 ? "Aa" : "BB") + "x".repeat(16));

  @Test
  void shouldHoldWhatAMapHolds() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      IdTable<Integer> table = new IdTable<>();
      Map<String, Integer> map = new HashMap<>();
      int ids = 1 + random.nextInt(seed % 10 == 0 ? 1_000 : 30);
      for (int step = 0; step < 20 * ids; step++) {
        String id = FORMS.get(random.nextInt(FORMS.size())).apply(random.nextInt(ids));
        switch (random.nextInt(3)) {
          case 0 -> assertThat(table.put(id, step)).isEqualTo(map.put(id, step));
          case 1 -> assertThat(table.remove(id)).isEqualTo(map.remove(id));
          default -> assertThat(table.get(id)).isEqualTo(map.get(id));
        }
        assertThat(table.size()).isEqualTo(map.size());
      }
      Map<String, Integer> all = new HashMap<>();
      table.forEach((id, value) -> assertThat(all.put(id, value)).isNull());
      assertThat(all).isEqualTo(map);
      assertThat(table.isEmpty()).isEqualTo(map.isEmpty());
      map.forEach((id, value) -> assertThat(table.get(id)).isEqualTo(value));
    }
  }

  @Test
  void shouldTellIdsApartThatHaveTheSameNumbersOtherwise() {
    IdTable<String> table = new IdTable<>();
    List<String> ids =
        List.of(
            "", "\0", "\0\0", "a", "\0a", "aaaaaaaa", "aaaaaaaa\0", "x".repeat(15), "x".repeat(16));
    for (String id : ids) {
      assertThat(table.put(id, id + "!")).isNull();
    }
    for (String id : ids) {
      assertThat(table.get(id)).isEqualTo(id + "!");
    }
    assertThat(table.size()).isEqualTo(ids.size());
  }
}
