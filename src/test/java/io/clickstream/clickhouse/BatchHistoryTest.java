package io.clickstream.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.model.Origin;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BatchHistoryTest {

  private final AtomicLong clock = new AtomicLong();
  private final BatchHistory history = new BatchHistory(clock::get);

  @Test
  void shouldCountTheFailuresOfEachBatch() {
    assertThat(history.failures(row(1))).isZero();
    history.failed(row(1));
    clock.addAndGet(Duration.ofSeconds(3).toNanos());
    history.failed(row(2));
    BatchHistory.Failures again = history.failed(row(1));
    assertThat(again).isEqualTo(new BatchHistory.Failures(2, Duration.ofSeconds(3)));
    history.delivered(row(1));
    assertThat(history.failures(row(1))).isZero();
    assertThat(history.failures(row(2))).isEqualTo(1);
  }

  @Test
  void shouldSuspectOtherThanTheRowsWhenNoneIsTaken() {
    for (int i = 0; i < BatchHistory.SUSPICIOUS; i++) {
      assertThat(history.refused()).isFalse();
    }
    assertThat(history.refused()).isTrue();
    assertThat(history.lastTaken()).isNull();
    history.taken(row(7));
    assertThat(history.refused()).isFalse();
    assertThat(history.lastTaken()).isEqualTo(row(7));
  }

  private static final byte[] VALUE = new byte[0];

  private static Origin row(long offset) {
    return new Origin("sessions", 0, offset, null, VALUE);
  }
}
