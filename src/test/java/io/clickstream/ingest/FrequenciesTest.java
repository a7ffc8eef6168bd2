package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.ingest.Frequencies.Counted;
import org.junit.jupiter.api.Test;

class FrequenciesTest {

  private final Frequencies frequencies = new Frequencies();

  @Test
  void shouldCountExactlyAndNameTheMostFrequentFirst() {
    add("b", 2);
    add("c", 3);
    add("a", 2);

    assertThat(frequencies.top(2)).containsExactly(new Counted("c", 3), new Counted("a", 2));
    assertThat(frequencies.total()).isEqualTo(7);
    assertThat(frequencies.areExact()).isTrue();
  }

  @Test
  void shouldBeExactUpToTheBoundAndSayWhenItIsNot() {
    for (int i = 0; i < Frequencies.MAX_TEXTS; i++) {
      add("text " + i, 1);
    }
    assertThat(frequencies.areExact()).isTrue();

    add("one more", 1);
    assertThat(frequencies.areExact()).isFalse();
    assertThat(frequencies.total()).isEqualTo(Frequencies.MAX_TEXTS + 1);
  }

  @Test
  void shouldFindWhatComesOftenBehindAndBetweenMoreTextsThanAreKept() {
    for (int i = 0; i < 20 * Frequencies.MAX_TEXTS; i++) {
      frequencies.add("once " + i);
      if (i >= 2 * Frequencies.MAX_TEXTS && i % 100 == 0) {
        frequencies.add("often");
      }
    }

    // 18 times the bound, every hundredth: none forgotten since the first was counted twice.
    assertThat(frequencies.top(1)).singleElement().extracting(Counted::text).isEqualTo("often");
    assertThat(frequencies.top(1).get(0).count()).isBetween(700L, 738L);
    assertThat(frequencies.top(Integer.MAX_VALUE)).hasSizeLessThanOrEqualTo(Frequencies.MAX_TEXTS);
  }

  @Test
  void shouldKeepTheBeginningOfLongTextsAndNoHalfOfAPair() {
    String smile = "\uD83D\uDE00";
    add("x".repeat(Frequencies.MAX_LENGTH) + "1", 1);
    add("x".repeat(Frequencies.MAX_LENGTH) + "2", 1);
    add("y".repeat(Frequencies.MAX_LENGTH - 1) + smile, 1);

    assertThat(frequencies.top(10))
        .containsExactly(
            new Counted("x".repeat(Frequencies.MAX_LENGTH), 2),
            new Counted("y".repeat(Frequencies.MAX_LENGTH - 1), 1));
  }

  private void add(String text, int times) {
    for (int i = 0; i < times; i++) {
      frequencies.add(text);
    }
  }
}
