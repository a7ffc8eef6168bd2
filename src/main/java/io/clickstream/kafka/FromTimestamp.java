package io.clickstream.kafka;

import java.util.Collection;
import java.util.Map;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/**
 * The first offset of each partition whose Kafka timestamp is not before a time, or the end where
 * there is none yet.
 *
 * <p>In {@code CreateTime} history that was imported in transactions, the offset may be that of a
 * transaction's end, which has the time of the import: then reading begins earlier than it has to.
 * No record that is not before the time is ever missing.
 *
 * <p>Flink's own goes to the end of a partition from which retention has deleted what was to be
 * read next, without a word.
 */
@SuppressWarnings("deprecation") // Kafka's enum, which the connector still asks for.
final class FromTimestamp implements OffsetsInitializer {

  private static final long serialVersionUID = 1L;

  private final OffsetsInitializer timestamp;
  private final OffsetResetStrategy whenDeleted;

  /**
   * The offsets of a time.
   *
   * @param epochMs Kafka timestamp
   * @param whenDeleted where to go on when the next record is deleted; NONE fails the job
   */
  FromTimestamp(long epochMs, OffsetResetStrategy whenDeleted) {
    this.timestamp = OffsetsInitializer.timestamp(epochMs);
    this.whenDeleted = whenDeleted;
  }

  @Override
  public Map<TopicPartition, Long> getPartitionOffsets(
      Collection<TopicPartition> partitions, PartitionOffsetsRetriever retriever) {
    return timestamp.getPartitionOffsets(partitions, retriever);
  }

  @Override
  public OffsetResetStrategy getAutoOffsetResetStrategy() {
    return whenDeleted;
  }
}
