package io.clickstream.faults;

import io.clickstream.local.SecuredListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Three Kafka brokers, each a process, each with a controller: replication 3, two in-sync replicas
 * at least. More can be added, which are brokers alone. Broker {@code i} has the id {@code i + 1}
 * and keeps its port and directory when it is started again.
 */
final class KafkaProcesses implements AutoCloseable {

  static final int BROKERS = 3;
  private static final Duration START = Duration.ofSeconds(90);

  private final Path directory;
  private final List<Integer> ports;
  private final List<Integer> controllerPorts;

  /** Further arguments of each broker's JVM. */
  private final List<String> agents;

  private final @Nullable SecuredListener listener;
  private final String clusterId = Uuid.randomUuid().toString();
  private final SortedMap<Integer, JvmProcess> brokers = new TreeMap<>();

  private KafkaProcesses(
      Path directory,
      List<Integer> ports,
      List<Integer> controllerPorts,
      List<String> agents,
      @Nullable SecuredListener listener) {
    this.directory = directory;
    this.ports = new ArrayList<>(ports);
    this.controllerPorts = controllerPorts;
    this.agents = agents;
    this.listener = listener;
  }

  /**
   * Starts all brokers; they are reachable when this returns.
   *
   * @param agents an argument for the JVM of each broker, or none
   * @param listener who may connect, and how; everybody if it is null
   */
  static KafkaProcesses start(
      Path directory, List<String> agents, @Nullable SecuredListener listener) throws Exception {
    List<Integer> ports = FreePorts.take(2 * BROKERS);
    KafkaProcesses kafka =
        new KafkaProcesses(
            directory,
            ports.subList(0, BROKERS),
            ports.subList(BROKERS, 2 * BROKERS),
            agents,
            listener);
    kafka.format(0, BROKERS);
    kafka.startAll();
    return kafka;
  }

  /** One broker more, without a controller; it is part of the cluster when this returns. */
  JvmProcess add() throws Exception {
    int broker = ports.size();
    ports.addAll(FreePorts.take(1));
    format(broker, broker + 1);
    start(broker);
    awaitAll();
    return broker(broker);
  }

  /** Makes the directories of the brokers from one on up to another. */
  private void format(int from, int to) throws Exception {
    List<JvmProcess> formatting = new ArrayList<>();
    for (int broker = from; broker < to; broker++) {
      Files.createDirectories(directory);
      Properties properties = properties(broker);
      StringBuilder text = new StringBuilder();
      properties.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
      Files.writeString(file(broker), text);
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "-Xmx64m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "kafka.tools.StorageTool",
                  "format",
                  "-t",
                  clusterId,
                  "-c",
                  file(broker).toString()));
      if (listener != null) {
        listener.scramUsers().forEach(user -> arguments.addAll(List.of("--add-scram", user)));
      }
      formatting.add(
          JvmProcess.start(
              "format-" + broker,
              arguments,
              Map.of(),
              directory.resolve("format-" + broker + ".log")));
    }
    for (JvmProcess process : formatting) {
      Awaitility.await(process.name()).atMost(START).until(() -> !process.isAlive());
      process.requireSuccess();
    }
  }

  private Path file(int broker) {
    return directory.resolve("broker-" + broker + ".properties");
  }

  private Properties properties(int broker) {
    boolean controls = broker < BROKERS;
    Map<String, String> all = new HashMap<>();
    all.put("process.roles", controls ? "broker,controller" : "broker");
    all.put("node.id", Integer.toString(broker + 1));
    List<String> voters = new ArrayList<>();
    for (int i = 0; i < BROKERS; i++) {
      voters.add((i + 1) + "@127.0.0.1:" + controllerPorts.get(i));
    }
    all.put("controller.quorum.voters", String.join(",", voters));
    all.put("controller.listener.names", "CONTROLLER");
    String clients = "PLAINTEXT://127.0.0.1:" + ports.get(broker);
    all.put(
        "listeners",
        controls ? clients + ",CONTROLLER://127.0.0.1:" + controllerPorts.get(broker) : clients);
    all.put("advertised.listeners", clients);
    all.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
    all.put("log.dirs", directory.resolve("data-" + broker).toString());
    all.put("default.replication.factor", "3");
    all.put("min.insync.replicas", "2");
    all.put("offsets.topic.replication.factor", "3");
    all.put("offsets.topic.num.partitions", "3");
    all.put("transaction.state.log.replication.factor", "3");
    all.put("transaction.state.log.min.isr", "2");
    all.put("transaction.state.log.num.partitions", "6");
    all.put("transaction.max.timeout.ms", "900000");
    // How soon the brokers end transactions whose time is over.
    all.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    all.put("num.network.threads", "2");
    all.put("num.io.threads", "2");
    all.put("num.recovery.threads.per.data.dir", "1");
    all.put("background.threads", "2");
    all.put("log.cleaner.dedupe.buffer.size", "2097152");
    all.put("log.segment.bytes", "67108864");
    all.put("log.retention.ms", "-1");
    all.put("group.initial.rebalance.delay.ms", "0");
    all.put("auto.create.topics.enable", "false");
    all.put("controlled.shutdown.enable", "false");
    all.put("broker.session.timeout.ms", "6000");
    if (listener != null) {
      all.putAll(listener.brokerSettings());
    }
    Properties properties = new Properties();
    properties.putAll(all);
    return properties;
  }

  /** Starts a broker that is not running. */
  void start(int broker) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-Xmx256m",
                "-Dlog4j2.configurationFile=faults-log4j2.properties",
                "-cp",
                System.getProperty("java.class.path")));
    if (broker < agents.size()) {
      arguments.add(agents.get(broker));
    }
    arguments.addAll(List.of("kafka.Kafka", file(broker).toString()));
    brokers.put(
        broker,
        JvmProcess.start(
            "broker-" + (broker + 1),
            arguments,
            Map.of(),
            directory.resolve("broker-" + broker + ".log")));
  }

  /** Kills all of them at once. */
  void killAll() {
    brokers.values().forEach(JvmProcess::kill);
  }

  /** Starts all of them anew; they are reachable when this returns. */
  void startAll() throws IOException {
    for (int broker = 0; broker < ports.size(); broker++) {
      start(broker);
    }
    awaitAll();
  }

  /** The process of a broker. */
  JvmProcess broker(int broker) {
    return Objects.requireNonNull(brokers.get(broker), "there is no broker " + (broker + 1));
  }

  /** The processes of all brokers, in their order, those that were killed among them. */
  List<JvmProcess> processes() {
    return List.copyOf(brokers.values());
  }

  /** Returns when all brokers are part of the cluster and every partition is in sync. */
  void awaitAll() {
    for (JvmProcess broker : brokers.values()) {
      broker.await(
          "be one of " + brokers.size(),
          START,
          () -> {
            try (Admin admin = admin()) {
              return admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).size()
                  == brokers.size();
            }
          });
    }
  }

  String bootstrapServers() {
    return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
  }

  Admin admin() {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", bootstrapServers());
    properties.put("request.timeout.ms", "5000");
    properties.put("default.api.timeout.ms", "10000");
    if (listener != null) {
      properties.putAll(listener.client(SecuredListener.ADMIN));
    }
    return Admin.create(properties);
  }

  /** Creates a topic with three replicas, as soon as there are brokers for them. */
  void createTopic(String name, int partitions, Map<String, String> configs) {
    NewTopic topic = new NewTopic(name, partitions, (short) BROKERS).configs(configs);
    Awaitility.await("topic " + name)
        .atMost(START)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(
            () -> {
              try (Admin admin = admin()) {
                admin.createTopics(List.of(topic)).all().get();
              } catch (ExecutionException e) {
                // Names are new: it is of a request whose answer came too late.
                if (!(e.getCause() instanceof TopicExistsException)) {
                  throw e;
                }
              }
              return true;
            });
  }

  /** Gives a topic more partitions. */
  void addPartitions(String topic, int total) throws InterruptedException {
    try (Admin admin = admin()) {
      admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(total))).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("topic " + topic + " has no more partitions", e.getCause());
    }
  }

  /** The broker that leads a partition, counted from 0. */
  int leader(String topic, int partition) throws InterruptedException {
    try (Admin admin = admin()) {
      Node leader =
          admin
              .describeTopics(List.of(topic))
              .allTopicNames()
              .get()
              .get(topic)
              .partitions()
              .get(partition)
              .leader();
      return leader.id() - 1;
    } catch (ExecutionException e) {
      throw new IllegalStateException("no leader of " + topic + "-" + partition, e.getCause());
    }
  }

  /**
   * Waits until a partition has a leader other than this one; a client may ask the wrong broker
   * first.
   */
  void awaitOtherLeader(String topic, int partition, int leader) {
    Awaitility.await("another leader of " + topic + "-" + partition)
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(() -> leader(topic, partition) != leader);
  }

  /** The broker that coordinates a transactional id, counted from 0. */
  int coordinator(String transactionalId) throws InterruptedException {
    try (Admin admin = admin()) {
      return admin
              .describeTransactions(List.of(transactionalId))
              .description(transactionalId)
              .get()
              .coordinatorId()
          - 1;
    } catch (ExecutionException e) {
      throw new IllegalStateException("no coordinator of " + transactionalId, e.getCause());
    }
  }

  /** At once, because brokers that leave one after the other wait for each other. */
  @Override
  public void close() {
    killAll();
  }
}
