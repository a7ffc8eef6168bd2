package io.clickstream.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.util.TemporaryClassLoaderContext;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The last stable offset of each partition when the job starts, or a time before it.
 *
 * <p>Flink's own {@code latest} is where all records end, also those of open transactions. A reader
 * of committed records that stops there waits for these to end, and one that begins there never
 * sees what is in them. Flink's own {@code timestamp} stops at the first offset that has the time,
 * see {@link TimedEnd}.
 */
@SuppressWarnings("deprecation") // Kafka's enum, which the connector still asks for.
final class StableEnds implements OffsetsInitializer {

  private static final long serialVersionUID = 1L;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Properties client;
  private final @Nullable Long until;

  private StableEnds(Properties client, @Nullable Long until) {
    this.client = client;
    this.until = until;
  }

  /** The end of what can be read now. */
  static StableEnds latest(Properties client) {
    return new StableEnds(client, null);
  }

  /**
   * Where all records before a time have been read that can be read now. Others may lie before it:
   * {@link BetweenTimes} leaves them out.
   *
   * @param epochMs Kafka timestamp
   */
  static StableEnds until(Properties client, long epochMs) {
    return new StableEnds(client, epochMs);
  }

  /** On the JobManager, in a thread that need not know the job's classes. */
  @Override
  @SuppressWarnings("try") // That the class loader's resource is not used is its point.
  public Map<TopicPartition, Long> getPartitionOffsets(
      Collection<TopicPartition> partitions, PartitionOffsetsRetriever retriever) {
    try (TemporaryClassLoaderContext ignored =
            TemporaryClassLoaderContext.of(StableEnds.class.getClassLoader());
        KafkaConsumer<byte[], byte[]> consumer = ReadBounds.consumer(client)) {
      ReadBounds bounds = new ReadBounds(consumer, PATIENCE);
      if (until == null) {
        return bounds.ends(partitions);
      }
      Map<TopicPartition, Long> ends = new HashMap<>();
      bounds.ends(partitions, until).forEach((partition, end) -> ends.put(partition, end.offset()));
      return ends;
    }
  }

  /** Where what is next is deleted, a job goes on with what is left, and skips none of it. */
  @Override
  public OffsetResetStrategy getAutoOffsetResetStrategy() {
    return OffsetResetStrategy.EARLIEST;
  }
}
