package io.clickstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.ClickstreamInputs;
import io.clickstream.clickhouse.ClickHouseServer;
import io.clickstream.clickhouse.Migrate;
import io.clickstream.clickhouse.RunningLoader;
import io.clickstream.clickhouse.SessionsView;
import io.clickstream.columns.Columns;
import io.clickstream.config.ClickHouseSettings;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import io.clickstream.config.SinkSettings;
import io.clickstream.config.StartFrom;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.SharedBroker;
import io.clickstream.preflight.Preflight;
import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A range of sessions that a job has emitted is replayed beside it: the same sessions, and after a
 * correction of the catalog the same with other brands, in the topic and in the table.
 */
class ReplayRangeIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int PARTITIONS = 3;

  /** What may differ between two runs over the same clicks. */
  private static final List<String> OF_THE_RUN =
      List.of("revision", "emitted_at", "late_event_count");

  private static final long FROM = ClickTraffic.START + 60_000;
  private static final long UNTIL = ClickTraffic.START + 110_000;

  @TempDir private static Path directory;

  private static EmbeddedBroker broker;
  private static MiniCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    broker = SharedBroker.get();
    cluster = SharedCluster.get();
  }

  @Tag("full")
  @Test
  void shouldGiveTheSessionsOfTheLiveRunAndCorrectThem() throws Exception {
    try (Topics topics = new Topics(broker, "range-live", PARTITIONS);
        Topics again = topics.withOutputs("range-again");
        Topics resumed = topics.withOutputs("range-resumed");
        Topics corrected = topics.withOutputs("range-corrected")) {
      topics.send(catalog(topics, "brand"));
      ClickTraffic traffic = new ClickTraffic(8, topics.names.clicks().get(0), PARTITIONS, 0);
      List<ProducerRecord<byte[], byte[]>> clicks = new ArrayList<>();
      while (traffic.now() < ClickTraffic.START + 170_000) {
        clicks.addAll(at(traffic.now(), traffic.next(10)));
        if (clicks.size() % 3_000 == 0) {
          // Of producers whose clocks are ahead, and may be.
          clicks.addAll(at(traffic.now() + 3_500_000, traffic.next(10)));
        }
      }
      // What comes behind must not close what is open at the end of what is read.
      clicks.addAll(at(traffic.now() + 7_200_000, traffic.closing()));

      RunningJob job = RunningJob.start(cluster, settings(topics, null, 0), 2, directory, null);
      topics.send(clicks);
      new Reconciliation(topics, settings(topics, null, 0))
          .awaitAgreement(traffic.now() - 3_000_000, PATIENCE);
      job.stopWithSavepoint(directory);

      SessionRange range = new SessionRange(FROM, UNTIL);
      Map<String, JsonNode> all = topics.sessions();
      Map<String, JsonNode> live = inRange(all);
      assertThat(live).hasSizeGreaterThan(500);

      Map<String, Long> accounts = replay(settings(again, range, 1));
      assertThat(accounts.get("clickstream.read"))
          .isEqualTo(
              Stream.of("in-sessions", "duplicates", "late", "rejected")
                  .mapToLong(which -> accounts.get("clickstream." + which))
                  .sum());
      Map<String, JsonNode> replayed = again.sessions();
      assertThat(comparable(replayed)).isEqualTo(comparable(known(live, all)));
      assertThat(replayed.values())
          .allMatch(session -> session.get("revision").asLong() > 1_000_000)
          .allMatch(session -> session.get("revision").asLong() < 1_000_100);

      // Watermarks go in steps, which begin with another click after a restore: what is open behind
      // the range, where reading ends, may be one session more or less.
      assertThat(withoutOpen(replayInTwoParts(settings(resumed, range, 1), accounts)))
          .isEqualTo(withoutOpen(accounts));
      assertThat(comparable(resumed.sessions())).isEqualTo(comparable(replayed));

      topics.send(catalog(topics, "corrected brand"));
      replay(settings(corrected, range, 2));
      Map<String, JsonNode> after = corrected.sessions();
      Map<String, JsonNode> expected = comparable(replayed);
      expected.values().forEach(ReplayRangeIT::correct);
      assertThat(comparable(after)).isEqualTo(expected);
      assertThat(comparable(after)).isNotEqualTo(comparable(replayed));

      try (ClickHouseServer clickHouse = ClickHouseServer.start(directory.resolve("clickhouse"))) {
        load(clickHouse, List.of(topics, again, corrected));
      }
    }
  }

  /** What was late for a job whose other partitions were far ahead need not be for a replay. */
  @Tag("full")
  @Test
  void shouldRetractWhatAnotherClickBeginsInTheReplay() throws Exception {
    try (Topics topics = new Topics(broker, "range-idle", 2);
        Topics again = topics.withOutputs("range-idle-again")) {
      // Given a job that does not wait for a partition in which nothing comes
      ClickstreamSettings settings = settings(topics, null, 0, Duration.ofMillis(50));
      RunningJob job = RunningJob.start(cluster, settings, 2, directory, null);
      topics.send(
          List.of(
              click(topics, 0, "a", FROM + 1_000), click(topics, 0, "whole", FROM + 2_000),
              click(topics, 0, "a", FROM + 1_500), click(topics, 0, "b", FROM + 9_000),
              click(topics, 0, "edge", UNTIL + 100), click(topics, 0, "b", UNTIL + 2_000)));
      Awaitility.await().atMost(PATIENCE).until(() -> topics.sessions().size() == 4);
      // When a click comes there that would have begun a session
      topics.send(
          List.of(click(topics, 1, "a", FROM + 600), click(topics, 1, "edge", UNTIL - 200)));
      Awaitility.await().atMost(PATIENCE).until(() -> topics.read(topics.names.late()).size() == 2);
      topics.send(
          List.of(click(topics, 0, "c", UNTIL + 10_000), click(topics, 1, "d", UNTIL + 10_000)));
      Awaitility.await().atMost(PATIENCE).until(() -> topics.sessions().size() == 5);
      job.stopWithSavepoint(directory);
      replay(settings(again, new SessionRange(FROM, UNTIL), 1));

      // Then
      Map<String, Integer> live = eventsByStart(topics.sessions().values());
      Map<String, Integer> replayed = eventsByStart(again.sessions().values());
      Map<String, Integer> same = Map.of("whole 2000", 1, "b 9000", 1, "b 52000", 1);
      assertThat(live).isEqualTo(with(same, Map.of("a 1000", 2, "edge 50100", 1)));
      assertThat(replayed)
          .isEqualTo(Map.of("a 600", 3, "whole 2000", 1, "b 9000", 1, "edge 49800", 2));
      try (ClickHouseServer clickHouse = ClickHouseServer.start(directory.resolve("idle"))) {
        load(clickHouse, List.of(topics, again));
        assertThat(eventsByStart(SessionsView.read(clickHouse, "replay").values()))
            .isEqualTo(
                with(same, Map.of("a 600", 3, "a 1000", 2, "edge 49800", 2, "edge 50100", 1)));
        // What stays: a session of which the replay knows less, and one of another app.
        for (String values :
            List.of(
                "('stays', 1, 0, 'DEVICE', 'less', NULL, %1$d, %3$d, 3)",
                "('fewer', 1000001, 0, 'DEVICE', 'less', NULL, %2$d, %3$d, 2)",
                "('other', 1, 0, 'DEVICE', 'less', 'app', %1$d, %3$d, 1)")) {
          clickHouse.ask(
              "INSERT INTO sessions (session_id, revision, is_deleted, visitor_kind, visitor_id, app_id, session_start, session_end, event_count) VALUES "
                  + values.formatted(FROM + 30_000, FROM + 29_500, FROM + 30_900),
              "replay");
        }
        // And neighbours at a mark, which share a millisecond: that on the right was not replayed.
        clickHouse.ask(
            "INSERT INTO sessions (session_id, revision, is_deleted, visitor_kind, visitor_id, app_id, session_start, session_end, event_count, end_reason) VALUES "
                + "('left', 1000001, 0, 'DEVICE', 'cut', NULL, %d, %d, 5, 'USER'), ('right', 1, 0, 'DEVICE', 'cut', NULL, %d, %d, 2, 'TIMEOUT')"
                    .formatted(UNTIL - 900, UNTIL, UNTIL, UNTIL + 100),
            "replay");
        Map<String, Integer> stays =
            Map.of(
                "less 30000",
                3,
                "less 29500",
                2,
                "less 30000 app",
                1,
                "cut 49100",
                5,
                "cut 50000",
                2);
        String retract =
            Files.readString(Path.of("config/clickhouse/operations/retract-after-replay.sql"));
        clickHouse.ask(
            retract,
            "replay",
            Map.of(
                "from", Instant.ofEpochMilli(FROM).toString().replace("Z", ""),
                "until", Instant.ofEpochMilli(UNTIL).toString().replace("Z", ""),
                "generation", "1"));
        assertThat(eventsByStart(SessionsView.read(clickHouse, "replay").values()))
            .isEqualTo(with(with(same, stays), Map.of("a 600", 3, "edge 49800", 2)));
      }
    }
  }

  private static Map<String, Integer> with(Map<String, Integer> some, Map<String, Integer> others) {
    Map<String, Integer> all = new TreeMap<>(some);
    all.putAll(others);
    return all;
  }

  private static ProducerRecord<byte[], byte[]> click(
      Topics topics, int partition, String visitor, long time) {
    return new ProducerRecord<>(
        topics.names.clicks().get(0),
        partition,
        time,
        null,
        "{\"event_type\":\"page_view\",\"timestamp\":%d,\"anonymous_id\":\"%s\"}"
            .formatted(time, visitor)
            .getBytes(StandardCharsets.UTF_8));
  }

  /** By visitor and by how far behind the beginning of the range a session starts. */
  private static Map<String, Integer> eventsByStart(Collection<JsonNode> sessions) {
    return sessions.stream()
        .collect(
            Collectors.toMap(
                session ->
                    session.get("visitor_id").asText()
                        + " "
                        + (session.get("session_start").asLong() - FROM)
                        + (session.path("app_id").isTextual() ? " app" : ""),
                session -> session.get("event_count").asInt()));
  }

  /** The ends of the transactions have the time of the import, which is long behind the range. */
  @Tag("full")
  @Test
  void shouldReplayHistoryThatWasImportedInTransactions() throws Exception {
    try (Topics topics = new Topics(broker, "range-imported", PARTITIONS);
        Topics again = topics.withOutputs("range-imported-again");
        Topics resumed = topics.withOutputs("range-imported-resumed")) {
      // Given a job that has read the history
      topics.send(catalog(topics, "brand"));
      ClickTraffic traffic = new ClickTraffic(11, topics.names.clicks().get(0), PARTITIONS, 0);
      List<ProducerRecord<byte[], byte[]>> clicks = new ArrayList<>();
      while (traffic.now() < ClickTraffic.START + 145_000) {
        List<ProducerRecord<byte[], byte[]>> some = at(traffic.now(), traffic.next(10));
        if (traffic.now() > ClickTraffic.START + 30_000) {
          clicks.addAll(some);
        }
      }
      clicks.addAll(at(traffic.now() + 7_200_000, traffic.closing()));
      sendInTransactions(clicks, 1_000);
      RunningJob job = RunningJob.start(cluster, settings(topics, null, 0), 2, directory, null);
      new Reconciliation(topics, settings(topics, null, 0))
          .awaitAgreement(traffic.now() - 3_000, PATIENCE);
      job.stopWithSavepoint(directory);
      Map<String, JsonNode> all = topics.sessions();
      Map<String, JsonNode> expected = comparable(known(inRange(all), all));
      assertThat(expected).hasSizeGreaterThan(200);

      // When
      ClickstreamSettings settings = settings(again, new SessionRange(FROM, UNTIL), 1);
      List<Finding> findings = rangeFindings(settings);
      Map<String, Long> accounts = replay(settings);

      // Then
      assertThat(comparable(again.sessions())).isEqualTo(expected);
      assertThat(findings)
          .extracting(Finding::severity)
          .containsExactly(Severity.INFO, Severity.OK);
      assertThat(findings.get(0).message())
          .startsWith(
              "Kafka timestamps are those of producers (message.timestamp.type=CreateTime) in 3 of 3 partitions")
          .contains("are read to where they end now")
          .contains("offsets more");

      // When restored in the middle, Then the same clicks are left out
      assertThat(
              withoutOpen(
                  replayInTwoParts(
                      settings(resumed, new SessionRange(FROM, UNTIL), 1),
                      accounts,
                      clicks.size() * 2 / 5)))
          .isEqualTo(withoutOpen(accounts));
      assertThat(comparable(resumed.sessions())).isEqualTo(expected);
    }
  }

  /** The end of a transaction may be all that is left of it, and is no click. */
  @Test
  void shouldGoByTheFirstClickWhenRetentionLeavesTheEndOfATransaction() throws Exception {
    try (Topics topics = new Topics(broker, "range-cut", 1)) {
      long read = FROM - 20_700 - 1_000;
      sendInTransactions(
          List.of(
              click(topics, 0, "deleted", read - 2_000), click(topics, 0, "first", read - 1_000),
              click(topics, 0, "needed", read + 5_000), click(topics, 0, "last", UNTIL)),
          1);
      ClickstreamSettings settings = settings(topics, new SessionRange(FROM, UNTIL), 1);

      // When, Then: what is needed is there
      deleteBefore(topics.names.clicks().get(0), 1);
      assertThat(rangeFindings(settings)).extracting(Finding::severity).contains(Severity.OK);

      // When, Then: it may not be
      deleteBefore(topics.names.clicks().get(0), 3);
      assertThat(rangeFindings(settings))
          .singleElement()
          .satisfies(
              finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                assertThat(finding.message())
                    .endsWith(
                        "retention has deleted those before 2026-01-01T00:00:43.300Z, and sessions could begin later than they did");
              });

      // When, Then: nothing is
      deleteBefore(topics.names.clicks().get(0), 7);
      assertThat(rangeFindings(settings))
          .singleElement()
          .satisfies(
              finding ->
                  assertThat(finding.message())
                      .isEqualTo(
                          "no click is left in topic range-cut-clicks: retention has deleted them"));
    }
  }

  private static void deleteBefore(String topic, long offset) throws Exception {
    broker
        .admin()
        .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(offset)))
        .all()
        .get(30, TimeUnit.SECONDS);
  }

  private static void sendInTransactions(List<ProducerRecord<byte[], byte[]>> records, int size)
      throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "transactional.id",
                "import-" + records.get(0).topic()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.initTransactions();
      for (int first = 0; first < records.size(); first += size) {
        producer.beginTransaction();
        records.subList(first, Math.min(first + size, records.size())).forEach(producer::send);
        producer.commitTransaction();
      }
      // The broker answers before it has written where a transaction ends; the next one waits.
      producer.beginTransaction();
      producer.commitTransaction();
    }
  }

  /** Not of a replay, but of another source with an end: that of the reference data. */
  @Test
  void shouldLoadTheReferenceDataWhenRestoredInTheMiddleOfIt() throws Exception {
    try (Topics topics = new Topics(broker, "range-loading", PARTITIONS)) {
      // A quota lets ten seconds' worth of it pass at once.
      List<ProducerRecord<byte[], byte[]>> products = new ArrayList<>();
      for (int i = 0; i < 1_500; i++) {
        products.addAll(catalog(topics, "brand"));
      }
      topics.send(products);
      ClickTraffic traffic = new ClickTraffic(10, topics.names.clicks().get(0), PARTITIONS, 0);
      topics.send(traffic.next(500));
      topics.send(traffic.closing());

      String savepoint;
      SlowBroker.deliver(broker, 50_000.0);
      try {
        RunningJob job = RunningJob.start(cluster, settings(topics, null, 0), 2, directory, null);
        job.awaitCheckpoints(2);
        savepoint = job.stopWhileLoading(directory);
        assertThat(topics.read(topics.names.sessions())).isEmpty();
      } finally {
        SlowBroker.deliver(broker, null);
      }

      RunningJob again =
          RunningJob.start(cluster, settings(topics, null, 0), 2, directory, savepoint);
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> topics.sessions().size(), sessions -> sessions > 50);
      again.stopWithSavepoint(directory);
      assertThat(topics.sessions().values())
          .allMatch(
              session -> session.get("products").isEmpty() || session.get("top_brand").isTextual());
    }
  }

  @Test
  void shouldSayWhatIsNotThereAnyMore() throws Exception {
    try (Topics topics = new Topics(broker, "range-deleted", 2)) {
      ClickTraffic traffic = new ClickTraffic(9, topics.names.clicks().get(0), 2, 0);
      List<ProducerRecord<byte[], byte[]>> clicks = new ArrayList<>();
      while (traffic.now() < FROM) {
        clicks.addAll(at(traffic.now(), traffic.next(10)));
      }
      topics.send(clicks);
      long read = FROM - 20_700 - 1_000;
      ClickstreamSettings settings = settings(topics, new SessionRange(FROM, UNTIL), 1);
      // Enough is there, but for what follows the range.
      assertThat(rangeFindings(settings))
          .singleElement()
          .satisfies(
              finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.OK);
                assertThat(finding.message()).contains("2026-01-01T00:00:38.300Z");
              });

      configure(topics.names.clicks().get(0), "message.timestamp.after.max.ms", "86400000");
      assertThat(rangeFindings(settings))
          .filteredOn(finding -> finding.severity() == Severity.WARNING)
          .singleElement()
          .satisfies(
              finding -> {
                assertThat(finding.subject()).isEqualTo("ingest.stop-at");
                assertThat(finding.message())
                    .startsWith("message.timestamp.after.max.ms is 86400000: ");
              });
      configure(topics.names.clicks().get(0), "message.timestamp.type", "LogAppendTime");

      long oldest = deleteBefore(topics, read + 2_000);
      assertThat(rangeFindings(settings))
          .singleElement()
          .satisfies(
              finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                assertThat(finding.message()).contains("retention has deleted");
                assertThat(finding.remedy()).contains("timestamp:2026-01-01T00:01:0");
              });
      assertThat(oldest).isGreaterThanOrEqualTo(read + 2_000);
    }
  }

  private static void configure(String topic, String name, String value) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    AlterConfigOp change =
        new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    broker
        .admin()
        .incrementalAlterConfigs(Map.of(resource, List.of(change)))
        .all()
        .get(30, TimeUnit.SECONDS);
  }

  /** Deletes the first partition's records before a time; returns the time of the first left. */
  private static long deleteBefore(Topics topics, long time) throws Exception {
    ConsumerRecord<byte[], byte[]> first =
        topics.read(topics.names.clicks().get(0)).stream()
            .filter(record -> record.partition() == 0 && record.timestamp() >= time)
            .findFirst()
            .orElseThrow();
    deleteBefore(topics.names.clicks().get(0), first.offset());
    return first.timestamp();
  }

  private static List<Finding> rangeFindings(ClickstreamSettings settings) {
    Configuration flink =
        new Configuration().set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
    return Stream.of(Severity.values())
        .flatMap(severity -> Preflight.run(settings, flink).of(severity).stream())
        .filter(finding -> finding.subject().startsWith("ingest.s"))
        .toList();
  }

  /** The loader of each topic writes the same table, as an operator would do it. */
  private static void load(ClickHouseServer clickHouse, List<Topics> all) throws Exception {
    ClickHouseSettings target = clickHouse.settings("replay", 500, Duration.ofMillis(200));
    Migrate.migrate(target, Columns.BUILT_IN);
    Map<String, JsonNode> expected = new TreeMap<>();
    for (Topics topics : all) {
      expected.putAll(topics.sessions());
      try (RunningLoader loader =
          RunningLoader.start(
              cluster,
              KafkaSettings.at(broker.bootstrapServers()),
              topics.names,
              topics.names.sessions(),
              target,
              directory)) {
        Awaitility.await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(
                            SessionsView.differences(
                                expected, SessionsView.read(clickHouse, "replay")))
                        .isEmpty());
        assertThat(loader.failure()).isEmpty();
      }
    }
  }

  /** Nor what was counted of the reference data: who read it has ended before the restore. */
  private static Map<String, Long> withoutOpen(Map<String, Long> accounts) {
    Map<String, Long> others = new TreeMap<>(accounts);
    assertThat(others.remove("clickstream.open-sessions")).isNotNull();
    others.keySet().removeIf(account -> account.startsWith("clickstream.reference-"));
    return others;
  }

  /** Runs to its end by itself. */
  private static Map<String, Long> replay(ClickstreamSettings settings) throws Exception {
    RunningJob job =
        RunningJob.start(cluster, settings, ClickstreamInputs.of(settings), 2, directory, null);
    return job.result();
  }

  /**
   * It is stopped in the middle, for which the broker delivers slowly, and goes on to its end. No
   * part of the source has ended by then: Flink keeps no state of what has, nor its accounts.
   */
  private static Map<String, Long> replayInTwoParts(
      ClickstreamSettings settings, Map<String, Long> whole) throws Exception {
    return replayInTwoParts(settings, whole, 0);
  }

  /**
   * The same, but not before the job has come so far.
   *
   * @param offsets over all partitions
   */
  private static Map<String, Long> replayInTwoParts(
      ClickstreamSettings settings, Map<String, Long> whole, long offsets) throws Exception {
    String savepoint;
    SlowBroker.deliver(broker, 20_000.0);
    try {
      RunningJob job =
          RunningJob.start(cluster, settings, ClickstreamInputs.of(settings), 2, directory, null);
      job.awaitCheckpoints(2);
      // The broker is slow on purpose, and the machine may be, too.
      Awaitility.await()
          .atMost(PATIENCE.multipliedBy(3))
          .until(job::position, position -> position >= offsets);
      savepoint = job.stopWithSavepoint(directory);
      String read = "clickstream.read";
      assertThat(job.result().get(read)).isPositive().isLessThan(whole.get(read));
    } finally {
      SlowBroker.deliver(broker, null);
    }
    return RunningJob.start(
            cluster, settings, ClickstreamInputs.of(settings), 1, directory, savepoint)
        .result();
  }

  private static ClickstreamSettings settings(
      Topics topics, @Nullable SessionRange range, int generation) {
    return settings(topics, range, generation, Duration.ofMinutes(10));
  }

  private static ClickstreamSettings settings(
      Topics topics, @Nullable SessionRange range, int generation, Duration idleTimeout) {
    String name = topics.names.sessions();
    return ClickstreamSettings.defaults()
        .with(KafkaSettings.BOOTSTRAP_SERVERS, broker.bootstrapServers())
        .with(KafkaSettings.PROPERTIES, SlowBroker.CLIENT)
        .with(topics.names)
        .with(IngestSettings.GROUP_ID, name)
        .with(
            IngestSettings.START_FROM,
            range == null ? StartFrom.EARLIEST : StartFrom.timestamp(range.from()))
        .with(IngestSettings.STOP_AT, range == null ? null : range.until())
        .with(IngestSettings.MAX_OUT_OF_ORDERNESS, Duration.ofMillis(200))
        .with(IngestSettings.IDLE_TIMEOUT, idleTimeout)
        .with(IngestSettings.MAX_FUTURE_SKEW, Duration.ofSeconds(1))
        .with(SessionSettings.GAP, Duration.ofMillis(700))
        .with(SessionSettings.ALLOWED_LATENESS, Duration.ofMillis(500))
        .with(SessionSettings.MAX_DURATION, Duration.ofSeconds(20))
        .with(SessionSettings.CACHE_SIZE, 1L << 20)
        .with(SinkSettings.TRANSACTIONAL_ID_PREFIX, name)
        .with(SinkSettings.TRANSACTION_TIMEOUT, Duration.ofMinutes(10))
        .with(SinkSettings.GENERATION, generation);
  }

  /** The records as Kafka got them at a time. */
  private static List<ProducerRecord<byte[], byte[]>> at(
      long time, List<ProducerRecord<byte[], byte[]>> records) {
    return records.stream()
        .map(
            record ->
                new ProducerRecord<>(
                    record.topic(), record.partition(), time, record.key(), record.value()))
        .toList();
  }

  /** The products that the traffic names. */
  private static List<ProducerRecord<byte[], byte[]>> catalog(Topics topics, String brand) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      String id = "p" + i;
      ObjectNode product = JSON.createObjectNode();
      product.put("product_id", id).put("category", "c" + i % 4).put("brand", brand + " " + i % 3);
      records.add(
          new ProducerRecord<>(
              topics.names.products(),
              id.getBytes(StandardCharsets.UTF_8),
              product.toString().getBytes(StandardCharsets.UTF_8)));
    }
    return records;
  }

  private static void correct(JsonNode session) {
    JsonNode brand = session.get("top_brand");
    if (brand.isTextual()) {
      ((ObjectNode) session).put("top_brand", "corrected " + brand.asText());
    }
  }

  private static Map<String, JsonNode> inRange(Map<String, JsonNode> sessions) {
    Map<String, JsonNode> some = new TreeMap<>(sessions);
    some.values()
        .removeIf(
            session -> {
              long start = session.get("session_start").asLong();
              return start < FROM || start >= UNTIL;
            });
    return some;
  }

  private static Map<String, JsonNode> comparable(Map<String, JsonNode> sessions) {
    Map<String, JsonNode> comparable = new TreeMap<>();
    sessions.forEach(
        (id, session) -> comparable.put(id, ((ObjectNode) session.deepCopy()).remove(OF_THE_RUN)));
    return comparable;
  }

  /**
   * Without those that are cut off from one that is cut off from others, back to one that began
   * before anything is known.
   */
  private static Map<String, JsonNode> known(
      Map<String, JsonNode> some, Map<String, JsonNode> all) {
    Map<String, JsonNode> known = new TreeMap<>(some);
    known.values().removeIf(session -> beginning(session, all) < FROM - 20_000);
    return known;
  }

  private static long beginning(JsonNode session, Map<String, JsonNode> all) {
    long start = session.get("session_start").asLong();
    return all.values().stream()
        .filter(other -> other.get("visitor_id").equals(session.get("visitor_id")))
        .filter(other -> other.get("session_start").asLong() < start)
        .filter(other -> other.get("session_end").asLong() + 700 >= start)
        .mapToLong(other -> beginning(other, all))
        .min()
        .orElse(start);
  }
}
