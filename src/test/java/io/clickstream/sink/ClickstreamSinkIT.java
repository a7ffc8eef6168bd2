package io.clickstream.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.clickstream.config.KafkaSettings;
import io.clickstream.config.TopicSettings;
import io.clickstream.kafka.KafkaSamples;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.SharedBroker;
import io.clickstream.local.TopicReader;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputRecord.Header;
import io.clickstream.model.OutputTopic;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import io.clickstream.output.VisitorHash;
import io.clickstream.wire.OutputTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.FileRecords;
import org.apache.kafka.common.record.RecordBatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sink against a real broker, behind an exchange and through a failure. */
@Timeout(180)
class ClickstreamSinkIT {

  private static final int PARTITIONS = 12;
  private static final int PAIRS = 4_000;
  private static final int VISITORS = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Far in the past: what a backfill has as event time. */
  private static final long EVENT_TIME = 1_000_000_000_000L;

  private static EmbeddedBroker broker;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    broker = SharedBroker.get();
  }

  @Test
  void shouldKeepRetractionAndReplacementInOneTransactionAndInOrder() throws Exception {
    // Given: twice as many subtasks before the sink as in it, and one failure on the way
    TopicSettings topics = topics("pairs");
    long started = System.currentTimeMillis();
    StreamExecutionEnvironment env = environment();
    FailOnce.FAILED.set(false);
    DataStream<OutputRecord> pairs =
        env.fromSource(
                new DataGeneratorSource<>(
                    number -> number, PAIRS, RateLimiterStrategy.perCheckpoint(500), Types.LONG),
                WatermarkStrategy.<Long>forMonotonousTimestamps()
                    .withTimestampAssigner((number, none) -> EVENT_TIME + number),
                "Number pairs")
            .setParallelism(1)
            .keyBy(number -> number % VISITORS)
            .map(new FailOnce())
            .setParallelism(4)
            .flatMap(new MakePair())
            .returns(OutputTypes.OUTPUT_RECORD)
            .setParallelism(4);
    pairs
        .partitionCustom(new ByHash(), OutputRecord::hash)
        .sinkTo(ClickstreamSink.create(kafka(), topics, KafkaSamples.SINK))
        .setParallelism(2);

    // When
    env.execute();

    // Then: every record once, at its visitor's partition, stamped with the time of writing
    assertThat(FailOnce.FAILED).isTrue();
    List<ConsumerRecord<byte[], byte[]>> records = read(topics.sessions(), 2 * PAIRS);
    assertThat(records)
        .extracting(record -> text(record.key()))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, PAIRS)
                .boxed()
                .flatMap(pair -> List.of(pair + " retraction", pair + " replacement").stream())
                .toList());
    assertThat(records)
        .allSatisfy(
            record -> {
              long pair = Long.parseLong(text(record.key()).split(" ")[0]);
              assertThat(record.partition())
                  .isEqualTo(
                      VisitorPartitioner.partition(VisitorHash.of(visitor(pair)), PARTITIONS));
              assertThat(record.timestamp()).isGreaterThanOrEqualTo(started);
            });

    // Then: each pair is in one transaction and in order, whatever else ends or begins beside it
    Set<String> transactions = new HashSet<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      Map<Long, String> transactionAt = transactions(topics.sessions(), partition);
      Map<String, Long> offsets = new HashMap<>();
      for (ConsumerRecord<byte[], byte[]> record : records) {
        if (record.partition() == partition) {
          offsets.put(text(record.key()), record.offset());
        }
      }
      for (String key : offsets.keySet()) {
        if (key.endsWith(" retraction")) {
          long retraction = offsets.get(key);
          long replacement = offsets.get(key.replace("retraction", "replacement"));
          assertThat(retraction).as(key).isLessThan(replacement);
          assertThat(transactionAt.get(retraction))
              .as(key)
              .isNotNull()
              .isEqualTo(transactionAt.get(replacement));
          transactions.add(transactionAt.get(retraction));
        }
      }
    }
    assertThat(transactions).hasSizeGreaterThan(4);
  }

  /** The transaction of each record by offset, as the broker's log has it. */
  private static Map<Long, String> transactions(String topic, int partition) throws IOException {
    Map<Long, String> transactionAt = new HashMap<>();
    Map<String, Integer> ended = new HashMap<>();
    for (Path log : logs(topic, partition)) {
      try (FileRecords batches = FileRecords.open(log.toFile(), false)) {
        for (RecordBatch batch : batches.batches()) {
          String producer = batch.producerId() + "/" + batch.producerEpoch();
          if (batch.isControlBatch()) {
            ended.merge(producer, 1, Integer::sum);
          } else {
            batch.forEach(
                record ->
                    transactionAt.put(
                        record.offset(), producer + "/" + ended.getOrDefault(producer, 0)));
          }
        }
      }
    }
    return transactionAt;
  }

  private static List<Path> logs(String topic, int partition) throws IOException {
    try (Stream<Path> files = Files.walk(broker.directory())) {
      return files
          .filter(file -> file.getParent().endsWith(topic + "-" + partition))
          .filter(file -> file.toString().endsWith(".log"))
          .sorted()
          .toList();
    }
  }

  @Test
  void shouldLeaveNoClientBehind() throws Exception {
    TopicSettings topics = topics("clients");
    Set<Thread> before = adminThreads();
    StreamExecutionEnvironment env = environment();
    env.fromData(
            OutputTypes.OUTPUT_RECORD,
            new OutputRecord(OutputTopic.LATE, new byte[1], new byte[1], List.of(), 0))
        .sinkTo(ClickstreamSink.create(kafka(), topics, KafkaSamples.SINK))
        .setParallelism(2);
    env.execute();

    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(adminThreads()).isSubsetOf(before));
  }

  private static Set<Thread> adminThreads() {
    Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeIf(thread -> !thread.getName().startsWith("kafka-admin-client-thread"));
    return threads;
  }

  @Test
  void shouldWriteLateAndRejectedBesideSessionsWhateverTheirSize() throws Exception {
    // Given: a reject of twice what a broker takes by default
    TopicSettings topics = topics("others");
    byte[] large = new byte[2 << 20];
    new Random(1).nextBytes(large);
    List<Header> headers =
        List.of(new Header("reason", "TOO_LARGE"), new Header("detail", "größer"));
    StreamExecutionEnvironment env = environment();
    DataStream<OutputRecord> records =
        env.fromData(
            OutputTypes.OUTPUT_RECORD,
            new OutputRecord(OutputTopic.SESSIONS, bytes("s"), bytes("1"), List.of(), -1),
            new OutputRecord(OutputTopic.LATE, null, bytes("2"), List.of(), -1),
            new OutputRecord(OutputTopic.REJECTED, bytes("k"), large, headers, -1),
            new OutputRecord(OutputTopic.REJECTED, bytes("k"), null, List.of(), -1));
    records
        .partitionCustom(new ByHash(), OutputRecord::hash)
        .sinkTo(ClickstreamSink.create(kafka(), topics, KafkaSamples.SINK));

    // When
    env.execute();

    // Then
    assertThat(read(topics.sessions(), 1))
        .extracting(record -> record.partition() + text(record.key()) + text(record.value()))
        .containsExactly("7s1");
    assertThat(read(topics.late(), 1))
        .extracting(record -> record.key() + text(record.value()))
        .containsExactly("null2");
    List<ConsumerRecord<byte[], byte[]>> rejected = read(topics.rejected(), 2);
    assertThat(rejected.get(0).value()).isEqualTo(large);
    assertThat(rejected.get(0).headers().toArray())
        .containsExactly(
            new RecordHeader("reason", bytes("TOO_LARGE")),
            new RecordHeader("detail", bytes("größer")));
    assertThat(rejected.get(1).value()).isNull();
    assertThat(rejected.get(1).partition()).isEqualTo(rejected.get(0).partition());
  }

  @Test
  void shouldGoOnWithoutTheBytesThatATopicRefusesOnceTheyAreInflated() throws Exception {
    // Given: a few hundred bytes as they are sent
    Map<String, String> limited = Map.of("max.decompressed.message.bytes", "20000");
    TopicSettings topics = named("inflated");
    broker.createTopic(topics.sessions(), PARTITIONS);
    broker.createTopic(topics.late(), 1, limited);
    broker.createTopic(topics.rejected(), 1, limited);
    byte[] small = new byte[19_000];
    byte[] large = new byte[20_000];
    StreamExecutionEnvironment env = environment();
    env.fromData(
            OutputTypes.OUTPUT_RECORD,
            new OutputRecord(OutputTopic.LATE, null, large, List.of(), -1),
            new OutputRecord(OutputTopic.REJECTED, null, small, List.of(), -1),
            new OutputRecord(OutputTopic.REJECTED, null, large, List.of(), -1))
        .sinkTo(ClickstreamSink.create(kafka(), topics, KafkaSamples.SINK))
        .setParallelism(1);

    // When
    env.execute();

    // Then
    Header omitted = new Header("omitted_value_bytes", "20000");
    assertThat(read(topics.late(), 1))
        .extracting(record -> record.value() == null, ClickstreamSinkIT::headers)
        .containsExactly(tuple(true, List.of(omitted)));
    assertThat(read(topics.rejected(), 2))
        .extracting(record -> record.value() == null, ClickstreamSinkIT::headers)
        .containsExactly(tuple(false, List.of()), tuple(true, List.of(omitted)));
  }

  private static List<Header> headers(ConsumerRecord<byte[], byte[]> record) {
    return Stream.of(record.headers().toArray())
        .map(header -> new Header(header.key(), text(header.value())))
        .toList();
  }

  private StreamExecutionEnvironment environment() {
    return StreamExecutionEnvironment.getExecutionEnvironment(
        new Configuration()
            .set(CoreOptions.DEFAULT_PARALLELISM, 2)
            .set(PipelineOptions.GENERIC_TYPES, false)
            .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200))
            .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory.toUri().toString())
            .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3)
            .set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100)));
  }

  private static KafkaSettings kafka() {
    return KafkaSamples.kafka(broker.bootstrapServers());
  }

  private static TopicSettings named(String prefix) {
    return TopicSettings.defaults()
        .with(TopicSettings.CLICKS, List.of(prefix + "-clicks"))
        .with(TopicSettings.SESSIONS, prefix + "-sessions")
        .with(TopicSettings.LATE, prefix + "-late")
        .with(TopicSettings.REJECTED, prefix + "-rejected")
        .with(TopicSettings.REJECTED_SESSIONS, prefix + "-rejected-sessions")
        .with(TopicSettings.PROFILES, prefix + "-profiles")
        .with(TopicSettings.PRODUCTS, prefix + "-products");
  }

  private static TopicSettings topics(String prefix) {
    TopicSettings topics = named(prefix);
    broker.createTopic(topics.sessions(), PARTITIONS);
    broker.createTopic(topics.late(), 3);
    broker.createTopic(topics.rejected(), 3, Map.of("max.message.bytes", "4194304"));
    return topics;
  }

  /** Reads all that is committed, which must be as many records as expected. */
  private static List<ConsumerRecord<byte[], byte[]>> read(String topic, int expected)
      throws IOException {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    new TopicReader(broker.bootstrapServers()).read(topic, records::add);
    assertThat(records).hasSize(expected);
    return records;
  }

  private static Visitor visitor(long pair) {
    return new Visitor(null, VisitorKind.DEVICE, "d-" + pair % VISITORS);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Two records of one visitor with keys of their own. */
  private static final class MakePair implements FlatMapFunction<Long, OutputRecord> {

    private static final long serialVersionUID = 1L;

    @Override
    public void flatMap(Long pair, Collector<OutputRecord> out) {
      for (String kind : List.of(" retraction", " replacement")) {
        out.collect(
            new OutputRecord(
                OutputTopic.SESSIONS,
                bytes(pair + kind),
                bytes("{}"),
                List.of(),
                VisitorHash.of(visitor(pair))));
      }
    }
  }

  /** Fails the job once, after transactions were committed and with another one open. */
  private static final class FailOnce extends RichMapFunction<Long, Long>
      implements CheckpointListener {

    private static final long serialVersionUID = 1L;
    static final AtomicBoolean FAILED = new AtomicBoolean();

    private transient int completed;

    @Override
    public Long map(Long number) {
      if (completed >= 3 && FAILED.compareAndSet(false, true)) {
        throw new IllegalStateException("failing once, as the test wants");
      }
      return number;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
      completed++;
    }
  }
}
