package io.clickstream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.IngestSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.StartFrom;
import io.clickstream.config.TopicSettings;
import io.clickstream.ingest.ClickDeserializer;
import io.clickstream.ingest.json.JsonClickFormat;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.SharedBroker;
import io.clickstream.model.Ingested;
import io.clickstream.wire.IngestTypes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where the reads of the click topic begin and end on a real broker. */
@Timeout(180)
class ClickReadsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The Kafka timestamp of the oldest click: 2026-01-01. */
  private static final long T = 1_767_225_600_000L;

  private static final long MINUTE = 60_000;

  private static final Map<String, String> HISTORY = Map.of("retention.ms", "-1");

  /** The visitors of the clicks that a job has read; one test runs at a time. */
  private static final List<String> SEEN = Collections.synchronizedList(new ArrayList<>());

  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() {
    broker = SharedBroker.get();
  }

  @Test
  void shouldReadAllBeforeATimeWhenHistoryWasImportedInTransactions() throws Exception {
    // Given: three transactions, of which one is aborted
    TopicSettings topics = topics("imported", HISTORY);
    imported(topics);

    // When, Then: not only up to the end of the first one, which has a time of today
    assertThat(between(topics, T, T + 4 * MINUTE))
        .containsExactlyInAnyOrder("a-0", "b-1", "c-2", "d-3");
    assertThat(ends(topics, T + 4 * MINUTE))
        .isEqualTo(
            Map.of(
                0, new TimedEnd(1, 8, false),
                1, new TimedEnd(1, 4, true),
                2, new TimedEnd(0, 0, true)));

    // When the look-up of the start finds the end of the first one, Then nothing else is read
    assertThat(between(topics, T + 4 * MINUTE, T + 5 * MINUTE)).containsExactly("e-4");
  }

  @Test
  void shouldReadAllBeforeATimeWhenTimestampsAreOutOfOrder() throws Exception {
    // Given: newer clicks before older ones, and one of a clock that is ahead
    TopicSettings topics = topics("unordered", HISTORY);
    try (KafkaProducer<byte[], byte[]> producer = producer(null)) {
      send(producer, topics, 0, "new", T + 60 * MINUTE);
      send(producer, topics, 0, "old", T);
      send(producer, topics, 0, "ahead", T + 120 * MINUTE);
      send(producer, topics, 0, "behind", T + MINUTE);
      send(producer, topics, 1, "first", T);
      send(producer, topics, 1, "limit", T + 2 * MINUTE);
    }

    // When, Then
    assertThat(between(topics, T, T + 2 * MINUTE))
        .containsExactlyInAnyOrder("old", "behind", "first");
  }

  @Test
  void shouldStopWhereTheTimeIsWhenBrokersStampRecords() throws Exception {
    // Given
    TopicSettings topics = topics("stamped", Map.of("message.timestamp.type", "LogAppendTime"));
    long time = 0;
    try (KafkaProducer<byte[], byte[]> producer = producer("stamped")) {
      for (String visitor : List.of("a", "b", "c")) {
        producer.beginTransaction();
        long stamped = send(producer, topics, 0, visitor, T);
        producer.commitTransaction();
        awaitStable(topics, visitor.equals("a") ? 2 : visitor.equals("b") ? 4 : 6);
        if (visitor.equals("b")) {
          time = stamped + 1;
        }
        Awaitility.await()
            .pollInterval(Duration.ofMillis(1))
            .until(() -> System.currentTimeMillis() > stamped + 5);
      }
    }

    // When, Then: the end of the second transaction has the time, and nothing behind is read
    TimedEnd end = ends(topics, time).get(0);
    assertThat(end).isEqualTo(new TimedEnd(3, 6, true));
    assertThat(end.offset()).isEqualTo(3);
    assertThat(between(topics, 0, time)).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void shouldEndWhenATransactionStaysOpen() throws Exception {
    // Given
    TopicSettings topics = topics("open", HISTORY);
    try (KafkaProducer<byte[], byte[]> producer = producer(null);
        KafkaProducer<byte[], byte[]> open = producer("open")) {
      send(producer, topics, 0, "before", T);
      send(producer, topics, 1, "other", T);
      open.beginTransaction();
      send(open, topics, 0, "open", T);
      send(producer, topics, 0, "behind", T);

      // When, Then: nobody waits for it
      assertThat(
              read(
                  ClickSource.bounded(
                      kafka(), topics, ingest(topics, StartFrom.EARLIEST), clicks())))
          .containsExactlyInAnyOrder("before", "other");
      assertThat(between(topics, 0, T + MINUTE)).containsExactlyInAnyOrder("before", "other");
      open.abortTransaction();
    }
  }

  @Test
  void shouldReadWhatIsCommittedLaterWhenStartedFromLatest() throws Exception {
    // Given: a transaction that is open when the job starts
    TopicSettings topics = topics("latest", HISTORY);
    try (KafkaProducer<byte[], byte[]> producer = producer(null);
        KafkaProducer<byte[], byte[]> open = producer("latest")) {
      send(producer, topics, 0, "before", T);
      send(producer, topics, 1, "before", T);
      open.beginTransaction();
      send(open, topics, 0, "open", T);
      SEEN.clear();
      StreamExecutionEnvironment env = environment();
      see(env, ClickSource.unbounded(kafka(), topics, ingest(topics, StartFrom.LATEST), clicks()));
      JobClient job = env.executeAsync();
      try {
        awaitStarted(topics, Map.of(0, 1L, 1, 1L, 2, 0L));

        // When it is committed, and a partition is added
        send(producer, topics, 1, "after", T);
        open.commitTransaction();
        broker
            .admin()
            .createPartitions(Map.of(topics.clicks().get(0), NewPartitions.increaseTo(4)))
            .all()
            .get(30, TimeUnit.SECONDS);
        send(producer, topics, 3, "new partition", T);

        // Then
        Awaitility.await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> assertThat(SEEN).containsExactlyInAnyOrder("after", "open", "new partition"));
      } finally {
        job.cancel().get(60, TimeUnit.SECONDS);
      }
    }
  }

  /** The job commits with its first checkpoint where it has begun. */
  private static void awaitStarted(TopicSettings topics, Map<Integer, Long> expected) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Map<Integer, Long> committed = new HashMap<>();
              broker
                  .admin()
                  .listConsumerGroupOffsets(topics.clicks().get(0))
                  .partitionsToOffsetAndMetadata()
                  .get(30, TimeUnit.SECONDS)
                  .forEach(
                      (partition, offset) -> committed.put(partition.partition(), offset.offset()));
              assertThat(committed).isEqualTo(expected);
            });
  }

  /**
   * Partition 0: a-0, its end, one that is aborted, its end, c-2, d-3, e-4 and their end. Partition
   * 1: b-1, its end, one that is aborted, its end. Nothing in partition 2.
   */
  private static void imported(TopicSettings topics) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer("imported")) {
      producer.beginTransaction();
      send(producer, topics, 0, "a-0", T);
      send(producer, topics, 1, "b-1", T + MINUTE);
      producer.commitTransaction();
      awaitStable(topics, 2);
      producer.beginTransaction();
      send(producer, topics, 0, "aborted", T);
      send(producer, topics, 1, "aborted", T);
      producer.abortTransaction();
      awaitStable(topics, 4);
      producer.beginTransaction();
      send(producer, topics, 0, "c-2", T + 2 * MINUTE);
      send(producer, topics, 0, "d-3", T + 3 * MINUTE);
      send(producer, topics, 0, "e-4", T + 4 * MINUTE);
      producer.commitTransaction();
      awaitStable(topics, 8);
    }
  }

  /** The broker answers before it has written where a transaction ends. */
  private static void awaitStable(TopicSettings topics, long end) {
    TopicPartition first = new TopicPartition(topics.clicks().get(0), 0);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                broker
                    .admin()
                    .listOffsets(
                        Map.of(first, OffsetSpec.latest()),
                        new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .partitionResult(first)
                    .get(30, TimeUnit.SECONDS)
                    .offset(),
            found -> found == end);
  }

  private static Map<Integer, TimedEnd> ends(TopicSettings topics, long time) {
    try (KafkaConsumer<byte[], byte[]> consumer = ReadBounds.consumer(kafka().clientProperties())) {
      List<TopicPartition> partitions =
          List.of(
              new TopicPartition(topics.clicks().get(0), 0),
              new TopicPartition(topics.clicks().get(0), 1),
              new TopicPartition(topics.clicks().get(0), 2));
      Map<Integer, TimedEnd> ends = new HashMap<>();
      new ReadBounds(consumer, PATIENCE)
          .ends(partitions, time)
          .forEach((partition, end) -> ends.put(partition.partition(), end));
      return ends;
    }
  }

  private static List<String> between(TopicSettings topics, long from, long until)
      throws Exception {
    return read(
        ClickSource.between(
            from, until, kafka(), topics, ingest(topics, StartFrom.EARLIEST), clicks()));
  }

  /** Runs to its end by itself. */
  private static List<String> read(Source<Ingested, ?, ?> source) throws Exception {
    SEEN.clear();
    StreamExecutionEnvironment env = environment();
    see(env, source);
    JobClient job = env.executeAsync();
    try {
      job.getJobExecutionResult().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      job.cancel().get(60, TimeUnit.SECONDS);
      throw new AssertionError("the job does not end", e);
    }
    return List.copyOf(SEEN);
  }

  private static void see(StreamExecutionEnvironment env, Source<Ingested, ?, ?> source) {
    env.fromSource(source, WatermarkStrategy.noWatermarks(), "Clicks", IngestTypes.INGESTED)
        .map(ClickReadsIT::see)
        .returns(Types.STRING)
        .sinkTo(new DiscardingSink<>());
  }

  private static String see(Ingested ingested) {
    String visitor = ingested.click() == null ? "rejected" : ingested.click().visitor().id();
    SEEN.add(visitor);
    return visitor;
  }

  private static StreamExecutionEnvironment environment() {
    return StreamExecutionEnvironment.getExecutionEnvironment(
        new Configuration()
            .set(CoreOptions.DEFAULT_PARALLELISM, 2)
            .set(PipelineOptions.GENERIC_TYPES, false)
            .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200)));
  }

  private static KafkaSettings kafka() {
    return KafkaSettings.at(broker.bootstrapServers())
        .with(KafkaSettings.PROPERTIES, Map.of("partition.discovery.interval.ms", "300"));
  }

  private static ClickDeserializer clicks() {
    return new ClickDeserializer(
        new JsonClickFormat(KafkaSamples.INGEST), System::currentTimeMillis);
  }

  private static IngestSettings ingest(TopicSettings topics, StartFrom startFrom) {
    return IngestSettings.defaults()
        .with(IngestSettings.GROUP_ID, topics.clicks().get(0))
        .with(IngestSettings.START_FROM, startFrom);
  }

  private static TopicSettings topics(String prefix, Map<String, String> configs) {
    TopicSettings topics =
        TopicSettings.defaults()
            .with(TopicSettings.CLICKS, List.of(prefix + "-clicks"))
            .with(TopicSettings.PROFILES, "profiles")
            .with(TopicSettings.PRODUCTS, "products");
    broker.createTopic(topics.clicks().get(0), 3, configs);
    return topics;
  }

  private static KafkaProducer<byte[], byte[]> producer(@Nullable String transactionalId) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", broker.bootstrapServers());
    if (transactionalId != null) {
      properties.put("transactional.id", transactionalId);
      properties.put("transaction.timeout.ms", 600_000);
    }
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    if (transactionalId != null) {
      producer.initTransactions();
    }
    return producer;
  }

  /** Returns the record's Kafka timestamp once it is written. */
  private static long send(
      KafkaProducer<byte[], byte[]> producer,
      TopicSettings topics,
      int partition,
      String visitor,
      long time)
      throws Exception {
    return producer
        .send(
            new ProducerRecord<>(
                topics.clicks().get(0),
                partition,
                time,
                null,
                "{\"event_type\":\"page_view\",\"timestamp\":%d,\"anonymous_id\":\"%s\"}"
                    .formatted(T, visitor)
                    .getBytes(StandardCharsets.UTF_8)))
        .get(30, TimeUnit.SECONDS)
        .timestamp();
  }
}
