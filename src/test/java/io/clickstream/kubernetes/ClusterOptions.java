package io.clickstream.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.NettyShuffleEnvironmentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;

/** The {@code flinkConfiguration} of a deployment, as Flink and its operator read it. */
final class ClusterOptions {

  /**
   * Of the operator and its autoscaler 1.15, and of Flink's parts that are not on the class path.
   */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "job.autoscaler.catch-up.duration",
          "job.autoscaler.enabled",
          "job.autoscaler.metrics.window",
          "job.autoscaler.restart.time",
          "job.autoscaler.scale-down.interval",
          "job.autoscaler.stabilization.interval",
          "job.autoscaler.utilization.max",
          "job.autoscaler.utilization.min",
          "job.autoscaler.utilization.target",
          "job.autoscaler.vertex.max-parallelism",
          "kubernetes.jobmanager.cpu.limit-factor",
          "kubernetes.taskmanager.cpu.limit-factor",
          "kubernetes.operator.cluster.health-check.checkpoint-progress.enabled",
          "kubernetes.operator.cluster.health-check.enabled",
          "kubernetes.operator.deployment.readiness.timeout",
          "kubernetes.operator.deployment.rollback.enabled",
          "kubernetes.operator.jm-deployment-recovery.enabled",
          "kubernetes.operator.job.restart.failed",
          "kubernetes.operator.job.savepoint-on-deletion",
          "kubernetes.operator.job.upgrade.last-state-fallback.enabled",
          "kubernetes.operator.periodic.savepoint.interval",
          "kubernetes.operator.pod-template.merge-arrays-by-name",
          "kubernetes.operator.savepoint.history.max.age",
          "kubernetes.operator.savepoint.history.max.count",
          "s3.endpoint",
          "s3.path-style-access",
          "s3.region");

  /** What an overlay may choose; everything else is as on any cluster. */
  private static final Set<String> SIZES =
      Set.of(
          TaskManagerOptions.NUM_TASK_SLOTS.key(),
          TaskManagerOptions.TASK_HEAP_MEMORY.key(),
          TaskManagerOptions.MANAGED_MEMORY_SIZE.key());

  private static final Map<String, ConfigOption<?>> KNOWN = known();

  private final Manifest deployment;
  private final Configuration given = new Configuration();
  private final List<String> problems = new ArrayList<>();

  private ClusterOptions(Manifest deployment) {
    this.deployment = deployment;
  }

  /** Everything that is wrong with them. */
  static List<String> problems(Manifest deployment) {
    ClusterOptions options = new ClusterOptions(deployment);
    options.check();
    return options.problems;
  }

  private void check() {
    for (Map.Entry<String, JsonNode> option :
        deployment.at("/spec/flinkConfiguration").properties()) {
      given.setString(option.getKey(), option.getValue().asText());
    }
    Configuration everywhere =
        GlobalConfiguration.loadConfiguration(
            Path.of("config", "flink").toAbsolutePath().toString());
    for (String key : given.keySet()) {
      ConfigOption<?> option = KNOWN.get(key);
      if (option != null) {
        checkValue(option);
      } else if (!ELSEWHERE.contains(key) && !everywhere.keySet().contains(key)) {
        problem("Flink has no option " + key);
      }
    }
    everywhere
        .toMap()
        .forEach(
            (key, value) -> {
              String here = given.toMap().get(key);
              if (here == null && !key.contains(".zookeeper.")) {
                problem("config/flink/config.yaml has also " + key);
              } else if (here != null && !here.equals(value) && !SIZES.contains(key)) {
                problem(key + " is " + here + ", in config/flink/config.yaml " + value);
              }
            });
    checkPlaces();
    checkMemory();
  }

  private void checkValue(ConfigOption<?> option) {
    try {
      given.getOptional(option);
    } catch (IllegalArgumentException e) {
      problem(option.key() + ": " + e.getMessage());
    }
  }

  /**
   * An upgrade by savepoint and a JobManager that comes back need all of them; two jobs share none.
   */
  private void checkPlaces() {
    if (!deployment.at("/spec/job/upgradeMode").asText().equals("savepoint")) {
      problem("an upgrade takes no savepoint");
    }
    if (!"kubernetes".equals(given.get(HighAvailabilityOptions.HA_MODE))) {
      problem("there is no high availability");
    }
    for (ConfigOption<String> place :
        List.of(
            CheckpointingOptions.CHECKPOINTS_DIRECTORY,
            CheckpointingOptions.SAVEPOINT_DIRECTORY,
            HighAvailabilityOptions.HA_STORAGE_PATH)) {
      String path = given.getOptional(place).orElse("");
      if (!path.matches("s3://[\\w-]+/" + deployment.name() + "/\\w+")
          || path.startsWith("s3://bucket/")) {
        problem(place.key() + " is no place of its own: " + path);
      }
    }
  }

  /** The parts have to add up to the pod, or no process starts. */
  private void checkMemory() {
    try {
      Configuration taskManager = new Configuration(given);
      taskManager.set(TaskManagerOptions.TOTAL_PROCESS_MEMORY, memory("taskManager"));
      long heap =
          TaskExecutorProcessUtils.processSpecFromConfig(taskManager).getTaskHeapSize().getBytes();
      // As much again as session.cache-size of each slot, its default.
      long cache = MemorySize.ofMebiBytes(128).getBytes();
      if (given.get(TaskManagerOptions.NUM_TASK_SLOTS) * cache >= heap / 2) {
        problem(
            "the sessions of "
                + given.get(TaskManagerOptions.NUM_TASK_SLOTS)
                + " slots do not fit into the heap");
      }
      Configuration jobManager = new Configuration(given);
      jobManager.set(JobManagerOptions.TOTAL_PROCESS_MEMORY, memory("jobManager"));
      JobManagerProcessUtils.processSpecFromConfig(jobManager);
    } catch (IllegalConfigurationException | IllegalArgumentException e) {
      problem(String.valueOf(e.getMessage()));
    }
  }

  private MemorySize memory(String process) {
    return MemorySize.parse(deployment.at("/spec/" + process + "/resource/memory").asText());
  }

  private static Map<String, ConfigOption<?>> known() {
    Map<String, ConfigOption<?>> known = new TreeMap<>();
    for (Class<?> options :
        List.of(
            CheckpointingOptions.class,
            CoreOptions.class,
            HeartbeatManagerOptions.class,
            HighAvailabilityOptions.class,
            JobManagerOptions.class,
            MetricOptions.class,
            NettyShuffleEnvironmentOptions.class,
            PipelineOptions.class,
            TaskManagerOptions.class)) {
      for (Field field : options.getFields()) {
        try {
          if (Modifier.isStatic(field.getModifiers())
              && field.get(null) instanceof ConfigOption<?> option) {
            known.put(option.key(), option);
          }
        } catch (IllegalAccessException e) {
          throw new IllegalStateException("public option " + field + " is not readable", e);
        }
      }
    }
    return known;
  }

  private void problem(String what) {
    problems.add(deployment + ": " + what);
  }
}
