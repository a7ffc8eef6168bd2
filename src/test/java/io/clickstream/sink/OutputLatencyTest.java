package io.clickstream.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.metrics.BucketCounts;
import io.clickstream.metrics.RecordedMetrics;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputTopic;
import java.util.List;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.junit.jupiter.api.Test;

class OutputLatencyTest {

  private static final long NOW = 1_800_000_000_000L;

  private final RecordedMetrics metrics = new RecordedMetrics();
  private final BucketCounts latencies = new BucketCounts(metrics, "latency", 1_000);
  private final OutputLatency written = new OutputLatency();

  @Test
  void shouldMeasureUpToTheCommitOfTheRecordsOwnTransaction() {
    // Given
    written.written(record(NOW - 300));
    written.written(record(NOW - 200));
    written.prepared(pending(1));
    written.written(record(NOW - 100));
    written.prepared(pending(2));

    // When
    OutputLatency.committed(pending(1), NOW, latencies);
    OutputLatency.committed(pending(1), NOW + 60_000, latencies);
    OutputLatency.committed(pending(3), NOW, latencies);

    // Then
    assertThat(metrics.value("latency-count")).isEqualTo(2L);
    assertThat(metrics.value("latency-sum")).isEqualTo(500L);
    OutputLatency.committed(pending(2), NOW, latencies);
    assertThat(metrics.value("latency-sum")).isEqualTo(600L);
  }

  @Test
  void shouldLeaveOutRecordsThatNobodyWaitsFor() {
    // Given
    written.written(new OutputRecord(OutputTopic.LATE, null, null, List.of(), 1));
    written.prepared(pending(4));

    // When
    OutputLatency.committed(pending(4), NOW, latencies);

    // Then
    assertThat(metrics.value("latency-count")).isEqualTo(0L);
  }

  @Test
  void shouldCountAllOfManyAndKeepFew() {
    // Given
    long many = 16L * OutputLatency.KEPT;
    for (long i = 0; i < many; i++) {
      written.written(record(NOW - 10));
    }
    written.prepared(pending(5));

    // When
    OutputLatency.committed(pending(5), NOW, latencies);

    // Then
    assertThat((Long) metrics.value("latency-count")).isBetween(many - 16, many);
  }

  private static OutputRecord record(long dueAt) {
    return new OutputRecord(OutputTopic.SESSIONS, null, null, List.of(), 1).dueAt(dueAt);
  }

  private static PendingTransaction pending(int producer) {
    return new PendingTransaction(
        new KafkaCommittable(producer, (short) 0, "output-latency-test", null), null);
  }
}
