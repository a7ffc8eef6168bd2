package io.clickstream.benchmark.peers;

import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * The binary form that a POJO has in Flink, for Kafka. State is read and written once a click: as
 * JSON that took longer than everything else together.
 *
 * <p>Streams shares a serde among its threads, which Flink's serializers are not made for: each
 * thread has its own.
 */
final class PojoSerde<T> {

  private static final int USUAL_SIZE = 1024;

  private final ThreadLocal<TypeSerializer<T>> serializer;
  private final ThreadLocal<DataOutputSerializer> output =
      ThreadLocal.withInitial(() -> new DataOutputSerializer(USUAL_SIZE));

  private PojoSerde(Class<T> type) {
    TypeSerializer<T> shared = Types.POJO(type).createSerializer(new SerializerConfigImpl());
    serializer = ThreadLocal.withInitial(shared::duplicate);
  }

  /** Of a type whose fields are such types as well. */
  static <T> Serde<T> of(Class<T> type) {
    PojoSerde<T> serde = new PojoSerde<>(type);
    return Serdes.serdeFrom(
        (topic, value) -> serde.write(value), (topic, bytes) -> serde.read(bytes));
  }

  private byte @Nullable [] write(@Nullable T value) {
    if (value == null) {
      return null;
    }
    DataOutputSerializer out = output.get();
    out.clear();
    try {
      serializer.get().serialize(value, out);
    } catch (IOException e) {
      throw new SerializationException(e);
    }
    return out.getCopyOfBuffer();
  }

  private @Nullable T read(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    try {
      return serializer.get().deserialize(new DataInputDeserializer(bytes));
    } catch (IOException e) {
      throw new SerializationException(e);
    }
  }
}
