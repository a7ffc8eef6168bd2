package io.clickstream.benchmark.peers;

import io.clickstream.benchmark.FlinkInProcess;
import io.clickstream.benchmark.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.CheckpointingMode;

/** The common settings of the peers on Flink and of our job. */
final class FlinkSettings {

  private FlinkSettings() {}

  static Configuration of(Run run) {
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, run.interval());
    configuration.set(CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS, Duration.ZERO);
    configuration.set(
        CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
    configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        run.directory().resolve("checkpoints").toUri().toString());
    configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    // Of RocksDB's settings the one that brings most on R1.
    configuration.setString("state.backend.rocksdb.timer-service.cache-size", "1024");
    configuration.setString("state.backend.rocksdb.compression.per.level", "NO_COMPRESSION");
    configuration.setString("state.backend.rocksdb.use-bloom-filter", "true");
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    return configuration;
  }

  static Properties consumer() {
    Properties properties = new Properties();
    properties.setProperty("max.partition.fetch.bytes", Integer.toString(4 << 20));
    properties.setProperty("isolation.level", "read_committed");
    return properties;
  }

  static Properties producer() {
    Properties properties = new Properties();
    properties.setProperty("compression.type", "lz4");
    properties.setProperty("batch.size", Integer.toString(1 << 20));
    properties.setProperty("linger.ms", "5");
    properties.setProperty("buffer.memory", Integer.toString(64 << 20));
    properties.setProperty("transaction.timeout.ms", "900000");
    return properties;
  }

  /** The lines that are printed of a peer on Flink. */
  static List<String> lines(Run run, String... own) {
    List<String> lines = new ArrayList<>(List.of(own));
    lines.add(
        "parallelism "
            + run.parallelism()
            + ", "
            + FlinkInProcess.MANAGED_MEMORY_MB
            + " MB managed memory");
    new TreeMap<>(of(run).toMap()).forEach((key, value) -> lines.add(key + ": " + value));
    lines.add("source: " + text(consumer()));
    lines.add("sinks: EXACTLY_ONCE, POOLING, " + text(producer()));
    return lines;
  }

  private static Map<Object, Object> text(Properties properties) {
    return new TreeMap<>(properties);
  }
}
