package io.clickstream.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.clickhouse.ClickHouseServer;
import io.clickstream.clickhouse.Migrate;
import io.clickstream.clickhouse.RunningLoader;
import io.clickstream.columns.Columns;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.TopicSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.HdrHistogram.Histogram;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * The loader beside a system, in this JVM, and how long after they were emitted its sessions are
 * seen by somebody who asks the view all the time.
 *
 * <p>Times are exact to {@value #BUCKET_MS} ms and to the time that an answer takes: a session
 * counts as seen when the answer has come.
 */
final class SessionTable implements AutoCloseable {

  static final int BUCKET_MS = 10;

  private static final int BATCH = 5_000;
  private static final Duration FLUSH = Duration.ofMillis(200);
  private static final long LOOK_BACK_MS = 10_000;
  private static final long PAUSE_MS = 20;
  private static final Duration GRACE = Duration.ofSeconds(30);

  private static final String NEW_ROWS =
      """
      SELECT 'emitted' AS since, intDiv(toUnixTimestamp64Milli(emitted_at), %1$d) AS bucket, count() AS n
      FROM sessions_latest
      WHERE session_start >= fromUnixTimestamp64Milli(toInt64(%2$d))
      GROUP BY bucket
      UNION ALL
      SELECT 'ended' AS since, intDiv(toUnixTimestamp64Milli(session_end), %1$d) AS bucket, count() AS n
      FROM sessions_latest
      WHERE session_start >= fromUnixTimestamp64Milli(toInt64(%2$d))
      GROUP BY bucket
      """;

  private final ClickHouseServer server;
  private final MiniCluster cluster;

  private SessionTable(ClickHouseServer server, MiniCluster cluster) {
    this.server = server;
    this.cluster = cluster;
  }

  static SessionTable start(Path directory) throws Exception {
    ClickHouseServer server = ClickHouseServer.start(directory);
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(
                    new Configuration()
                        .set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64)))
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(2)
                .build());
    try {
      cluster.start();
    } catch (Exception e) {
      server.close();
      throw e;
    }
    return new SessionTable(server, cluster);
  }

  /** Begins to load the sessions of a run, whose topics exist. */
  Watch watch(Run run, String refusedTopic, long begin, long end) throws Exception {
    String database = run.id().replace('-', '_');
    var target = server.settings(database, BATCH, FLUSH);
    Migrate.migrate(target, Columns.BUILT_IN);
    RunningLoader loader =
        RunningLoader.start(
            cluster,
            KafkaSettings.at(run.bootstrapServers()),
            TopicSettings.defaults()
                .with(TopicSettings.CLICKS, List.of(run.clicksTopic()))
                .with(TopicSettings.SESSIONS, run.sessionsTopic())
                .with(TopicSettings.LATE, run.lateTopic())
                .with(TopicSettings.REJECTED, run.rejectedTopic())
                .with(TopicSettings.REJECTED_SESSIONS, refusedTopic)
                .with(TopicSettings.PROFILES, run.profilesTopic())
                .with(TopicSettings.PRODUCTS, run.productsTopic()),
            run.id(),
            target,
            run.directory());
    long waitMs = run.gap().plus(run.outOfOrderness()).toMillis();
    Watch watch = new Watch(server, loader, database, waitMs, begin, end);
    watch.thread.start();
    return watch;
  }

  @Override
  public void close() throws Exception {
    try (ClickHouseServer last = server;
        MiniCluster first = cluster) {
      // Both, in this order, whatever happens.
    }
  }

  /** A run's table. */
  static final class Watch implements AutoCloseable {

    private final ClickHouseServer server;
    private final RunningLoader loader;
    private final String database;
    private final long waitMs;
    private final long begin;
    private final long end;
    private final Map<Long, Long> emitted = new HashMap<>();
    private final Map<Long, Long> ended = new HashMap<>();
    private final Histogram sinceEmitted = new Histogram(TimeUnit.MINUTES.toMillis(10), 3);
    private final Histogram sinceMoment = new Histogram(TimeUnit.MINUTES.toMillis(10), 3);
    private final Thread thread = new Thread(this::look, "benchmark-table");
    private volatile boolean closed;
    private volatile @Nullable Exception failure;

    private Watch(
        ClickHouseServer server,
        RunningLoader loader,
        String database,
        long waitMs,
        long begin,
        long end) {
      this.server = server;
      this.loader = loader;
      this.database = database;
      this.waitMs = waitMs;
      this.begin = begin;
      this.end = end;
      thread.setDaemon(true);
    }

    private void look() {
      try {
        while (!closed) {
          long since = System.currentTimeMillis() - waitMs - LOOK_BACK_MS;
          String sql = NEW_ROWS.formatted(BUCKET_MS, since);
          for (JsonNode row : server.rows(sql, database)) {
            long now = System.currentTimeMillis();
            boolean byEmission = row.get("since").asText().equals("emitted");
            long time = row.get("bucket").asLong() * BUCKET_MS;
            long count = row.get("n").asLong();
            if (byEmission) {
              take(emitted, time, count, now, moment -> moment, sinceEmitted);
            } else {
              take(ended, time, count, now, moment -> moment + waitMs, sinceMoment);
            }
          }
          TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (IOException | RuntimeException e) {
        failure = e;
      }
    }

    /** Those of a bucket that were not there before. */
    private void take(
        Map<Long, Long> seen,
        long time,
        long count,
        long now,
        LongUnaryOperator moment,
        Histogram latencies) {
      Long before = seen.put(time, Math.max(count, seen.getOrDefault(time, 0L)));
      long more = count - (before == null ? 0 : before);
      long from = moment.applyAsLong(time);
      if (more > 0 && from >= begin && from < end) {
        latencies.recordValueWithCount(Math.max(0, now - from), more);
      }
    }

    /**
     * Waits until all sessions are there that should be, and returns what there was, in words.
     *
     * @param expected sessions whose moment lies between begin and end
     */
    String result(long expected) throws Exception {
      long rows = 0;
      for (long until = System.currentTimeMillis() + GRACE.toMillis();
          System.currentTimeMillis() < until; ) {
        rows =
            number(
                "SELECT count() AS n FROM sessions_latest WHERE toUnixTimestamp64Milli(session_end)"
                    + " >= %d AND toUnixTimestamp64Milli(session_end) < %d"
                        .formatted(begin - waitMs, end - waitMs));
        if (rows >= expected) {
          break;
        }
        TimeUnit.MILLISECONDS.sleep(200);
      }
      closed = true;
      thread.join(TimeUnit.SECONDS.toMillis(10));
      Exception failed = failure;
      if (failed != null) {
        throw failed;
      }
      if (rows != expected || !loader.failure().isEmpty()) {
        throw new IllegalStateException(
            "the table has %,d sessions, expected %,d; %s"
                .formatted(rows, expected, loader.failure()));
      }
      return String.format(
          Locale.ROOT,
          "  in ClickHouse: since they were emitted p50 %,d ms, p99 %,d ms; since the earliest moment p50 %,d ms,"
              + " p99 %,d ms; %,d sessions, %d parts",
          sinceEmitted.getValueAtPercentile(50),
          sinceEmitted.getValueAtPercentile(99),
          sinceMoment.getValueAtPercentile(50),
          sinceMoment.getValueAtPercentile(99),
          rows,
          number(
              "SELECT count() AS n FROM system.parts WHERE active AND table = 'sessions' AND"
                  + " database = '"
                  + database
                  + "'"));
    }

    private long number(String sql) throws IOException, InterruptedException {
      return server.rows(sql, database).get(0).get("n").asLong();
    }

    @Override
    public void close() throws Exception {
      closed = true;
      loader.close();
    }
  }
}
