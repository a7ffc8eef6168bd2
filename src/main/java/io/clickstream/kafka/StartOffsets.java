package io.clickstream.kafka;

import io.clickstream.config.KafkaSettings;
import io.clickstream.config.StartFrom;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/**
 * Where a source without state begins, by {@code ingest.start-from}. Where the next record is
 * deleted, it goes on with the earliest that is left.
 */
final class StartOffsets {

  private StartOffsets() {}

  @SuppressWarnings("deprecation") // Kafka's enum, which the connector still asks for.
  static OffsetsInitializer of(StartFrom startFrom, KafkaSettings kafka) {
    return switch (startFrom.kind()) {
      case COMMITTED -> OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
      case EARLIEST -> OffsetsInitializer.earliest();
      case LATEST -> StableEnds.latest(kafka.clientProperties());
      case TIMESTAMP -> new FromTimestamp(startFrom.timestamp(), OffsetResetStrategy.EARLIEST);
    };
  }
}
