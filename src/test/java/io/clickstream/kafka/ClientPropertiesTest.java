package io.clickstream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.FieldPath;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.StartFrom;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClientPropertiesTest {

  private static final KafkaSettings PLAIN = KafkaSettings.at("broker:9092");

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

  @Test
  void shouldReadFewerRecordsAtOnceWhenEachHasManyClicks() {
    IngestSettings single = IngestSettings.defaults();
    IngestSettings batches = single.with(IngestSettings.CLICKS_AT, FieldPath.parse("batch"));
    assertThat(SourceProperties.ofClicks(PLAIN, single)).isEqualTo(SourceProperties.of(PLAIN));
    assertThat(SourceProperties.ofClicks(PLAIN, batches)).containsEntry("max.poll.records", "50");
    // A preset says only that records may have many; and the settings of Kafka's client count.
    assertThat(SourceProperties.ofClicks(PLAIN, batches.with(IngestSettings.FORMAT, "segment")))
        .doesNotContainKey("max.poll.records");
    assertThat(
            SourceProperties.ofClicks(
                new KafkaSettings("broker:9092", Map.of("max.poll.records", "7")), batches))
        .containsEntry("max.poll.records", "7");
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
