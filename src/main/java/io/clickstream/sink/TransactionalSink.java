package io.clickstream.sink;

import io.clickstream.config.KafkaSettings;
import io.clickstream.config.RestoredTransactions;
import io.clickstream.config.SinkSettings;
import io.clickstream.config.TopicSettings;
import io.clickstream.model.OutputRecord;
import io.clickstream.sink.FirstAcknowledged.Holder;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;

/**
 * Flink's exactly-once sink, of which every transaction can be found again: with it travels the
 * place of one of its records, so that a commit that fails is no riddle ({@link CheckedCommitter}),
 * and the next start can tell beforehand ({@link RestoredSink}).
 */
final class TransactionalSink
    implements Sink<OutputRecord>,
        SupportsWriterState<OutputRecord, SinkState>,
        SupportsCommitter<PendingTransaction>,
        SupportsPostCommitTopology<PendingTransaction>,
        LineageVertexProvider {

  private static final long serialVersionUID = 1L;

  private final KafkaSettings kafka;
  private final TopicSettings topics;
  private final SinkSettings settings;

  TransactionalSink(KafkaSettings kafka, TopicSettings topics, SinkSettings settings) {
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
  public TransactionalWriter createWriter(WriterInitContext context) throws IOException {
    return restoreWriter(context, List.of());
  }

  @Override
  public TransactionalWriter restoreWriter(
      WriterInitContext context, Collection<SinkState> restored) throws IOException {
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
          new TopicLimits(
              TopicLimit.ask(admin, kafka, asTheyWere()),
              ClickstreamSink.producerProperties(kafka, settings));
    } finally {
      admin.close(Duration.ZERO);
    }
    PrecommittingStatefulSinkWriter<OutputRecord, KafkaWriterState, KafkaCommittable> writer =
        sink(holder, limits).restoreWriter(context, own.stream().map(SinkState::writer).toList());
    UnclosedAdmin.closeIn(writer);
    return new TransactionalWriter(
        writer,
        holder,
        new WaitingTransactions(settings.transactionTimeout(), System::nanoTime),
        own);
  }

  /** The topics whose records are as they came in; no session is too large for its own. */
  private List<String> asTheyWere() {
    return topics.outputs().stream().filter(topic -> !topic.equals(topics.sessions())).toList();
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
}
