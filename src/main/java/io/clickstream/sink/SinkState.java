package io.clickstream.sink;

import io.clickstream.wire.Versioned;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The state that a subtask of the sink leaves in a checkpoint.
 *
 * @param writer the connector's own state: its prefix, and the ids of transactions to spare
 * @param pending those transactions that were waiting for their commit, with all that is known of
 *     them; the committer has them too, but in a form that only Flink reads
 */
public record SinkState(KafkaWriterState writer, List<PendingTransaction> pending) {

  /** Flink's name for the state that holds these. */
  static final String STATE_NAME = "writer_raw_states";

  /** With a version for each of the parts, so that they change apart from each other. */
  static final class Serializer implements SimpleVersionedSerializer<SinkState> {

    private static final Versioned VERSION = new Versioned("state of the sink", 1);

    private final SimpleVersionedSerializer<KafkaWriterState> writers;
    private final SimpleVersionedSerializer<PendingTransaction> transactions;

    Serializer(
        SimpleVersionedSerializer<KafkaWriterState> writers,
        SimpleVersionedSerializer<PendingTransaction> transactions) {
      this.writers = writers;
      this.transactions = transactions;
    }

    @Override
    public int getVersion() {
      return VERSION.newest();
    }

    @Override
    public byte[] serialize(SinkState state) throws IOException {
      DataOutputSerializer out = new DataOutputSerializer(256);
      SimpleVersionedSerialization.writeVersionAndSerialize(writers, state.writer(), out);
      out.writeInt(state.pending().size());
      for (PendingTransaction pending : state.pending()) {
        SimpleVersionedSerialization.writeVersionAndSerialize(transactions, pending, out);
      }
      return out.getCopyOfBuffer();
    }

    @Override
    public SinkState deserialize(int version, byte[] bytes) throws IOException {
      VERSION.check(version);
      DataInputDeserializer in = new DataInputDeserializer(bytes);
      KafkaWriterState writer = SimpleVersionedSerialization.readVersionAndDeSerialize(writers, in);
      int count = in.readInt();
      List<PendingTransaction> pending = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        pending.add(SimpleVersionedSerialization.readVersionAndDeSerialize(transactions, in));
      }
      return new SinkState(writer, List.copyOf(pending));
    }
  }
}
