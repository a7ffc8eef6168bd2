package io.clickstream.sink;

import io.clickstream.config.KafkaSettings;
import io.clickstream.kafka.Place;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The outcome of a transaction, as a reader of committed records sees it. */
public enum TransactionFate {
  /** Its records can be read. */
  COMMITTED,
  /** Its records are passed over, now and always. */
  ABORTED,
  /** It is not decided, or one that began before it is not. */
  OPEN,
  /** Its record is not there, committed or not: retention or compaction has taken it. */
  UNKNOWN;

  /** For each question to the brokers. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration POLL = Duration.ofMillis(500);

  /**
   * Reads at the places of their records.
   *
   * @throws org.apache.kafka.common.KafkaException if the brokers do not answer, or refuse
   */
  public static Map<PendingTransaction, TransactionFate> of(
      Collection<PendingTransaction> transactions, KafkaSettings kafka) {
    Map<PendingTransaction, TransactionFate> fates = new HashMap<>();
    try (KafkaConsumer<byte[], byte[]> committed = consumer(kafka, "read_committed");
        KafkaConsumer<byte[], byte[]> written = consumer(kafka, "read_uncommitted")) {
      for (PendingTransaction transaction : transactions) {
        fates.put(transaction, of(transaction.record(), committed, written));
      }
    }
    return fates;
  }

  private static TransactionFate of(
      @Nullable Place place,
      KafkaConsumer<byte[], byte[]> committed,
      KafkaConsumer<byte[], byte[]> written) {
    // Aborted records stay where they are, too, until retention or compaction takes them.
    if (place == null || !holds(place, written)) {
      return UNKNOWN;
    }
    // For this isolation level the end is the last stable offset: all before it is decided.
    if (end(place, committed) <= place.offset()) {
      return OPEN;
    }
    return holds(place, committed) ? COMMITTED : ABORTED;
  }

  /** Whether this consumer is given a record at the place. */
  private static boolean holds(Place place, KafkaConsumer<byte[], byte[]> consumer) {
    TopicPartition partition = place.topicPartition();
    List<TopicPartition> one = List.of(partition);
    consumer.assign(one);
    long first = consumer.beginningOffsets(one, PATIENCE).getOrDefault(partition, Long.MAX_VALUE);
    if (first > place.offset() || end(place, consumer) <= place.offset()) {
      return false;
    }
    consumer.seek(partition, place.offset());
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      List<ConsumerRecord<byte[], byte[]>> records = consumer.poll(POLL).records(partition);
      if (!records.isEmpty()) {
        return records.get(0).offset() == place.offset();
      }
      if (consumer.position(partition) > place.offset()) {
        return false;
      }
    }
    throw new TimeoutException("nothing could be read at " + place + " within " + PATIENCE);
  }

  private static long end(Place place, KafkaConsumer<byte[], byte[]> consumer) {
    TopicPartition partition = place.topicPartition();
    return consumer.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
  }

  private static KafkaConsumer<byte[], byte[]> consumer(KafkaSettings kafka, String isolation) {
    Properties properties = properties(kafka);
    properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
    properties.setProperty(ConsumerConfig.CLIENT_ID_CONFIG, "clickstream-" + isolation);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static Properties properties(KafkaSettings kafka) {
    Properties properties = kafka.clientProperties();
    properties.setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.setProperty(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "65536");
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return properties;
  }

  /** In words, for messages. */
  public String text() {
    return switch (this) {
      case COMMITTED -> "the brokers have committed it";
      case ABORTED -> "the brokers have aborted it";
      case OPEN -> "it is not decided";
      case UNKNOWN -> "its records are no longer there, committed or not";
    };
  }
}
