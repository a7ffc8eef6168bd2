package io.clickstream.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.KafkaSettings;
import io.clickstream.kafka.KafkaSamples;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProducerPropertiesTest {

  private static final KafkaSettings PLAIN = KafkaSettings.at("broker:9092");

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
}
