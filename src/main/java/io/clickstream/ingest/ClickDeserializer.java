package io.clickstream.ingest;

import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.types.IngestTypes;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Emits exactly one click or rejection for every record, whatever its bytes.
 *
 * <p>Parsing stands in the source, because only there watermarks are generated per partition, and
 * they need the times that only parsing finds.
 */
public final class ClickDeserializer implements KafkaRecordDeserializationSchema<Ingested> {

  private static final long serialVersionUID = 1L;

  private final ClickFormat format;
  private final WallClock clock;

  public ClickDeserializer(ClickFormat format, WallClock clock) {
    this.format = format;
    this.clock = clock;
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Ingested> out) {
    Origin origin =
        new Origin(
            record.topic(), record.partition(), record.offset(), record.key(), record.value());
    out.collect(format.parse(origin, record.timestamp(), clock.now()));
  }

  @Override
  public TypeInformation<Ingested> getProducedType() {
    return IngestTypes.INGESTED;
  }
}
