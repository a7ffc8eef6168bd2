package io.clickstream.local;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads whole topics: every committed record, and nothing of what was aborted. */
public final class TopicReader {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String bootstrapServers;

  public TopicReader(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /** Takes a record. */
  @FunctionalInterface
  public interface Action {
    void take(ConsumerRecord<byte[], byte[]> record) throws IOException;
  }

  /**
   * Passes on every record from the beginning to the present end, partition after partition, each
   * in its order, and returns how many there were.
   */
  public long read(String topic, Action action) throws IOException {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .sorted((a, b) -> Integer.compare(a.partition(), b.partition()))
              .toList();
      Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
      long count = 0;
      for (TopicPartition partition : partitions) {
        count += read(consumer, partition, ends.getOrDefault(partition, 0L), action);
      }
      return count;
    }
  }

  private static long read(
      KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long end, Action action)
      throws IOException {
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    long count = 0;
    long lastProgress = System.nanoTime();
    long before = -1;
    // The position and not the last record tells the end: markers of transactions lie between.
    for (long position = consumer.position(partition); position < end; ) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
      for (ConsumerRecord<byte[], byte[]> record : records) {
        action.take(record);
        count++;
      }
      position = consumer.position(partition);
      if (position > before) {
        before = position;
        lastProgress = System.nanoTime();
      } else if (System.nanoTime() - lastProgress > PATIENCE.toNanos()) {
        throw new IOException(
            partition + ": the records from " + position + " to " + end + " could not be read");
      }
    }
    return count;
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "isolation.level", "read_committed",
            "enable.auto.commit", "false",
            "max.poll.records", "5000"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
