package io.clickstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.ClickstreamInputs;
import io.clickstream.clickhouse.ClickHouseServer;
import io.clickstream.clickhouse.Migrate;
import io.clickstream.clickhouse.RunningLoader;
import io.clickstream.clickhouse.SessionsView;
import io.clickstream.columns.Columns;
import io.clickstream.columns.Condition;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.Engagement.Pings;
import io.clickstream.columns.FieldDefinition;
import io.clickstream.columns.GoalDefinition;
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
import io.clickstream.reconcile.Reconciliation.Report;
import io.clickstream.reconcile.Reconciliation.Scope;
import io.clickstream.tools.traffic.Defects;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fields and goals of settings in the whole graph: through kills, changes and replays. */
@Tag("full")
class DefinedSessionsIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PARTITIONS = 3;

  /** Nothing is late for any run, so that all runs make the same sessions. */
  private static final Defects IN_TIME =
      new Defects(0.01, 0.005, 0.02, 0, Duration.ZERO, 0, Duration.ZERO, Duration.ofMillis(100));

  private static final Defects ALL_KINDS =
      new Defects(
          0.01,
          0.005,
          0.02,
          0.05,
          Duration.ofMillis(1_000),
          0.01,
          Duration.ofSeconds(3),
          Duration.ofMillis(100));

  private static final Map<String, FieldDefinition> PLAN =
      Map.of("plan", FieldDefinition.parse(Map.of("last", "properties.plan")));

  private static final Map<String, GoalDefinition> ORDER =
      Map.of(
          "order",
          GoalDefinition.parse(
              Map.of(
                  "where",
                  Map.of("event_type", "purchase"),
                  "value",
                  "properties.total",
                  "currency",
                  "properties.currency")));

  private static final EmbeddedBroker BROKER = SharedBroker.get();

  @TempDir private Path directory;

  @Test
  void shouldGivePastSessionsANewFieldWhenTheirRangeIsReplayed() throws Exception {
    MiniCluster cluster = SharedCluster.get();
    DefinedTraffic traffic = new DefinedTraffic(31, 5_000, IN_TIME);
    int half = traffic.size() / 2;
    long defined = traffic.at(half);
    try (Topics topics = new Topics(BROKER, "defined", PARTITIONS);
        Topics replayed = topics.withOutputs("defined-replayed");
        ClickHouseServer clickHouse = ClickHouseServer.start(directory.resolve("clickhouse"))) {
      // Given: a job that ran without the definitions, and goes on with them
      ClickstreamSettings before = settings(topics);
      RunningJob job = RunningJob.start(cluster, before, 2, directory, null);
      topics.send(traffic.records(topics, 0, half));
      Awaitility.await().atMost(PATIENCE).until(() -> topics.sessions().size() > 100);
      String savepoint = job.stopWithSavepoint(directory);
      Set<String> written = topics.sessions().keySet();
      ClickstreamSettings after = withDefinitions(before);
      RunningJob changed = RunningJob.start(cluster, after, 2, directory, savepoint);
      topics.send(traffic.records(topics, half, traffic.size()));
      topics.send(traffic.closing(topics));

      // Then: all agrees, but for what was read before
      Report report = awaitAgreement(after, scope(defined));
      assertThat(report.withoutDefinitions()).isBetween(100L, report.sessions() - 100);
      assertThat(compare(after, Scope.inShares(1)).differences())
          .isNotEmpty()
          .anyMatch(difference -> difference.contains("fields.plan=missing expected="))
          .anyMatch(difference -> difference.contains("goals.order=missing expected="));
      changed.stopWithSavepoint(directory);

      // Given: the table has what was written
      ClickHouseSettings target = clickHouse.settings("defined", 500, Duration.ofMillis(200));
      Migrate.migrate(target, Columns.BUILT_IN);
      Migrate.migrate(target, Columns.of(after.session().definitions()));
      load(cluster, clickHouse, target, topics, topics.sessions());
      Map<String, JsonNode> then = SessionsView.read(clickHouse, "defined");
      assertThat(written)
          .allSatisfy(id -> assertThat(then.get(id).get("fields.plan").isNull()).isTrue());

      // When: the sessions that began before the change are replayed with a higher generation
      ClickstreamSettings range =
          withDefinitions(settings(replayed))
              .with(IngestSettings.START_FROM, StartFrom.timestamp(ClickTraffic.START))
              .with(IngestSettings.STOP_AT, defined)
              .with(SinkSettings.GENERATION, 1);
      assertThat(range.ingest().range()).isEqualTo(new SessionRange(ClickTraffic.START, defined));
      RunningJob.start(cluster, range, ClickstreamInputs.of(range), 2, directory, null).result();
      Map<String, JsonNode> again = replayed.sessions();
      load(cluster, clickHouse, target, replayed, again);

      // Then: the table has the field for the past
      Map<String, JsonNode> now = SessionsView.read(clickHouse, "defined");
      assertThat(now.keySet()).isEqualTo(then.keySet());
      assertThat(again.keySet()).containsAll(written).hasSizeLessThan(now.size());
      assertThat(SessionsView.differences(again, only(again.keySet(), now))).isEmpty();
      int plans = 0;
      int orders = 0;
      for (JsonNode session : now.values()) {
        if (session.get("visitor_id").textValue().startsWith("last-")) {
          continue;
        }
        String id = session.get("session_id").textValue();
        String plan = traffic.lastPlan(session);
        BigDecimal total = traffic.total(session);
        assertThat(session.get("fields.plan").textValue()).as(id).isEqualTo(plan);
        assertThat(amount(session.get("goals.order.value"))).as(id).isEqualByComparingTo(total);
        plans += plan != null && written.contains(id) ? 1 : 0;
        orders += total.signum() > 0 && written.contains(id) ? 1 : 0;
      }
      assertThat(plans).isPositive();
      assertThat(orders).isPositive();
    }
  }

  private static BigDecimal amount(JsonNode value) {
    return value.isNull() ? BigDecimal.ZERO : value.decimalValue();
  }

  private static Map<String, JsonNode> only(Set<String> ids, Map<String, JsonNode> sessions) {
    Map<String, JsonNode> some = new HashMap<>(sessions);
    some.keySet().retainAll(ids);
    return some;
  }

  @Test
  void shouldAgreeWithTheOracleWhenKilledUnderRandomDefinitions() throws Exception {
    Random random = new Random(32);
    MiniCluster cluster = OwnCluster.start(2);
    try (Topics topics = new Topics(BROKER, "defined-killed", PARTITIONS)) {
      DefinedTraffic traffic = new DefinedTraffic(32, 8_000, ALL_KINDS);
      ClickstreamSettings settings = withRandomDefinitions(settings(topics), random);
      RunningJob job = RunningJob.start(cluster, settings, 2, directory, null);
      int rounds = 3;
      for (int round = 0; round < rounds; round++) {
        int from = traffic.size() * round / rounds;
        int to = traffic.size() * (round + 1) / rounds;
        int middle = (from + to) / 2;
        topics.send(traffic.records(topics, from, middle));
        if (round % 2 == 0) {
          job.awaitCheckpointInProgress();
        } else {
          job.awaitCheckpoints(random.nextInt(3));
        }
        job.killTaskManager(round);
        topics.send(traffic.records(topics, middle, to));
      }
      topics.send(traffic.closing(topics));

      Report report = awaitAgreement(settings, Scope.everything());
      job.stopWithSavepoint(directory);
      assertThat(report.sessions()).isGreaterThan(300);
      assertThat(report.duplicates()).isPositive();
      assertThat(report.rejected()).isPositive();
      assertThatDefinitionsHaveValues(topics.sessions(), settings.session().definitions());
    } finally {
      cluster.closeAsync().get(60, TimeUnit.SECONDS);
    }
  }

  /** What agrees has to say something. */
  private static void assertThatDefinitionsHaveValues(
      Map<String, JsonNode> sessions, Definitions definitions) {
    for (FieldDefinition field : definitions.fields()) {
      assertThat(sessions.values().stream().map(it -> it.at("/fields/" + field.name())).distinct())
          .as(field.toString())
          .hasSizeGreaterThan(1);
    }
    for (GoalDefinition goal : definitions.goals()) {
      assertThat(sessions.values().stream().map(it -> it.at("/goals/" + goal.name())).distinct())
          .as(goal.toString())
          .hasSizeGreaterThan(1);
    }
  }

  private static ClickstreamSettings withRandomDefinitions(
      ClickstreamSettings settings, Random random) {
    Map<String, FieldDefinition> fields = new HashMap<>();
    for (FieldDefinition.How how : FieldDefinition.How.values()) {
      for (int i = 0; i < 2; i++) {
        Map<String, Object> written = new HashMap<>();
        boolean isOfNumbers = how.isOfNumbers();
        if (how.isOfConditions()) {
          written.put(word(how), condition(random));
        } else {
          written.put(word(how), path(random, isOfNumbers));
          if (i > 0) {
            written.put("where", WIDE);
          }
        }
        fields.put("f_%s_%d".formatted(word(how), i), FieldDefinition.parse(written));
      }
    }
    Map<String, GoalDefinition> goals = new HashMap<>(ORDER);
    for (int i = 0; i < 3; i++) {
      Map<String, Object> written = new HashMap<>();
      written.put("where", condition(random));
      written.put("value", path(random, true));
      if (random.nextBoolean()) {
        written.put("currency", random.nextBoolean() ? "currency" : "properties.experiment");
      }
      if (random.nextBoolean()) {
        written.put("once-per", random.nextBoolean() ? "page_url" : "properties.scroll_depth");
      }
      goals.put("g_" + i, GoalDefinition.parse(written));
    }
    Definitions.Engaged[] engaged = Definitions.Engaged.values();
    Definitions.Bounce[] bounce = Definitions.Bounce.values();
    return settings
        .with(SessionSettings.FIELDS, fields)
        .with(SessionSettings.GOALS, goals)
        .with(
            SessionSettings.ENGAGEMENT,
            new Pings(
                Condition.parse(Map.of("page_url", "exists")),
                Duration.ofMillis(100 + random.nextInt(400)),
                Duration.ofMillis(random.nextInt(100))))
        .with(SessionSettings.ENGAGED, engaged[random.nextInt(engaged.length)])
        .with(SessionSettings.BOUNCE, bounce[random.nextInt(bounce.length)]);
  }

  private static final Map<String, Object> WIDE =
      Map.of("event_type", List.of("page_view", "product_view", "add_to_cart", "checkout"));

  private static String word(FieldDefinition.How how) {
    return how.name().toLowerCase(Locale.ROOT);
  }

  private static String path(Random random, boolean ofNumbers) {
    List<String> numbers =
        List.of("properties.scroll_depth", "properties.engagement_time_msec", "price", "quantity");
    List<String> texts =
        List.of("properties.plan", "properties.experiment", "page_url", "product_id", "country");
    List<String> some = ofNumbers ? numbers : texts;
    return some.get(random.nextInt(some.size()));
  }

  private static Map<String, Object> condition(Random random) {
    List<Map<String, Object>> some =
        List.of(
            Map.of("event_type", "add_to_cart"),
            Map.of("properties.scroll_depth", Map.of("above", "40")),
            Map.of("properties.experiment", List.of("gallery-a", "navigation-b")),
            Map.of("page_url", Map.of("starts-with", "https://shop.example/p/")),
            Map.of("properties.plan", "absent", "event_type", "product_view"));
    return some.get(random.nextInt(some.size()));
  }

  private static ClickstreamSettings withDefinitions(ClickstreamSettings settings) {
    return settings.with(SessionSettings.FIELDS, PLAN).with(SessionSettings.GOALS, ORDER);
  }

  private static ClickstreamSettings settings(Topics topics) {
    String name = topics.names.sessions();
    return ClickstreamSettings.defaults()
        .with(KafkaSettings.BOOTSTRAP_SERVERS, BROKER.bootstrapServers())
        .with(topics.names)
        .with(IngestSettings.GROUP_ID, name)
        .with(IngestSettings.START_FROM, StartFrom.EARLIEST)
        .with(IngestSettings.MAX_OUT_OF_ORDERNESS, Duration.ofMillis(200))
        .with(IngestSettings.IDLE_TIMEOUT, Duration.ofMinutes(10))
        .with(IngestSettings.MAX_FUTURE_SKEW, Duration.ofSeconds(1))
        .with(SessionSettings.GAP, Duration.ofMillis(700))
        .with(SessionSettings.ALLOWED_LATENESS, Duration.ofMillis(500))
        .with(SessionSettings.MAX_DURATION, Duration.ofSeconds(60))
        .with(SessionSettings.CACHE_SIZE, 1L << 20)
        .with(SinkSettings.TRANSACTIONAL_ID_PREFIX, name)
        .with(SinkSettings.TRANSACTION_TIMEOUT, Duration.ofMinutes(10));
  }

  private static Scope scope(long definedSinceMs) {
    return new Scope(
        Long.MIN_VALUE, Long.MAX_VALUE, 1, 20, List.of(), List.of(), false, definedSinceMs);
  }

  private static Report compare(ClickstreamSettings settings, Scope scope) {
    return io.clickstream.reconcile.Reconciliation.compare(settings, scope);
  }

  private static Report awaitAgreement(ClickstreamSettings settings, Scope scope) {
    List<Report> reports = new ArrayList<>();
    try {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(250))
          .until(
              () -> {
                reports.add(compare(settings, scope));
                return reports.get(reports.size() - 1).agrees();
              });
    } catch (ConditionTimeoutException e) {
      assertThat(last(reports).differences()).isEmpty();
    }
    return last(reports);
  }

  private static Report last(List<Report> reports) {
    return reports.get(reports.size() - 1);
  }

  private void load(
      MiniCluster cluster,
      ClickHouseServer clickHouse,
      ClickHouseSettings target,
      Topics topics,
      Map<String, JsonNode> expected)
      throws Exception {
    try (RunningLoader loader =
        RunningLoader.start(
            cluster,
            KafkaSettings.at(BROKER.bootstrapServers()),
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
                              expected,
                              only(expected.keySet(), SessionsView.read(clickHouse, "defined"))))
                      .isEmpty());
      assertThat(loader.failure()).isEmpty();
    }
  }
}
