package io.clickstream.kafka;

import java.io.IOException;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Leaves out, unread, records whose own Kafka timestamp is not between two times. It keeps nothing,
 * so that the same records are left out however often a job is restored.
 */
final class BetweenTimes<T> implements KafkaRecordDeserializationSchema<T> {

  private static final long serialVersionUID = 1L;

  private final long from;
  private final long until;
  private final KafkaRecordDeserializationSchema<T> deserializer;

  /**
   * The records at or after a time and before another.
   *
   * @param from Kafka timestamp, epoch ms
   * @param until Kafka timestamp, epoch ms
   */
  BetweenTimes(long from, long until, KafkaRecordDeserializationSchema<T> deserializer) {
    this.from = from;
    this.until = until;
    this.deserializer = deserializer;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) throws Exception {
    deserializer.open(context);
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<T> out)
      throws IOException {
    long time = record.timestamp();
    if (from <= time && time < until) {
      deserializer.deserialize(record, out);
    }
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return deserializer.getProducedType();
  }
}
