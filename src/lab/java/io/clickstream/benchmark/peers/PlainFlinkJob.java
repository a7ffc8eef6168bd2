package io.clickstream.benchmark.peers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.clickstream.benchmark.BenchmarkedSystem;
import io.clickstream.benchmark.FlinkInProcess;
import io.clickstream.benchmark.Run;
import io.clickstream.benchmark.RunningSystem;
import io.clickstream.kafka.NoEventTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.datastream.BroadcastStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.EventTimeSessionWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The Flink job that people write by hand, written well.
 *
 * <pre>
 * click topic ─ route ─┬─ clicks ─ enrich ─ by visitor ─ EventTimeSessionWindows ─┬─ sessions ─ sink
 *                      │              ▲                                           └─ late ─ sink
 *                      └─ rejected ───│──────────────────────────────────────────── sink
 * reference topics ─ broadcast ───────┘
 * </pre>
 *
 * <p>jackson-databind with one reader and one writer a subtask; POJOs on all edges and in state, no
 * Kryo; a window adds its clicks up as they come and keeps none of them. No click is read before
 * the reference data is there: each subtask of the enrichment reads it, up to where it ended when
 * the job was made, before it opens, and keeps it on the heap; only what comes after is broadcast,
 * and is all that checkpoints have to hold of it.
 *
 * <p>What it does not do is what built-in windows do not do: no duplicates are found, an early part
 * that joins a written session makes a new session beside it, and nothing ends a session that does
 * not end by itself.
 */
public final class PlainFlinkJob implements BenchmarkedSystem {

  private static final String SOURCE = "Read clicks";
  private static final OutputTag<ReadClick> REJECTED =
      new OutputTag<>("rejected", Types.POJO(ReadClick.class));
  private static final OutputTag<ShopClick> LATE =
      new OutputTag<>("late", Types.POJO(ShopClick.class));

  private final FlinkInProcess flink = new FlinkInProcess();

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public List<String> configuration(Run run) {
    return FlinkSettings.lines(
        run,
        "EventTimeSessionWindows("
            + run.gap()
            + "), allowed lateness "
            + run.lateness()
            + ", out of order "
            + run.outOfOrderness()
            + "; aggregated click by click",
        "jackson-databind, one reader a subtask; POJO serializers, object reuse",
        "reference data on the heap of each subtask, read before the clicks; changes broadcast");
  }

  @Override
  public RunningSystem start(Run run) throws Exception {
    Configuration configuration = FlinkSettings.of(run);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(run.parallelism());
    define(env, run);
    return flink.submit(env.getStreamGraph().getJobGraph(), run, SOURCE);
  }

  @Override
  public void close() throws Exception {
    flink.close();
  }

  private static void define(StreamExecutionEnvironment env, Run run) {
    ReferenceSnapshot snapshot = ReferenceSnapshot.upToNow(run);
    SingleOutputStreamOperator<ShopClick> clicks =
        env.fromSource(clickSource(run), watermarks(run), SOURCE)
            .process(new RouteClicks())
            .returns(ShopClick.class)
            .uid("route-clicks")
            .name("Route clicks and rejects");
    BroadcastStream<ReferenceChange> changes =
        env.fromSource(
                referenceSource(run, snapshot), new NoEventTime<>(), "Read reference changes")
            .setParallelism(1)
            .broadcast(EnrichClicks.PROFILES, EnrichClicks.PRODUCTS);
    SingleOutputStreamOperator<SessionRow> sessions =
        clicks
            .connect(changes)
            .process(new EnrichClicks(snapshot))
            .returns(ShopClick.class)
            .uid("enrich-clicks")
            .name("Enrich clicks")
            .keyBy(ShopClick::visitor)
            .window(EventTimeSessionWindows.withGap(run.gap()))
            .allowedLateness(run.lateness())
            .sideOutputLateData(LATE)
            .aggregate(
                new AddUpClicks(),
                new DescribeSession(),
                Types.POJO(SessionTotals.class),
                Types.POJO(SessionTotals.class),
                Types.POJO(SessionRow.class))
            .uid("sessionize")
            .name("Sessionize clicks");
    sessions.sinkTo(sink(run, new WriteSession(run.sessionsTopic()))).name("Write sessions");
    sessions
        .getSideOutput(LATE)
        .sinkTo(sink(run, new WriteLateClick(run.lateTopic())))
        .name("Write late clicks");
    clicks
        .getSideOutput(REJECTED)
        .sinkTo(sink(run, new WriteRejectedClick(run.rejectedTopic())))
        .name("Write rejected clicks");
  }

  private static KafkaSource<ReadClick> clickSource(Run run) {
    KafkaSourceBuilder<ReadClick> source =
        KafkaSource.<ReadClick>builder()
            .setBootstrapServers(run.bootstrapServers())
            .setTopics(run.clicksTopic())
            .setGroupId(run.id())
            .setProperties(FlinkSettings.consumer())
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setDeserializer(new ReadClicks());
    if (run.bounded()) {
      source.setBounded(OffsetsInitializer.latest());
    }
    return source.build();
  }

  private static KafkaSource<ReferenceChange> referenceSource(Run run, ReferenceSnapshot snapshot) {
    KafkaSourceBuilder<ReferenceChange> source =
        KafkaSource.<ReferenceChange>builder()
            .setBootstrapServers(run.bootstrapServers())
            .setTopics(run.profilesTopic(), run.productsTopic())
            .setClientIdPrefix(run.id() + "-reference")
            .setProperties(FlinkSettings.consumer())
            .setProperty("commit.offsets.on.checkpoint", "false")
            .setStartingOffsets(OffsetsInitializer.offsets(snapshot.ends()))
            .setDeserializer(new ReadReferenceChanges(run.profilesTopic()));
    if (run.bounded()) {
      source.setBounded(OffsetsInitializer.latest());
    }
    return source.build();
  }

  private static WatermarkStrategy<ReadClick> watermarks(Run run) {
    return WatermarkStrategy.<ReadClick>forBoundedOutOfOrderness(run.outOfOrderness())
        .withTimestampAssigner(
            (read, recordTime) -> read.click == null ? Long.MIN_VALUE : read.click.timestamp)
        .withIdleness(Duration.ofMinutes(1));
  }

  private static <T> KafkaSink<T> sink(Run run, KafkaRecordSerializationSchema<T> schema) {
    return KafkaSink.<T>builder()
        .setBootstrapServers(run.bootstrapServers())
        .setKafkaProducerConfig(FlinkSettings.producer())
        .setRecordSerializer(schema)
        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
        .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
        .setTransactionalIdPrefix(run.id() + "-" + schema.getClass().getSimpleName())
        .build();
  }

  private static JsonMapper mapper() {
    return JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
  }

  /** Binds records of the click topic. */
  private static final class ReadClicks implements KafkaRecordDeserializationSchema<ReadClick> {

    private static final long serialVersionUID = 1L;

    private transient @Nullable ClickReader reader;

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
      reader = new ClickReader();
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<ReadClick> out) {
      ReadClick read = new ReadClick();
      ClickReader.Result result = opened(reader).read(record.value(), record.timestamp());
      read.click = result.click();
      if (read.click == null) {
        read.rejection = result.rejection();
        read.key = record.key();
        read.value = record.value();
      }
      out.collect(read);
    }

    @Override
    public TypeInformation<ReadClick> getProducedType() {
      return Types.POJO(ReadClick.class);
    }
  }

  /** Clicks go on, what is none goes to the side. */
  private static final class RouteClicks extends ProcessFunction<ReadClick, ShopClick> {

    private static final long serialVersionUID = 1L;

    @Override
    public void processElement(ReadClick read, Context context, Collector<ShopClick> out) {
      if (read.click == null) {
        context.output(REJECTED, read);
      } else {
        out.collect(read.click);
      }
    }
  }

  /** Binds what comes to the reference topics after the snapshot. */
  private static final class ReadReferenceChanges
      implements KafkaRecordDeserializationSchema<ReferenceChange> {

    private static final long serialVersionUID = 1L;

    private final String profilesTopic;
    private transient ReferenceSnapshot.@Nullable Format format;

    ReadReferenceChanges(String profilesTopic) {
      this.profilesTopic = profilesTopic;
    }

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
      format = new ReferenceSnapshot.Format();
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<ReferenceChange> out)
        throws IOException {
      if (record.key() == null) {
        return;
      }
      ReferenceChange change = new ReferenceChange();
      change.id = new String(record.key(), StandardCharsets.UTF_8);
      change.ofProfile = record.topic().equals(profilesTopic);
      if (change.ofProfile) {
        change.profile = opened(format).profile(record.value());
      } else {
        change.product = opened(format).product(record.value());
      }
      out.collect(change);
    }

    @Override
    public TypeInformation<ReferenceChange> getProducedType() {
      return Types.POJO(ReferenceChange.class);
    }
  }

  /** Adds to each click what the reference data says of its user and its product. */
  private static final class EnrichClicks
      extends BroadcastProcessFunction<ShopClick, ReferenceChange, ShopClick> {

    private static final long serialVersionUID = 1L;

    /** The changes after the snapshot; a deleted profile has a row without values. */
    static final MapStateDescriptor<String, ProfileRow> PROFILES =
        new MapStateDescriptor<>("profiles", Types.STRING, Types.POJO(ProfileRow.class));

    /** The changes after the snapshot; a deleted product has a row without values. */
    static final MapStateDescriptor<String, CatalogRow> PRODUCTS =
        new MapStateDescriptor<>("products", Types.STRING, Types.POJO(CatalogRow.class));

    private final ReferenceSnapshot snapshot;
    private transient Map<String, ProfileRow> profiles = new HashMap<>();
    private transient Map<String, CatalogRow> products = new HashMap<>();

    EnrichClicks(ReferenceSnapshot snapshot) {
      this.snapshot = snapshot;
    }

    @Override
    public void open(OpenContext context) throws IOException {
      profiles = new HashMap<>();
      products = new HashMap<>();
      snapshot.read(profiles, products);
    }

    @Override
    public void processElement(ShopClick click, ReadOnlyContext context, Collector<ShopClick> out)
        throws Exception {
      if (click.userId != null) {
        ProfileRow profile = find(context.getBroadcastState(PROFILES), profiles, click.userId);
        if (profile != null) {
          click.userSegment = profile.segment;
          click.userTier = profile.tier;
        }
      }
      if (click.productId != null) {
        CatalogRow product = find(context.getBroadcastState(PRODUCTS), products, click.productId);
        if (product != null) {
          click.category = product.category;
          click.brand = product.brand;
        }
      }
      out.collect(click);
    }

    private static <V> @Nullable V find(
        ReadOnlyBroadcastState<String, V> changed, Map<String, V> snapshot, String id)
        throws Exception {
      V row = changed.get(id);
      return row == null ? snapshot.get(id) : row;
    }

    @Override
    public void processBroadcastElement(
        ReferenceChange change, Context context, Collector<ShopClick> out) throws Exception {
      if (change.ofProfile) {
        context
            .getBroadcastState(PROFILES)
            .put(change.id, change.profile == null ? new ProfileRow() : change.profile);
      } else {
        context
            .getBroadcastState(PRODUCTS)
            .put(change.id, change.product == null ? new CatalogRow() : change.product);
      }
    }
  }

  /** The accumulator of a window, kept instead of its clicks. */
  private static final class AddUpClicks
      implements AggregateFunction<ShopClick, SessionTotals, SessionTotals> {

    private static final long serialVersionUID = 1L;

    @Override
    public SessionTotals createAccumulator() {
      return new SessionTotals();
    }

    @Override
    public SessionTotals add(ShopClick click, SessionTotals totals) {
      return totals.add(click);
    }

    @Override
    public SessionTotals getResult(SessionTotals totals) {
      return totals;
    }

    @Override
    public SessionTotals merge(SessionTotals left, SessionTotals right) {
      return left.merge(right);
    }
  }

  /** Makes the record of a window that fires. */
  private static final class DescribeSession
      extends ProcessWindowFunction<SessionTotals, SessionRow, String, TimeWindow> {

    private static final long serialVersionUID = 1L;

    @Override
    public void process(
        String visitor,
        Context context,
        Iterable<SessionTotals> totals,
        Collector<SessionRow> out) {
      out.collect(SessionRow.of(totals.iterator().next(), System.currentTimeMillis()));
    }
  }

  /**
   * Writes records to one topic, which it also tells to the sink, as the pooled transaction names
   * want it. No record has a time of its own: by event time, retention would delete a replay.
   */
  private abstract static class WriteRecord<T>
      implements KafkaRecordSerializationSchema<T>, KafkaDatasetFacetProvider {

    private static final long serialVersionUID = 1L;

    private final String topic;

    WriteRecord(String topic) {
      this.topic = topic;
    }

    @Override
    public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
      return Optional.of(
          new DefaultKafkaDatasetFacet(DefaultKafkaDatasetIdentifier.ofTopics(List.of(topic))));
    }

    ProducerRecord<byte[], byte[]> record(byte @Nullable [] key, byte @Nullable [] value) {
      return new ProducerRecord<>(topic, null, null, key, value);
    }
  }

  private static final class WriteSession extends WriteRecord<SessionRow> {

    private static final long serialVersionUID = 1L;

    private transient @Nullable ObjectWriter writer;

    WriteSession(String topic) {
      super(topic);
    }

    @Override
    public void open(
        SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext) {
      writer = mapper().writerFor(SessionRow.class);
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        SessionRow session, KafkaSinkContext context, @Nullable Long time) {
      return record(session.key(), json(opened(writer), session));
    }
  }

  /** Late clicks are written anew: their bytes did not travel through the window. */
  private static final class WriteLateClick extends WriteRecord<ShopClick> {

    private static final long serialVersionUID = 1L;

    private transient @Nullable ObjectWriter writer;

    WriteLateClick(String topic) {
      super(topic);
    }

    @Override
    public void open(
        SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext) {
      writer = mapper().writerFor(ShopClick.class);
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        ShopClick click, KafkaSinkContext context, @Nullable Long time) {
      return record(click.visitor().getBytes(StandardCharsets.UTF_8), json(opened(writer), click));
    }
  }

  private static final class WriteRejectedClick extends WriteRecord<ReadClick> {

    private static final long serialVersionUID = 1L;

    WriteRejectedClick(String topic) {
      super(topic);
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
        ReadClick read, KafkaSinkContext context, @Nullable Long time) {
      ProducerRecord<byte[], byte[]> record = record(read.key, read.value);
      if (read.rejection != null) {
        record.headers().add("reason", read.rejection.getBytes(StandardCharsets.UTF_8));
      }
      return record;
    }
  }

  private static byte[] json(ObjectWriter writer, Object row) {
    try {
      return writer.writeValueAsBytes(row);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a session can always be written", e);
    }
  }

  private static <T> T opened(@Nullable T opened) {
    if (opened == null) {
      throw new IllegalStateException("not open");
    }
    return opened;
  }
}
