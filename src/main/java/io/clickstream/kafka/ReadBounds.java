package io.clickstream.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Where partitions begin and end for a reader of committed records. It asks for data records, never
 * for the ends of transactions, which have offsets and times of their own and cannot be read.
 *
 * <p>All methods throw {@link org.apache.kafka.common.KafkaException} when the brokers do not
 * answer or deny it, and change what the consumer is assigned.
 */
public final class ReadBounds {

  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Duration patience;

  /**
   * Asks by a consumer.
   *
   * @param consumer of {@link #consumer}
   * @param patience how long each answer may take, and reading may stand still
   */
  public ReadBounds(KafkaConsumer<byte[], byte[]> consumer, Duration patience) {
    this.consumer = consumer;
    this.patience = patience;
  }

  /**
   * A consumer of committed records that belongs to no group and goes on where records are left.
   */
  public static KafkaConsumer<byte[], byte[]> consumer(Properties client) {
    Properties properties = new Properties();
    properties.putAll(client);
    properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.setProperty(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(4 << 20));
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** The last stable offset of each partition: none of its records before it is undecided. */
  public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    return consumer.endOffsets(partitions, patience);
  }

  /**
   * Where each partition ends for a reader that stops at a time, as of now.
   *
   * @param epochMs Kafka timestamp
   */
  public Map<TopicPartition, TimedEnd> ends(Collection<TopicPartition> partitions, long epochMs) {
    Map<TopicPartition, Long> stable = ends(partitions);
    Map<TopicPartition, Long> lookedUp = lookUp(partitions, epochMs, stable);
    Map<TopicPartition, ConsumerRecord<byte[], byte[]>> next = first(lookedUp, stable);
    Map<TopicPartition, TimedEnd> ends = new HashMap<>();
    lookedUp.forEach(
        (partition, offset) -> {
          ConsumerRecord<byte[], byte[]> record = next.get(partition);
          boolean ordered =
              record == null || record.timestampType() == TimestampType.LOG_APPEND_TIME;
          ends.put(partition, new TimedEnd(offset, stable.getOrDefault(partition, 0L), ordered));
        });
    return ends;
  }

  /**
   * The offset behind each partition's last record before a time, as of now. Partitions that are
   * not in the order of time are read for it.
   *
   * @param epochMs Kafka timestamp
   */
  public Map<TopicPartition, Long> behindLast(Collection<TopicPartition> partitions, long epochMs) {
    Map<TopicPartition, Long> from = new HashMap<>();
    Map<TopicPartition, Long> to = new HashMap<>();
    ends(partitions, epochMs)
        .forEach(
            (partition, end) -> {
              from.put(partition, end.lookedUp());
              to.put(partition, end.offset());
            });
    Map<TopicPartition, Long> ends = new HashMap<>(from);
    read(
        from,
        to,
        record -> {
          if (record.timestamp() < epochMs) {
            ends.put(partition(record), record.offset() + 1);
          }
          return false;
        });
    return ends;
  }

  /**
   * The offset of each partition's first record that is not before a time, or the end.
   *
   * @param epochMs Kafka timestamp
   * @param ends offsets up to which records are decided
   */
  public Map<TopicPartition, Long> firstAt(
      Collection<TopicPartition> partitions, long epochMs, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> starts = new HashMap<>(ends);
    read(
        lookUp(partitions, epochMs, ends),
        ends,
        record -> {
          boolean isFirst = record.timestamp() >= epochMs;
          if (isFirst) {
            starts.put(partition(record), record.offset());
          }
          return isFirst;
        });
    return starts;
  }

  /** The first record of each partition between two offsets, where there is one. */
  public Map<TopicPartition, ConsumerRecord<byte[], byte[]>> first(
      Map<TopicPartition, Long> from, Map<TopicPartition, Long> to) {
    Map<TopicPartition, ConsumerRecord<byte[], byte[]>> first = new HashMap<>();
    read(
        from,
        to,
        record -> {
          first.put(partition(record), record);
          return true;
        });
    return first;
  }

  private Map<TopicPartition, Long> lookUp(
      Collection<TopicPartition> partitions, long epochMs, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, epochMs));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times, patience);
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (TopicPartition partition : partitions) {
      long end = ends.getOrDefault(partition, 0L);
      OffsetAndTimestamp offset = found.get(partition);
      offsets.put(partition, offset == null ? end : Math.min(offset.offset(), end));
    }
    return offsets;
  }

  /** Passes on the records of each partition until one is the last that is wanted of it. */
  private void read(
      Map<TopicPartition, Long> from,
      Map<TopicPartition, Long> to,
      Predicate<ConsumerRecord<byte[], byte[]>> isLast) {
    Set<TopicPartition> open = new HashSet<>(from.keySet());
    open.removeIf(partition -> offset(from, partition) >= offset(to, partition));
    consumer.assign(open);
    open.forEach(partition -> consumer.seek(partition, offset(from, partition)));
    long deadline = System.nanoTime() + patience.toNanos();
    Map<TopicPartition, Long> before = new HashMap<>();
    while (!open.isEmpty()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        TopicPartition partition = partition(record);
        if (open.contains(partition)
            && (record.offset() >= offset(to, partition) || isLast.test(record))) {
          open.remove(partition);
        }
      }
      Map<TopicPartition, Long> positions = new HashMap<>();
      for (TopicPartition partition : List.copyOf(open)) {
        long position = consumer.position(partition, patience);
        if (position < offset(to, partition)) {
          positions.put(partition, position);
        } else {
          open.remove(partition);
        }
      }
      if (!positions.equals(before)) {
        before = positions;
        deadline = System.nanoTime() + patience.toNanos();
        consumer.assign(open);
      } else if (System.nanoTime() > deadline) {
        throw new TimeoutException(
            "%s: nothing could be read for %d s; expected records or the ends of transactions"
                .formatted(new ArrayList<>(open), patience.toSeconds()));
      }
    }
  }

  private static long offset(Map<TopicPartition, Long> offsets, TopicPartition partition) {
    return offsets.getOrDefault(partition, 0L);
  }

  private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
    return new TopicPartition(record.topic(), record.partition());
  }
}
