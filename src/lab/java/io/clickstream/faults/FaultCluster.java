package io.clickstream.faults;

import io.clickstream.clickhouse.ClickHouseServer;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.lab.BuildOutput;
import io.clickstream.local.SecuredListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.flink.configuration.GlobalConfiguration;
import org.jspecify.annotations.Nullable;

/** Brokers, a store for checkpoints and a Flink cluster, for as many jobs as one wants. */
final class FaultCluster implements AutoCloseable {

  /** Partitions of every click topic. */
  static final int PARTITIONS = 4;

  /** Who the job is for brokers that do not let everybody in. */
  static final String JOB = "clickstream-job";

  /** The variable of a login. */
  static final String LOGIN = "CLICKSTREAM_KAFKA_PROPERTIES_SASL_JAAS_CONFIG";

  /** A JobManager, and TaskManagers that come and go. */
  private static final int FLINK_PORTS = 5;

  /**
   * Settings of a cluster whose JobManager nobody kills. It leads for a minute without a word to
   * ZooKeeper: a machine that is busy with other tests may starve it for longer than production
   * allows.
   */
  static final Map<String, String> CALM =
      Map.of(
          "taskmanager.numberOfTaskSlots", "4",
          "high-availability.zookeeper.client.session-timeout", "60s",
          "high-availability.zookeeper.client.connection-timeout", "60s");

  private final KafkaProcesses kafka;
  private final S3Process s3;
  private final ZooKeeperProcess zooKeeper;
  private final Path directory;
  private final Map<String, String> settings;
  private final @Nullable MetricPorts metrics;
  private final @Nullable SecuredListener listener;
  private @Nullable FlinkProcesses flink;
  private @Nullable ClickHouseServer clickHouse;

  private FaultCluster(
      KafkaProcesses kafka,
      S3Process s3,
      ZooKeeperProcess zooKeeper,
      Path directory,
      Map<String, String> settings,
      @Nullable MetricPorts metrics,
      @Nullable SecuredListener listener) {
    this.kafka = kafka;
    this.s3 = s3;
    this.zooKeeper = zooKeeper;
    this.directory = directory;
    this.settings = settings;
    this.metrics = metrics;
    this.listener = listener;
  }

  /**
   * Starts all of it, with a cluster to which jobs are submitted.
   *
   * @param settings of the Flink cluster
   * @param taskManagers of two slots each
   */
  static FaultCluster start(Path directory, Map<String, String> settings, int taskManagers)
      throws Exception {
    return startSecured(directory, settings, taskManagers, null);
  }

  /**
   * The same with brokers that do not let everybody in. The JobManager has the login of {@link
   * #JOB}.
   *
   * @param listener of the brokers; null for one that is open to all
   */
  static FaultCluster startSecured(
      Path directory,
      Map<String, String> settings,
      int taskManagers,
      @Nullable SecuredListener listener)
      throws Exception {
    return withFlink(startWithoutFlink(directory, settings, null, listener), taskManagers);
  }

  private static FaultCluster withFlink(FaultCluster cluster, int taskManagers) throws Exception {
    try {
      cluster.startFlink(FlinkProcesses.session(), taskManagers);
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /** Starts brokers, ZooKeeper and the store. */
  static FaultCluster startWithoutFlink(Path directory, Map<String, String> settings)
      throws Exception {
    return startWithoutFlink(directory, settings, null, null);
  }

  /** Where the processes tell Prometheus of themselves. */
  record MetricPorts(List<Integer> flink, List<Integer> brokers) {

    private static MetricPorts take() throws IOException {
      List<Integer> ports = FreePorts.take(FLINK_PORTS + KafkaProcesses.BROKERS);
      return new MetricPorts(
          ports.subList(0, FLINK_PORTS), ports.subList(FLINK_PORTS, ports.size()));
    }

    /** Every process takes the first of them that is free. */
    private Map<String, String> flinkSettings() {
      return Map.of(
          "metrics.reporter.prom.port",
          flink.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }

    private List<String> agents() {
      return brokers.stream()
          .map(
              port ->
                  "-javaagent:%s=127.0.0.1:%d:config/prometheus/kafka-jmx.yml"
                      .formatted(program("jmx-agent"), port))
          .toList();
    }
  }

  /** Starts all of it, and lets everything tell of itself. */
  static FaultCluster startMonitored(Path directory, Map<String, String> settings, int taskManagers)
      throws Exception {
    return withFlink(
        startWithoutFlink(directory, settings, MetricPorts.take(), null), taskManagers);
  }

  private static FaultCluster startWithoutFlink(
      Path directory,
      Map<String, String> settings,
      @Nullable MetricPorts metrics,
      @Nullable SecuredListener listener)
      throws Exception {
    List<AutoCloseable> started = new ArrayList<>();
    try {
      KafkaProcesses kafka =
          KafkaProcesses.start(
              Files.createDirectories(directory.resolve("kafka")),
              metrics == null ? List.of() : metrics.agents(),
              listener);
      started.add(kafka);
      S3Process s3 =
          S3Process.start(Files.createDirectories(directory.resolve("s3")), program("s3proxy"));
      started.add(s3);
      ZooKeeperProcess zooKeeper =
          ZooKeeperProcess.start(Files.createDirectories(directory.resolve("zookeeper")));
      started.add(zooKeeper);
      Map<String, String> all = new HashMap<>(clusterFile());
      if (metrics == null) {
        all.keySet().removeIf(key -> key.startsWith("metrics."));
      } else {
        all.putAll(metrics.flinkSettings());
      }
      all.putAll(s3.flinkSettings());
      all.putAll(zooKeeper.flinkSettings("s3://" + S3Process.BUCKET + "/ha"));
      all.put("execution.checkpointing.dir", "s3://" + S3Process.BUCKET + "/checkpoints");
      all.put("execution.checkpointing.savepoint-dir", "s3://" + S3Process.BUCKET + "/savepoints");
      all.putAll(settings);
      return new FaultCluster(kafka, s3, zooKeeper, directory, all, metrics, listener);
    } catch (Exception e) {
      for (AutoCloseable each : started) {
        each.close();
      }
      throw e;
    }
  }

  /** Starts Flink, instead of the one before, with an entry point of {@link FlinkProcesses}. */
  void startFlink(List<String> entryPoint, int taskManagers) throws Exception {
    if (flink != null) {
      flink.close();
    }
    FlinkProcesses started =
        FlinkProcesses.start(
            Files.createTempDirectory(directory, "flink-"),
            settings,
            metrics == null
                ? List.of(program("flink-s3-fs-native"))
                : List.of(program("flink-s3-fs-native"), program("flink-metrics-prometheus")),
            entryPoint,
            metrics != null,
            listener == null ? Map.of() : Map.of(LOGIN, listener.login(JOB)));
    flink = started;
    for (int i = 0; i < taskManagers; i++) {
      started.addTaskManager();
    }
  }

  /** A JAR that the build puts beside the class path, for a process of its own. */
  static Path program(String name) {
    return BuildOutput.file("faults/" + name + ".jar");
  }

  MetricPorts metricPorts() {
    return Objects.requireNonNull(metrics, "the cluster is not monitored");
  }

  KafkaProcesses kafka() {
    return kafka;
  }

  S3Process s3() {
    return s3;
  }

  /** A server, which is started when it is asked for first. */
  ClickHouseServer clickHouse() throws IOException {
    ClickHouseServer started = clickHouse;
    if (started == null) {
      started = ClickHouseServer.start(directory.resolve("clickhouse"));
      clickHouse = started;
    }
    return started;
  }

  FlinkProcesses flink() {
    return Objects.requireNonNull(flink, "Flink was not started");
  }

  /** The JAR that a job is run from. */
  static Path jar() {
    return BuildOutput.file(BuildOutput.JAR);
  }

  /** For what a scenario needs on disk. */
  Path directory() {
    return directory;
  }

  /** The project's own cluster file with smaller sizes: here many share a small machine. */
  private static Map<String, String> clusterFile() {
    Map<String, String> settings =
        new HashMap<>(
            GlobalConfiguration.loadConfiguration(Path.of("config", "flink").toString()).toMap());
    settings.keySet().removeIf(key -> key.contains("memory.") || key.startsWith("env.java.opts"));
    return settings;
  }

  /**
   * A job's own topics, with reference topics that are empty.
   *
   * @param own settings of this job
   */
  JobFiles createTopics(String name, Map<String, String> own) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    settings.put("topics.clicks", name + "-clicks");
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
    settings.putAll(createOutputs(name));
    settings.putAll(own);
    kafka.createTopic(name + "-profiles", 1, Map.of("cleanup.policy", "compact"));
    kafka.createTopic(name + "-products", 1, Map.of("cleanup.policy", "compact"));
    return new JobFiles(settings);
  }

  /** Topics for what a job makes. */
  Map<String, String> createOutputs(String name) {
    kafka.createTopic(name + "-sessions", PARTITIONS, Map.of());
    kafka.createTopic(name + "-late", 1, Map.of());
    kafka.createTopic(name + "-rejected", 1, Map.of());
    return Map.of(
        "topics.sessions", name + "-sessions",
        "topics.late", name + "-late",
        "topics.rejected", name + "-rejected");
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
      return SettingsReader.read(Invocation.of(arguments().toArray(String[]::new)), Map.of())
          .settings();
    }

    String topic(String which) {
      return Objects.requireNonNull(settings.get("topics." + which));
    }

    /** The same with other settings for some. */
    JobFiles with(Map<String, String> changed) {
      Map<String, String> all = new LinkedHashMap<>(settings);
      all.putAll(changed);
      return new JobFiles(all);
    }
  }

  /** All at once: a cluster that leaves in an orderly way takes longer than a test. */
  @Override
  public void close() {
    if (flink != null) {
      flink.close();
    }
    if (clickHouse != null) {
      clickHouse.close();
    }
    zooKeeper.close();
    s3.close();
    kafka.close();
  }
}
