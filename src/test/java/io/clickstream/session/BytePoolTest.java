package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BytePoolTest {

  @Test
  void shouldGiveArrayAgainToWhoFitsIt() {
    BytePool pool = new BytePool(1 << 20);
    byte[] array = pool.take(200);
    assertThat(array).hasSize(256);
    pool.give(array);
    assertThat(pool.bytes()).isEqualTo(256 + BytePool.ARRAY_HEAD);

    assertThat(pool.take(128)).isNotSameAs(array);
    assertThat(pool.take(257)).isNotSameAs(array);
    assertThat(pool.take(129)).isSameAs(array);
    assertThat(pool.take(256)).isNotSameAs(array);
    assertThat(pool.bytes()).isZero();
  }

  @Test
  void shouldHoldNoMoreThanItsBytesAndNothingLong() {
    BytePool pool = new BytePool(2 * (128 + BytePool.ARRAY_HEAD));
    pool.give(new byte[128]);
    pool.give(new byte[128]);
    byte[] tooMuch = new byte[128];
    pool.give(tooMuch);
    assertThat(pool.bytes()).isEqualTo(2 * (128 + BytePool.ARRAY_HEAD));
    assertThat(pool.take(128)).isNotSameAs(tooMuch);

    BytePool large = new BytePool(1 << 30);
    large.give(new byte[0]);
    large.give(new byte[100]);
    large.give(new byte[1 << 20]);
    assertThat(large.bytes()).isZero();
    assertThat(large.take(1 << 20)).hasSize(1 << 20);
  }
}
