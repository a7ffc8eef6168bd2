package io.clickstream.faults;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.Invocation;
import io.clickstream.config.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Brokers, a store for checkpoints and a Flink cluster, for as many jobs as one wants. */
final class FaultCluster implements AutoCloseable {

  /** Partitions of every click topic. */
  static final int PARTITIONS = 4;

  private final KafkaProcesses kafka;
  private final S3Process s3;
  private final FlinkProcesses flink;
  private final Path jar;

  private FaultCluster(KafkaProcesses kafka, S3Process s3, FlinkProcesses flink, Path jar) {
    this.kafka = kafka;
    this.s3 = s3;
    this.flink = flink;
    this.jar = jar;
  }

  /**
   * Starts all of it.
   *
   * @param settings of the Flink cluster
   * @param taskManagers of two slots each
   */
  static FaultCluster start(Path directory, Map<String, String> settings, int taskManagers)
      throws Exception {
    List<AutoCloseable> started = new ArrayList<>();
    try {
      KafkaProcesses kafka =
          KafkaProcesses.start(Files.createDirectories(directory.resolve("kafka")));
      started.add(kafka);
      S3Process s3 =
          S3Process.start(
              Files.createDirectories(directory.resolve("s3")), file("clickstream.s3proxy"));
      started.add(s3);
      Map<String, String> all = new HashMap<>(s3.flinkSettings());
      all.put("execution.checkpointing.dir", "s3://" + S3Process.BUCKET + "/checkpoints");
      all.put("execution.checkpointing.savepoint-dir", "s3://" + S3Process.BUCKET + "/savepoints");
      // A small machine: what does not answer for so long is gone.
      all.put("heartbeat.interval", "2000");
      all.put("heartbeat.timeout", "12000");
      all.put("restart-strategy.type", "fixed-delay");
      all.put("restart-strategy.fixed-delay.attempts", "1000");
      all.put("restart-strategy.fixed-delay.delay", "1 s");
      all.putAll(settings);
      FlinkProcesses flink =
          FlinkProcesses.start(
              Files.createDirectories(directory.resolve("flink")),
              all,
              file("clickstream.s3-plugin"));
      started.add(flink);
      for (int i = 0; i < taskManagers; i++) {
        flink.addTaskManager();
      }
      return new FaultCluster(kafka, s3, flink, file("clickstream.jar"));
    } catch (Exception e) {
      for (AutoCloseable each : started) {
        each.close();
      }
      throw e;
    }
  }

  private static Path file(String property) {
    return Path.of(
        Objects.requireNonNull(
            System.getProperty(property),
            property + " is not set: run ./mvnw verify, which makes the file and names it"));
  }

  KafkaProcesses kafka() {
    return kafka;
  }

  S3Process s3() {
    return s3;
  }

  FlinkProcesses flink() {
    return flink;
  }

  /** What a job is run from. */
  Path jar() {
    return jar;
  }

  /** A job's own topics, with reference topics that are empty. */
  JobFiles createTopics(String name) throws InterruptedException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    settings.put("topics.clicks", name + "-clicks");
    settings.put("topics.sessions", name + "-sessions");
    settings.put("topics.late", name + "-late");
    settings.put("topics.rejected", name + "-rejected");
    settings.put("topics.profiles", name + "-profiles");
    settings.put("topics.products", name + "-products");
    settings.put("ingest.group-id", name);
    settings.put("ingest.start-from", "earliest");
    settings.put("ingest.max-out-of-orderness", "1s");
    // Above any pause of a starved machine, and the click that closes all is an hour ahead.
    settings.put("ingest.idle-timeout", "10min");
    settings.put("ingest.max-future-skew", "2h");
    settings.put("session.gap", "3s");
    settings.put("session.allowed-lateness", "4s");
    settings.put("sink.transactional-id-prefix", name);
    settings.put("sink.transaction-timeout", "2min");
    settings.put("execution.checkpointing.interval", "1s");
    kafka.createTopic(name + "-clicks", PARTITIONS, Map.of());
    kafka.createTopic(name + "-sessions", PARTITIONS, Map.of());
    kafka.createTopic(name + "-late", 1, Map.of());
    kafka.createTopic(name + "-rejected", 1, Map.of());
    kafka.createTopic(name + "-profiles", 1, Map.of("cleanup.policy", "compact"));
    kafka.createTopic(name + "-products", 1, Map.of("cleanup.policy", "compact"));
    return new JobFiles(settings);
  }

  /** The settings of a job on its topics. */
  record JobFiles(Map<String, String> settings) {

    /** As arguments of the JAR. */
    List<String> arguments() {
      List<String> arguments = new ArrayList<>();
      settings.forEach((key, value) -> arguments.add("--" + key + "=" + value));
      return arguments;
    }

    /** As the job reads them. */
    ClickstreamSettings read() {
      return SettingsLoader.load(Invocation.of(arguments().toArray(String[]::new)), Map.of())
          .settings();
    }

    String topic(String which) {
      return Objects.requireNonNull(settings.get("topics." + which));
    }
  }

  /** All at once: a cluster that leaves in an orderly way takes longer than a test. */
  @Override
  public void close() {
    flink.close();
    s3.close();
    kafka.close();
  }
}
