package io.clickstream.kafka;

import io.clickstream.config.KafkaSettings;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Where the reference topics ended when the job graph was built: the bounded read stops there and
 * the unbounded one begins there, so that together they read every record once.
 *
 * <p>The ends are those of committed records. A bounded read up to a record of an open transaction
 * would wait for its end, and every session with it.
 *
 * <p>A partition that was created after the ends were read belongs to the unbounded read alone,
 * from its beginning.
 */
public final class ReferenceOffsets implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final KafkaAnswers ANSWERS = KafkaAnswers.asLongAsTheClient();

  private final HashMap<TopicPartition, Long> ends;

  ReferenceOffsets(Map<TopicPartition, Long> ends) {
    this.ends = new HashMap<>(ends);
  }

  /**
   * Asks the brokers.
   *
   * <p>A topic that was created a moment ago is not known to every broker yet, so this asks again
   * for a few seconds before it gives up.
   *
   * @param topics names of existing topics; one named twice counts once
   * @throws IllegalStateException if a topic does not exist, may not be described, or its ends are
   *     not known within the client's {@code default.api.timeout.ms}
   */
  public static ReferenceOffsets read(KafkaSettings kafka, Collection<String> topics) {
    return read(kafka, topics, PATIENCE);
  }

  static ReferenceOffsets read(KafkaSettings kafka, Collection<String> topics, Duration patience) {
    long start = System.nanoTime();
    try (Admin admin = Admin.create(kafka.clientProperties())) {
      while (true) {
        try {
          return new ReferenceOffsets(ends(admin, topics));
        } catch (UnknownTopicOrPartitionException e) {
          if (System.nanoTime() - start > patience.toNanos()) {
            throw unreadable(kafka, topics, e);
          }
        } catch (KafkaException e) {
          throw unreadable(kafka, topics, e);
        }
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreadable(kafka, topics, e);
    }
  }

  private static Map<TopicPartition, Long> ends(Admin admin, Collection<String> topics) {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (TopicPartition partition : partitions(admin, topics)) {
      latest.put(partition, OffsetSpec.latest());
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    ANSWERS
        .get(admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  private static List<TopicPartition> partitions(Admin admin, Collection<String> topics) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (TopicDescription topic :
        ANSWERS.get(admin.describeTopics(new LinkedHashSet<>(topics)).allTopicNames()).values()) {
      topic
          .partitions()
          .forEach(info -> partitions.add(new TopicPartition(topic.name(), info.partition())));
    }
    return partitions;
  }

  private static IllegalStateException unreadable(
      KafkaSettings kafka, Collection<String> topics, Throwable cause) {
    return new IllegalStateException(
        "topics.profiles and topics.products: expected the ends of "
            + topics
            + " from kafka.bootstrap-servers="
            + kafka.bootstrapServers()
            + ", got "
            + cause
            + "; create the topics (they may stay empty) and grant DESCRIBE and READ on them",
        cause);
  }

  /** The end of each partition. */
  Map<TopicPartition, Long> ends() {
    return Map.copyOf(ends);
  }

  /** Where the unbounded read begins. */
  OffsetsInitializer asStart() {
    return new Boundary(this, true);
  }

  /** Where the bounded read stops. */
  OffsetsInitializer asStop() {
    return new Boundary(this, false);
  }

  /** The ends as the connector wants them. */
  private static final class Boundary implements OffsetsInitializer {

    private static final long serialVersionUID = 1L;

    private final ReferenceOffsets offsets;
    private final boolean start;

    Boundary(ReferenceOffsets offsets, boolean start) {
      this.offsets = offsets;
      this.start = start;
    }

    @Override
    public Map<TopicPartition, Long> getPartitionOffsets(
        Collection<TopicPartition> partitions, PartitionOffsetsRetriever retriever) {
      Map<TopicPartition, Long> result = new HashMap<>();
      List<TopicPartition> created = new ArrayList<>();
      for (TopicPartition partition : partitions) {
        Long end = offsets.ends.get(partition);
        if (end != null) {
          result.put(partition, end);
        } else {
          created.add(partition);
        }
      }
      if (start) {
        result.putAll(retriever.beginningOffsets(created));
      } else {
        created.forEach(partition -> result.put(partition, 0L));
      }
      return result;
    }

    @Override
    @SuppressWarnings("deprecation") // Kafka's enum, which the connector still asks for.
    public OffsetResetStrategy getAutoOffsetResetStrategy() {
      return OffsetResetStrategy.EARLIEST;
    }
  }
}
