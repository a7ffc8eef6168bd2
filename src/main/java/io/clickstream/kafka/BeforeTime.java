package io.clickstream.kafka;

import java.io.IOException;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Leaves out records whose own Kafka timestamp is not before a time, unread. It keeps nothing, so
 * that the same records are left out however often a job is restored.
 */
final class BeforeTime<T> implements KafkaRecordDeserializationSchema<T> {

  private static final long serialVersionUID = 1L;

  private final long epochMs;
  private final KafkaRecordDeserializationSchema<T> deserializer;

  BeforeTime(long epochMs, KafkaRecordDeserializationSchema<T> deserializer) {
    this.epochMs = epochMs;
    this.deserializer = deserializer;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) throws Exception {
    deserializer.open(context);
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<T> out)
      throws IOException {
    if (record.timestamp() < epochMs) {
      deserializer.deserialize(record, out);
    }
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return deserializer.getProducedType();
  }
}
