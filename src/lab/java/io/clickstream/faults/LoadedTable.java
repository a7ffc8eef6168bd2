package io.clickstream.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.clickhouse.ClickHouseServer;
import io.clickstream.clickhouse.Migrate;
import io.clickstream.clickhouse.SessionRecords;
import io.clickstream.clickhouse.SessionsView;
import io.clickstream.columns.Columns;
import io.clickstream.config.LoaderSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.faults.FaultCluster.JobFiles;
import io.clickstream.local.TopicReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** The loader on the cluster of a job, and the table that it fills from the job's sessions. */
final class LoadedTable {

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int PARALLELISM = 2;
  private static final String MAIN = "io.clickstream.SessionsToClickHouseJob";

  private final FaultCluster cluster;
  private final ClickHouseServer server;
  private final JobFiles files;
  private final String database;
  private String job;

  private LoadedTable(
      FaultCluster cluster, ClickHouseServer server, JobFiles files, String database, String job) {
    this.cluster = cluster;
    this.server = server;
    this.files = files;
    this.database = database;
    this.job = job;
  }

  /** Makes the table, submits the loader, and returns when there are rows. */
  static LoadedTable start(FaultCluster cluster, JobFiles files) throws Exception {
    ClickHouseServer server = cluster.clickHouse();
    String sessions = files.topic("sessions");
    String database = sessions.replace('-', '_');
    String refused = sessions + "-refused";
    cluster.kafka().createTopic(refused, 1, Map.of());
    JobFiles own =
        files.with(
            Map.of(
                "topics.rejected-sessions",
                refused,
                "clickhouse.url",
                server.url(),
                "clickhouse.database",
                database,
                "clickhouse.flush-interval",
                "200ms",
                // Or all rows of a commit might be inserted right before every checkpoint, where
                // nothing can hit them.
                "execution.checkpointing.interval",
                "2s"));
    LoaderSettings loader = settings(own);
    Migrate.migrate(loader.clickHouse(), Columns.of(loader.definitions()));
    LoadedTable table = new LoadedTable(cluster, server, own, database, submit(cluster, own));
    Awaitility.await("rows of " + sessions)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> table.rows() > 0);
    return table;
  }

  private static LoaderSettings settings(JobFiles files) {
    return SettingsReader.readForLoader(
        Invocation.of(files.arguments().toArray(String[]::new)), Map.of());
  }

  private static String submit(FaultCluster cluster, JobFiles files) throws IOException {
    return cluster
        .flink()
        .run(FaultCluster.jar(), PARALLELISM, List.of("-c", MAIN), files.arguments());
  }

  String job() {
    return job;
  }

  ClickHouseServer server() {
    return server;
  }

  /** The process of a TaskManager that runs tasks of the loader, any of them. */
  JvmProcess worker(Random random) throws IOException, InterruptedException {
    List<String> workers = List.copyOf(cluster.flink().rest().workers(job));
    if (workers.isEmpty()) {
      throw new IllegalStateException("no task manager runs tasks of the loader " + job);
    }
    return cluster.flink().taskManager(workers.get(random.nextInt(workers.size())));
  }

  /** From now on every row stays that was ever inserted, a repeated one too. */
  void keepAllRows() throws IOException, InterruptedException {
    String unused = server.ask("SYSTEM STOP MERGES sessions", database);
  }

  /** How many rows are there more than once. */
  long repeatedRows() throws IOException, InterruptedException {
    return number("SELECT count() - uniqExact(session_id, revision) AS n FROM sessions");
  }

  /** Rows may go again that are there more than once. */
  void keepNoRows() throws IOException, InterruptedException {
    String unused = server.ask("SYSTEM START MERGES sessions", database);
  }

  /** Waits until rows were inserted just now, which the next checkpoint will cover. */
  void awaitInsert() throws IOException, InterruptedException {
    long before = rows();
    Awaitility.await("more rows")
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> rows() > before);
  }

  private long rows() throws IOException, InterruptedException {
    return number("SELECT count() AS n FROM sessions");
  }

  /** When the newest session of the table was emitted, epoch ms; 0 if there is none. */
  long newestEmitted() throws IOException, InterruptedException {
    return number("SELECT toUnixTimestamp64Milli(max(emitted_at)) AS n FROM sessions");
  }

  private long number(String sql) throws IOException, InterruptedException {
    return server.rows(sql, database).get(0).get("n").asLong();
  }

  /** The loaded sessions of a job that has ended, against its topic. */
  record Comparison(int sessions, long revisions, long retractions, List<String> differences) {}

  /**
   * Waits until the view shows the folded topic; loads all of the topic into the table again, as
   * another group; and compares again.
   */
  Comparison finish() throws Exception {
    Map<TopicPartition, Long> ends = new HashMap<>();
    List<byte[]> values = new ArrayList<>();
    long read =
        new TopicReader(cluster.kafka().bootstrapServers())
            .read(
                files.topic("sessions"),
                record -> {
                  values.add(record.value());
                  ends.merge(
                      new TopicPartition(record.topic(), record.partition()),
                      record.offset() + 1,
                      Math::max);
                });
    Map<String, JsonNode> topic = SessionRecords.fold(values);
    Map<String, JsonNode> latest = SessionRecords.latest(values);
    List<String> differences = awaitAgreement(topic);
    if (differences.isEmpty()) {
      end();
      JobFiles again = files.with(Map.of("ingest.group-id", files.topic("sessions") + "-again"));
      job = submit(cluster, again);
      awaitGroup(settings(again).groupId(), ends);
      differences = awaitAgreement(topic);
    }
    end();
    return new Comparison(
        topic.size(), read - latest.size(), latest.size() - topic.size(), differences);
  }

  String database() {
    return database;
  }

  /** Submits the loader once more, which goes on where its group is. */
  void startAgain() throws IOException {
    job = submit(cluster, files);
  }

  /** Cancels the loader. */
  void end() throws IOException, InterruptedException {
    FlinkRest rest = cluster.flink().rest();
    rest.cancel(job);
    rest.awaitState(job, "CANCELED");
  }

  /** Waits until a group has committed the ends of all partitions: what it read is inserted. */
  private void awaitGroup(String group, Map<TopicPartition, Long> ends) {
    try (Admin admin = cluster.kafka().admin()) {
      Awaitility.await(group + " is at the end of the topic")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .ignoreExceptions()
          .until(
              () -> {
                var committed =
                    admin
                        .listConsumerGroupOffsets(group)
                        .partitionsToOffsetAndMetadata()
                        .get(10, TimeUnit.SECONDS);
                return ends.entrySet().stream()
                    .allMatch(
                        end ->
                            committed.get(end.getKey()) != null
                                && committed.get(end.getKey()).offset() >= end.getValue());
              });
    }
  }

  /** The last differences, none unless there always were some. */
  private List<String> awaitAgreement(Map<String, JsonNode> topic) {
    List<String> last = new ArrayList<>();
    try {
      Awaitility.await("the view shows the folded topic")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .ignoreExceptions()
          .until(
              () -> {
                List<String> found =
                    SessionsView.differences(topic, SessionsView.read(server, database));
                last.clear();
                last.addAll(found);
                return found.isEmpty();
              });
    } catch (ConditionTimeoutException e) {
      if (last.isEmpty()) {
        throw e;
      }
    }
    return last;
  }
}
