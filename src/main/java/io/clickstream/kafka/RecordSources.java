package io.clickstream.kafka;

import io.clickstream.config.KafkaSettings;
import io.clickstream.config.StartFrom;
import io.clickstream.model.Origin;
import io.clickstream.wire.IngestTypes;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Sources of a topic's committed records as they are. */
public final class RecordSources {

  private RecordSources() {}

  /** Reads for as long as the job runs. */
  public static KafkaSource<Origin> unbounded(
      KafkaSettings kafka, String topic, String groupId, StartFrom startFrom) {
    return KafkaSource.<Origin>builder()
        .setProperties(SourceProperties.of(kafka))
        .setTopics(topic)
        .setGroupId(groupId)
        .setDeserializer(new AsTheyAre())
        .setStartingOffsets(StartOffsets.of(startFrom, kafka))
        .build();
  }

  private static final class AsTheyAre implements KafkaRecordDeserializationSchema<Origin> {

    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Origin> out) {
      out.collect(
          new Origin(
              record.topic(), record.partition(), record.offset(), record.key(), record.value()));
    }

    @Override
    public TypeInformation<Origin> getProducedType() {
      return IngestTypes.ORIGIN;
    }
  }
}
