package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortedLongsTest {

  private static final int BEFORE = 5;

  /** As many even numbers, negative ones first, with other bytes on both sides. */
  private static byte[] evens(int count) {
    byte[] bytes = new byte[BEFORE + Long.BYTES * count + BEFORE];
    Arrays.fill(bytes, (byte) 0x55);
    for (int i = 0; i < count; i++) {
      Scratch.setLong(bytes, BEFORE + Long.BYTES * i, 2L * (i - count / 2));
    }
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 100})
  void shouldFindEachNumberOrItsPlaceWhateverThereIs(int count) {
    byte[] bytes = evens(count);
    int length = Long.BYTES * count;

    for (long wanted = -count - 2; wanted <= count + 2; wanted++) {
      long number = wanted;
      long smaller =
          LongStream.range(0, count).map(i -> 2 * (i - count / 2)).filter(n -> n < number).count();
      boolean isThere =
          LongStream.range(0, count).map(i -> 2 * (i - count / 2)).anyMatch(n -> n == number);

      assertThat(SortedLongs.placeOf(bytes, BEFORE, length, wanted))
          .as("%d among %d", wanted, count)
          .isEqualTo(isThere ? SortedLongs.PRESENT : Long.BYTES * (int) smaller);
    }
    assertThat(SortedLongs.placeOf(bytes, BEFORE, length, Long.MIN_VALUE)).isZero();
    assertThat(SortedLongs.placeOf(bytes, BEFORE, length, Long.MAX_VALUE)).isEqualTo(length);
  }
}
