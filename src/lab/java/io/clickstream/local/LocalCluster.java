package io.clickstream.local;

import io.clickstream.config.UserErrorException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.OptionalFailure;
import org.apache.flink.util.SerializedValue;
import org.jspecify.annotations.Nullable;

/** Flink in this JVM with its web UI, for one job. */
final class LocalCluster implements AutoCloseable {

  private static final String PREFERRED_PORTS = "8081-8199";

  private final MiniCluster cluster;

  private LocalCluster(MiniCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Starts Flink.
   *
   * @param directory for the files of the task manager
   * @param restPort of the web UI, or null for 8081 or the next that is free
   * @throws UserErrorException if the port is taken
   */
  static LocalCluster start(Path directory, int slots, @Nullable Integer restPort)
      throws Exception {
    String ports = restPort == null ? PREFERRED_PORTS : restPort.toString();
    Configuration configuration = EmbeddedFlink.configuration(directory.toString(), ports);
    // Totals come with heartbeats.
    configuration.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofSeconds(1));
    // RocksDB takes its caches from it; the default of 128 MB is meant for unit tests.
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
    try {
      return new LocalCluster(EmbeddedFlink.start(configuration, slots));
    } catch (Exception e) {
      if (ExceptionUtils.findThrowable(e, BindException.class).isPresent()) {
        throw taken(ports);
      }
      throw e;
    }
  }

  /**
   * Finds out early what would fail late.
   *
   * @throws UserErrorException if the port is taken
   */
  static void requireFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress("localhost", port));
    } catch (BindException e) {
      throw taken(Integer.toString(port));
    }
  }

  private static UserErrorException taken(String port) {
    return new UserErrorException(
        "--rest.port "
            + port
            + ": the port is taken; expected a free one. Stop what listens there, or name another.");
  }

  /** The address of the web UI. */
  URI webUi() throws Exception {
    return cluster.getRestAddress().get(10, TimeUnit.SECONDS);
  }

  /** Runs a job; the future fails with the job's own cause. */
  CompletableFuture<JobResult> run(JobGraph job) throws Exception {
    cluster.submitJob(job).get(60, TimeUnit.SECONDS);
    return cluster
        .requestJobResult(job.getJobID())
        .thenApply(
            result -> {
              result
                  .getSerializedThrowable()
                  .ifPresent(
                      failure -> {
                        throw new JobFailedException(
                            failure.deserializeError(LocalCluster.class.getClassLoader()));
                      });
              return result;
            });
  }

  /** A counter of a job that runs, by the name of its accumulator; 0 if it is not known yet. */
  long counter(JobID job, String accumulator) throws Exception {
    SerializedValue<OptionalFailure<Object>> value =
        cluster
            .getExecutionGraph(job)
            .get(10, TimeUnit.SECONDS)
            .getAccumulatorsSerialized()
            .get(accumulator);
    return value == null
        ? 0
        : (Long) value.deserializeValue(LocalCluster.class.getClassLoader()).getUnchecked();
  }

  /** How long the last checkpoint of a job took, ms; null if there was none. */
  @Nullable Long lastCheckpointMs(JobID job) throws Exception {
    CheckpointStatsSnapshot stats =
        cluster.getExecutionGraph(job).get(10, TimeUnit.SECONDS).getCheckpointStatsSnapshot();
    CompletedCheckpointStats last =
        stats == null ? null : stats.getHistory().getLatestCompletedCheckpoint();
    return last == null ? null : last.getEndToEndDuration();
  }

  /** Ends a job without waiting for its state to be saved. */
  void cancel(JobID job) {
    try {
      cluster.cancelJob(job).get(3, TimeUnit.SECONDS);
      cluster.requestJobResult(job).get(3, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // It has ended already, or ends with the cluster.
    }
  }

  /** The long counters among a job's accumulators, by name. */
  static Map<String, Long> counters(JobResult result) throws IOException, ClassNotFoundException {
    Map<String, Long> counters = new TreeMap<>();
    for (var entry : result.getAccumulatorResults().entrySet()) {
      Object value =
          entry.getValue().deserializeValue(LocalCluster.class.getClassLoader()).getUnchecked();
      if (value instanceof LongCounter counter) {
        counters.put(entry.getKey(), counter.getLocalValuePrimitive());
      } else if (value instanceof Long number) {
        counters.put(entry.getKey(), number);
      }
    }
    return counters;
  }

  /** Stops Flink, within a few seconds whatever happens. */
  @Override
  public void close() {
    try {
      cluster.closeAsync().get(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // Its threads are daemons: they end with the JVM.
    }
  }

  /** The job has failed for good. */
  static final class JobFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    JobFailedException(Throwable cause) {
      super(cause);
    }
  }
}
