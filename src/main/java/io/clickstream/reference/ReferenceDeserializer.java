package io.clickstream.reference;

import io.clickstream.config.EnrichmentSettings;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.MissingWords;
import io.clickstream.config.TopicSettings;
import io.clickstream.model.Origin;
import io.clickstream.reference.ReferenceUpdate.Kind;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Makes one reference record of each Kafka record, whatever it holds. */
public final class ReferenceDeserializer
    implements KafkaRecordDeserializationSchema<ReferenceRecord> {

  private static final long serialVersionUID = 1L;

  private final String profiles;
  private final EnrichmentSettings enrichment;
  private final MissingWords missing;
  private final long maxRecordSize;
  private final boolean snapshot;
  private transient @Nullable ReferenceFormat format;

  private ReferenceDeserializer(
      TopicSettings topics,
      IngestSettings ingest,
      EnrichmentSettings enrichment,
      boolean snapshot) {
    this.profiles = topics.profiles();
    this.enrichment = enrichment;
    this.missing = MissingWords.of(ingest.missing());
    this.maxRecordSize = ingest.maxRecordSize();
    this.snapshot = snapshot;
  }

  /** For the bounded read. */
  public static ReferenceDeserializer forSnapshot(
      TopicSettings topics, IngestSettings ingest, EnrichmentSettings enrichment) {
    return new ReferenceDeserializer(topics, ingest, enrichment, true);
  }

  /** For the unbounded read. */
  public static ReferenceDeserializer forUpdates(
      TopicSettings topics, IngestSettings ingest, EnrichmentSettings enrichment) {
    return new ReferenceDeserializer(topics, ingest, enrichment, false);
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    format = new ReferenceFormat(enrichment, missing, maxRecordSize);
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<ReferenceRecord> out) {
    if (format == null) {
      throw new IllegalStateException("open() must be called before deserialize()");
    }
    out.collect(
        format.read(
            record.topic().equals(profiles) ? Kind.PROFILE : Kind.PRODUCT,
            new Origin(
                record.topic(), record.partition(), record.offset(), record.key(), record.value()),
            snapshot));
  }

  @Override
  public TypeInformation<ReferenceRecord> getProducedType() {
    return ReferenceTypes.RECORD;
  }
}
