package io.clickstream.benchmark.peers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.clickstream.benchmark.BenchmarkedSystem;
import io.clickstream.benchmark.CheckpointFigures;
import io.clickstream.benchmark.Run;
import io.clickstream.benchmark.RunningSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * Kafka Streams: session windows, exactly once, one record a session when its window closes.
 *
 * <pre>
 * click topic ─┬─ clicks ─ by key ─ SessionWindows ─ suppressed until they close ─ enrich ─ sessions
 *              └─ rejected                                                           ▲
 * reference topics ─ global tables ──────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>The click topic is keyed by visitor: nothing is repartitioned. The global tables are in memory
 * and filled before the first click is read; a session looks its user and its products up once,
 * when it closes. Windows are updated in the record cache, and written to RocksDB and the changelog
 * when the application commits.
 *
 * <p>Windows are suppressed rather than emitted by {@code EmitStrategy.onWindowClose()}: that one
 * does without the record cache, and looks for closed windows at most once a second and only when a
 * record comes, so that what the last records of a topic close would stay for ever.
 *
 * <p>What it does not do: duplicates are not found; what is too late is dropped, without a topic to
 * go to; there is a stream time for each partition and no bound below its maximum, so that the time
 * for clicks out of order is added to the grace.
 *
 * <p>It runs on the RocksDB that Flink brings (8.10, a fork), since one class path has one of the
 * two; its own is 10.1.
 */
public final class KafkaStreamsApplication implements BenchmarkedSystem {

  private static final int CACHE_MB = 128;
  private static final int BLOCK_CACHE_MB = 64;
  private static final int WRITE_BUFFERS_MB = 64;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);
  private static final String PROFILES = "profiles";
  private static final String PRODUCTS = "products";

  private static final JsonMapper SNAKE_CASE =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  @Override
  public String name() {
    return "streams";
  }

  /** G1: under the parallel collector its cache leaves too little of a heap of 1 GB. */
  @Override
  public List<String> jvmArguments() {
    return List.of("-XX:+UseG1GC");
  }

  @Override
  public List<String> configuration(Run run) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "SessionWindows.ofInactivityGapAndGrace("
            + run.gap()
            + ", "
            + grace(run)
            + "), suppressed until they close");
    lines.add(
        "RocksDB: block cache "
            + BLOCK_CACHE_MB
            + " MB, write buffers "
            + WRITE_BUFFERS_MB
            + " MB, all stores together");
    lines.add("global tables in memory; jackson-databind for topics, a binary form for state");
    new TreeMap<>(properties(run)).forEach((key, value) -> lines.add(key + ": " + value));
    return lines;
  }

  @Override
  public RunningSystem start(Run run) throws Exception {
    KafkaStreams streams = new KafkaStreams(topology(run), properties(run));
    return new Running(streams, run);
  }

  private static Duration grace(Run run) {
    return run.lateness().plus(run.outOfOrderness());
  }

  private static Properties properties(Run run) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, run.id());
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, run.bootstrapServers());
    properties.put(StreamsConfig.STATE_DIR_CONFIG, run.directory().resolve("streams").toString());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, run.parallelism());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, run.interval().toMillis());
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, (long) CACHE_MB << 20);
    properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 10_000);
    properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    properties.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.OPTIMIZE);
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 << 20);
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 20);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64 << 20);
    properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 900_000);
    return properties;
  }

  private static Topology topology(Run run) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.globalTable(
        run.profilesTopic(),
        Consumed.with(Serdes.String(), json(ProfileRow.class)),
        Materialized.as(Stores.inMemoryKeyValueStore(PROFILES)));
    builder.globalTable(
        run.productsTopic(),
        Consumed.with(Serdes.String(), json(CatalogRow.class)),
        Materialized.as(Stores.inMemoryKeyValueStore(PRODUCTS)));
    KStream<Bytes, ReadClick> read =
        builder.stream(
            run.clicksTopic(),
            Consumed.with(Serdes.Bytes(), clicks()).withTimestampExtractor(new ClickTime()));
    read.filter((visitor, record) -> record.click == null)
        .process(DescribeRejection::new)
        .to(run.rejectedTopic(), Produced.with(Serdes.Bytes(), Serdes.ByteArray()));
    read.filter((visitor, record) -> record.click != null)
        .groupByKey(Grouped.with(Serdes.Bytes(), clicks()))
        .windowedBy(SessionWindows.ofInactivityGapAndGrace(run.gap(), grace(run)))
        .aggregate(
            SessionTotals::new,
            (visitor, record, totals) -> totals.add(click(record)),
            (visitor, left, right) -> left.merge(right),
            Materialized.<Bytes, SessionTotals, SessionStore<Bytes, byte[]>>as("sessions")
                .withKeySerde(Serdes.Bytes())
                .withValueSerde(PojoSerde.of(SessionTotals.class))
                .withCachingEnabled())
        .suppress(Suppressed.untilWindowCloses(Suppressed.BufferConfig.unbounded()))
        .toStream()
        .process(EnrichSession::new)
        .to(run.sessionsTopic(), Produced.with(Serdes.String(), json(SessionRow.class)));
    Properties optimize = new Properties();
    optimize.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.OPTIMIZE);
    return builder.build(optimize);
  }

  private static ShopClick click(ReadClick record) {
    if (record.click == null) {
      throw new IllegalStateException("what is no click was filtered out");
    }
    return record.click;
  }

  /** Reads clicks; they are never written. */
  private static Serde<ReadClick> clicks() {
    ClickReader reader = new ClickReader();
    return Serdes.serdeFrom(
        (topic, click) -> {
          throw new UnsupportedOperationException("nothing is repartitioned");
        },
        (topic, value) -> {
          ReadClick read = new ReadClick();
          // The time of the record in Kafka is not known here; that of the clock bounds it.
          ClickReader.Result result = reader.read(value, -1);
          read.click = result.click();
          if (read.click == null) {
            read.rejection = result.rejection();
            read.value = value;
          }
          return read;
        });
  }

  private static <T> Serde<T> json(Class<T> type) {
    ObjectWriter writer = SNAKE_CASE.writerFor(type);
    ObjectReader reader =
        SNAKE_CASE.readerFor(type).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    return Serdes.serdeFrom(
        (topic, value) -> {
          try {
            return value == null ? null : writer.writeValueAsBytes(value);
          } catch (JsonProcessingException e) {
            throw new SerializationException(e);
          }
        },
        (topic, bytes) -> {
          try {
            return bytes == null ? null : reader.readValue(bytes);
          } catch (IOException e) {
            throw new SerializationException(e);
          }
        });
  }

  /** Event time is the click's own; what is no click leaves it where it is. */
  private static final class ClickTime implements TimestampExtractor {

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
      return record.value() instanceof ReadClick read && read.click != null
          ? read.click.timestamp
          : Math.max(0, partitionTime);
    }
  }

  private static final class DescribeRejection
      implements Processor<Bytes, ReadClick, Bytes, byte[]> {

    private @Nullable ProcessorContext<Bytes, byte[]> context;

    @Override
    public void init(ProcessorContext<Bytes, byte[]> context) {
      this.context = context;
    }

    @Override
    public void process(Record<Bytes, ReadClick> record) {
      ReadClick read = record.value();
      if (context != null && read.rejection != null) {
        Record<Bytes, byte[]> rejected = record.withValue(read.value);
        rejected.headers().add("reason", read.rejection.getBytes(StandardCharsets.UTF_8));
        context.forward(rejected.withTimestamp(System.currentTimeMillis()));
      }
    }
  }

  /** Looks up the user and the products of a session, and makes its record. */
  private static final class EnrichSession
      implements Processor<Windowed<Bytes>, SessionTotals, String, SessionRow> {

    private @Nullable ProcessorContext<String, SessionRow> context;
    private @Nullable ReadOnlyKeyValueStore<String, ValueAndTimestamp<ProfileRow>> profiles;
    private @Nullable ReadOnlyKeyValueStore<String, ValueAndTimestamp<CatalogRow>> products;

    @Override
    public void init(ProcessorContext<String, SessionRow> context) {
      this.context = context;
      profiles = context.getStateStore(PROFILES);
      products = context.getStateStore(PRODUCTS);
    }

    @Override
    public void process(Record<Windowed<Bytes>, SessionTotals> record) {
      SessionTotals totals = record.value();
      if (context == null || profiles == null || products == null || totals == null) {
        return;
      }
      if (totals.userId != null) {
        ValueAndTimestamp<ProfileRow> profile = profiles.get(totals.userId);
        if (profile != null) {
          totals.userSegment = profile.value().segment;
          totals.userTier = profile.value().tier;
        }
      }
      for (Map.Entry<String, ProductTally> tally : totals.products.entrySet()) {
        ValueAndTimestamp<CatalogRow> product = products.get(tally.getKey());
        if (product != null) {
          long events = tally.getValue().events();
          SessionTotals.count(totals.categories, product.value().category, events);
          SessionTotals.count(totals.brands, product.value().brand, events);
        }
      }
      long now = System.currentTimeMillis();
      SessionRow session = SessionRow.of(totals, now);
      if (session.sessionId != null) {
        context.forward(record.withKey(session.sessionId).withValue(session).withTimestamp(now));
      }
    }
  }

  /** All stores share one block cache and one bound of write buffers; the rest is Streams' own. */
  public static final class BoundedRocksDb implements RocksDBConfigSetter {

    private static final LRUCache CACHE =
        new LRUCache((long) (BLOCK_CACHE_MB + WRITE_BUFFERS_MB) << 20);
    private static final WriteBufferManager WRITE_BUFFERS =
        new WriteBufferManager((long) WRITE_BUFFERS_MB << 20, CACHE);

    @Override
    public void setConfig(String store, Options options, Map<String, Object> configs) {
      BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
      table.setBlockCache(CACHE);
      table.setCacheIndexAndFilterBlocks(true);
      options.setWriteBufferManager(WRITE_BUFFERS);
      options.setTableFormatConfig(table);
    }

    @Override
    public void close(String store, Options options) {
      // Cache and buffers live as long as the JVM: the next run uses them as well.
    }
  }

  private static final class Running implements RunningSystem {

    private final KafkaStreams streams;
    private final Run run;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Running(KafkaStreams streams, Run run) {
      this.streams = streams;
      this.run = run;
      streams.setUncaughtExceptionHandler(
          e -> {
            failure.set(e);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
          });
      streams.start();
    }

    @Override
    public long read() {
      double read = 0;
      for (Map.Entry<MetricName, ? extends Metric> metric : streams.metrics().entrySet()) {
        MetricName name = metric.getKey();
        if (name.group().equals("consumer-fetch-manager-metrics")
            && name.name().equals("records-consumed-total")
            && run.clicksTopic().equals(name.tags().get("topic"))
            && !name.tags().containsKey("partition")
            && metric.getValue().metricValue() instanceof Double records) {
          read += records;
        }
      }
      return Math.round(read);
    }

    /**
     * When the offsets of all clicks are committed, so is what followed from them: both are one
     * transaction.
     */
    @Override
    public void awaitDrained(Duration timeout) throws Exception {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", run.bootstrapServers()))) {
        Map<TopicPartition, Long> ends = ends(admin);
        Awaitility.await()
            .pollInSameThread()
            .atMost(timeout)
            .pollInterval(Duration.ofMillis(50))
            .failFast(() -> failIfFailed())
            .until(() -> isCommitted(admin, ends));
      }
    }

    private void failIfFailed() {
      Throwable failed = failure.get();
      if (failed != null || streams.state() == KafkaStreams.State.ERROR) {
        throw new IllegalStateException("Kafka Streams failed", failed);
      }
    }

    private Map<TopicPartition, Long> ends(Admin admin) throws Exception {
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      admin
          .describeTopics(List.of(run.clicksTopic()))
          .allTopicNames()
          .get()
          .get(run.clicksTopic())
          .partitions()
          .forEach(
              info ->
                  latest.put(
                      new TopicPartition(run.clicksTopic(), info.partition()),
                      OffsetSpec.latest()));
      Map<TopicPartition, Long> ends = new HashMap<>();
      admin
          .listOffsets(latest)
          .all()
          .get()
          .forEach((partition, end) -> ends.put(partition, end.offset()));
      return ends;
    }

    private boolean isCommitted(Admin admin, Map<TopicPartition, Long> ends) throws Exception {
      Map<TopicPartition, OffsetAndMetadata> committed;
      try {
        committed = admin.listConsumerGroupOffsets(run.id()).partitionsToOffsetAndMetadata().get();
      } catch (ExecutionException e) {
        // The group does not exist yet.
        return false;
      }
      return ends.entrySet().stream()
          .allMatch(
              end -> {
                OffsetAndMetadata offset = committed.get(end.getKey());
                return end.getValue() == 0 || (offset != null && offset.offset() >= end.getValue());
              });
    }

    /** Streams tells averages of its commits and nothing of a single one. */
    @Override
    public List<CheckpointFigures> checkpoints() {
      return List.of();
    }

    @Override
    public void close() throws Exception {
      streams.close(CLOSE_TIMEOUT);
      streams.cleanUp();
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", run.bootstrapServers()))) {
        List<String> internal =
            admin.listTopics().names().get(30, TimeUnit.SECONDS).stream()
                .filter(topic -> topic.startsWith(run.id() + "-") && topic.endsWith("-changelog"))
                .toList();
        admin.deleteTopics(internal).all().get(30, TimeUnit.SECONDS);
      }
    }
  }
}
