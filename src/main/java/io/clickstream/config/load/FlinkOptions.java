package io.clickstream.config.load;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.configuration.BatchExecutionOptions;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.FallbackKey;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateChangelogOptions;
import org.apache.flink.configuration.StateLatencyTrackOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.StateSizeTrackOptions;
import org.jspecify.annotations.Nullable;

/**
 * Tells Flink's options apart: those that a job may bring along, and those that only the cluster's
 * own configuration can set.
 *
 * <p>Known are the options of the Flink version that the job is built with, read from its option
 * classes, so that an upgrade brings its new options by itself.
 */
final class FlinkOptions {

  private static final Set<String> JOB_SECTIONS =
      Set.of("execution", "pipeline", "state", "restart-strategy", "parallelism");

  /**
   * Sections of a cluster's configuration, of Flink itself and of its file systems and deployments.
   */
  private static final Set<String> CLUSTER_SECTIONS =
      Set.of(
          "akka",
          "blob",
          "classloader",
          "client",
          "cluster",
          "completed-application-store",
          "compiler",
          "containerized",
          "env",
          "events",
          "external-resource",
          "external-resources",
          "flink",
          "fs",
          "gs",
          "heartbeat",
          "high-availability",
          "historyserver",
          "io",
          "jmx",
          "job-event",
          "jobmanager",
          "jobstore",
          "job-result-store",
          "kubernetes",
          "metrics",
          "minicluster",
          "oss",
          "pekko",
          "plugin",
          "process",
          "queryable-state",
          "resourcemanager",
          "rest",
          "s3",
          "s3a",
          "scheduler-mode",
          "security",
          "slot",
          "slotmanager",
          "slow-task-detector",
          "task",
          "taskmanager",
          "traces",
          "user",
          "web",
          "yarn",
          "zookeeper");

  /** Read while the job is submitted, before {@code main} has run. */
  private static final Set<String> SUBMISSION =
      Set.of(
          DeploymentOptions.TARGET.key(),
          DeploymentOptions.ATTACHED.key(),
          DeploymentOptions.SHUTDOWN_IF_ATTACHED.key(),
          DeploymentOptions.SHUTDOWN_ON_APPLICATION_FINISH.key(),
          "execution.submit-failed-job-on-application-error",
          DeploymentOptions.PROGRAM_CONFIG_ENABLED.key(),
          DeploymentOptions.PROGRAM_CONFIG_WILDCARDS.key(),
          PipelineOptions.JARS.key(),
          PipelineOptions.CLASSPATHS.key());

  /**
   * Among a job's options, but the JobManager takes the first and the TaskManagers the others from
   * their own configuration alone.
   */
  private static final Set<String> CLUSTER_ONLY =
      Set.of(
          CheckpointingOptions.MAX_RETAINED_CHECKPOINTS.key(),
          PipelineOptions.WATERMARK_ALIGNMENT_BUFFER_SIZE.key(),
          PipelineOptions.ALLOW_UNALIGNED_SOURCE_SPLITS.key());

  private static final List<Class<?>> JOB_OPTIONS =
      List.of(
          BatchExecutionOptions.class,
          CheckpointingOptions.class,
          CoreOptions.class,
          DeploymentOptions.class,
          ExecutionOptions.class,
          PipelineOptions.class,
          RestartStrategyOptions.class,
          StateBackendOptions.class,
          StateChangelogOptions.class,
          StateLatencyTrackOptions.class,
          StateRecoveryOptions.class,
          StateSizeTrackOptions.class);

  /**
   * State backends come with the cluster; where they are not there their options are taken as
   * given.
   */
  private static final Map<String, List<String>> BACKEND_OPTIONS =
      Map.of(
          "state.backend.rocksdb.",
          List.of(
              "org.apache.flink.state.rocksdb.RocksDBOptions",
              "org.apache.flink.state.rocksdb.RocksDBConfigurableOptions",
              "org.apache.flink.state.rocksdb.RocksDBNativeMetricOptions",
              "org.apache.flink.state.rocksdb.sstmerge.RocksDBManualCompactionOptions"),
          "state.backend.forst.",
          List.of(
              "org.apache.flink.state.forst.ForStOptions",
              "org.apache.flink.state.forst.ForStConfigurableOptions",
              "org.apache.flink.state.forst.ForStNativeMetricOptions"),
          "state.changelog.dstl.",
          List.of("org.apache.flink.changelog.fs.FsStateChangelogOptions"));

  /** The role of a key for a job. */
  sealed interface Kind {
    /**
     * A job may set it.
     *
     * @param key under which it is set: the current name of a deprecated key
     * @param option checks its value; null where the option cannot be known
     */
    record OfJob(String key, @Nullable ConfigOption<?> option) implements Kind {}

    /** Read before the job's main has run. */
    record OfSubmission() implements Kind {}

    /** Has an effect only in the cluster's configuration. */
    record OfCluster() implements Kind {}

    /** Begins like one of a job's options but is none. */
    record Misspelt() implements Kind {}
  }

  private static final FlinkOptions KNOWN = new FlinkOptions();

  private final Map<String, ConfigOption<?>> options = new TreeMap<>();
  private final Map<String, ConfigOption<?>> formerKeys = new TreeMap<>();
  private final List<String> unknownBackends = new ArrayList<>();

  private FlinkOptions() {
    JOB_OPTIONS.forEach(this::addAll);
    BACKEND_OPTIONS.forEach(
        (prefix, classes) -> {
          for (String name : classes) {
            try {
              addAll(Class.forName(name, false, FlinkOptions.class.getClassLoader()));
            } catch (ClassNotFoundException | LinkageError e) {
              unknownBackends.add(prefix);
            }
          }
        });
  }

  private void addAll(Class<?> optionClass) {
    for (Field field : optionClass.getFields()) {
      if (!Modifier.isStatic(field.getModifiers()) || field.getType() != ConfigOption.class) {
        continue;
      }
      try {
        ConfigOption<?> option = (ConfigOption<?>) field.get(null);
        if (option == null || !JOB_SECTIONS.contains(section(option.key()))) {
          continue;
        }
        options.put(option.key(), option);
        for (FallbackKey former : option.fallbackKeys()) {
          if (former.isDeprecated()) {
            formerKeys.put(former.getKey(), option);
          }
        }
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(
            "public option " + optionClass.getName() + "." + field.getName() + " is not readable",
            e);
      }
    }
  }

  /** The role of a key of Flink's, or null if it is none. */
  static @Nullable Kind kindOf(String key) {
    return KNOWN.kind(key);
  }

  /** The keys that a job may set, as far as they are known. */
  static List<String> jobKeys() {
    return KNOWN.options.keySet().stream()
        .filter(key -> !SUBMISSION.contains(key) && !CLUSTER_ONLY.contains(key))
        .toList();
  }

  private @Nullable Kind kind(String key) {
    if (SUBMISSION.contains(key)) {
      return new Kind.OfSubmission();
    }
    if (CLUSTER_ONLY.contains(key)) {
      return new Kind.OfCluster();
    }
    ConfigOption<?> option = options.get(key);
    if (option == null) {
      option = formerKeys.get(key);
    }
    if (option != null) {
      return new Kind.OfJob(option.key(), option);
    }
    for (ConfigOption<?> group : options.values()) {
      if (ConfigurationUtils.canBePrefixMap(group)
          && ConfigurationUtils.filterPrefixMapKey(group.key(), key)) {
        return new Kind.OfJob(key, null);
      }
    }
    if (unknownBackends.stream().anyMatch(key::startsWith)) {
      return new Kind.OfJob(key, null);
    }
    String section = section(key);
    if (CLUSTER_SECTIONS.contains(section)) {
      return new Kind.OfCluster();
    }
    return JOB_SECTIONS.contains(section) ? new Kind.Misspelt() : null;
  }

  /** Whether some option of a job begins with this and a dot. */
  static boolean isSection(String key) {
    return KNOWN.options.keySet().stream().anyMatch(option -> option.startsWith(key + "."));
  }

  /** Whether the text is a value of the option. */
  static boolean accepts(ConfigOption<?> option, String text) {
    Configuration single = new Configuration();
    single.setString(option.key(), text);
    try {
      single.getOptional(option);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String section(String key) {
    int dot = key.indexOf('.');
    return dot < 0 ? key : key.substring(0, dot);
  }
}
