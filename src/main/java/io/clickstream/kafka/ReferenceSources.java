package io.clickstream.kafka;

import io.clickstream.config.IngestSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.TopicSettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;

/**
 * The two reads of {@code user-profiles} and {@code product-catalog}: everything up to {@link
 * ReferenceOffsets}, and everything after. Both run at parallelism 1 with {@link NoEventTime}.
 *
 * <p>Partitions that were added while the job was down, and topics renamed in its settings, are
 * found by both reads of the restored job, each from the beginning: who combines them ignores the
 * bounded read once it has ended before.
 */
public final class ReferenceSources {

  private ReferenceSources() {}

  /** Reads what was there when the job graph was built, then finishes. */
  public static <T> FiniteKafkaSource<T> snapshot(
      KafkaSettings kafka,
      TopicSettings topics,
      IngestSettings ingest,
      ReferenceOffsets offsets,
      KafkaRecordDeserializationSchema<T> deserializer) {
    return new FiniteKafkaSource<>(
        builder(kafka, topics, ingest, "-reference-snapshot", deserializer)
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setBounded(offsets.asStop())
            .build());
  }

  /** Reads what comes after, for as long as the job runs. */
  public static <T> KafkaSource<T> updates(
      KafkaSettings kafka,
      TopicSettings topics,
      IngestSettings ingest,
      ReferenceOffsets offsets,
      KafkaRecordDeserializationSchema<T> deserializer) {
    return builder(kafka, topics, ingest, "-reference-updates", deserializer)
        .setStartingOffsets(offsets.asStart())
        .build();
  }

  /**
   * Reads what comes after until the job starts, which is next to nothing: for a job over bounded
   * input, which ends only when all its sources do. No transaction that is open then is waited for.
   */
  public static <T> FiniteKafkaSource<T> boundedUpdates(
      KafkaSettings kafka,
      TopicSettings topics,
      IngestSettings ingest,
      ReferenceOffsets offsets,
      KafkaRecordDeserializationSchema<T> deserializer) {
    return new FiniteKafkaSource<>(
        builder(kafka, topics, ingest, "-reference-updates", deserializer)
            .setStartingOffsets(offsets.asStart())
            .setBounded(StableEnds.latest(kafka.clientProperties()))
            .build());
  }

  private static <T> KafkaSourceBuilder<T> builder(
      KafkaSettings kafka,
      TopicSettings topics,
      IngestSettings ingest,
      String clientSuffix,
      KafkaRecordDeserializationSchema<T> deserializer) {
    Properties properties = SourceProperties.of(kafka);
    // No consumer group: the positions are of use to nobody but the job, which has them in its
    // checkpoints.
    properties.setProperty("commit.offsets.on.checkpoint", "false");
    return KafkaSource.<T>builder()
        .setProperties(properties)
        .setTopics(List.copyOf(new LinkedHashSet<>(List.of(topics.profiles(), topics.products()))))
        .setClientIdPrefix(ingest.groupId() + clientSuffix)
        .setDeserializer(deserializer);
  }
}
