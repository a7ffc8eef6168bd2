package io.clickstream.local;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.JobSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.LoaderSettings;
import io.clickstream.config.StartFrom;
import io.clickstream.config.UserErrorException;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;

/**
 * The job's settings as the user gave them, made to fit a broker and a file system that exist only
 * for this run.
 *
 * @param given everything but the addresses is as the user wants it
 */
record LocalSettings(JobSettings given) {

  private static final String BOOTSTRAP_SERVERS = "kafka.bootstrap-servers";
  private static final String PREFIX = "sink.transactional-id-prefix";

  /**
   * Reads arguments, environment and file, before anything is started.
   *
   * @param defaults by key; they hold where neither an argument nor the environment nor a settings
   *     file says anything
   * @throws UserErrorException if a setting is wrong, with all that are
   */
  static LocalSettings load(
      Invocation invocation, Map<String, String> environment, Map<String, String> defaults) {
    if (invocation.settings().containsKey(BOOTSTRAP_SERVERS)) {
      throw new UserErrorException(
          "--"
              + BOOTSTRAP_SERVERS
              + ": the local mode has a broker of its own; remove it, or run the job on a"
              + " cluster.");
    }
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(BOOTSTRAP_SERVERS, "127.0.0.1:1");
    settings.put(PREFIX, "clickstream-local");
    if (invocation.config() == null) {
      defaults.forEach(
          (key, value) -> {
            if (!environment.containsKey(variable(key))) {
              settings.put(key, value);
            }
          });
    }
    settings.putAll(invocation.settings());
    Invocation complete = invocation.with(settings);
    JobSettings loaded = SettingsReader.read(complete, environment);
    if (loaded.settings().ingest().range() != null) {
      throw new UserErrorException(
          "ingest.stop-at: the local mode reads all there is; remove it, or run the job on a"
              + " cluster.");
    }
    return new LocalSettings(loaded);
  }

  /**
   * The settings of the loader into a server, at a broker of this run.
   *
   * @throws UserErrorException if a setting is wrong, with all that are
   */
  static LoaderSettings loader(
      Invocation invocation,
      Map<String, String> environment,
      String clickHouse,
      ClickstreamSettings at) {
    Map<String, String> settings = new LinkedHashMap<>(invocation.settings());
    settings.put(BOOTSTRAP_SERVERS, at.kafka().bootstrapServers());
    settings.put("clickhouse.url", clickHouse);
    Invocation complete = invocation.with(settings);
    LoaderSettings loader = SettingsReader.readForLoader(complete, environment);
    return new LoaderSettings(
        at.kafka(),
        loader.topics(),
        loader.groupId(),
        StartFrom.EARLIEST,
        loader.clickHouse(),
        loader.definitions(),
        loader.flink());
  }

  private static String variable(String key) {
    return "CLICKSTREAM_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  ClickstreamSettings settings() {
    return given.settings();
  }

  /** The job's settings for a broker; how to log in elsewhere is left out, as it asks nobody. */
  ClickstreamSettings at(String bootstrapServers) {
    ClickstreamSettings settings = given.settings();
    Map<String, String> properties = new TreeMap<>(settings.kafka().properties());
    properties
        .keySet()
        .removeIf(
            key ->
                key.startsWith("ssl.") || key.startsWith("sasl.") || key.startsWith("security."));
    return settings.with(
        KafkaSettings.at(bootstrapServers).with(KafkaSettings.PROPERTIES, properties));
  }

  /** Flink's options for the job, with checkpoints in a directory of this run. */
  Configuration flink(Path checkpoints) {
    Configuration flink = new Configuration(given.flink());
    flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    flink.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, checkpoints.toUri().toString());
    return flink;
  }
}
