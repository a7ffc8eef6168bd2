package io.clickstream.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.kafka.Place;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.internal.TransactionOwnership;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.junit.jupiter.api.Test;

/** State of the sink of earlier releases is read, and that of later ones refused. */
class SinkStateTest {

  private static final KafkaSink<byte[]> CONNECTOR =
      KafkaSink.<byte[]>builder()
          .setBootstrapServers("localhost:1")
          .setRecordSerializer(
              KafkaRecordSerializationSchema.<byte[]>builder()
                  .setTopic("t")
                  .setValueSerializationSchema(bytes -> bytes)
                  .build())
          .build();

  private static final SimpleVersionedSerializer<PendingTransaction> TRANSACTIONS =
      new PendingTransactionSerializer(CONNECTOR.getCommittableSerializer());

  private static final SimpleVersionedSerializer<SinkState> STATES =
      new SinkState.Serializer(CONNECTOR.getWriterStateSerializer(), TRANSACTIONS);

  private static final PendingTransaction PENDING =
      new PendingTransaction(
          new KafkaCommittable(1, (short) 2, "a", null), new Place("t", 3, 1L << 32));

  /** As version 1 writes it: the connector's part with its version and length, then the place. */
  private static final String PENDING_1 =
      "000000010000000d" + "00020000000000000001000161" + "01000174" + "000000030000000100000000";

  @Test
  void shouldReadPendingTransactionOfVersion1() throws IOException {
    assertThat(TRANSACTIONS.deserialize(1, HexFormat.of().parseHex(PENDING_1))).isEqualTo(PENDING);
    assertThat(HexFormat.of().formatHex(TRANSACTIONS.serialize(PENDING))).isEqualTo(PENDING_1);
    assertThat(TRANSACTIONS.getVersion()).isEqualTo(1);
  }

  @Test
  void shouldReadStateThatItWrote() throws IOException {
    // Given
    SinkState state =
        new SinkState(
            new KafkaWriterState(
                "prefix", 0, 1, TransactionOwnership.IMPLICIT_BY_SUBTASK_ID, List.of()),
            List.of(PENDING));
    // When
    SinkState read = STATES.deserialize(1, STATES.serialize(state));
    // Then
    assertThat(read).isEqualTo(state);
    assertThat(STATES.getVersion()).isEqualTo(1);
  }

  @Test
  void shouldRefusePendingTransactionOfNewerVersion() {
    assertThatThrownBy(() -> TRANSACTIONS.deserialize(2, HexFormat.of().parseHex(PENDING_1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a pending transaction of layout version=2")
        .hasMessageContaining("start that release or a newer one");
  }

  @Test
  void shouldRefuseStateOfNewerVersion() {
    assertThatThrownBy(() -> STATES.deserialize(2, new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("state of the sink of layout version=2")
        .hasMessageContaining("start that release or a newer one");
  }
}
