package io.clickstream.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BucketCountsTest {

  private final RecordedMetrics metrics = new RecordedMetrics();
  private final BucketCounts counts = new BucketCounts(metrics, "size", 10, 100);

  @Test
  void shouldCountUpToEachBoundWithTheBoundInIt() {
    // When
    counts.add(0);
    counts.add(10);
    counts.add(11, 3);
    counts.add(100);
    counts.add(101);

    // Then
    assertThat(metrics.value("le=10/size-bucket")).isEqualTo(2L);
    assertThat(metrics.value("le=100/size-bucket")).isEqualTo(6L);
    assertThat(metrics.value("le=+Inf/size-bucket")).isEqualTo(7L);
    assertThat(metrics.value("size-count")).isEqualTo(7L);
    assertThat(metrics.value("size-sum")).isEqualTo(0L + 10 + 33 + 100 + 101);
  }
}
