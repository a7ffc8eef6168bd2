package io.clickstream.local;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads whole topics: every committed record, and nothing of a transaction that was aborted. */
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

  /** Takes the records of a moment, of which there may be none. */
  @FunctionalInterface
  public interface Batch {
    void take(ConsumerRecords<byte[], byte[]> records) throws IOException;
  }

  /** Where {@link #follow} begins. */
  public enum From {
    BEGINNING,
    END
  }

  /**
   * Passes on every record from the beginning to the present end, partition after partition, each
   * in its order, and returns how many there were.
   */
  public long read(String topic, Action action) throws IOException {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions = partitions(consumer, topic);
      Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
      long count = 0;
      for (TopicPartition partition : partitions) {
        count += read(consumer, partition, ends.getOrDefault(partition, 0L), action);
      }
      return count;
    }
  }

  /**
   * Passes on the records that come, until it is told to end.
   *
   * @param longest how long it waits for a record
   */
  public void follow(String topic, From from, Duration longest, BooleanSupplier isOver, Batch batch)
      throws IOException {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions = partitions(consumer, topic);
      consumer.assign(partitions);
      switch (from) {
        case BEGINNING -> consumer.seekToBeginning(partitions);
        case END -> consumer.seekToEnd(partitions);
      }
      while (!isOver.getAsBoolean()) {
        batch.take(consumer.poll(longest));
      }
    }
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .sorted(Comparator.comparingInt(TopicPartition::partition))
        .toList();
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
            // A broker answers the requests of a connection in turn: one for records behind the end
            // of a partition would hold up those for the next partition by half a second.
            "fetch.max.wait.ms", "20",
            "max.poll.records", "5000"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
