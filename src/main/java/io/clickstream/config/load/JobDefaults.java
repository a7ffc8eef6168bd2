package io.clickstream.config.load;

import io.clickstream.config.Kinds;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * How the job wants Flink to run it.
 *
 * <p>From weak to strong: Flink's defaults, the job's, the cluster's {@code config.yaml} and {@code
 * flink run}, the user's settings, and what the job insists on since its guarantees rest on it.
 */
public final class JobDefaults {

  /** By name, as the state backend is the cluster's: its classes may not be there. */
  private static final ConfigOption<Integer> ROCKSDB_TIMERS =
      ConfigOptions.key("state.backend.rocksdb.timer-service.cache-size")
          .intType()
          .noDefaultValue();

  private static final ConfigOption<String> ROCKSDB_COMPRESSION =
      ConfigOptions.key("state.backend.rocksdb.compression.per.level")
          .stringType()
          .noDefaultValue();

  private static final ConfigOption<Boolean> ROCKSDB_BLOOM_FILTER =
      ConfigOptions.key("state.backend.rocksdb.use-bloom-filter").booleanType().noDefaultValue();

  private static final Configuration DEFAULTS =
      new Configuration()
          // A session is visible after the commit of a checkpoint: the interval plus a fraction.
          .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1))
          .set(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS, Duration.ZERO)
          .set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true)
          // Every second, S3 bills each small file: they lie in the metadata instead.
          .set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.parse("100kb"))
          // Savepoints hold every open session as plain bytes.
          .set(ExecutionOptions.SNAPSHOT_COMPRESSION, true)
          // A cancelled job can be resumed: its last checkpoint may be all there is.
          .set(
              CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
              ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION)
          // A checkpoint that hangs is given up while its transaction lasts, and the next one after
          // it.
          .set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, Duration.ofMinutes(5))
          // A store that is away for a minute or two stops commits, and nothing else. After more
          // the
          // job restarts: every attempt leaves a producer that waits for the next success.
          .set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 100)
          // A cluster that was away for a minute is not kept waiting for another one.
          .set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay")
          .set(
              RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
              Duration.ofSeconds(10))
          .set(StateBackendOptions.STATE_BACKEND, "rocksdb")
          // Of each key group: with Flink's 128, most timers are looked for in files.
          .set(ROCKSDB_TIMERS, 1_024)
          // Sessions are rewritten within minutes: compressing them costs more than it saves.
          .set(ROCKSDB_COMPRESSION, "NO_COMPRESSION")
          // Who comes for the first time, or lies in another file, is not looked for in vain.
          .set(ROCKSDB_BLOOM_FILTER, true)
          // Everything on the edges is immutable, so that copies between operators are waste.
          .set(PipelineOptions.OBJECT_REUSE, true);

  private static final Configuration REQUIRED =
      new Configuration()
          .set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING)
          .set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE)
          // The bounded read of the reference topics finishes while the job goes on.
          .set(CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH, true)
          // State must be found again by uid, and read by serializers that have a version.
          .set(PipelineOptions.AUTO_GENERATE_UIDS, false)
          .set(PipelineOptions.GENERIC_TYPES, false);

  private static final Map<String, ConfigOption<?>> REQUIRED_OPTIONS =
      byKey(
          ExecutionOptions.RUNTIME_MODE,
          CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE,
          CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH,
          PipelineOptions.AUTO_GENERATE_UIDS,
          PipelineOptions.GENERIC_TYPES);

  private static final Map<String, ConfigOption<?>> DEFAULT_OPTIONS =
      byKey(
          CheckpointingOptions.CHECKPOINTING_INTERVAL,
          CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS,
          CheckpointingOptions.INCREMENTAL_CHECKPOINTS,
          CheckpointingOptions.FS_SMALL_FILE_THRESHOLD,
          ExecutionOptions.SNAPSHOT_COMPRESSION,
          CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
          CheckpointingOptions.CHECKPOINTING_TIMEOUT,
          CheckpointingOptions.TOLERABLE_FAILURE_NUMBER,
          RestartStrategyOptions.RESTART_STRATEGY,
          RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
          StateBackendOptions.STATE_BACKEND,
          ROCKSDB_TIMERS,
          ROCKSDB_COMPRESSION,
          ROCKSDB_BLOOM_FILTER,
          PipelineOptions.OBJECT_REUSE);

  private JobDefaults() {}

  /**
   * The environment in which to build the job: the cluster's configuration, the user's above it,
   * the job's defaults where neither says anything, and what the job insists on.
   */
  public static StreamExecutionEnvironment environment(Configuration fromUser) {
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(fromUser);
    environment.configure(additionsTo(environment.getConfiguration()));
    return environment;
  }

  /**
   * The options that a complete configuration still lacks.
   *
   * @param present the cluster's with the user's above it
   */
  public static Configuration additionsTo(ReadableConfig present) {
    Configuration additions = new Configuration();
    DEFAULT_OPTIONS.values().stream()
        .filter(option -> present.getOptional(option).isEmpty())
        .forEach(option -> copy(option, DEFAULTS, additions));
    additions.addAll(REQUIRED);
    return additions;
  }

  /** The options that the job insists on. */
  static Configuration insistedOn() {
    return new Configuration(REQUIRED);
  }

  /** The defaults, by key, as they would be written in a file. */
  static Map<String, String> defaults() {
    return written(DEFAULT_OPTIONS, DEFAULTS);
  }

  /** The options that the job insists on, by key, as a file would have them. */
  static Map<String, String> required() {
    return written(REQUIRED_OPTIONS, REQUIRED);
  }

  /** Whether a configuration agrees with what the job insists on for one of the keys. */
  static boolean agrees(String key, Configuration fromUser) {
    ConfigOption<?> option = REQUIRED_OPTIONS.get(key);
    return option == null || fromUser.get(option).equals(REQUIRED.get(option));
  }

  /** The interval between checkpoints, as far as the user and the job decide it. */
  static Duration checkpointInterval(ReadableConfig config) {
    return config
        .getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL)
        .orElseGet(() -> DEFAULTS.get(CheckpointingOptions.CHECKPOINTING_INTERVAL));
  }

  private static <T> void copy(ConfigOption<T> option, Configuration from, Configuration to) {
    to.set(option, from.get(option));
  }

  private static Map<String, String> written(
      Map<String, ConfigOption<?>> options, Configuration values) {
    Map<String, String> written = new LinkedHashMap<>();
    options.forEach(
        (key, option) -> {
          Object value = values.get(option);
          written.put(key, value instanceof Enum<?> name ? name.name() : Kinds.written(value));
        });
    return written;
  }

  private static Map<String, ConfigOption<?>> byKey(ConfigOption<?>... options) {
    Map<String, ConfigOption<?>> byKey = new LinkedHashMap<>();
    for (ConfigOption<?> option : options) {
      byKey.put(option.key(), option);
    }
    return byKey;
  }
}
