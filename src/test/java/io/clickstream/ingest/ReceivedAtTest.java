package io.clickstream.ingest;

import static io.clickstream.ingest.IngestSamples.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.model.Origin;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceivedAtTest {

  private static ConsumerRecord<byte[], byte[]> record(long timestamp, @Nullable String header) {
    RecordHeaders headers = new RecordHeaders();
    if (header != null) {
      headers.add("received_at", bytes("17"));
      headers.add("received_at", bytes(header));
    }
    return new ConsumerRecord<>(
        "raw-clicks",
        3,
        42,
        timestamp,
        TimestampType.CREATE_TIME,
        3,
        1,
        bytes("key"),
        bytes("{}"),
        headers,
        Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "5, , 5",
    "5, 1767268800000, 1767268800000",
    "-1, 1767268800000, 1767268800000",
    "-1, , -1",
    "5, '', 5",
    "5, -7, 5",
    "5, 1e3, 5",
    "5, 1767268800000 , 1767268800000",
    "5, 9999999999999999, 5"
  })
  void shouldBeWhatTheLastHeaderSaysElseTheTimestamp(
      long timestamp, @Nullable String header, long expected) {
    assertThat(ClickDeserializer.origin(record(timestamp, header), true))
        .usingRecursiveComparison()
        .isEqualTo(new Origin("raw-clicks", 3, 42, bytes("key"), bytes("{}"), expected));
  }

  @Test
  void shouldNotBeKnownWhenItIsNotNeeded() {
    assertThat(ClickDeserializer.origin(record(5, "7"), false).receivedAt())
        .isEqualTo(Origin.UNKNOWN);
  }
}
