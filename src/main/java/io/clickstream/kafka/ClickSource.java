package io.clickstream.kafka;

import io.clickstream.config.IngestSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.TopicSettings;
import io.clickstream.model.Ingested;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/**
 * Reads {@code raw-clicks}. Positions live in checkpoints; they are committed to Kafka as well, for
 * those who watch the lag and for a job that starts without state.
 */
public final class ClickSource {

  private ClickSource() {}

  /** Reads for as long as the job runs, from where {@code ingest.start-from} says. */
  public static KafkaSource<Ingested> unbounded(
      KafkaSettings kafka,
      TopicSettings topics,
      IngestSettings ingest,
      KafkaRecordDeserializationSchema<Ingested> deserializer) {
    return builder(kafka, topics, ingest, deserializer)
        .setStartingOffsets(StartOffsets.of(ingest.startFrom(), kafka))
        .build();
  }

  /**
   * Reads the topic from its beginning to where it ends when the job starts, then finishes. Records
   * in transactions that are open then are not waited for.
   */
  public static FiniteKafkaSource<Ingested> bounded(
      KafkaSettings kafka,
      TopicSettings topics,
      IngestSettings ingest,
      KafkaRecordDeserializationSchema<Ingested> deserializer) {
    return new FiniteKafkaSource<>(
        builder(kafka, topics, ingest, deserializer)
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setBounded(StableEnds.latest(kafka.clientProperties()))
            .build());
  }

  /**
   * Reads what has to be read for a range of sessions, then finishes; what is not there yet when
   * the job starts, or is in a transaction that is open then, is not waited for. It fails when
   * clicks are deleted before they were read.
   *
   * <p>No record of the range is missing, and no other is read as a click, in whatever order they
   * lie.
   *
   * @param from Kafka timestamp, epoch ms
   * @param until Kafka timestamp, epoch ms
   */
  @SuppressWarnings("deprecation") // Kafka's enum, which the connector still asks for.
  public static FiniteKafkaSource<Ingested> between(
      long from,
      long until,
      KafkaSettings kafka,
      TopicSettings topics,
      IngestSettings ingest,
      KafkaRecordDeserializationSchema<Ingested> deserializer) {
    return new FiniteKafkaSource<>(
        builder(kafka, topics, ingest, new BetweenTimes<>(from, until, deserializer))
            .setStartingOffsets(new FromTimestamp(Math.max(0, from), OffsetResetStrategy.NONE))
            .setBounded(StableEnds.until(kafka.clientProperties(), until))
            .build());
  }

  private static KafkaSourceBuilder<Ingested> builder(
      KafkaSettings kafka,
      TopicSettings topics,
      IngestSettings ingest,
      KafkaRecordDeserializationSchema<Ingested> deserializer) {
    return KafkaSource.<Ingested>builder()
        .setProperties(SourceProperties.ofClicks(kafka, ingest))
        .setTopics(topics.clicks())
        .setGroupId(ingest.groupId())
        .setDeserializer(deserializer);
  }
}
