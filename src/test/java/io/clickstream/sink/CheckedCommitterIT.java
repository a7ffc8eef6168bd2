package io.clickstream.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clickstream.config.KafkaSettings;
import io.clickstream.config.OnLostTransaction;
import io.clickstream.config.RestoredTransactions;
import io.clickstream.config.SinkSettings;
import io.clickstream.kafka.KafkaSamples;
import io.clickstream.kafka.Place;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.metrics.MetricNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.internal.FlinkKafkaInternalProducer;
import org.apache.flink.connector.kafka.sink.internal.KafkaCommitter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commits of transactions to which something has happened, on a real broker. */
@Timeout(120)
class CheckedCommitterIT {

  private static final AtomicInteger NAMES = new AtomicInteger();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static EmbeddedBroker broker;

  private final String prefix = "checked" + NAMES.incrementAndGet();
  private final SimpleCounter lost = new SimpleCounter();
  private final List<FlinkKafkaInternalProducer<byte[], byte[]>> producers = new ArrayList<>();

  @BeforeAll
  static void start() {
    broker =
        EmbeddedBroker.start(
            Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "200"));
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @AfterEach
  void closeProducers() {
    producers.forEach(producer -> producer.close(Duration.ZERO));
  }

  @Test
  void shouldCommitWhenOpen() throws Exception {
    PendingTransaction pending = pending(write(60_000));
    assertThat(fate(pending)).isEqualTo(TransactionFate.OPEN);

    Request request = commit(pending, OnLostTransaction.FAIL, RestoredTransactions.FINISH);

    assertThat(request.outcome).isEqualTo("committed");
    awaitFate(pending, TransactionFate.COMMITTED);
    assertThat(lost.getCount()).isZero();
  }

  @Test
  void shouldTakeForCommittedWhenIdWasUsedAgainSince() throws Exception {
    // Given: committed, and then another one of the same id, by a subtask that has died
    FlinkKafkaInternalProducer<byte[], byte[]> producer = write(60_000);
    PendingTransaction pending = pending(producer);
    producer.commitTransaction();
    PendingTransaction next = pending(write(60_000));

    // When
    Request request = commit(pending, OnLostTransaction.FAIL, RestoredTransactions.FINISH);

    // Then
    assertThat(request.outcome).isEqualTo("already committed");
    assertThat(lost.getCount()).isZero();
    assertThat(fate(next)).as("what nobody ends any more").isEqualTo(TransactionFate.ABORTED);
  }

  @Test
  void shouldEndTheJobWhenTimedOut() throws Exception {
    PendingTransaction pending = pending(write(1_000));
    awaitState(pending, TransactionState.COMPLETE_ABORT);

    Request request = commit(pending, OnLostTransaction.FAIL, RestoredTransactions.FINISH);

    assertThat(request.outcome).isEqualTo("failed");
    assertThat(request.reason)
        .isInstanceOf(SuppressRestartsException.class)
        .cause()
        .isInstanceOf(LostTransactionException.class)
        .hasMessageContaining(pending.id())
        .hasMessageContaining("the brokers have aborted it")
        .hasMessageContaining("start the job from the checkpoint before");
    assertThat(lost.getCount()).isEqualTo(1);
  }

  @Test
  void shouldGoOnWithoutWhenToldTo() throws Exception {
    PendingTransaction pending = pending(write(1_000));
    awaitState(pending, TransactionState.COMPLETE_ABORT);

    Request request = commit(pending, OnLostTransaction.CONTINUE, RestoredTransactions.FINISH);

    assertThat(request.outcome).isEqualTo("given up");
    assertThat(lost.getCount()).isEqualTo(1);
  }

  @Test
  void shouldTakeForLostWhenNobodyCanTell() throws Exception {
    // Given: committed, the id used again, and the records gone by retention
    FlinkKafkaInternalProducer<byte[], byte[]> producer = write(60_000);
    PendingTransaction pending = pending(producer);
    producer.commitTransaction();
    write(60_000);
    Place place = place(pending);
    broker
        .admin()
        .deleteRecords(
            Map.of(place.topicPartition(), RecordsToDelete.beforeOffset(place.offset() + 1)))
        .all()
        .get(30, TimeUnit.SECONDS);

    // When
    Request request = commit(pending, OnLostTransaction.FAIL, RestoredTransactions.FINISH);

    // Then: it says so and goes on
    assertThat(request.outcome).isEqualTo("given up");
    assertThat(fate(pending)).isEqualTo(TransactionFate.UNKNOWN);
    assertThat(lost.getCount()).isZero();
  }

  @Test
  void shouldDecideLaterWhenAnotherTransactionIsInTheWay() throws Exception {
    // Given: aborted, but behind one of somebody else that is open
    FlinkKafkaInternalProducer<byte[], byte[]> inTheWay = write(60_000, "other-0-0");
    PendingTransaction pending = pending(write(1_000));
    awaitState(pending, TransactionState.COMPLETE_ABORT);
    assertThat(fate(pending)).isEqualTo(TransactionFate.OPEN);
    SinkSettings settings =
        SinkSettings.defaults()
            .with(SinkSettings.TRANSACTIONAL_ID_PREFIX, prefix)
            .with(SinkSettings.TRANSACTION_TIMEOUT, Duration.ofMinutes(1));
    Request request = new Request(pending);

    try (CheckedCommitter committer = committer(settings)) {
      // When, then
      committer.commit(List.of(request));
      assertThat(request.outcome).isEqualTo("already committed");
      assertThat(lost.getCount()).isZero();

      inTheWay.commitTransaction();
      awaitState("other-0-0", TransactionState.COMPLETE_COMMIT);
      PendingTransaction next = pending(write(60_000));
      assertThatThrownBy(() -> committer.commit(List.of(new Request(next))))
          .isInstanceOf(SuppressRestartsException.class)
          .cause()
          .isInstanceOf(LostTransactionException.class);
      assertThat(lost.getCount()).isEqualTo(1);
      awaitFate(next, TransactionFate.COMMITTED);
    }
  }

  @Test
  void shouldNotTakeForOpenWhatIsBehindTheEnd() throws Exception {
    PendingTransaction pending = pending(write(60_000));
    Place place = place(pending);

    PendingTransaction ofAnotherTopic =
        new PendingTransaction(
            pending.transaction(), new Place(place.topic(), 0, place.offset() + 1_000));

    assertThat(fate(ofAnotherTopic)).isEqualTo(TransactionFate.UNKNOWN);
  }

  @Test
  void shouldNotTouchWhatBelongsToAnotherJobWhenToldTo() throws Exception {
    PendingTransaction pending = pending(write(60_000));

    SinkSettings copy =
        SinkSettings.defaults()
            .with(SinkSettings.TRANSACTIONAL_ID_PREFIX, prefix + "-copy")
            .with(SinkSettings.TRANSACTION_TIMEOUT, Duration.ofMinutes(1))
            .with(SinkSettings.RESTORED_TRANSACTIONS, RestoredTransactions.LEAVE);
    Request request = commit(pending, copy);

    assertThat(request.outcome).isEqualTo("already committed");
    assertThat(fate(pending)).isEqualTo(TransactionFate.OPEN);
  }

  // ---- given

  /** A transaction with one record, not ended. */
  private FlinkKafkaInternalProducer<byte[], byte[]> write(int timeoutMs) throws Exception {
    return write(timeoutMs, prefix + "-0-0");
  }

  private FlinkKafkaInternalProducer<byte[], byte[]> write(int timeoutMs, String id)
      throws Exception {
    if (producers.isEmpty()) {
      broker.createTopic(prefix, 1);
    }
    FlinkKafkaInternalProducer<byte[], byte[]> producer =
        new FlinkKafkaInternalProducer<>(properties(timeoutMs), id);
    producers.add(producer);
    producer.initTransactions();
    producer.beginTransaction();
    RecordMetadata written =
        producer
            .send(
                new ProducerRecord<>(prefix, 0, null, "x".getBytes(StandardCharsets.UTF_8)),
                (metadata, failure) -> {})
            .get(30, TimeUnit.SECONDS);
    assertThat(written.hasOffset()).isTrue();
    last = new Place(written.topic(), written.partition(), written.offset());
    return producer;
  }

  private Place last = new Place("none", 0, 0);

  private PendingTransaction pending(FlinkKafkaInternalProducer<byte[], byte[]> producer) {
    return new PendingTransaction(
        new KafkaCommittable(
            producer.getProducerId(), producer.getEpoch(), producer.getTransactionalId(), null),
        last);
  }

  private static Place place(PendingTransaction pending) {
    Place place = pending.record();
    assertThat(place).isNotNull();
    return place;
  }

  private static Properties properties(int timeoutMs) {
    Properties properties = kafka().clientProperties();
    properties.setProperty("transaction.timeout.ms", Integer.toString(timeoutMs));
    properties.setProperty(
        "key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
    properties.setProperty(
        "value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
    return properties;
  }

  private static KafkaSettings kafka() {
    return KafkaSamples.kafka(broker.bootstrapServers());
  }

  private static void awaitState(PendingTransaction pending, TransactionState state) {
    awaitState(pending.id(), state);
  }

  /** A broker answers before it has written where a transaction ends. */
  private static void awaitState(String id, TransactionState state) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                broker
                        .admin()
                        .describeTransactions(List.of(id))
                        .description(id)
                        .get(30, TimeUnit.SECONDS)
                        .state()
                    == state);
  }

  // ---- when

  private Request commit(
      PendingTransaction pending, OnLostTransaction onLost, RestoredTransactions restored)
      throws Exception {
    return commit(
        pending,
        SinkSettings.defaults()
            .with(SinkSettings.TRANSACTIONAL_ID_PREFIX, prefix)
            .with(SinkSettings.TRANSACTION_TIMEOUT, Duration.ofMinutes(1))
            .with(SinkSettings.ON_LOST_TRANSACTION, onLost)
            .with(SinkSettings.RESTORED_TRANSACTIONS, restored));
  }

  private Request commit(PendingTransaction pending, SinkSettings settings) throws Exception {
    Request request = new Request(pending);
    try (CheckedCommitter committer = committer(settings)) {
      committer.commit(List.of(request));
    }
    return request;
  }

  private CheckedCommitter committer(SinkSettings settings) {
    return new CheckedCommitter(
        new KafkaCommitter(properties(60_000), prefix, 0, 0, true, FlinkKafkaInternalProducer::new),
        kafka(),
        settings,
        new UnregisteredMetricsGroup() {
          @Override
          public MetricGroup addGroup(String name) {
            return this;
          }

          @Override
          public Counter counter(String name) {
            return name.equals(MetricNames.LOST_TRANSACTIONS) ? lost : super.counter(name);
          }
        });
  }

  private static void awaitFate(PendingTransaction pending, TransactionFate expected) {
    await().atMost(PATIENCE).until(() -> fate(pending) == expected);
  }

  private static TransactionFate fate(PendingTransaction pending) {
    return TransactionFate.of(List.of(pending), kafka()).get(pending);
  }

  /** Remembers what the committer says of it. */
  private static final class Request implements CommitRequest<PendingTransaction> {

    private final PendingTransaction pending;
    private String outcome = "committed";
    private Throwable reason = new AssertionError("there was no failure");

    Request(PendingTransaction pending) {
      this.pending = pending;
    }

    @Override
    public PendingTransaction getCommittable() {
      return pending;
    }

    @Override
    public int getNumberOfRetries() {
      return 0;
    }

    @Override
    public void signalFailedWithKnownReason(Throwable failure) {
      outcome = "given up";
      reason = failure;
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable failure) {
      outcome = "failed";
      reason = failure;
    }

    @Override
    public void retryLater() {
      outcome = "later";
    }

    @Override
    public void updateAndRetryLater(PendingTransaction changed) {
      outcome = "later";
    }

    @Override
    public void signalAlreadyCommitted() {
      outcome = "already committed";
    }
  }
}
