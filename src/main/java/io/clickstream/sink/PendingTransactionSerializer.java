package io.clickstream.sink;

import io.clickstream.kafka.Place;
import io.clickstream.wire.Versioned;
import java.io.IOException;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Writes a transaction as the connector does, with its version, and behind it the record. */
final class PendingTransactionSerializer implements SimpleVersionedSerializer<PendingTransaction> {

  private static final Versioned VERSION = new Versioned("a pending transaction", 1);

  private final SimpleVersionedSerializer<KafkaCommittable> transactions;

  PendingTransactionSerializer(SimpleVersionedSerializer<KafkaCommittable> transactions) {
    this.transactions = transactions;
  }

  @Override
  public int getVersion() {
    return VERSION.newest();
  }

  @Override
  public byte[] serialize(PendingTransaction pending) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(128);
    SimpleVersionedSerialization.writeVersionAndSerialize(transactions, pending.transaction(), out);
    Place place = pending.record();
    out.writeBoolean(place != null);
    if (place != null) {
      out.writeUTF(place.topic());
      out.writeInt(place.partition());
      out.writeLong(place.offset());
    }
    return out.getCopyOfBuffer();
  }

  @Override
  public PendingTransaction deserialize(int version, byte[] bytes) throws IOException {
    VERSION.check(version);
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    KafkaCommittable transaction =
        SimpleVersionedSerialization.readVersionAndDeSerialize(transactions, in);
    return new PendingTransaction(
        transaction,
        in.readBoolean() ? new Place(in.readUTF(), in.readInt(), in.readLong()) : null);
  }
}
