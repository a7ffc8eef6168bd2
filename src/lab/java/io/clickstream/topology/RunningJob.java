package io.clickstream.topology;

import io.clickstream.ClickstreamInputs;
import io.clickstream.ClickstreamTopology;
import io.clickstream.CommandRun;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.load.JobDefaults;
import io.clickstream.sink.ClickstreamSink;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointStatsCounts;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.executiongraph.AccessExecutionJobVertex;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.util.SerializedValue;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The job of production on a MiniCluster. */
public final class RunningJob {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The one task that ends while the job goes on. */
  private static final String LOADING = "Read reference data up to now";

  private final MiniCluster cluster;
  private final JobID id;
  private final List<String> clicks;

  private RunningJob(MiniCluster cluster, JobID id, List<String> clicks) {
    this.cluster = cluster;
    this.id = id;
    this.clicks = clicks;
  }

  /** Starts over topics, without an end. */
  public static RunningJob start(
      MiniCluster cluster,
      ClickstreamSettings settings,
      int parallelism,
      Path checkpoints,
      @Nullable String savepoint)
      throws Exception {
    return start(
        cluster,
        settings,
        ClickstreamInputs.unbounded(settings),
        parallelism,
        checkpoints,
        savepoint);
  }

  /** Starts over given inputs. */
  public static RunningJob start(
      MiniCluster cluster,
      ClickstreamSettings settings,
      ClickstreamInputs inputs,
      int parallelism,
      Path checkpoints,
      @Nullable String savepoint)
      throws Exception {
    Configuration configuration =
        new Configuration()
            .set(CoreOptions.DEFAULT_PARALLELISM, parallelism)
            .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200))
            .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString())
            .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1_000)
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
    StreamExecutionEnvironment env = JobDefaults.environment(configuration);
    ClickstreamTopology.define(
        env,
        settings,
        inputs,
        ClickstreamSink.create(settings.kafka(), settings.topics(), settings.sink()));
    StreamGraph graph = env.getStreamGraph();
    JobGraph job = graph.getJobGraph();
    if (savepoint != null) {
      job.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(savepoint, false));
    }
    cluster.submitJob(job).get(60, TimeUnit.SECONDS);
    RunningJob running = new RunningJob(cluster, job.getJobID(), settings.topics().clicks());
    running.awaitCheckpoints(1);
    return running;
  }

  public CheckpointStatsCounts checkpoints() throws Exception {
    return cluster
        .getExecutionGraph(id)
        .get(30, TimeUnit.SECONDS)
        .getCheckpointStatsSnapshot()
        .getCounts();
  }

  /** Waits until this many more checkpoints have completed, or the job has ended. */
  public void awaitCheckpoints(int more) throws Exception {
    long before = checkpoints().getNumberOfCompletedCheckpoints();
    Awaitility.await()
        .atMost(PATIENCE.plusSeconds(2L * more))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                checkpoints().getNumberOfCompletedCheckpoints() >= before + more
                    || cluster.getJobStatus(id).get().isGloballyTerminalState());
  }

  /**
   * The sum of the offsets up to which it has read the clicks' partitions, by its last complete
   * checkpoint; 0 before the first.
   */
  public long position() throws Exception {
    CompletedCheckpointStats latest = latest();
    while (latest != null) {
      try {
        return CheckpointedPositions.sum(latest.getExternalPath(), clicks);
      } catch (IOException e) {
        CompletedCheckpointStats next = latest();
        if (next == null || next.getCheckpointId() == latest.getCheckpointId()) {
          throw e;
        }
        // It has taken the place of the other one, whose files are gone.
        latest = next;
      }
    }
    return 0;
  }

  private @Nullable CompletedCheckpointStats latest() throws Exception {
    return cluster
        .getExecutionGraph(id)
        .get(30, TimeUnit.SECONDS)
        .getCheckpointStatsSnapshot()
        .getHistory()
        .getLatestCompletedCheckpoint();
  }

  /** Waits until a checkpoint says that it has read up to here: {@link #position}. */
  public void awaitPosition(long position) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(this::position, reached -> reached == position);
  }

  /** Returns in the middle of a checkpoint. */
  public void awaitCheckpointInProgress() {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> checkpoints().getNumberOfInProgressCheckpoints() > 0);
  }

  /** Ends all tasks of a TaskManager, and starts another one for them; they may not yet run. */
  public void killTaskManager(int index) throws Exception {
    long restarts = restarts();
    cluster.terminateTaskManager(index).get(30, TimeUnit.SECONDS);
    cluster.startTaskManager();
    Awaitility.await().atMost(PATIENCE).until(() -> restarts() > restarts);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> cluster.getJobStatus(id).get() == JobStatus.RUNNING);
  }

  /**
   * Stops it with the tool for it while a TaskManager is gone, which comes back when the tool has
   * seen that there is no savepoint yet.
   *
   * @param index of the TaskManager, with tasks of this job
   */
  public CommandRun submitStopInRestart(int index, Path directory) throws Exception {
    cluster.terminateTaskManager(index).get(30, TimeUnit.SECONDS);
    List<String> arguments =
        List.of(
            "submit",
            "stop",
            "--rest",
            cluster.getRestAddress().get(30, TimeUnit.SECONDS).toString(),
            "--job",
            id.toString(),
            "--to",
            directory.toUri().toString());
    StringWriter err = new StringWriter();
    CompletableFuture<CommandRun> stopping =
        CompletableFuture.supplyAsync(() -> CommandRun.of(arguments, err));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> err.toString().contains("trying again") || stopping.isDone());
    cluster.startTaskManager();
    return stopping.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private long restarts() throws Exception {
    return checkpoints().getNumberOfRestoredCheckpoints();
  }

  /**
   * Stops it with a savepoint, without ending the input; returns where it lies.
   *
   * <p>Flink refuses a savepoint while a task begins or ends. That none begins, the next checkpoint
   * says; the one that ends after each start has loaded the reference data.
   */
  public String stopWithSavepoint(Path directory) throws Exception {
    awaitReferences();
    return stopWhileLoading(directory);
  }

  /** The same without waiting for the end of what loads the reference data, which must be far. */
  public String stopWhileLoading(Path directory) throws Exception {
    return stop(directory, false);
  }

  /** Ends its input where it is, with a savepoint, from which nobody goes on. */
  public void drain(Path directory) throws Exception {
    awaitReferences();
    drainWhileLoading(directory);
  }

  /** The same without waiting for the end of what loads the reference data, which must be far. */
  public void drainWhileLoading(Path directory) throws Exception {
    stop(directory, true);
  }

  private String stop(Path directory, boolean drain) throws Exception {
    awaitCheckpoints(1);
    return cluster
        .stopWithSavepoint(id, directory.toUri().toString(), drain, SavepointFormatType.CANONICAL)
        .get(60, TimeUnit.SECONDS);
  }

  private void awaitReferences() {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(this::hasLoadedReferences);
  }

  private boolean hasLoadedReferences() throws Exception {
    for (AccessExecutionJobVertex vertex :
        cluster.getExecutionGraph(id).get(30, TimeUnit.SECONDS).getVerticesTopologically()) {
      if (vertex.getName().contains(LOADING)) {
        return vertex.getAggregateState().isTerminal();
      }
    }
    throw new IllegalStateException("no task is called '" + LOADING + "' any more");
  }

  public void cancel() throws Exception {
    cluster.cancelJob(id).get(60, TimeUnit.SECONDS);
    result();
  }

  /** The totals of a job that has ended, by accumulator. */
  public Map<String, Long> result() throws Exception {
    JobResult result = cluster.requestJobResult(id).get(120, TimeUnit.SECONDS);
    Map<String, Long> totals = new TreeMap<>();
    for (Map.Entry<String, ?> entry : result.getAccumulatorResults().entrySet()) {
      Object value =
          ((SerializedValue<?>) entry.getValue())
              .deserializeValue(RunningJob.class.getClassLoader());
      totals.put(
          entry.getKey(),
          ((Number) ((org.apache.flink.util.OptionalFailure<?>) value).getUnchecked()).longValue());
    }
    if (result.getSerializedThrowable().isPresent()) {
      throw new AssertionError("the job failed", result.getSerializedThrowable().get());
    }
    return totals;
  }
}
