package io.clickstream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.columns.FieldPath;
import io.clickstream.config.EnrichmentSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.ReferenceEncoding;
import io.clickstream.config.TopicSettings;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.SharedBroker;
import io.clickstream.model.Rejection;
import io.clickstream.reference.MarkLoaded;
import io.clickstream.reference.ReferenceDeserializer;
import io.clickstream.reference.ReferenceRecord;
import io.clickstream.reference.ReferenceTypes;
import io.clickstream.reference.ReferenceUpdate;
import io.clickstream.reference.ReferenceUpdate.Kind;
import io.clickstream.reference.RouteReferences;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The two reads of the reference topics against a real broker. */
@Timeout(180)
class ReferenceReadsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What the running job has seen, in the order in which it came; one test runs at a time. */
  private static final List<String> SEEN = Collections.synchronizedList(new ArrayList<>());

  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() {
    broker = SharedBroker.get();
  }

  @Test
  void shouldReadEachRecordOnceWhateverIsWrittenMeanwhile() throws Exception {
    // Given: committed, aborted and open transactions, a deletion, a broken record
    TopicSettings topics = topics("reads");
    KafkaSettings kafka =
        KafkaSettings.at(broker.bootstrapServers())
            .with(KafkaSettings.PROPERTIES, Map.of("partition.discovery.interval.ms", "300"));
    try (KafkaProducer<byte[], byte[]> committed = producer("committed");
        KafkaProducer<byte[], byte[]> open = producer("open")) {
      committed.beginTransaction();
      send(committed, topics.profiles(), 0, "u-1", "{\"segment\":\"a\"}");
      send(committed, topics.profiles(), 0, "u-2", "{\"segment\":\"a\"}");
      send(committed, topics.profiles(), 0, "u-2", null);
      send(committed, topics.profiles(), 1, "u-3", "broken");
      send(committed, topics.products(), 0, "p-1", "{\"category\":\"c\"}");
      committed.commitTransaction();
      committed.beginTransaction();
      send(committed, topics.profiles(), 0, "u-1", "{\"segment\":\"aborted\"}");
      committed.flush();
      committed.abortTransaction();
      // The broker answers before it has written where it ends.
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  broker
                          .admin()
                          .describeTransactions(List.of("committed"))
                          .description("committed")
                          .get(30, TimeUnit.SECONDS)
                          .state()
                      == TransactionState.COMPLETE_ABORT);
      open.beginTransaction();
      send(open, topics.profiles(), 0, "u-1", "{\"segment\":\"open\"}");
      open.flush();
      committed.beginTransaction();
      send(committed, topics.profiles(), 0, "u-1", "{\"segment\":\"behind open\"}");
      committed.commitTransaction();

      // When: the graph is built
      ReferenceOffsets offsets =
          ReferenceOffsets.read(kafka, List.of(topics.profiles(), topics.products()));

      // Then: the ends are those of what readers of committed records can see
      assertThat(offsets.ends())
          .isEqualTo(
              Map.of(
                  new TopicPartition(topics.profiles(), 0), 6L,
                  new TopicPartition(topics.profiles(), 1), 2L,
                  new TopicPartition(topics.profiles(), 2), 0L,
                  new TopicPartition(topics.products(), 0), 2L));

      // When: something is written between building and starting, and a partition is added
      committed.beginTransaction();
      send(committed, topics.products(), 0, "p-1", "{\"category\":\"between\"}");
      committed.commitTransaction();
      broker
          .admin()
          .createPartitions(Map.of(topics.products(), NewPartitions.increaseTo(2)))
          .all()
          .get(30, TimeUnit.SECONDS);
      committed.beginTransaction();
      send(committed, topics.products(), 1, "p-2", "{\"category\":\"new partition\"}");
      committed.commitTransaction();
      JobClient job = run(kafka, topics, offsets);

      // Then: it is loaded although a transaction is open
      awaitSeen("LOADED");
      awaitSeen("p-1 between");
      awaitSeen("p-2 new partition");
      assertThat(SEEN.subList(0, SEEN.indexOf("LOADED")))
          .contains("u-1 a snapshot", "u-2 a snapshot", "u-2 deleted snapshot", "p-1 c snapshot");

      // When: the transaction ends, and another partition is added
      open.commitTransaction();
      broker
          .admin()
          .createPartitions(Map.of(topics.profiles(), NewPartitions.increaseTo(4)))
          .all()
          .get(30, TimeUnit.SECONDS);
      committed.beginTransaction();
      send(committed, topics.profiles(), 3, "u-4", "{\"segment\":\"late partition\"}");
      committed.commitTransaction();
      awaitSeen("u-1 behind open");
      awaitSeen("u-4 late partition");
      awaitSeen("timer 3");
      job.cancel().get(60, TimeUnit.SECONDS);
    }

    // Then: each once, and event time went on beside them
    assertThat(SEEN)
        .containsExactlyInAnyOrder(
            "u-1 a snapshot",
            "u-2 a snapshot",
            "u-2 deleted snapshot",
            "p-1 c snapshot",
            "rejected broken",
            "LOADED",
            "p-1 between",
            "p-2 new partition",
            "u-1 open",
            "u-1 behind open",
            "u-4 late partition",
            "timer 1",
            "timer 2",
            "timer 3");
    assertThat(SEEN).containsSubsequence("u-2 a snapshot", "u-2 deleted snapshot", "LOADED");
    assertThat(SEEN).containsSubsequence("u-1 a snapshot", "u-1 open", "u-1 behind open");
  }

  @Test
  void shouldBeLoadedAndEndWhenTopicsAreEmptyAndInputIsBounded() throws Exception {
    // Given
    TopicSettings topics = topics("empty");
    KafkaSettings kafka = KafkaSamples.kafka(broker.bootstrapServers());
    ReferenceOffsets offsets =
        ReferenceOffsets.read(kafka, List.of(topics.profiles(), topics.products()));
    SEEN.clear();
    StreamExecutionEnvironment env = environment();
    readUpToNow(env, kafka, topics, offsets);

    // When
    env.execute();

    // Then
    assertThat(SEEN).containsExactly("LOADED");
  }

  @Test
  void shouldEndWhenInputIsBoundedAndATransactionStaysOpen() throws Exception {
    // Given
    TopicSettings topics = topics("bounded");
    KafkaSettings kafka = KafkaSamples.kafka(broker.bootstrapServers());
    ReferenceOffsets offsets =
        ReferenceOffsets.read(kafka, List.of(topics.profiles(), topics.products()));
    SEEN.clear();
    StreamExecutionEnvironment env = environment();
    readUpToNow(env, kafka, topics, offsets);
    try (KafkaProducer<byte[], byte[]> committed = producer("bounded-committed");
        KafkaProducer<byte[], byte[]> open = producer("bounded-open")) {
      committed.beginTransaction();
      send(committed, topics.profiles(), 0, "u-1", "{\"segment\":\"since then\"}");
      committed.commitTransaction();
      awaitStable(new TopicPartition(topics.profiles(), 0), 2);
      open.beginTransaction();
      send(open, topics.profiles(), 0, "u-1", "{\"segment\":\"open\"}");
      open.flush();

      // When
      JobClient job = env.executeAsync();
      try {
        job.getJobExecutionResult().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        job.cancel().get(60, TimeUnit.SECONDS);
        throw new AssertionError("the job does not end", e);
      }
      open.abortTransaction();
    }

    // Then
    assertThat(SEEN).containsExactlyInAnyOrder("LOADED", "u-1 since then");
  }

  /** The broker answers before it has written where a transaction ends. */
  @Test
  void shouldFollowTheRowsOfATableAsDebeziumWritesThem() throws Exception {
    // Given: rows that are set, changed and deleted before the job starts
    TopicSettings topics = topics("debezium");
    KafkaSettings kafka = KafkaSamples.kafka(broker.bootstrapServers());
    EnrichmentSettings enrichment =
        EnrichmentSettings.defaults()
            .with(EnrichmentSettings.PROFILES_FORMAT, ReferenceEncoding.DEBEZIUM)
            .with(
                EnrichmentSettings.PROFILES_FIELDS,
                Map.of(
                    "user_id", List.of(FieldPath.parse("id")),
                    "segment", List.of(FieldPath.parse("plan"))));
    try (KafkaProducer<byte[], byte[]> producer = producer("debezium")) {
      producer.beginTransaction();
      send(producer, topics.profiles(), 0, "{\"id\":1}", change("r", row(1, "basic")));
      send(producer, topics.profiles(), 0, "{\"id\":1}", change("u", row(1, "gold")));
      send(producer, topics.profiles(), 0, "{\"id\":2}", change("c", row(2, "gold")));
      send(producer, topics.profiles(), 0, "{\"id\":2}", change("d", null));
      send(producer, topics.profiles(), 0, "{\"id\":2}", null);
      producer.commitTransaction();
      ReferenceOffsets offsets =
          ReferenceOffsets.read(kafka, List.of(topics.profiles(), topics.products()));

      // When
      JobClient job = run(kafka, topics, offsets, enrichment);
      awaitSeen("LOADED");
      producer.beginTransaction();
      send(
          producer,
          topics.profiles(),
          1,
          "{\"schema\":{},\"payload\":{\"id\":3}}",
          "{\"schema\":{},\"payload\":" + change("c", row(3, "silver")) + "}");
      send(producer, topics.profiles(), 1, "{\"id\":3}", change("x", row(3, "unknown")));
      send(producer, topics.profiles(), 1, "{\"id\":3}", change("d", null));
      producer.commitTransaction();
      awaitSeen("3 deleted");
      job.cancel().get(60, TimeUnit.SECONDS);
    }

    // Then
    assertThat(SEEN)
        .filteredOn(text -> !text.startsWith("timer"))
        .containsExactlyInAnyOrder(
            "1 basic snapshot",
            "1 gold snapshot",
            "2 gold snapshot",
            "2 deleted snapshot",
            "2 deleted snapshot",
            "LOADED",
            "3 silver",
            "rejected " + change("x", row(3, "unknown")),
            "3 deleted");
  }

  private static String row(int id, String plan) {
    return "{\"id\":%d,\"plan\":\"%s\"}".formatted(id, plan);
  }

  private static String change(String op, @Nullable String after) {
    return "{\"before\":null,\"after\":%s,\"source\":{\"version\":\"3.0\"},\"op\":\"%s\"}"
        .formatted(after, op);
  }

  private static void awaitStable(TopicPartition partition, long end) {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                ReferenceOffsets.read(
                        KafkaSamples.kafka(broker.bootstrapServers()), List.of(partition.topic()))
                    .ends()
                    .get(partition),
            Long.valueOf(end)::equals);
  }

  @Test
  void shouldNameTopicsAndRemedyWhenOneIsMissing() {
    // Given
    KafkaSettings kafka = KafkaSamples.kafka(broker.bootstrapServers());

    // When, Then
    assertThatThrownBy(() -> ReferenceOffsets.read(kafka, List.of("no-such-topic"), Duration.ZERO))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("topics.profiles")
        .hasMessageContaining("no-such-topic")
        .hasMessageContaining("create the topics")
        .hasRootCauseInstanceOf(UnknownTopicOrPartitionException.class);
  }

  private static void readUpToNow(
      StreamExecutionEnvironment env,
      KafkaSettings kafka,
      TopicSettings topics,
      ReferenceOffsets offsets) {
    references(
            env,
            ReferenceSources.snapshot(
                kafka,
                topics,
                KafkaSamples.INGEST,
                offsets,
                ReferenceDeserializer.forSnapshot(
                    topics, KafkaSamples.INGEST, EnrichmentSettings.defaults())),
            ReferenceSources.boundedUpdates(
                kafka,
                topics,
                KafkaSamples.INGEST,
                offsets,
                ReferenceDeserializer.forUpdates(
                    topics, KafkaSamples.INGEST, EnrichmentSettings.defaults())))
        .map(ReferenceReadsIT::see)
        .returns(Types.STRING)
        .setParallelism(1)
        .sinkTo(new DiscardingSink<>());
  }

  private static JobClient run(KafkaSettings kafka, TopicSettings topics, ReferenceOffsets offsets)
      throws Exception {
    return run(kafka, topics, offsets, EnrichmentSettings.defaults());
  }

  private static JobClient run(
      KafkaSettings kafka,
      TopicSettings topics,
      ReferenceOffsets offsets,
      EnrichmentSettings enrichment)
      throws Exception {
    SEEN.clear();
    StreamExecutionEnvironment env = environment();
    SingleOutputStreamOperator<ReferenceUpdate> updates =
        references(
            env,
            ReferenceSources.snapshot(
                kafka,
                topics,
                KafkaSamples.INGEST,
                offsets,
                ReferenceDeserializer.forSnapshot(topics, KafkaSamples.INGEST, enrichment)),
            ReferenceSources.updates(
                kafka,
                topics,
                KafkaSamples.INGEST,
                offsets,
                ReferenceDeserializer.forUpdates(topics, KafkaSamples.INGEST, enrichment)));
    updates
        .getSideOutput(RouteReferences.REJECTED)
        .map(ReferenceReadsIT::seeRejected)
        .returns(Types.STRING)
        .setParallelism(1)
        .sinkTo(new DiscardingSink<>());
    updates
        .map(ReferenceReadsIT::see)
        .returns(Types.STRING)
        .setParallelism(1)
        .sinkTo(new DiscardingSink<>());
    env.fromSequence(1, 3)
        .assignTimestampsAndWatermarks(
            WatermarkStrategy.<Long>forMonotonousTimestamps()
                .withTimestampAssigner((number, none) -> number))
        .keyBy(number -> number)
        .connect(updates.broadcast(FollowEventTime.UNUSED))
        .process(new FollowEventTime(), Types.STRING)
        .setParallelism(1)
        .sinkTo(new DiscardingSink<>());
    return env.executeAsync();
  }

  private static SingleOutputStreamOperator<ReferenceUpdate> references(
      StreamExecutionEnvironment env,
      Source<ReferenceRecord, ?, ?> snapshot,
      Source<ReferenceRecord, ?, ?> updates) {
    DataStream<ReferenceRecord> loaded =
        env.fromSource(snapshot, new NoEventTime<>(), "Snapshot", ReferenceTypes.RECORD)
            .forceNonParallel()
            .transform("Mark loaded", ReferenceTypes.RECORD, new MarkLoaded())
            .forceNonParallel();
    return env.fromSource(updates, new NoEventTime<>(), "Updates", ReferenceTypes.RECORD)
        .forceNonParallel()
        .union(loaded)
        .process(new RouteReferences())
        .returns(ReferenceTypes.UPDATE)
        .forceNonParallel();
  }

  private static StreamExecutionEnvironment environment() {
    return StreamExecutionEnvironment.getExecutionEnvironment(
        new Configuration()
            .set(CoreOptions.DEFAULT_PARALLELISM, 2)
            .set(PipelineOptions.GENERIC_TYPES, false)
            .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200)));
  }

  private static String see(ReferenceUpdate update) {
    String text =
        update.kind() == Kind.LOADED
            ? "LOADED"
            : update.id()
                + " "
                + (update.profile() != null
                    ? update.profile().segment()
                    : update.product() != null ? update.product().category() : "deleted")
                + (update.snapshot() ? " snapshot" : "");
    SEEN.add(text);
    return text;
  }

  private static String seeRejected(Rejection rejection) {
    String text = "rejected " + new String(rejection.origin().value(), StandardCharsets.UTF_8);
    SEEN.add(text);
    return text;
  }

  private static void awaitSeen(String text) {
    Awaitility.await().atMost(PATIENCE).until(() -> SEEN.contains(text));
  }

  private static TopicSettings topics(String prefix) {
    TopicSettings topics =
        TopicSettings.defaults()
            .with(TopicSettings.PROFILES, prefix + "-profiles")
            .with(TopicSettings.PRODUCTS, prefix + "-products");
    broker.createTopic(topics.profiles(), 3, Map.of("cleanup.policy", "compact"));
    broker.createTopic(topics.products(), 1, Map.of("cleanup.policy", "compact"));
    return topics;
  }

  private static KafkaProducer<byte[], byte[]> producer(String transactionalId) {
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "transactional.id",
                transactionalId,
                "transaction.timeout.ms",
                600_000),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer,
      String topic,
      int partition,
      String key,
      @Nullable String value) {
    producer.send(
        new ProducerRecord<>(
            topic,
            partition,
            key.getBytes(StandardCharsets.UTF_8),
            value == null ? null : value.getBytes(StandardCharsets.UTF_8)));
  }

  /** Sees when event time reaches each number, which it does only if updates do not hold it. */
  private static final class FollowEventTime
      extends KeyedBroadcastProcessFunction<Long, Long, ReferenceUpdate, String> {

    private static final long serialVersionUID = 1L;
    static final MapStateDescriptor<String, String> UNUSED =
        new MapStateDescriptor<>("unused", Types.STRING, Types.STRING);

    @Override
    public void processElement(Long number, ReadOnlyContext context, Collector<String> out) {
      context.timerService().registerEventTimeTimer(number);
    }

    @Override
    public void processBroadcastElement(
        ReferenceUpdate update, Context context, Collector<String> out) {}

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<String> out) {
      SEEN.add("timer " + timestamp);
    }
  }
}
