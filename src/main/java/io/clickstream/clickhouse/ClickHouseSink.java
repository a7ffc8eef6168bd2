package io.clickstream.clickhouse;

import io.clickstream.config.ClickHouseSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.model.Origin;
import io.clickstream.wire.OriginSerializer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.AsyncSinkBase;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriterStateSerializer;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputViewStreamWrapper;

/**
 * Inserts the values of Kafka records as rows, at least once. A checkpoint waits until all that was
 * read before it is in the table.
 */
final class ClickHouseSink extends AsyncSinkBase<Origin, Origin> {

  private static final long serialVersionUID = 1L;

  /** While the server works on one batch, the next one is sent. */
  private static final int IN_FLIGHT = 2;

  /** In batches. */
  private static final int BUFFERED = 3;

  private static final long REQUEST_TIMEOUT_MS = 10 * 60_000L;
  private static final long MAX_BATCH_BYTES = 64L << 20;

  /** More than brokers let pass by default by far. */
  static final long MAX_ROW_BYTES = 32L << 20;

  private final ClickHouseSettings settings;
  private final KafkaSettings kafka;
  private final String rejectedTopic;

  ClickHouseSink(ClickHouseSettings settings, KafkaSettings kafka, String rejectedTopic) {
    super(
        (origin, context) -> origin,
        settings.batchSize(),
        IN_FLIGHT,
        BUFFERED * settings.batchSize(),
        MAX_BATCH_BYTES,
        settings.flushInterval().toMillis(),
        MAX_ROW_BYTES);
    this.settings = settings;
    this.kafka = kafka;
    this.rejectedTopic = rejectedTopic;
  }

  @Override
  public StatefulSinkWriter<Origin, BufferedRequestState<Origin>> createWriter(
      WriterInitContext context) throws IOException {
    return restoreWriter(context, List.of());
  }

  @Override
  public StatefulSinkWriter<Origin, BufferedRequestState<Origin>> restoreWriter(
      WriterInitContext context, Collection<BufferedRequestState<Origin>> restored)
      throws IOException {
    AsyncSinkWriterConfiguration configuration =
        AsyncSinkWriterConfiguration.builder()
            .setMaxBatchSize(getMaxBatchSize())
            .setMaxBatchSizeInBytes(getMaxBatchSizeInBytes())
            .setMaxInFlightRequests(getMaxInFlightRequests())
            .setMaxBufferedRequests(getMaxBufferedRequests())
            .setMaxTimeInBufferMS(getMaxTimeInBufferMS())
            .setMaxRecordSizeInBytes(getMaxRecordSizeInBytes())
            // A server that accepts a connection and reads nothing; all pauses fit into it.
            .setRequestTimeoutMS(REQUEST_TIMEOUT_MS)
            .setFailOnTimeout(true)
            .setRateLimitingStrategy(new FullBatches(getMaxBatchSize(), getMaxInFlightRequests()))
            .build();
    return new ClickHouseWriter(
        getElementConverter(),
        context,
        configuration,
        restored,
        getMaxInFlightRequests(),
        settings,
        new RejectedSessions(kafka, rejectedTopic));
  }

  @Override
  public SimpleVersionedSerializer<BufferedRequestState<Origin>> getWriterStateSerializer() {
    return new StateSerializer();
  }

  /** Rows that were not yet sent. */
  static final class StateSerializer extends AsyncSinkWriterStateSerializer<Origin> {

    @Override
    protected void serializeRequestToStream(Origin request, DataOutputStream out)
        throws IOException {
      OriginSerializer.INSTANCE.serialize(request, new DataOutputViewStreamWrapper(out));
    }

    @Override
    protected Origin deserializeRequestFromStream(long requestSize, DataInputStream in)
        throws IOException {
      return OriginSerializer.INSTANCE.deserialize(new DataInputViewStreamWrapper(in));
    }

    @Override
    public int getVersion() {
      return 1;
    }
  }
}
