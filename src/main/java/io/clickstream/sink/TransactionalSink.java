package io.clickstream.sink;

import io.clickstream.config.KafkaSettings;
import io.clickstream.config.RestoredTransactions;
import io.clickstream.config.SinkSettings;
import io.clickstream.config.TopicSettings;
import io.clickstream.kafka.UnclosedAdmin;
import io.clickstream.model.OutputRecord;
import io.clickstream.sink.FirstAcknowledged.Holder;
import io.clickstream.sink.PendingTransaction.Place;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.apache.flink.connector.kafka.sink.internal.CheckpointTransaction;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flink's exactly-once sink, of which every transaction can be found again: with it travels the
 * place of one of its records, so that a commit that fails is no riddle ({@link CheckedCommitter}),
 * and the next start can tell beforehand ({@link RestoredSink}).
 */
public final class TransactionalSink
    implements Sink<OutputRecord>,
        SupportsWriterState<OutputRecord, SinkState>,
        SupportsCommitter<PendingTransaction>,
        SupportsPostCommitTopology<PendingTransaction>,
        LineageVertexProvider {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(TransactionalSink.class);

  private final KafkaSettings kafka;
  private final TopicSettings topics;
  private final SinkSettings settings;

  public TransactionalSink(KafkaSettings kafka, TopicSettings topics, SinkSettings settings) {
    this.kafka = kafka;
    this.topics = topics;
    this.settings = settings;
  }

  /**
   * The sink underneath.
   *
   * @param holder told by the producers what was acknowledged
   * @param limits of the topics, where records are written
   */
  private KafkaSink<OutputRecord> sink(@Nullable Holder holder, @Nullable TopicLimits limits) {
    Properties properties = ClickstreamSink.producerProperties(kafka, settings);
    if (holder != null) {
      properties.put(FirstAcknowledged.HOLDER, holder);
      properties.merge(
          ProducerConfig.INTERCEPTOR_CLASSES_CONFIG,
          FirstAcknowledged.class.getName(),
          (theirs, ours) -> theirs + "," + ours);
    }
    return KafkaSink.<OutputRecord>builder()
        .setKafkaProducerConfig(properties)
        .setRecordSerializer(new OutputRecordSchema(topics, limits))
        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
        .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
        .setTransactionalIdPrefix(settings.transactionalIdPrefix())
        .build();
  }

  @Override
  public Writer createWriter(WriterInitContext context) throws IOException {
    return restoreWriter(context, List.of());
  }

  @Override
  public Writer restoreWriter(WriterInitContext context, Collection<SinkState> restored)
      throws IOException {
    Collection<SinkState> own =
        restored.stream()
            .filter(
                state ->
                    settings.restoredTransactions() == RestoredTransactions.FINISH
                        || state
                            .writer()
                            .getTransactionalIdPrefix()
                            .equals(settings.transactionalIdPrefix()))
            .toList();
    Holder holder = new Holder();
    TopicLimits limits;
    Admin admin = Admin.create(kafka.clientProperties());
    try {
      UnclosedAdmin.requireBrokers(admin, kafka);
      limits =
          TopicLimits.ask(
              admin, kafka, topics, ClickstreamSink.producerProperties(kafka, settings));
    } finally {
      admin.close(Duration.ZERO);
    }
    Writer writer =
        new Writer(
            sink(holder, limits)
                .restoreWriter(context, own.stream().map(SinkState::writer).toList()),
            holder,
            new WaitingTransactions(settings.transactionTimeout(), System::nanoTime),
            own);
    UnclosedAdmin.closeIn(writer.writer);
    return writer;
  }

  @Override
  public SimpleVersionedSerializer<SinkState> getWriterStateSerializer() {
    return new SinkState.Serializer(
        sink(null, null).getWriterStateSerializer(), getCommittableSerializer());
  }

  @Override
  public SimpleVersionedSerializer<PendingTransaction> getCommittableSerializer() {
    return new PendingTransactionSerializer(sink(null, null).getCommittableSerializer());
  }

  @Override
  public Committer<PendingTransaction> createCommitter(CommitterInitContext context) {
    return new CheckedCommitter(
        sink(null, null).createCommitter(context), kafka, settings, context.metricGroup());
  }

  /** The connector only has to know which operators belong together, not what they exchange. */
  @Override
  @SuppressWarnings({"unchecked", "rawtypes"})
  public void addPostCommitTopology(
      DataStream<CommittableMessage<PendingTransaction>> committables) {
    sink(null, null).addPostCommitTopology((DataStream) committables);
  }

  @Override
  public LineageVertex getLineageVertex() {
    return sink(null, null).getLineageVertex();
  }

  /** Knows of every transaction that waits for its commit where one of its records lies. */
  @SuppressWarnings("try") // What Flink closes may be interrupted while closing.
  static final class Writer
      implements StatefulSinkWriter<OutputRecord, SinkState>,
          CommittingSinkWriter<OutputRecord, PendingTransaction> {

    private final PrecommittingStatefulSinkWriter<OutputRecord, KafkaWriterState, KafkaCommittable>
        writer;
    private final Holder holder;
    private final WaitingTransactions waiting;
    private final OutputLatency latency = new OutputLatency();

    Writer(
        PrecommittingStatefulSinkWriter<OutputRecord, KafkaWriterState, KafkaCommittable> writer,
        Holder holder,
        WaitingTransactions waiting,
        Collection<SinkState> restored) {
      this.writer = writer;
      this.holder = holder;
      this.waiting = waiting;
      for (SinkState state : restored) {
        state.pending().forEach(waiting::add);
      }
    }

    @Override
    public void write(OutputRecord record, Context context)
        throws IOException, InterruptedException {
      writer.write(record, context);
      latency.written(record);
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
      writer.flush(endOfInput);
    }

    @Override
    public Collection<PendingTransaction> prepareCommit() throws IOException, InterruptedException {
      Place place = holder.take();
      List<PendingTransaction> prepared = new ArrayList<>(1);
      for (KafkaCommittable committable : writer.prepareCommit()) {
        PendingTransaction pending = new PendingTransaction(committable, place);
        waiting.add(pending);
        prepared.add(pending);
      }
      waiting.nextAttempt();
      latency.prepared(prepared.isEmpty() ? null : prepared.get(0));
      return prepared;
    }

    @Override
    public List<SinkState> snapshotState(long checkpointId) throws IOException {
      List<KafkaWriterState> states = writer.snapshotState(checkpointId);
      Set<String> spared =
          states.stream()
              .flatMap(state -> ids(state).stream())
              .collect(Collectors.toUnmodifiableSet());
      waiting.retainAll(spared);
      waiting.requireTime();
      List<SinkState> all = new ArrayList<>(states.size());
      for (KafkaWriterState state : states) {
        all.add(new SinkState(state, waiting.of(ids(state))));
      }
      return all;
    }

    private static Set<String> ids(KafkaWriterState state) {
      return state.getPrecommittedTransactionalIds().stream()
          .map(CheckpointTransaction::getTransactionalId)
          .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * What could not be sent is not thrown once more: it has failed the task already, its
     * transaction is aborted, and an exception from here would end the TaskManager.
     */
    @Override
    public void close() throws Exception {
      try {
        writer.close();
      } catch (IOException e) {
        LOG.warn("Records could not be sent, which is why the writer is closed", e);
      }
    }
  }
}
