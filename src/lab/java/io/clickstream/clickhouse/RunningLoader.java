package io.clickstream.clickhouse;

import io.clickstream.columns.Definitions;
import io.clickstream.config.ClickHouseSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.LoaderSettings;
import io.clickstream.config.StartFrom;
import io.clickstream.config.TopicSettings;
import io.clickstream.config.load.JobDefaults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.awaitility.Awaitility;

/** The loader of production on a MiniCluster. */
public final class RunningLoader implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final MiniCluster cluster;
  private final JobID id;

  private RunningLoader(MiniCluster cluster, JobID id) {
    this.cluster = cluster;
    this.id = id;
  }

  /** Starts from the beginning of the topic unless its group has been there before. */
  public static RunningLoader start(
      MiniCluster cluster,
      KafkaSettings kafka,
      TopicSettings topics,
      String group,
      ClickHouseSettings target,
      Path checkpoints)
      throws Exception {
    Configuration configuration =
        new Configuration()
            .set(CoreOptions.DEFAULT_PARALLELISM, 2)
            .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1))
            .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString())
            .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1_000)
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofSeconds(1));
    StreamExecutionEnvironment env = JobDefaults.environment(configuration);
    LoadSessions.define(
        env,
        new LoaderSettings(
            kafka, topics, group, StartFrom.COMMITTED, target, Definitions.NONE, configuration));
    JobGraph job = env.getStreamGraph().getJobGraph();
    cluster.submitJob(job).get(60, TimeUnit.SECONDS);
    RunningLoader loader = new RunningLoader(cluster, job.getJobID());
    Awaitility.await().atMost(PATIENCE).until(() -> loader.status() == JobStatus.RUNNING);
    return loader;
  }

  JobStatus status() throws Exception {
    return cluster.getJobStatus(id).get(30, TimeUnit.SECONDS);
  }

  long restarts() throws Exception {
    return cluster
        .getExecutionGraph(id)
        .get(30, TimeUnit.SECONDS)
        .getCheckpointStatsSnapshot()
        .getCounts()
        .getNumberOfRestoredCheckpoints();
  }

  void awaitRestart() {
    Awaitility.await("a restart").atMost(PATIENCE).until(() -> restarts() > 0 || attempts() > 1);
  }

  /** Of any task; more than one after a restart that had no checkpoint to begin from. */
  private int attempts() throws Exception {
    int most = 0;
    for (var vertex :
        cluster.getExecutionGraph(id).get(30, TimeUnit.SECONDS).getAllExecutionVertices()) {
      most = Math.max(most, vertex.getCurrentExecutionAttempt().getAttemptNumber() + 1);
    }
    return most;
  }

  /** Why it failed last; empty if it never did. */
  public String failure() throws Exception {
    var failure = cluster.getExecutionGraph(id).get(30, TimeUnit.SECONDS).getFailureInfo();
    return failure == null ? "" : failure.getExceptionAsString();
  }

  /** Ends all tasks of a TaskManager, and starts another one for them. */
  void killTaskManager(int index) throws Exception {
    cluster.terminateTaskManager(index).get(30, TimeUnit.SECONDS);
    cluster.startTaskManager();
  }

  @Override
  public void close() throws Exception {
    cluster.cancelJob(id).get(60, TimeUnit.SECONDS);
    Awaitility.await().atMost(PATIENCE).until(() -> status().isGloballyTerminalState());
  }
}
