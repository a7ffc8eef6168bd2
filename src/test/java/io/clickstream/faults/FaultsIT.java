package io.clickstream.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.faults.FaultCluster.JobFiles;
import io.clickstream.reconcile.Reconciliation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Faults of a real cluster of processes, each followed by a reconciliation. */
class FaultsIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final double RATE = 800;

  private static FaultCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    Path directory = Files.createTempDirectory("clickstream-faults-");
    cluster =
        FaultCluster.start(
            directory,
            Map.of(
                "restart-strategy.type", "fixed-delay",
                "restart-strategy.fixed-delay.attempts", "100",
                "restart-strategy.fixed-delay.delay", "1 s",
                "heartbeat.timeout", "10000",
                "heartbeat.interval", "2000"),
            2);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  @DisplayName("S22: the TaskManager that does the work is killed")
  void shouldLoseNothingWhenTaskManagerIsKilled() throws Exception {
    JobFiles files = cluster.createTopics("taskmanager");
    FlinkRest rest = cluster.flink().rest();
    String job = cluster.flink().run(cluster.jar(), 2, List.of(), files.arguments());
    Load load = Load.start(cluster.kafka().bootstrapServers(), files.topic("clicks"), RATE, 1);
    awaitCheckpoints(job, 8);

    Set<String> workers = rest.workers(job);
    assertThat(workers).isNotEmpty();
    cluster.flink().taskManager(workers.iterator().next()).kill();
    cluster.flink().addTaskManager();
    awaitCheckpoints(job, rest.completedCheckpoints(job) + 5);

    finish(job, load, files);
  }

  private static void awaitCheckpoints(String job, long count) {
    Awaitility.await(count + " checkpoints of " + job)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(() -> cluster.flink().rest().completedCheckpoints(job) >= count);
  }

  private static Reconciliation.Report finish(String job, Load load, JobFiles files)
      throws Exception {
    load.finish(FaultCluster.PARTITIONS);
    Reconciliation.Report[] last = new Reconciliation.Report[1];
    try {
      Awaitility.await("agreement of " + job)
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(2))
          .until(
              () -> {
                last[0] = Reconciliation.compare(files.read(), Reconciliation.Scope.everything());
                return last[0].agrees();
              });
    } catch (ConditionTimeoutException e) {
      assertThat(last[0].differences()).isEmpty();
      throw e;
    }
    cluster.flink().rest().cancel(job);
    assertThat(last[0].read()).isEqualTo(load.sent() + FaultCluster.PARTITIONS);
    assertThat(last[0].sessions()).isGreaterThan(100);
    assertThat(last[0].late()).isPositive();
    assertThat(last[0].duplicates()).isPositive();
    assertThat(last[0].rejected()).isPositive();
    return last[0];
  }
}
