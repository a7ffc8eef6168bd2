package io.clickstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SteadyRateTest {

  private static final long SECOND = 1_000_000_000L;

  private final SteadyRate rate = new SteadyRate(1000);

  @Test
  void shouldLeaveOutBeginningAndEnd() {
    // Given a slow start until 400 and a slow end after 980, and 100 a second between
    rate.add(0, 0);
    rate.add(20 * SECOND, 400);
    rate.add(25 * SECOND, 900);
    rate.add(25 * SECOND + 8 * SECOND / 10, 980);
    rate.add(60 * SECOND, 1000);

    // Then
    assertThat(rate.perSecond()).isCloseTo(100, within(0.01));
  }

  @Test
  void shouldInterpolateBetweenSamples() {
    // Given
    rate.add(0, 0);
    rate.add(10 * SECOND, 1000);

    // Then
    assertThat(rate.perSecond()).isCloseTo(100, within(0.01));
  }

  @Test
  void shouldTellNothingWhenItWasTooShort() {
    // Given
    rate.add(0, 0);
    rate.add(SECOND / 20, 1000);

    // Then
    assertThat(rate.perSecond()).isNull();
  }

  @Test
  void shouldTellNothingWhenTheEndWasNotSeen() {
    // Given
    rate.add(0, 0);
    rate.add(10 * SECOND, 979);

    // Then
    assertThat(rate.perSecond()).isNull();
  }
}
