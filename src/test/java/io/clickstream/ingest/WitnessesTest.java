package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WitnessesTest {

  /** Ids of one hash code, so that only equality tells them apart. */
  private static final List<String> IDS = List.of("Aa", "BB", "a", "b", "c", "d", "e", "f");

  private static Visitor visitor(int index) {
    return new Visitor(null, VisitorKind.DEVICE, IDS.get(index));
  }

  @Property(tries = 3_000)
  void shouldBeTheNthLargestOfAllNewestTimes(
      @ForAll @IntRange(min = 1, max = 16) int needed,
      @ForAll @Size(max = 200) List<@IntRange(max = 8 * 40 - 1) Integer> steps) {
    // Given
    Witnesses witnesses = new Witnesses(needed);
    Map<Integer, Long> newest = new HashMap<>();
    for (int step : steps) {
      int visitor = step / 40;
      long time = step % 40;
      // When
      newest.merge(visitor, time, Math::max);
      long found = witnesses.add(visitor(visitor), time);
      // Then
      long expected =
          newest.values().stream()
              .sorted(Comparator.reverseOrder())
              .skip(needed - 1)
              .findFirst()
              .orElse(Witnesses.NONE);
      assertThat(found).isEqualTo(expected).isEqualTo(witnesses.time());
    }
  }

  @Test
  void shouldTakeOneVisitorForOneHoweverOftenItClicks() {
    Witnesses two = new Witnesses(2);
    for (int i = 0; i < 1_000; i++) {
      assertThat(two.add(visitor(0), 5_000 + i)).isEqualTo(Witnesses.NONE);
    }

    assertThat(two.add(visitor(1), 7)).isEqualTo(7);
    assertThat(two.add(visitor(0), 9_000)).isEqualTo(7);
    assertThat(two.add(visitor(2), 6)).isEqualTo(7);
    assertThat(two.add(visitor(2), 8)).isEqualTo(8);
  }
}
