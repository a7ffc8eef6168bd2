package io.clickstream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.KafkaSettings;
import io.clickstream.config.StartFrom;
import io.clickstream.sink.ClickstreamSink;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClientPropertiesTest {

  private static final KafkaSettings PLAIN = new KafkaSettings("broker:9092", Map.of());

  @Test
  void shouldTuneProducerForThroughput() {
    assertThat(ClickstreamSink.producerProperties(PLAIN, KafkaSamples.SINK))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "bootstrap.servers", "broker:9092",
                "compression.type", "lz4",
                "batch.size", "131072",
                "request.timeout.ms", "10000",
                "linger.ms", "5",
                "buffer.memory", "67108864",
                "max.request.size", "33554432",
                "transaction.timeout.ms", "600000"));
  }

  @Test
  void shouldLetPropertiesOverrideDefaultsButNotWhatHasSettingOfItsOwn() {
    // Given
    KafkaSettings kafka =
        new KafkaSettings(
            "broker:9092",
            Map.of(
                "linger.ms", "50",
                "bootstrap.servers", "other:1",
                "transaction.timeout.ms", "1",
                "security.protocol", "SSL"));

    // When, Then
    assertThat(ClickstreamSink.producerProperties(kafka, KafkaSamples.SINK))
        .containsEntry("linger.ms", "50")
        .containsEntry("bootstrap.servers", "broker:9092")
        .containsEntry("transaction.timeout.ms", "600000")
        .containsEntry("security.protocol", "SSL");
  }

  @Test
  void shouldTuneConsumerForThroughputAndReadCommittedOnly() {
    assertThat(SourceProperties.of(PLAIN))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "bootstrap.servers", "broker:9092",
                "max.partition.fetch.bytes", "4194304",
                "isolation.level", "read_committed",
                "request.timeout.ms", "10000",
                "partition.discovery.interval.ms", "60000"));
  }

  /** What retention has deleted cannot be read; what it has left is. */
  @ParameterizedTest
  @EnumSource(StartFrom.Kind.class)
  @SuppressWarnings("deprecation") // Kafka's enum, which the connector still asks for.
  void shouldFallBackToEarliestWhateverItStartsFrom(StartFrom.Kind startFrom) {
    // When
    OffsetsInitializer offsets =
        StartOffsets.of(new StartFrom(startFrom, 0), KafkaSamples.kafka("broker:9092"));

    // Then
    assertThat(offsets.getAutoOffsetResetStrategy()).isEqualTo(OffsetResetStrategy.EARLIEST);
  }
}
