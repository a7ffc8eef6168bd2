package io.clickstream.tools.inspect;

import io.clickstream.config.KafkaSettings;
import io.clickstream.config.UserErrorException;
import io.clickstream.kafka.ReadBounds;
import io.clickstream.preflight.ConnectionProblem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * The newest records of some topics, of all of their partitions. It belongs to no group, commits
 * nothing and writes nothing.
 */
final class TopicSample {

  /** How long an answer may take, and reading may stand still. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Duration POLL = Duration.ofMillis(200);

  /** Topics that a message names. */
  private static final int NAMED = 20;

  /** Bytes of all values. */
  private static final long MAX_BYTES = 256L << 20;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<String> topics;

  private TopicSample(KafkaConsumer<byte[], byte[]> consumer, List<String> topics) {
    this.consumer = consumer;
    this.topics = topics;
  }

  /**
   * Reads at most so many records, as many of each partition as there are.
   *
   * @throws UserErrorException if the brokers cannot be reached or deny it, or if there is no such
   *     topic or nothing in it
   */
  static Sample read(KafkaSettings kafka, List<String> topics, int atMost) {
    Properties properties = kafka.clientProperties();
    String millis = Long.toString(PATIENCE.toMillis());
    properties.putIfAbsent(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    properties.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    properties.setProperty(ConsumerConfig.CLIENT_ID_CONFIG, "clickstream-inspect");
    try (KafkaConsumer<byte[], byte[]> consumer = ReadBounds.consumer(properties)) {
      return new TopicSample(consumer, topics).read(atMost);
    } catch (KafkaException e) {
      throw new UserErrorException(
          "%s could not be read: %s"
              .formatted(named(topics), ConnectionProblem.text(kafka, e, PATIENCE)),
          e);
    }
  }

  private Sample read(int atMost) {
    List<TopicPartition> partitions = partitions();
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, PATIENCE);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
    Map<TopicPartition, Long> sizes = new HashMap<>();
    partitions.forEach(
        partition -> sizes.put(partition, at(ends, partition) - at(begins, partition)));
    Map<TopicPartition, Long> starts = new HashMap<>();
    shares(sizes, atMost)
        .forEach((partition, share) -> starts.put(partition, at(ends, partition) - share));
    List<ConsumerRecord<byte[], byte[]>> records = read(starts, ends);
    if (records.isEmpty()) {
      throw new UserErrorException(
          "%s: there is no record in it; send some clicks first, or look into another topic."
              .formatted(named(topics)));
    }
    return new Sample(
        "%s, %d partition%s"
            .formatted(named(topics), partitions.size(), partitions.size() == 1 ? "" : "s"),
        false,
        records);
  }

  private static String named(List<String> topics) {
    return (topics.size() == 1 ? "topic " : "topics ") + String.join(", ", topics);
  }

  private List<TopicPartition> partitions() {
    return topics.stream().flatMap(topic -> partitions(topic).stream()).toList();
  }

  private List<TopicPartition> partitions(String topic) {
    List<PartitionInfo> infos = consumer.partitionsFor(topic, PATIENCE);
    if (infos == null || infos.isEmpty()) {
      List<String> others =
          consumer.listTopics(PATIENCE).keySet().stream()
              .filter(name -> !name.startsWith("__"))
              .sorted()
              .toList();
      throw new UserErrorException(
          "topic %s: there is none of this name that may be read; %s"
              .formatted(
                  topic,
                  others.isEmpty()
                      ? "the brokers show no other one either."
                      : "there are "
                          + others.stream().limit(NAMED).collect(Collectors.joining(", "))
                          + (others.size() > NAMED ? ", …" : ".")));
    }
    return infos.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
  }

  /** How many records of each partition, so that the small ones leave their share to others. */
  static Map<TopicPartition, Long> shares(Map<TopicPartition, Long> sizes, int atMost) {
    List<TopicPartition> smallestFirst =
        sizes.keySet().stream()
            .sorted(
                Comparator.comparingLong((TopicPartition partition) -> at(sizes, partition))
                    .thenComparing(TopicPartition::topic)
                    .thenComparingInt(TopicPartition::partition))
            .toList();
    Map<TopicPartition, Long> shares = new HashMap<>();
    long left = atMost;
    int others = smallestFirst.size();
    for (TopicPartition partition : smallestFirst) {
      // Rounded up, or of few records from many partitions none would be read.
      long share = Math.min(at(sizes, partition), (left + others - 1) / others);
      shares.put(partition, share);
      left -= share;
      others--;
    }
    return shares;
  }

  private List<ConsumerRecord<byte[], byte[]>> read(
      Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    List<TopicPartition> open = new ArrayList<>(starts.keySet());
    open.removeIf(partition -> at(starts, partition) >= at(ends, partition));
    consumer.assign(open);
    open.forEach(partition -> consumer.seek(partition, at(starts, partition)));
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long bytes = 0;
    while (!open.isEmpty() && bytes < MAX_BYTES) {
      boolean isProgress = false;
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        isProgress = true;
        if (record.offset() < at(ends, new TopicPartition(record.topic(), record.partition()))) {
          records.add(record);
          bytes += Math.max(0, record.serializedValueSize());
        }
      }
      if (open.removeIf(
          partition -> consumer.position(partition, PATIENCE) >= at(ends, partition))) {
        isProgress = true;
        consumer.assign(open);
      }
      if (isProgress) {
        deadline = System.nanoTime() + PATIENCE.toNanos();
      } else if (System.nanoTime() > deadline) {
        break; // What there is tells enough.
      }
    }
    return records;
  }

  private static long at(Map<TopicPartition, Long> offsets, TopicPartition partition) {
    return offsets.getOrDefault(partition, 0L);
  }
}
