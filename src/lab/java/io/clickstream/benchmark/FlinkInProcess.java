package io.clickstream.benchmark;

import io.clickstream.local.EmbeddedFlink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.checkpoint.AbstractCheckpointStats;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.checkpoint.SubtaskStateStats;
import org.apache.flink.runtime.checkpoint.TaskStateStats;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.jspecify.annotations.Nullable;

/**
 * Flink in this JVM, the same for every system that runs on it: one task manager, 256 MB of managed
 * memory. Started by the first job, and kept for the following ones.
 */
public final class FlinkInProcess implements AutoCloseable {

  /** The memory for RocksDB's caches and buffers. */
  public static final int MANAGED_MEMORY_MB = 256;

  /** System property with a JSON object of settings of the cluster, stronger than the own ones. */
  static final String SETTINGS = "benchmark.cluster";

  private static final String REPORTER = "benchmark";
  private static final Duration END_TIMEOUT = Duration.ofSeconds(30);

  private @Nullable MiniCluster cluster;
  private @Nullable RunningJob last;

  /**
   * Submits a job and returns once it is accepted.
   *
   * @param clickSource name of the source operator that reads the clicks
   */
  public RunningJob submit(JobGraph graph, Run run, String clickSource) throws Exception {
    if (last != null && last.failed()) {
      // It may have taken the task manager with it.
      close();
    }
    MiniCluster started = cluster;
    if (started == null) {
      started = startCluster(run.parallelism());
      cluster = started;
    }
    CheckpointFiles files = new CheckpointFiles(run.directory());
    try {
      started.submitJob(graph).get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      files.close();
      throw e;
    }
    RunningJob job = new RunningJob(started, graph.getJobID(), clickSource, files);
    last = job;
    return job;
  }

  private static MiniCluster startCluster(int slots) throws Exception {
    Configuration configuration =
        EmbeddedFlink.configuration(System.getProperty("java.io.tmpdir"), "0");
    // All in one JVM: what does not answer is starved, not gone.
    configuration.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofMinutes(10));
    configuration.set(WebOptions.CHECKPOINTS_HISTORY_SIZE, 100_000);
    configuration.set(
        TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(MANAGED_MEMORY_MB));
    configuration.set(MetricOptions.REPORTERS_LIST, REPORTER);
    MetricOptions.forReporter(configuration, REPORTER)
        .set(MetricOptions.REPORTER_FACTORY_CLASS, ReadCounters.class.getName());
    JsonLines.readTexts(System.getProperty(SETTINGS, "{}")).forEach(configuration::setString);
    return EmbeddedFlink.start(configuration, slots);
  }

  @Override
  public void close() throws Exception {
    MiniCluster closing = cluster;
    cluster = null;
    if (closing != null) {
      closing.closeAsync().get(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  /** A job, to its end or until it is cancelled. */
  public static final class RunningJob implements RunningSystem {

    private final MiniCluster cluster;
    private final JobID id;
    private final String clickSource;
    private final CheckpointFiles files;
    private final CompletableFuture<JobResult> result;

    private RunningJob(MiniCluster cluster, JobID id, String clickSource, CheckpointFiles files) {
      this.cluster = cluster;
      this.id = id;
      this.clickSource = clickSource;
      this.files = files;
      this.result = cluster.requestJobResult(id);
    }

    @Override
    public long read() {
      return ReadCounters.read(id.toHexString(), clickSource);
    }

    @Override
    public void awaitDrained(Duration timeout) throws Exception {
      JobResult ended;
      try {
        ended = result.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        throw new TimeoutException("the job has not ended within " + timeout);
      }
      if (ended.getSerializedThrowable().isPresent()) {
        throw new ExecutionException(
            "the job failed",
            ended
                .getSerializedThrowable()
                .get()
                .deserializeError(FlinkInProcess.class.getClassLoader()));
      }
    }

    private boolean failed() {
      try {
        return !result.isDone()
            || result.get().getJobStatus().filter(JobStatus.FAILED::equals).isPresent();
      } catch (ExecutionException e) {
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return true;
      }
    }

    @Override
    public List<CheckpointFigures> checkpoints() {
      List<CheckpointFigures> figures = new ArrayList<>();
      CheckpointStatsSnapshot stats;
      try {
        stats =
            cluster
                .getExecutionGraph(id)
                .get(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .getCheckpointStatsSnapshot();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return figures;
      } catch (ExecutionException | TimeoutException e) {
        throw new IllegalStateException("no checkpoint statistics of job " + id, e);
      }
      if (stats != null) {
        for (AbstractCheckpointStats checkpoint : stats.getHistory().getCheckpoints()) {
          // The newest comes first.
          if (checkpoint instanceof CompletedCheckpointStats completed) {
            figures.add(
                0,
                new CheckpointFigures(
                    completed.getTriggerTimestamp(),
                    completed.getEndToEndDuration(),
                    completed.getCheckpointedSize(),
                    longestBarrier(completed)));
          }
        }
      }
      return figures;
    }

    private static long longestBarrier(CompletedCheckpointStats checkpoint) {
      long longest = 0;
      for (TaskStateStats task : checkpoint.getAllTaskStateStats()) {
        for (SubtaskStateStats subtask : task.getSubtaskStats()) {
          if (subtask != null) {
            longest =
                Math.max(
                    longest, subtask.getCheckpointStartDelay() + subtask.getAlignmentDuration());
          }
        }
      }
      return longest;
    }

    /** The long accumulators of the job, by name, once it is drained. */
    public Map<String, Long> accumulators() {
      Map<String, Long> values = new TreeMap<>();
      try {
        for (var entry : result.get().getAccumulatorResults().entrySet()) {
          Object value =
              entry
                  .getValue()
                  .deserializeValue(FlinkInProcess.class.getClassLoader())
                  .getUnchecked();
          if (value instanceof Long number) {
            values.put(entry.getKey(), number);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        throw new IllegalStateException("no accumulators of job " + id, e);
      }
      return values;
    }

    /** Counted below the run's directory: checkpoints go there. */
    @Override
    public List<Long> checkpointObjects() {
      return files.perCheckpoint();
    }

    @Override
    public void close() throws Exception {
      files.close();
      if (!result.isDone()) {
        cluster.cancelJob(id).get(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        result.get(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      }
    }
  }
}
