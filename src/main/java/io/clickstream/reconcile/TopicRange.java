package io.clickstream.reconcile;

import io.clickstream.config.KafkaSettings;
import io.clickstream.config.UserErrorException;
import io.clickstream.kafka.Place;
import io.clickstream.kafka.ReadBounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The records of some topics between two offsets of each partition, as a reader of committed
 * records sees them. The offsets are fixed when the range is made: every {@link #read} gives the
 * same.
 */
final class TopicRange {

  private static final Duration POLL = Duration.ofMillis(200);
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Properties properties;
  private final List<String> topics;
  private final Map<TopicPartition, Long> starts;
  private final Map<TopicPartition, Long> ends;
  private final boolean earliest;

  private TopicRange(
      Properties properties,
      List<String> topics,
      Map<TopicPartition, Long> starts,
      Map<TopicPartition, Long> ends,
      boolean earliest) {
    this.properties = properties;
    this.topics = topics;
    this.starts = starts;
    this.ends = ends;
    this.earliest = earliest;
  }

  /**
   * The records whose Kafka timestamps begin and end a range.
   *
   * <p>Timestamps of producers need not be in order: a range begins with the first record that is
   * not before {@code fromMs} and ends with the last one that is before {@code toMs}, so that
   * others may lie between. To find the last one, all that lies behind has to be read.
   *
   * @param fromMs {@link Long#MIN_VALUE} for the earliest record
   * @param toMs {@link Long#MAX_VALUE} for the end as of now
   */
  static TopicRange of(KafkaSettings kafka, List<String> topics, long fromMs, long toMs) {
    try (KafkaConsumer<byte[], byte[]> consumer = ReadBounds.consumer(kafka.clientProperties())) {
      ReadBounds bounds = new ReadBounds(consumer, PATIENCE);
      List<TopicPartition> partitions = partitions(consumer, topics);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, PATIENCE);
      Map<TopicPartition, Long> starts =
          new HashMap<>(
              fromMs == Long.MIN_VALUE
                  ? consumer.beginningOffsets(partitions, PATIENCE)
                  : bounds.firstAt(partitions, fromMs, ends));
      if (toMs != Long.MAX_VALUE) {
        Map<TopicPartition, Long> last = bounds.behindLast(partitions, toMs);
        starts.replaceAll(
            (partition, start) -> Math.min(start, last.getOrDefault(partition, start)));
        ends = last;
      }
      return new TopicRange(
          properties(kafka, Map.of()),
          topics,
          starts,
          new HashMap<>(ends),
          fromMs == Long.MIN_VALUE);
    }
  }

  private static Properties properties(KafkaSettings kafka, Map<String, String> others) {
    Properties properties = kafka.clientProperties();
    // A consumer that has read to the end would close half a second later, of each topic.
    properties.putIfAbsent("fetch.max.wait.ms", "50");
    properties.setProperty("isolation.level", "read_committed");
    properties.setProperty("enable.auto.commit", "false");
    properties.setProperty("allow.auto.create.topics", "false");
    properties.setProperty("auto.offset.reset", "none");
    properties.putAll(others);
    return properties;
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, List<String> topics) {
    return topics.stream().flatMap(topic -> partitions(consumer, topic).stream()).toList();
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, String topic) {
    List<PartitionInfo> infos = consumer.partitionsFor(topic, PATIENCE);
    if (infos == null || infos.isEmpty()) {
      throw new UserErrorException(
          "topic %s: expected a topic that exists and may be read; there is none of this name"
              .formatted(topic));
    }
    return infos.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
  }

  /** Where the partitions of some topics end now, for a consumer with some other properties. */
  static Map<TopicPartition, Long> endsOf(
      KafkaSettings kafka, List<String> topics, Map<String, String> others) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka, others)) {
      return consumer.endOffsets(partitions(consumer, topics), PATIENCE);
    }
  }

  /** A reader of committed records, but for some other properties; it commits nothing. */
  static KafkaConsumer<byte[], byte[]> consumer(KafkaSettings kafka, Map<String, String> others) {
    return consumer(properties(kafka, others));
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Properties properties) {
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Where each partition's range begins and ends, in words: {@code raw-clicks 0:17-4711}. */
  String text() {
    return topics.stream().map(this::text).collect(Collectors.joining(", "));
  }

  private String text(String topic) {
    Map<Integer, String> texts = new TreeMap<>();
    starts.forEach(
        (partition, start) -> {
          if (partition.topic().equals(topic)) {
            texts.put(
                partition.partition(),
                partition.partition() + ":" + start + "-" + ends.getOrDefault(partition, start));
          }
        });
    return topic + " " + String.join(" ", texts.values());
  }

  /** A place in it, in words; the topic is only named where there are several. */
  String text(ClickPlace click) {
    return click.text(topics.size() == 1);
  }

  /** Whether records of a partition before its range are deleted. */
  boolean isCutOff(TopicPartition partition) {
    return earliest && starts.getOrDefault(partition, 0L) > 0;
  }

  /** Where each partition's range ends. */
  Map<TopicPartition, Long> ends() {
    return Map.copyOf(ends);
  }

  /** Whether a record lies in the range. */
  boolean contains(Place place) {
    TopicPartition partition = place.topicPartition();
    Long start = starts.get(partition);
    Long end = ends.get(partition);
    return start != null && end != null && place.offset() >= start && place.offset() < end;
  }

  /**
   * Reads all of it, each partition's records in their order.
   *
   * @throws UserErrorException if no record comes for a minute though not all have been read, or if
   *     some are deleted meanwhile
   */
  void read(Consumer<ConsumerRecord<byte[], byte[]>> output) {
    List<TopicPartition> open = new ArrayList<>();
    ends.forEach(
        (partition, end) -> {
          if (starts.getOrDefault(partition, end) < end) {
            open.add(partition);
          }
        });
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(properties)) {
      read(consumer, open, output);
    } catch (OffsetOutOfRangeException e) {
      throw new UserErrorException(
          "%s: retention has deleted records while they were compared; give a later --from"
              .formatted(String.join(", ", topics)),
          e);
    }
  }

  private void read(
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> open,
      Consumer<ConsumerRecord<byte[], byte[]>> output) {
    consumer.assign(open);
    open.forEach(partition -> consumer.seek(partition, starts.getOrDefault(partition, 0L)));
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!open.isEmpty()) {
      boolean progress = false;
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        progress = true;
        Long end = ends.get(new TopicPartition(record.topic(), record.partition()));
        if (end != null && record.offset() < end) {
          output.accept(record);
        }
      }
      List<TopicPartition> done =
          open.stream()
              .filter(
                  partition ->
                      consumer.position(partition, PATIENCE) >= ends.getOrDefault(partition, 0L))
              .toList();
      if (!done.isEmpty()) {
        open.removeAll(done);
        consumer.assign(open);
        progress = true;
      }
      if (progress) {
        deadline = System.nanoTime() + PATIENCE.toNanos();
      } else if (System.nanoTime() > deadline) {
        throw new UserErrorException(
            "%s: no committed record came for %d s, though %s are not read to their ends;"
                    .formatted(String.join(", ", topics), PATIENCE.toSeconds(), open)
                + " expected no transaction to be open that long: see whether the job runs, or"
                + " abort what hangs with kafka-transactions.sh");
      }
    }
  }
}
