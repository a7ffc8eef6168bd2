package io.clickstream.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.columns.ColumnType;
import io.clickstream.columns.Columns;
import io.clickstream.columns.ColumnsBuilder;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.SampleDefinitions;
import io.clickstream.config.ClickHouseSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.LoaderSettings;
import io.clickstream.config.StartFrom;
import io.clickstream.config.TopicSettings;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.TopicReader;
import io.clickstream.preflight.Preflight;
import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topic to table with the production schema, on a current engine. */
@Tag("full")
class LoaderIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private static Path directory;

  private static ClickHouseServer server;
  private static EmbeddedBroker broker;
  private static MiniCluster cluster;
  private static KafkaProducer<byte[], byte[]> producer;

  @BeforeAll
  static void start() throws Exception {
    server = ClickHouseServer.start(directory.resolve("clickhouse"));
    broker = EmbeddedBroker.start();
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(new Configuration())
                .setNumTaskManagers(2)
                .setNumSlotsPerTaskManager(2)
                .build());
    cluster.start();
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 5),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  static void stop() throws Exception {
    try (ClickHouseServer last = server;
        EmbeddedBroker before = broker;
        MiniCluster first = cluster) {
      if (producer != null) {
        producer.close(Duration.ofSeconds(5));
      }
    }
  }

  @Test
  void shouldBringEveryColumnAsTheTopicHasIt() throws Exception {
    TopicSettings topics = topics("columns");
    ClickHouseSettings target = target("columns", 50);
    Migrate.migrate(target, SampleDefinitions.COLUMNS);
    SessionRecords records = new SessionRecords(1, topics.sessions()).withDefined();
    List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>(records.next(500));
    sent.add(records.record(records.extreme()));
    send(sent);

    try (RunningLoader loader = loader("columns", topics, target)) {
      awaitAgreement(topics, "columns");
      assertThat(loader.failure()).isEmpty();
    }
  }

  @Test
  void shouldShowTheFoldedTopicWhateverDies() throws Exception {
    TopicSettings topics = topics("faults");
    ClickHouseSettings target = target("faults", 500);
    SessionRecords records = new SessionRecords(2, topics.sessions());
    send(records.next(3_000));
    try (RunningLoader loader = loader("faults", topics, target)) {
      awaitRows("faults", 500);
      // The job may have both its tasks on either.
      loader.killTaskManager(0);
      loader.killTaskManager(1);
      send(records.next(3_000));
      loader.awaitRestart();
      if (server.isOurs()) {
        server.kill();
        send(records.next(3_000));
        server.restart();
      }
      awaitAgreement(topics, "faults");
      assertThat(loader.failure()).doesNotContain("ClickHouse");
    }

    // All of it once more, as after a loss of the loader's state.
    try (RunningLoader replay = loader("faults-again", topics, target)) {
      send(records.next(500));
      awaitAgreement(topics, "faults");
      assertThat(replay.restarts()).isZero();
    }
  }

  @Test
  void shouldSetAsideWhatIsNoRowAndLoadTheOthers() throws Exception {
    TopicSettings topics = topics("refused");
    ClickHouseSettings target = target("refused", 100);
    SessionRecords records = new SessionRecords(3, topics.sessions());
    List<ProducerRecord<byte[], byte[]>> good = records.next(200);
    ObjectNode tooMuch = records.extreme().put("revenue", "1" + "0".repeat(30));
    ObjectNode noNumber = records.extreme().put("page_views", "many");
    ObjectNode nameless = records.extreme().put("session_id", "");
    List<ProducerRecord<byte[], byte[]>> bad =
        List.of(
            records.record(tooMuch),
            records.record(noNumber),
            records.record(nameless),
            records.record("broken", "{\"session_id\": \"x\", }"),
            records.record("text", "hello"),
            records.record("empty", ""),
            new ProducerRecord<>(topics.sessions(), bytes("null"), null));
    List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>(good);
    for (int i = 0; i < bad.size(); i++) {
      all.add(20 * i + 5, bad.get(i));
    }
    send(all);

    try (RunningLoader loader = loader("refused", topics, target)) {
      Awaitility.await("records that are set aside")
          .atMost(PATIENCE)
          .until(() -> read(topics.rejectedSessions()).size() >= bad.size());
      Map<String, JsonNode> expected =
          SessionRecords.fold(good.stream().map(ProducerRecord::value).toList());
      awaitView(expected, "refused");
      assertThat(loader.failure()).isEmpty();
    }
    List<ConsumerRecord<byte[], byte[]>> aside = read(topics.rejectedSessions());
    assertThat(aside)
        .extracting(ConsumerRecord::value)
        .containsExactlyInAnyOrderElementsOf(bad.stream().map(ProducerRecord::value).toList());
    assertThat(aside)
        .allSatisfy(
            record -> {
              assertThat(header(record, "source_topic")).isEqualTo(topics.sessions());
              assertThat(header(record, "source_offset")).matches("\\d+");
              assertThat(header(record, "reason")).isIn("REFUSED", "NOT_AN_OBJECT");
            });
    assertThat(aside)
        .filteredOn(record -> new String(record.key(), StandardCharsets.UTF_8).equals("broken"))
        .singleElement()
        .satisfies(record -> assertThat(header(record, "detail")).contains("Code: "));

    // Of these, the column is made to hold one, as the runbook does.
    server.ask("ALTER TABLE sessions MODIFY COLUMN revenue Nullable(Decimal(76, 18))", "refused");
    // The view has the types of the day it was made.
    Migrate.migrate(target, Columns.BUILT_IN);
    String again = topics.rejectedSessions() + "-again";
    broker.createTopic(again, 1);
    TopicSettings rest =
        topics
            .with(TopicSettings.SESSIONS, topics.rejectedSessions())
            .with(TopicSettings.REJECTED_SESSIONS, again);
    try (RunningLoader loader = loader("refused-again", rest, target)) {
      Awaitility.await("records that are still no rows")
          .atMost(PATIENCE)
          .until(() -> read(again).size() >= bad.size() - 1);
      List<byte[]> taken = new ArrayList<>(good.stream().map(ProducerRecord::value).toList());
      taken.add(bad.get(0).value());
      Map<String, JsonNode> expected = SessionRecords.fold(taken);
      awaitView(expected, "refused");
      assertThat(loader.failure()).isEmpty();
    }
    assertThat(read(again))
        .extracting(ConsumerRecord::value)
        .containsExactlyInAnyOrderElementsOf(
            bad.stream().skip(1).map(ProducerRecord::value).toList());
  }

  @Test
  void shouldGoOnAfterManyRecordsThatAreNoRows() throws Exception {
    TopicSettings topics = topics("poison");
    ClickHouseSettings target = target("poison", 100);
    SessionRecords records = new SessionRecords(6, topics.sessions());
    List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>();
    for (int i = 0; i < 3 * BatchHistory.SUSPICIOUS; i++) {
      all.add(records.record(records.extreme().put("page_views", "many")));
    }
    List<ProducerRecord<byte[], byte[]>> good = records.next(150);
    all.addAll(good);
    send(all);

    try (RunningLoader loader = loader("poison", topics, target)) {
      Map<String, JsonNode> expected =
          SessionRecords.fold(good.stream().map(ProducerRecord::value).toList());
      awaitView(expected, "poison");
      Awaitility.await("the others")
          .atMost(PATIENCE)
          .until(() -> read(topics.rejectedSessions()).size() >= 3 * BatchHistory.SUSPICIOUS);
    }
  }

  @Test
  void shouldCountByTheHourWhatIsThereNow() throws Exception {
    TopicSettings topics = topics("hourly");
    ClickHouseSettings target = target("hourly", 100);
    long now = System.currentTimeMillis();
    SessionRecords records = new SessionRecords(7, topics.sessions());
    ObjectNode first =
        records.extreme().put("session_start", now - 7_200_000).put("event_count", 3);
    ObjectNode second = records.extreme().put("session_start", now).put("event_count", 5);
    first.put("entry_page", "/").put("duration_ms", 1_000);
    second.put("entry_page", "/").put("duration_ms", 2_000);
    first.put("page_views", 1).put("is_bounce", true);
    second.put("page_views", 0).putNull("is_bounce");
    send(List.of(records.record(first), records.record(second)));

    try (RunningLoader loader = loader("hourly", topics, target)) {
      awaitHourly(2, 8);
      send(
          List.of(
              records.record(first.deepCopy().put("revision", 2).put("event_count", 4)),
              records.record(
                  second
                      .deepCopy()
                      .put("revision", 2)
                      .put("is_deleted", true)
                      .put("superseded_by", first.get("session_id").asText()))));
      awaitHourly(1, 4);
      assertThat(loader.failure()).isEmpty();
    }
  }

  /** The files of config/clickhouse/queries, and what Prometheus asks. */
  @Test
  void shouldAnswerWhatAnalystsAskFirst() throws Exception {
    TopicSettings topics = topics("questions");
    ClickHouseSettings target = target("questions", 100);
    SessionRecords records = new SessionRecords(8, topics.sessions());
    long now = System.currentTimeMillis();
    List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      sent.add(
          records.record(
              records
                  .extreme()
                  .put("session_start", now - i)
                  .put("emitted_at", now)
                  .put("event_count", 7)
                  .put("duration_ms", 5_000)
                  .put("purchases", i % 2)
                  .put("user_segment", "gold")
                  .put("utm_campaign", "spring")
                  .put("revenue", "10.50")
                  .put("currency", "EUR")
                  .put("exit_page", "https://shop.example/end?a=" + i)));
    }
    send(sent);

    try (RunningLoader loader = loader("questions", topics, target)) {
      awaitRows("questions", 10);
      server.ask("SYSTEM REFRESH VIEW sessions_hourly_refresh", "questions");
      server.ask("SYSTEM WAIT VIEW sessions_hourly_refresh", "questions");
      assertThat(loader.failure()).isEmpty();
    }

    assertThat(example("sessions-by-hour-and-segment"))
        .singleElement()
        .satisfies(row -> assertThat(row.get("total").asLong()).isEqualTo(10));
    assertThat(example("bounce-rate-by-campaign"))
        .singleElement()
        .satisfies(row -> assertThat(row.get("sessions").asLong()).isEqualTo(10));
    assertThat(example("funnel"))
        .extracting(row -> row.get("sessions").asLong())
        .containsExactly(10L, 10L, 10L, 10L, 5L);
    assertThat(example("top-exit-pages"))
        .singleElement()
        .hasToString(
            "{\"page\":\"https://shop.example/end\",\"sessions\":10,\"without_purchase\":5}");
    assertThat(example("revenue-per-session"))
        .singleElement()
        .satisfies(row -> assertThat(row.get("total")).hasToString("105"));
    assertThat(server.ask("SELECT * FROM loader_metrics FORMAT Prometheus", "questions"))
        .contains("# TYPE clickstream_table_rows gauge", "\nclickstream_table_rows 10\n")
        .contains("\nclickstream_table_newest_emitted_seconds " + now / 10_000_000);
  }

  private static List<JsonNode> example(String name) throws Exception {
    return server.rows(
        Files.readString(Path.of("config", "clickhouse", "queries", name + ".sql")), "questions");
  }

  /** As a dashboard sees it after the next refresh. */
  private static void awaitHourly(long sessions, long events) {
    Awaitility.await(sessions + " sessions")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              server.ask("SYSTEM REFRESH VIEW sessions_hourly_refresh", "hourly");
              JsonNode row =
                  server
                      .rows(
                          "SELECT sum(sessions) AS n, sum(events) AS e, sum(bounces) AS b,"
                              + " sum(with_page_view) AS v FROM sessions_hourly",
                          "hourly")
                      .get(0);
              assertThat(row.get("n").asLong()).isEqualTo(sessions);
              assertThat(row.get("e").asLong()).isEqualTo(events);
              // One of them had a page view, a single one.
              assertThat(row.get("b").asLong()).isEqualTo(1);
              assertThat(row.get("v").asLong()).isEqualTo(1);
            });
  }

  @Test
  void shouldFailClearlyWhenItIsNotTheRows() throws Exception {
    TopicSettings topics = topics("other-table");
    ClickHouseSettings target = target("other_table", 100);
    server.ask("ALTER TABLE sessions MODIFY COLUMN visitor_kind UInt8", "other_table");
    send(new SessionRecords(4, topics.sessions()).next(200));

    try (RunningLoader loader = loader("other-table", topics, target)) {
      Awaitility.await("the failure")
          .atMost(PATIENCE)
          .until(() -> loader.failure().contains("takes no rows: row after row is refused"));
    }
    assertThat(server.rows("SELECT count() AS n FROM sessions", "other_table").get(0).get("n"))
        .hasToString("0");
  }

  @Test
  void shouldSayBeforehandWhatIsMissing() throws Exception {
    TopicSettings topics = topics("preflight");
    ClickHouseSettings target = target("preflight", 100);
    assertThat(preflight(topics, target)).isEmpty();

    // One column of the first file, and one of a later one
    server.ask(
        "ALTER TABLE sessions DROP COLUMN top_brand, DROP COLUMN orders_truncated", "preflight");
    assertThat(preflight(topics, target))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.message())
                  .contains("lacks columns", "top_brand is missing", "orders_truncated is missing");
              assertThat(finding.remedy()).contains("clickstream migrate");
            });
    Migrate.apply(target, Columns.BUILT_IN, false);
    assertThat(preflight(topics, target)).isEmpty();

    server.ask("DROP TABLE sessions", "preflight");
    server.ask("CREATE TABLE sessions (session_id String) ENGINE = Memory", "preflight");
    assertThat(preflight(topics, target))
        .extracting(Finding::message)
        .anyMatch(message -> message.contains("expected ReplacingMergeTree(revision, is_deleted)"));

    server.ask("DROP TABLE sessions", "preflight");
    assertThat(preflight(topics, target))
        .singleElement()
        .satisfies(
            finding -> assertThat(finding.message()).contains("no table preflight.sessions"));

    TopicSettings none =
        TopicSettings.defaults()
            .with(TopicSettings.SESSIONS, "none")
            .with(TopicSettings.REJECTED_SESSIONS, "none-either");
    ClickHouseSettings nowhere =
        ClickHouseSettings.defaults()
            .with(ClickHouseSettings.URL, "http://127.0.0.1:1")
            .with(ClickHouseSettings.DATABASE, "x")
            .with(ClickHouseSettings.BATCH_SIZE, 1);
    assertThat(preflight(none, nowhere))
        .extracting(Finding::subject)
        .containsExactly("topics.sessions", "topics.rejected-sessions", "clickhouse.url");
  }

  private static List<Finding> preflight(TopicSettings topics, ClickHouseSettings target) {
    Configuration flink =
        new Configuration().set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
    return Preflight.run(
            new LoaderSettings(
                KafkaSettings.at(broker.bootstrapServers()),
                topics,
                "preflight",
                StartFrom.COMMITTED,
                target,
                Definitions.NONE,
                flink),
            flink)
        .of(Severity.ERROR);
  }

  @Test
  void shouldApplyEveryMigrationOnce() throws Exception {
    ClickHouseSettings target = server.settings("migrated", 100, Duration.ofMillis(200));
    assertThat(Migrate.apply(target, Columns.BUILT_IN, false).applied())
        .isEqualTo(Migrations.FILES);
    assertThat(Migrate.apply(target, Columns.BUILT_IN, false).present())
        .isEqualTo(Migrations.FILES);
    ClickHouseSettings renamed =
        ClickHouseSettings.defaults()
            .with(ClickHouseSettings.URL, target.url())
            .with(ClickHouseSettings.DATABASE, "migrated")
            .with(ClickHouseSettings.TABLE, "other")
            .with(ClickHouseSettings.BATCH_SIZE, 1);
    assertThat(catchThrowable(() -> Migrate.apply(renamed, Columns.BUILT_IN, false)))
        .hasMessageContaining("the files make a table named sessions");

    server.ask(
        "ALTER TABLE schema_migrations UPDATE checksum = 'x' WHERE 1 SETTINGS mutations_sync = 1",
        "migrated");
    assertThat(catchThrowable(() -> Migrate.apply(target, Columns.BUILT_IN, false)))
        .hasMessageContaining("001_sessions.sql was applied with another content");
  }

  @Test
  void shouldMakeBouncesNullableWhenTableIsOlder() throws Exception {
    // Given
    ClickHouseSettings target = server.settings("older", 100, Duration.ofMillis(200));
    server.ask("CREATE DATABASE older", "default");
    for (String file : Migrations.FILES.subList(0, 4)) {
      for (String statement : Migrations.statements(Migrations.text(file))) {
        server.ask(statement, "older");
      }
    }
    server.ask(
        "INSERT INTO sessions (session_id, revision, session_start, page_views, is_bounce) VALUES"
            + " ('viewed', 1, '2026-01-01 00:00:00', 1, true),"
            + " ('unseen', 1, '2026-01-01 00:00:00', 0, true)",
        "older");

    // When
    Migrate.apply(target, Columns.BUILT_IN, false);

    // Then
    Awaitility.await("the mutation of older rows")
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        server.rows(
                            "SELECT session_id, is_bounce, orders_truncated FROM sessions_latest"
                                + " ORDER BY session_id",
                            "older"))
                    .extracting(JsonNode::toString)
                    .containsExactly(
                        "{\"session_id\":\"unseen\",\"is_bounce\":null,\"orders_truncated\":false}",
                        "{\"session_id\":\"viewed\",\"is_bounce\":true,\"orders_truncated\":false}"));
  }

  @Test
  void shouldAddColumnsThatNoFileKnowsAndDropNone() throws Exception {
    // Given: a table with a row, and with a column of its owner's
    ClickHouseSettings target = target("new_columns", 10);
    server.ask("ALTER TABLE sessions ADD COLUMN note String", "new_columns");
    server.ask(
        "INSERT INTO sessions (session_id, revision, session_start, note) VALUES"
            + " ('one', 1, '2026-01-01 00:00:00', 'kept')",
        "new_columns");
    ColumnsBuilder table = new ColumnsBuilder();
    table.first("language", "A text.").repeats();
    table
        .made("pages_per_minute", ColumnType.DECIMAL, "A decimal.")
        .nullable()
        .publish((s, o) -> {});
    Columns columns = table.build();

    // When
    List<String> first = Migrate.apply(target, columns, false).columns().added();
    List<String> second = Migrate.apply(target, columns, false).columns().added();

    // Then
    assertThat(first).containsExactly("language", "pages_per_minute");
    assertThat(second).isEmpty();
    assertThat(
            server.rows(
                "SELECT session_id, language, pages_per_minute, note FROM sessions_latest",
                "new_columns"))
        .extracting(JsonNode::toString)
        .containsExactly(
            "{\"session_id\":\"one\",\"language\":null,\"pages_per_minute\":null,\"note\":\"kept\"}");
    assertThat(
            server.rows(
                "SELECT type FROM system.columns WHERE database = 'new_columns' AND table ="
                    + " 'sessions' AND name IN ('language', 'pages_per_minute') ORDER BY name",
                "new_columns"))
        .extracting(row -> row.get("type").textValue())
        .containsExactly("LowCardinality(Nullable(String))", "Nullable(Decimal(38, 18))");
  }

  @Test
  void shouldMakeTheViewAnewWhenARunBrokeOffBeforeIt() throws Exception {
    // Given: a column that the table has and the view lacks
    ClickHouseSettings target = target("old_view", 10);
    ColumnsBuilder table = new ColumnsBuilder();
    table.first("language", "A text.");
    server.ask("ALTER TABLE sessions ADD COLUMN language Nullable(String)", "old_view");

    // When
    List<String> added = Migrate.apply(target, table.build(), false).columns().added();

    // Then
    assertThat(added).isEmpty();
    assertThat(server.rows("SELECT language FROM sessions_latest", "old_view")).isEmpty();
  }

  private static TopicSettings topics(String name) {
    TopicSettings topics =
        TopicSettings.defaults()
            .with(TopicSettings.CLICKS, List.of(name + "-clicks"))
            .with(TopicSettings.SESSIONS, name + "-sessions")
            .with(TopicSettings.LATE, name + "-late")
            .with(TopicSettings.REJECTED, name + "-rejected")
            .with(TopicSettings.REJECTED_SESSIONS, name + "-rejected-sessions")
            .with(TopicSettings.PROFILES, name + "-profiles")
            .with(TopicSettings.PRODUCTS, name + "-products");
    broker.createTopic(topics.sessions(), 3);
    broker.createTopic(topics.rejectedSessions(), 1);
    return topics;
  }

  private static ClickHouseSettings target(String database, int batchSize) throws Exception {
    ClickHouseSettings target = server.settings(database, batchSize, Duration.ofMillis(200));
    server.ask("DROP DATABASE IF EXISTS " + database, "default");
    Migrate.migrate(target, Columns.BUILT_IN);
    return target;
  }

  private static RunningLoader loader(String group, TopicSettings topics, ClickHouseSettings target)
      throws Exception {
    return RunningLoader.start(
        cluster, KafkaSettings.at(broker.bootstrapServers()), topics, group, target, directory);
  }

  private static void awaitRows(String database, long rows) {
    Awaitility.await(rows + " rows")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                server.rows("SELECT count() AS n FROM sessions", database).get(0).get("n").asLong()
                    >= rows);
  }

  private static void awaitAgreement(TopicSettings topics, String database) throws Exception {
    Map<String, JsonNode> expected =
        SessionRecords.fold(read(topics.sessions()).stream().map(ConsumerRecord::value).toList());
    assertThat(expected).hasSizeGreaterThan(100);
    awaitView(expected, database);
  }

  private static void awaitView(Map<String, JsonNode> expected, String database) {
    Awaitility.await("the view shows the folded topic")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () ->
                assertThat(SessionsView.differences(expected, SessionsView.read(server, database)))
                    .isEmpty());
  }

  private static void send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
    List<Future<?>> sent = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : records) {
      sent.add(producer.send(record));
    }
    for (Future<?> each : sent) {
      each.get();
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(String topic) throws IOException {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    new TopicReader(broker.bootstrapServers()).read(topic, records::add);
    return records;
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
