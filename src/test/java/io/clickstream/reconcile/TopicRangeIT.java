package io.clickstream.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.KafkaSettings;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.SharedBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which records lie between two times, however they came into the topic. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TopicRangeIT {

  /** The Kafka timestamp of the oldest record: 2026-01-01. */
  private static final long T = 1_767_225_600_000L;

  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() {
    broker = SharedBroker.get();
  }

  @Test
  void shouldHoldWhatLiesBetweenTwoTimesWhenItWasImportedInTransactions() throws Exception {
    // Given: each transaction ends today, at an offset of its own
    create("imported");
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", "import"))) {
      producer.initTransactions();
      for (int first = 0; first < 6; first += 2) {
        producer.beginTransaction();
        send(producer, "imported", T + first);
        send(producer, "imported", T + first + 1);
        producer.commitTransaction();
        awaitEnd("imported", 3 * (first / 2 + 1));
      }
    }

    // When, Then
    assertThat(text("imported", T + 3, T + 5)).isEqualTo("imported 0:4-7 1:0-0: 3 4");
    assertThat(text("imported", Long.MIN_VALUE, T + 2)).isEqualTo("imported 0:0-2 1:0-0: 0 1");
    assertThat(text("imported", T + 4, Long.MAX_VALUE)).isEqualTo("imported 0:6-9 1:0-0: 4 5");
    assertThat(text("imported", T + 6, T + 9)).isEqualTo("imported 0:8-8 1:0-0:");
  }

  @Test
  void shouldHoldAllBeforeTheLastOneOfThemWhenTheyAreOutOfOrder() throws Exception {
    // Given
    create("unordered");
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      for (long time : List.of(9L, 1L, 7L, 2L, 3L)) {
        send(producer, "unordered", T + time);
      }
    }

    // When, Then: of one whose clock was ahead the session is there, too
    assertThat(text("unordered", Long.MIN_VALUE, T + 3))
        .isEqualTo("unordered 0:0-4 1:0-0: 9 1 7 2");
    assertThat(text("unordered", T, T + 1)).isEqualTo("unordered 0:0-0 1:0-0:");
  }

  /** The range's offsets, and the times of its records. */
  private static String text(String topic, long from, long to) {
    TopicRange range =
        TopicRange.of(KafkaSettings.at(broker.bootstrapServers()), List.of(topic), from, to);
    StringBuilder text = new StringBuilder(range.text()).append(':');
    range.read(record -> text.append(' ').append(record.timestamp() - T));
    return text.toString();
  }

  private static void create(String topic) {
    broker.createTopic(topic, 2, Map.of("retention.ms", "-1"));
  }

  /** The broker answers before it has written where a transaction ends. */
  private static void awaitEnd(String topic, long end) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                TopicRange.endsOf(
                    KafkaSettings.at(broker.bootstrapServers()), List.of(topic), Map.of()),
            ends -> Long.valueOf(end).equals(ends.get(new TopicPartition(topic, 0))));
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("bootstrap.servers", broker.bootstrapServers());
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, String topic, long time)
      throws Exception {
    producer
        .send(
            new ProducerRecord<>(topic, 0, time, null, "a record".getBytes(StandardCharsets.UTF_8)))
        .get(30, TimeUnit.SECONDS);
  }
}
