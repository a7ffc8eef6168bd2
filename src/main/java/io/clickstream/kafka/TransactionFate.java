package io.clickstream.kafka;

import io.clickstream.config.KafkaSettings;
import io.clickstream.kafka.PendingTransaction.Place;
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

/** What became of a transaction, as a reader of committed records sees it. */
enum TransactionFate {
  /** Its records can be read. */
  COMMITTED,
  /** Its records are passed over, now and for ever. */
  ABORTED,
  /** It is not decided, or one that began before it is not. */
  OPEN,
  /** The place of its record is not known, or retention has reached it. */
  UNKNOWN;

  /** For all questions about one transaction together. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration POLL = Duration.ofMillis(500);

  /**
   * Reads at the places of their records.
   *
   * @throws org.apache.kafka.common.KafkaException if the brokers do not answer, or refuse
   */
  static Map<PendingTransaction, TransactionFate> of(
      Collection<PendingTransaction> transactions, KafkaSettings kafka) {
    Map<PendingTransaction, TransactionFate> fates = new HashMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            properties(kafka), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      for (PendingTransaction transaction : transactions) {
        fates.put(transaction, of(transaction.record(), consumer));
      }
    }
    return fates;
  }

  private static TransactionFate of(@Nullable Place place, KafkaConsumer<byte[], byte[]> consumer) {
    if (place == null) {
      return UNKNOWN;
    }
    TopicPartition partition = place.topicPartition();
    List<TopicPartition> one = List.of(partition);
    consumer.assign(one);
    Long first = consumer.beginningOffsets(one, PATIENCE).get(partition);
    if (first == null || first > place.offset()) {
      return UNKNOWN;
    }
    // For this isolation level the end is the last stable offset: all before it is decided.
    Long stable = consumer.endOffsets(one, PATIENCE).get(partition);
    if (stable == null || stable <= place.offset()) {
      return OPEN;
    }
    consumer.seek(partition, place.offset());
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      List<ConsumerRecord<byte[], byte[]>> records = consumer.poll(POLL).records(partition);
      if (!records.isEmpty()) {
        return records.get(0).offset() == place.offset() ? COMMITTED : ABORTED;
      }
      if (consumer.position(partition) > place.offset()) {
        return ABORTED;
      }
    }
    throw new TimeoutException("nothing could be read at " + place + " within " + PATIENCE);
  }

  private static Properties properties(KafkaSettings kafka) {
    Properties properties = kafka.clientProperties();
    properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.setProperty(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "65536");
    properties.setProperty(ConsumerConfig.CLIENT_ID_CONFIG, "clickstream-transactions");
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return properties;
  }

  /** Whether what it wrote is gone, as far as anybody can tell. */
  boolean isLoss() {
    return this == ABORTED || this == UNKNOWN;
  }

  /** In words, for messages. */
  String text() {
    return switch (this) {
      case COMMITTED -> "the brokers have committed it";
      case ABORTED -> "the brokers have aborted it";
      case OPEN -> "it is not decided";
      case UNKNOWN -> "what became of it can no longer be told";
    };
  }
}
