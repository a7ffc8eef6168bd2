package io.clickstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class OtherLoadTest {

  @Test
  void shouldTellAShareOfTheMachine() {
    // Given
    OtherLoad load = new OtherLoad(List.of());

    // When some time has passed
    Double share = await().atMost(Duration.ofSeconds(20)).until(load::share, Objects::nonNull);

    // Then
    assertThat(share).isBetween(0.0, 1.0);
  }
}
