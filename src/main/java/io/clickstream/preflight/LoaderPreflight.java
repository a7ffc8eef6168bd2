package io.clickstream.preflight;

import io.clickstream.clickhouse.ClickHouse;
import io.clickstream.clickhouse.InsertException;
import io.clickstream.clickhouse.Migrations;
import io.clickstream.clickhouse.SessionColumns;
import io.clickstream.config.ClickHouseSettings;
import io.clickstream.config.LoaderSettings;
import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at both ends with the loader's own credentials before it runs, and reports everything that
 * would make it fail or lose data. It changes nothing.
 */
public final class LoaderPreflight {

  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private static final int UNKNOWN_DATABASE = 81;
  private static final int NO_DATA_TO_INSERT = 108;
  private static final int AUTHENTICATION_FAILED = 516;
  private static final int ACCESS_DENIED = 497;

  /** What a request came to: one of both. */
  private record Answer<T>(@Nullable T value, @Nullable Throwable failure) {}

  private final LoaderSettings settings;
  private final ReadableConfig flink;
  private final List<Finding> findings = new ArrayList<>();

  private LoaderPreflight(LoaderSettings settings, ReadableConfig flink) {
    this.settings = settings;
    this.flink = flink;
  }

  /**
   * Looks at everything.
   *
   * @param flink the configuration that the job will run with: the environment's
   */
  public static PreflightReport run(LoaderSettings settings, ReadableConfig flink) {
    return new LoaderPreflight(settings, flink).run();
  }

  private PreflightReport run() {
    if (flink
        .getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL)
        .orElse(Duration.ZERO)
        .isZero()) {
      error(
          CheckpointingOptions.CHECKPOINTING_INTERVAL.key(),
          "there are no checkpoints, so that every restart begins where the job once began",
          "set it, to 1s or more");
    }
    checkKafka();
    checkClickHouse();
    return new PreflightReport(findings);
  }

  // ---- Kafka

  private void checkKafka() {
    Properties properties = settings.kafka().clientProperties();
    String millis = Long.toString(TIMEOUT.toMillis());
    properties.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    properties.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    properties.setProperty(AdminClientConfig.CLIENT_ID_CONFIG, "clickstream-preflight");
    try (Admin admin = Admin.create(properties)) {
      Throwable failure = await(admin.describeCluster().nodes()).failure();
      if (failure != null) {
        findings.add(ConnectionProblem.of(settings.kafka(), failure, TIMEOUT));
      } else {
        checkTopic(
            admin,
            "topics.sessions",
            settings.topics().sessions(),
            AclOperation.READ,
            "make it with PlanTopics --create, or correct topics.sessions");
        checkTopic(
            admin,
            "topics.rejected-sessions",
            settings.topics().rejectedSessions(),
            AclOperation.WRITE,
            "kafka-topics.sh --bootstrap-server %s --create --topic %s --partitions 1"
                .formatted(servers(), settings.topics().rejectedSessions()));
        checkGroup(admin);
      }
    } catch (KafkaException e) {
      findings.add(ConnectionProblem.of(settings.kafka(), e, TIMEOUT));
    }
  }

  /** One that is new can be used if it may be described. */
  private void checkGroup(Admin admin) {
    String group = settings.groupId();
    Answer<ConsumerGroupDescription> answer =
        await(
            admin
                .describeConsumerGroups(
                    List.of(group),
                    new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                .all()
                .thenApply(groups -> groups.get(group)));
    Set<AclOperation> allowed =
        answer.value() == null ? null : answer.value().authorizedOperations();
    if (answer.failure() instanceof AuthorizationException
        || (allowed != null && !allowed.isEmpty() && !allowed.contains(AclOperation.READ))) {
      error(
          "ingest.group-id",
          "READ is not allowed on group " + group + ": offsets cannot be committed",
          "kafka-acls.sh --bootstrap-server %s --add --allow-principal User:%s --operation READ --group %s"
              .formatted(servers(), user(), group));
    }
  }

  private void checkTopic(
      Admin admin, String key, String topic, AclOperation needed, String remedy) {
    Answer<Map<String, TopicDescription>> answer =
        await(
            admin
                .describeTopics(
                    List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .allTopicNames());
    Throwable failure = answer.failure();
    if (failure instanceof UnknownTopicOrPartitionException) {
      error(key, "there is no topic " + topic, remedy);
      return;
    }
    if (failure instanceof AuthorizationException) {
      error(key, needed + " is not allowed on topic " + topic, grant(needed, topic));
      return;
    }
    TopicDescription description = answer.value() == null ? null : answer.value().get(topic);
    if (description == null) {
      error(key, "topic " + topic + " could not be looked at: " + message(failure), "try again");
      return;
    }
    Set<AclOperation> allowed = description.authorizedOperations();
    if (allowed != null && !allowed.contains(needed) && !allowed.contains(AclOperation.ALL)) {
      error(key, needed + " is not allowed on topic " + topic, grant(needed, topic));
    } else {
      ok(key, "topic " + topic + " is there");
    }
  }

  private String grant(AclOperation operation, String topic) {
    return "kafka-acls.sh --bootstrap-server %s --add --allow-principal User:%s --operation %s --topic %s"
        .formatted(servers(), user(), operation, topic);
  }

  private String user() {
    String user = settings.kafka().user();
    return user == null ? "<name>" : user;
  }

  private static <T> Answer<T> await(KafkaFuture<T> future) {
    try {
      return new Answer<>(future.get(TIMEOUT.toMillis() + 1_000, TimeUnit.MILLISECONDS), null);
    } catch (ExecutionException e) {
      return new Answer<>(null, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      return new Answer<>(null, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer<>(null, e);
    }
  }

  private String servers() {
    return settings.kafka().bootstrapServers();
  }

  private String message(@Nullable Throwable failure) {
    return failure == null
        ? "no answer"
        : settings.kafka().withoutSecrets(String.valueOf(failure.getMessage()));
  }

  // ---- ClickHouse

  private void checkClickHouse() {
    ClickHouseSettings target = settings.clickHouse();
    try (ClickHouse server = ClickHouse.connect(target)) {
      ok("clickhouse.url", "the server runs " + only(server, "SELECT version()"));
      checkTable(server, target);
    } catch (InsertException e) {
      switch (e.code()) {
        case AUTHENTICATION_FAILED ->
            error(
                "clickhouse.user",
                "the server does not accept " + target.user() + " with this password",
                "correct clickhouse.user, and CLICKSTREAM_CLICKHOUSE_PASSWORD");
        case UNKNOWN_DATABASE ->
            error("clickhouse.database", "there is no database " + target.database(), migrate());
        default -> {
          if (e.code() == 0 && e.kind() == InsertException.Kind.TEMPORARY) {
            error(
                "clickhouse.url",
                "no server answers at " + target.url() + ": " + e.getMessage(),
                "start ClickHouse, or correct the address: it is that of the HTTP interface, port 8123"
                    + " or 8443");
          } else {
            error(
                "clickhouse.url", String.valueOf(e.getMessage()), "correct what the message says");
          }
        }
      }
    }
  }

  private void checkTable(ClickHouse server, ClickHouseSettings target) throws InsertException {
    String where =
        " WHERE database = '%s' AND %s = '%s'".formatted(target.database(), "%s", target.table());
    List<List<String>> tables =
        server.query("SELECT engine, engine_full FROM system.tables" + where.formatted("name"));
    if (tables.isEmpty()) {
      boolean database =
          !server
              .query("SELECT name FROM system.databases WHERE name = '" + target.database() + "'")
              .isEmpty();
      error(
          database ? "clickhouse.table" : "clickhouse.database",
          database
              ? "there is no table %s.%s".formatted(target.database(), target.table())
              : "there is no database " + target.database(),
          migrate());
      return;
    }
    String engine = tables.get(0).get(0);
    String full = tables.get(0).get(1);
    if (!engine.endsWith("ReplacingMergeTree") || !full.contains("revision, is_deleted)")) {
      error(
          "clickhouse.table",
          "%s.%s is a %s; expected ReplacingMergeTree(revision, is_deleted), or readers see every revision"
              .formatted(target.database(), target.table(), full.isEmpty() ? engine : full),
          "make it as config/clickhouse/001_sessions.sql does");
    }
    checkColumns(server, target, where.formatted("table"));
    checkVersion(server, target);
    checkInsert(server, target);
  }

  private void checkColumns(ClickHouse server, ClickHouseSettings target, String where)
      throws InsertException {
    Map<String, String> found = new TreeMap<>();
    for (List<String> column : server.query("SELECT name, type FROM system.columns" + where)) {
      found.put(column.get(0), column.get(1));
    }
    List<String> wrong = new ArrayList<>();
    SessionColumns.TYPES.forEach(
        (name, type) -> {
          String actual = found.get(name);
          if (actual == null) {
            wrong.add(name + " is missing");
          } else if (!actual.replace(" ", "").equals(type.replace(" ", ""))) {
            wrong.add(name + " is " + actual + " instead of " + type);
          }
        });
    List<String> missing = wrong.stream().filter(each -> each.endsWith("missing")).toList();
    if (!missing.isEmpty()) {
      error(
          "clickhouse.table",
          "%s.%s lacks columns, whose values would be dropped: %s"
              .formatted(target.database(), target.table(), String.join(", ", missing)),
          migrate());
    }
    List<String> other = wrong.stream().filter(each -> !each.endsWith("missing")).toList();
    if (!other.isEmpty()) {
      warning(
          "clickhouse.table",
          "columns have other types than ours, and may refuse rows: " + String.join(", ", other),
          "compare with config/clickhouse");
    }
    if (wrong.isEmpty()) {
      ok("clickhouse.table", target.database() + "." + target.table() + " has all columns");
    }
  }

  /** Of tables that were made by the files of this project. */
  private void checkVersion(ClickHouse server, ClickHouseSettings target) throws InsertException {
    String ledger =
        "SELECT name FROM system.tables WHERE database = '%s' AND name = 'schema_migrations'"
            .formatted(target.database());
    if (server.query(ledger).isEmpty()) {
      return;
    }
    List<String> applied =
        server
            .query("SELECT name FROM `%s`.schema_migrations".formatted(target.database()))
            .stream()
            .map(row -> row.get(0))
            .toList();
    List<String> missing =
        Migrations.FILES.stream().filter(file -> !applied.contains(file)).toList();
    if (missing.isEmpty()) {
      ok("clickhouse.database", "the schema is that of " + applied.get(applied.size() - 1));
    } else {
      error(
          "clickhouse.database",
          target.database() + " lacks the migrations " + String.join(", ", missing),
          migrate());
    }
  }

  /** Without any row. */
  private void checkInsert(ClickHouse server, ClickHouseSettings target) throws InsertException {
    try {
      server.insert(List.of());
    } catch (InsertException e) {
      if (e.code() == NO_DATA_TO_INSERT) {
        return;
      }
      if (e.code() != ACCESS_DENIED) {
        throw e;
      }
      error(
          "clickhouse.user",
          "%s may not insert into %s.%s"
              .formatted(target.user(), target.database(), target.table()),
          "GRANT INSERT ON %s.%s TO %s"
              .formatted(target.database(), target.table(), target.user()));
    }
  }

  private static String only(ClickHouse server, String sql) throws InsertException {
    return server.query(sql).get(0).get(0);
  }

  private static String migrate() {
    return "run clickstream migrate with the same settings";
  }

  // ---- words

  private void error(String subject, String message, String remedy) {
    findings.add(new Finding(Severity.ERROR, subject, message, remedy));
  }

  private void warning(String subject, String message, String remedy) {
    findings.add(new Finding(Severity.WARNING, subject, message, remedy));
  }

  private void ok(String subject, String message) {
    findings.add(new Finding(Severity.OK, subject, message, null));
  }
}
