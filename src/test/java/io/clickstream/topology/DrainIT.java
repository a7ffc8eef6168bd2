package io.clickstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.ClickstreamInputs;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.SessionSettings;
import io.clickstream.config.SinkSettings;
import io.clickstream.config.StartFrom;
import io.clickstream.ingest.ClickWatermarks;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.SharedBroker;
import io.clickstream.model.Click;
import io.clickstream.model.Ingested;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.TimestampAssignerSupplier;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that is drained has emitted all that it has read, whether or not its input is idle. */
class DrainIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration GAP = Duration.ofMillis(700);
  private static final Duration LATENESS = Duration.ofMillis(500);
  private static final int PARTITIONS = 4;
  private static final List<Integer> ALL = List.of(0, 1, 2, 3);

  @TempDir private static Path directory;

  private static EmbeddedBroker broker;
  private static MiniCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    broker = SharedBroker.get();
    cluster = SharedCluster.get();
  }

  @BeforeEach
  void noneIsIdle() {
    IdleWhenTold.IDLE.clear();
    IdleWhenTold.MARKED.clear();
  }

  @Test
  @DisplayName(
      "Idle, a stop closes nothing; drained, with no watermark since the restore, all closes")
  void shouldCloseEverySessionWhenDrainedWhileIdle() throws Exception {
    try (Topics topics = new Topics(broker, "drain-idle", PARTITIONS)) {
      // Given an idle job with open sessions
      ClickTraffic traffic = new ClickTraffic(31, topics.names.clicks().get(0), PARTITIONS, 6_000);
      RunningJob job = start(topics, 2, null);
      topics.send(traffic.next(2_000));
      job.awaitPosition(2_000);
      becomeIdle(ALL);
      job.awaitCheckpoints(2);
      int emitted = topics.read(topics.names.sessions()).size();

      // When it is stopped
      String savepoint = job.stopWithSavepoint(directory);
      Map<String, Long> stopped = job.result();

      // Then
      assertThat(stopped.get("clickstream.open-sessions")).isGreaterThan(10);
      assertThat(topics.read(topics.names.sessions())).hasSize(emitted);

      // When it goes on, and is drained
      IdleWhenTold.MARKED.clear();
      RunningJob again = start(topics, 3, savepoint);
      again.drain(directory);

      // Then
      assertAllClosed(topics, again.result());
    }
  }

  @Test
  @DisplayName("With an idle source beside an active one, no click of either is late for the drain")
  void shouldCloseEverySessionWhenDrainedWhileOneSourceIsIdle() throws Exception {
    try (Topics topics = new Topics(broker, "drain-half-idle", PARTITIONS)) {
      ClickTraffic traffic = new ClickTraffic(32, topics.names.clicks().get(0), PARTITIONS, 6_000);
      RunningJob job = start(topics, 2, null);
      topics.send(traffic.next(2_000));
      job.awaitPosition(2_000);
      // Those of one subtask
      becomeIdle(List.of(0, 2));
      // The active ones are ahead as far as they can be, and the others still not late
      ClickTraffic more =
          ClickTraffic.after(traffic.now(), 34, topics.names.clicks().get(0), PARTITIONS);
      Map<Boolean, List<ProducerRecord<byte[], byte[]>>> records =
          more.next(200).stream()
              .collect(Collectors.partitioningBy(record -> record.partition() % 2 == 0));
      assertThat(more.now() - traffic.now()).isLessThan(GAP.plus(LATENESS).toMillis());
      topics.send(records.get(false));
      job.awaitPosition(2_000 + records.get(false).size());
      topics.send(records.get(true));
      job.awaitPosition(2_200);

      job.drain(directory);

      assertAllClosed(topics, job.result());
    }
  }

  @Test
  @DisplayName("What waits for reference data that is half read leaves when the job is drained")
  void shouldEmitWaitingSessionsWhenDrainedWhileLoading() throws Exception {
    try (Topics topics = new Topics(broker, "drain-drained-loading", PARTITIONS)) {
      topics.send(products(topics, 45_000));
      ClickTraffic traffic = new ClickTraffic(33, topics.names.clicks().get(0), PARTITIONS, 0);
      topics.send(traffic.next(500));
      SlowBroker.deliver(broker, 50_000.0);
      Map<String, Long> totals;
      try {
        RunningJob job = start(topics, 2, null);
        job.awaitPosition(500);
        becomeIdle(ALL);
        assertThat(topics.read(topics.names.sessions())).isEmpty();

        job.drainWhileLoading(directory);
        totals = job.result();
      } finally {
        SlowBroker.deliver(broker, null);
      }

      assertAllClosed(topics, totals);
    }
  }

  private static void assertAllClosed(Topics topics, Map<String, Long> totals) throws Exception {
    Reconciliation.Result result =
        new Reconciliation(topics, settings(topics)).compare(Long.MAX_VALUE);
    assertThat(result.differences()).isEmpty();
    assertThat(result.sessions()).isGreaterThan(50);
    assertThat(totals)
        .containsEntry("clickstream.open-sessions", 0L)
        .containsEntry("clickstream.read", result.totals().read())
        .containsEntry("clickstream.in-sessions", result.totals().inSessions())
        .containsEntry("clickstream.duplicates", result.totals().duplicates())
        .containsEntry("clickstream.late", result.totals().late())
        .containsEntry("clickstream.rejected", result.totals().rejected());
  }

  private static RunningJob start(Topics topics, int parallelism, @Nullable String savepoint)
      throws Exception {
    ClickstreamSettings settings = settings(topics);
    ClickstreamInputs inputs = ClickstreamInputs.unbounded(settings);
    return RunningJob.start(
        cluster,
        settings,
        new ClickstreamInputs(
            inputs.clicks(),
            new IdleWhenTold(),
            inputs.referenceSnapshot(),
            inputs.referenceUpdates()),
        parallelism,
        directory,
        savepoint);
  }

  /** Returns when the job knows. */
  private static void becomeIdle(List<Integer> partitions) {
    IdleWhenTold.IDLE.addAll(partitions);
    Awaitility.await().atMost(PATIENCE).until(() -> IdleWhenTold.MARKED.containsAll(partitions));
  }

  private static List<ProducerRecord<byte[], byte[]>> products(Topics topics, int count) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = "p" + i % 30;
      records.add(
          new ProducerRecord<>(
              topics.names.products(),
              id.getBytes(StandardCharsets.UTF_8),
              "{\"product_id\":\"%s\",\"category\":\"c\",\"brand\":\"b\"}"
                  .formatted(id)
                  .getBytes(StandardCharsets.UTF_8)));
    }
    return records;
  }

  private static ClickstreamSettings settings(Topics topics) {
    String name = topics.names.sessions();
    return ClickstreamSettings.defaults()
        .with(KafkaSettings.BOOTSTRAP_SERVERS, broker.bootstrapServers())
        .with(KafkaSettings.PROPERTIES, SlowBroker.CLIENT)
        .with(topics.names)
        .with(IngestSettings.GROUP_ID, name)
        .with(IngestSettings.START_FROM, StartFrom.EARLIEST)
        .with(IngestSettings.MAX_OUT_OF_ORDERNESS, Duration.ofMillis(200))
        .with(IngestSettings.IDLE_TIMEOUT, Duration.ofMinutes(10))
        .with(SessionSettings.GAP, GAP)
        .with(SessionSettings.ALLOWED_LATENESS, LATENESS)
        .with(SessionSettings.CACHE_SIZE, 1L << 20)
        .with(SinkSettings.TRANSACTIONAL_ID_PREFIX, name)
        .with(SinkSettings.TRANSACTION_TIMEOUT, Duration.ofMinutes(10));
  }

  /**
   * Event time as in production, and partitions that become idle when a test says so. A click does
   * not make them active, as it does not either until the next watermark is due.
   */
  private static final class IdleWhenTold implements WatermarkStrategy<Ingested> {

    private static final long serialVersionUID = 1L;

    /** Those that are to be idle; one that never had a click is, while any other is. */
    static final Set<Integer> IDLE = ConcurrentHashMap.newKeySet();

    static final Set<Integer> MARKED = ConcurrentHashMap.newKeySet();

    private static final ClickWatermarks AS_IN_PRODUCTION =
        ClickWatermarks.periodic(Duration.ofMillis(200), Duration.ofMinutes(10));

    @Override
    public WatermarkGenerator<Ingested> createWatermarkGenerator(
        WatermarkGeneratorSupplier.Context context) {
      WatermarkGenerator<Ingested> active = AS_IN_PRODUCTION.createWatermarkGenerator(context);
      return new WatermarkGenerator<>() {

        private @Nullable Integer partition;

        @Override
        public void onEvent(Ingested event, long eventTimestamp, WatermarkOutput output) {
          Click click = event.click();
          if (click != null) {
            partition = click.origin().partition();
          }
          active.onEvent(event, eventTimestamp, output);
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {
          if (partition == null ? IDLE.isEmpty() : !IDLE.contains(partition)) {
            active.onPeriodicEmit(output);
            return;
          }
          output.markIdle();
          if (partition != null) {
            MARKED.add(partition);
          }
        }
      };
    }

    @Override
    public TimestampAssigner<Ingested> createTimestampAssigner(
        TimestampAssignerSupplier.Context context) {
      return AS_IN_PRODUCTION.createTimestampAssigner(context);
    }
  }
}
