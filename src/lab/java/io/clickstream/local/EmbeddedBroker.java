package io.clickstream.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.metadata.bootstrap.BootstrapDirectory;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble.VerificationFlag;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.ServerSocketFactory;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka broker with its controller in this JVM, reachable on the loopback interface from the
 * moment that {@code start} returns.
 *
 * <p>Ports never collide: the sockets are bound to free ports first and handed to the server, where
 * a port that was merely looked up could be taken by another process in between. Faults inside the
 * broker are logged and never end the JVM, as the production wiring of {@link KafkaRaftServer}
 * would.
 *
 * <p>The broker's classes are internal to Kafka and change with its versions: no other class uses
 * them.
 */
public final class EmbeddedBroker implements AutoCloseable {

  private static final int NODE_ID = 1;
  private static final String CONTROLLER = "CONTROLLER";
  private static final String CLIENTS = "PLAINTEXT";
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  static {
    // A server that loses its directory, as when it is closed in haste, would halt the whole JVM.
    Exit.setHaltProcedure((code, message) -> {});
    Exit.setExitProcedure((code, message) -> {});
  }

  private final Path directory;
  private final boolean temporary;
  private final String bootstrapServers;
  private final Servers servers;
  private @Nullable Admin admin;
  private boolean closed;

  private EmbeddedBroker(
      Path directory, boolean temporary, String bootstrapServers, Servers servers) {
    this.directory = directory;
    this.temporary = temporary;
    this.bootstrapServers = bootstrapServers;
    this.servers = servers;
  }

  /** Starts a broker in a temporary directory, which {@link #close()} deletes. */
  public static EmbeddedBroker start() {
    return start(Map.of());
  }

  /**
   * Starts a broker in a temporary directory, which {@link #close()} deletes.
   *
   * @param extraBrokerProperties override the settings of a single small node
   */
  public static EmbeddedBroker start(Map<String, String> extraBrokerProperties) {
    return start(extraBrokerProperties, List.of());
  }

  /**
   * The same with users who log in by SCRAM, known before anybody has to log in.
   *
   * @param scramUsers as {@code kafka-storage.sh format --add-scram} takes them
   */
  public static EmbeddedBroker start(
      Map<String, String> extraBrokerProperties, List<String> scramUsers) {
    try {
      return start(
          Files.createTempDirectory("clickstream-broker-" + ProcessHandle.current().pid() + "-"),
          extraBrokerProperties,
          scramUsers,
          true);
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary directory for the broker", e);
    }
  }

  /**
   * Starts a broker over a directory that stays: whatever an earlier broker wrote there is served
   * again, at the same address, so that its clients find it back.
   *
   * @param extraBrokerProperties override the settings of a single small node
   */
  public static EmbeddedBroker start(Path directory, Map<String, String> extraBrokerProperties) {
    return start(directory, extraBrokerProperties, List.of(), false);
  }

  private static EmbeddedBroker start(
      Path directory,
      Map<String, String> extraBrokerProperties,
      List<String> scramUsers,
      boolean temporary) {
    Sockets sockets = null;
    Servers servers = null;
    try {
      Files.createDirectories(directory);
      sockets = Sockets.open(directory.resolve("port"));
      KafkaConfig config =
          KafkaConfig.fromProps(properties(directory, sockets, extraBrokerProperties), false);
      format(config, scramUsers);
      servers = Servers.create(config, sockets);
      servers.start();
      return new EmbeddedBroker(directory, temporary, "127.0.0.1:" + sockets.clientPort(), servers);
    } catch (Exception e) {
      if (servers != null) {
        servers.stop();
      }
      if (sockets != null) {
        sockets.close();
      }
      if (temporary) {
        delete(directory);
      }
      throw new IllegalStateException("the embedded broker did not start in " + directory, e);
    }
  }

  /** Where clients connect, as {@code bootstrap.servers} wants it. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Where the broker's logs lie. */
  public Path directory() {
    return directory;
  }

  /** Creates a topic with the broker's defaults. */
  public void createTopic(String name, int partitions) {
    createTopic(name, partitions, Map.of());
  }

  /** Returns once the topic exists, with these partitions and settings; it must be new. */
  public void createTopic(String name, int partitions, Map<String, String> configs) {
    try {
      admin()
          .createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(configs)))
          .all()
          .get(30, TimeUnit.SECONDS);
      // The controller has it; the broker that serves clients learns of it a moment later.
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(10))
          .until(() -> isServed(name));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        throw new IllegalArgumentException("topic " + name + " exists already", e.getCause());
      }
      throw new IllegalStateException("topic " + name + " was not created", e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("topic " + name + " was not created within 30 s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while creating topic " + name, e);
    }
  }

  private boolean isServed(String topic) throws InterruptedException, TimeoutException {
    try {
      return admin()
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get(30, TimeUnit.SECONDS)
          .get(topic)
          .partitions()
          .stream()
          .allMatch(partition -> partition.leader() != null);
    } catch (ExecutionException e) {
      // It is there, but the administration client was denied to look at it.
      return e.getCause() instanceof TopicAuthorizationException;
    }
  }

  /** An administration client of this broker, closed with it. */
  public synchronized Admin admin() {
    if (admin == null) {
      Admin created = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
      admin = created;
      return created;
    }
    return admin;
  }

  /** Stops the broker, within half a minute whatever happens, and deletes a temporary directory. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (admin != null) {
      admin.close(Duration.ofSeconds(1));
    }
    servers.stop();
    if (temporary) {
      delete(directory);
    }
  }

  private static Properties properties(
      Path directory, Sockets sockets, Map<String, String> extraBrokerProperties) {
    String clients = CLIENTS + "://127.0.0.1:" + sockets.clientPort();
    String controller = "127.0.0.1:" + sockets.controllerPort();
    Map<String, String> all = new HashMap<>();
    all.put("process.roles", "broker,controller");
    all.put("node.id", Integer.toString(NODE_ID));
    all.put("controller.quorum.voters", NODE_ID + "@" + controller);
    all.put("controller.listener.names", CONTROLLER);
    all.put("listeners", clients + "," + CONTROLLER + "://" + controller);
    all.put("advertised.listeners", clients);
    all.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
    all.put("log.dirs", directory.resolve("data").toString());

    // One node holds every replica.
    all.put("default.replication.factor", "1");
    all.put("min.insync.replicas", "1");
    all.put("offsets.topic.replication.factor", "1");
    all.put("offsets.topic.num.partitions", "3");
    all.put("transaction.state.log.replication.factor", "1");
    all.put("transaction.state.log.min.isr", "1");
    all.put("transaction.state.log.num.partitions", "3");
    all.put("transaction.max.timeout.ms", "900000");
    all.put("share.coordinator.state.topic.replication.factor", "1");
    all.put("share.coordinator.state.topic.min.isr", "1");
    all.put("share.coordinator.state.topic.num.partitions", "1");

    // A small machine, and nobody else in any consumer group to wait for.
    all.put("num.network.threads", "2");
    all.put("num.io.threads", "4");
    all.put("num.recovery.threads.per.data.dir", "1");
    all.put("background.threads", "2");
    all.put("log.cleaner.dedupe.buffer.size", "4194304");
    all.put("log.segment.bytes", "134217728");
    all.put("log.retention.ms", "-1");
    all.put("group.initial.rebalance.delay.ms", "0");
    all.put("auto.create.topics.enable", "false");
    all.put("num.partitions", "1");
    all.putAll(extraBrokerProperties);
    Properties properties = new Properties();
    properties.putAll(all);
    return properties;
  }

  private static void format(KafkaConfig config, List<String> scramUsers) throws Exception {
    Formatter formatter =
        new Formatter()
            .setPrintStream(
                new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8))
            .setClusterId(Uuid.randomUuid().toString())
            .setNodeId(NODE_ID)
            .setControllerListenerName(CONTROLLER)
            .setMetadataLogDirectory(config.metadataLogDir())
            .setReleaseVersion(MetadataVersion.latestProduction())
            .setScramArguments(scramUsers)
            .setIgnoreFormatted(true);
    config.logDirs().forEach(formatter::addDirectory);
    if (!Files.exists(Path.of(config.metadataLogDir(), "meta.properties"))) {
      formatter.run();
    }
  }

  /** Server threads may still remove files by themselves. */
  private static void delete(Path directory) {
    try {
      Deletion.of(directory);
    } catch (IOException e) {
      throw new IllegalStateException("could not delete " + directory, e);
    }
  }

  /** The listening sockets, bound before anybody is told their ports. */
  private record Sockets(ServerSocketChannel clients, ServerSocketChannel controller)
      implements ServerSocketFactory {

    static Sockets open(Path portFile) throws IOException {
      int port = Files.exists(portFile) ? Integer.parseInt(Files.readString(portFile).strip()) : 0;
      ServerSocketChannel clients = bind(port);
      try {
        Sockets sockets = new Sockets(clients, bind(0));
        Files.writeString(portFile, Integer.toString(sockets.clientPort()));
        return sockets;
      } catch (IOException e) {
        clients.close();
        throw e;
      }
    }

    private static ServerSocketChannel bind(int port) throws IOException {
      ServerSocketChannel channel = ServerSocketChannel.open();
      try {
        channel.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
        return channel;
      } catch (IOException e) {
        channel.close();
        throw new IOException("port " + port + " on 127.0.0.1 is not free", e);
      }
    }

    int clientPort() {
      return clients.socket().getLocalPort();
    }

    int controllerPort() {
      return controller.socket().getLocalPort();
    }

    @Override
    public ServerSocketChannel openServerSocket(
        String listener, InetSocketAddress address, int backlog, int receiveBuffer)
        throws IOException {
      ServerSocketChannel channel = listener.equals(CONTROLLER) ? controller : clients;
      channel.configureBlocking(false);
      return channel;
    }

    void close() {
      Utils.closeQuietly(clients, "the clients' socket");
      Utils.closeQuietly(controller, "the controller's socket");
    }
  }

  /** The two halves of a node and what they share, started and stopped in their order. */
  private record Servers(
      ControllerServer controller, BrokerServer broker, Metrics metrics, Sockets sockets) {

    static Servers create(KafkaConfig config, Sockets sockets) throws Exception {
      MetaPropertiesEnsemble loaded =
          new MetaPropertiesEnsemble.Loader()
              .addMetadataLogDir(config.metadataLogDir())
              .addLogDirs(config.logDirs())
              .load();
      loaded.verify(
          Optional.empty(),
          OptionalInt.of(NODE_ID),
          EnumSet.of(
              VerificationFlag.REQUIRE_AT_LEAST_ONE_VALID,
              VerificationFlag.REQUIRE_METADATA_LOG_DIR));
      Metrics metrics = new Metrics();
      SharedServer shared =
          new SharedServer(
              config,
              loaded,
              Time.SYSTEM,
              metrics,
              CompletableFuture.completedFuture(
                  Map.of(NODE_ID, new InetSocketAddress("127.0.0.1", sockets.controllerPort()))),
              List.of(),
              (name, fatal, action) -> new LoggingFaultHandler(name, action),
              sockets);
      return new Servers(
          new ControllerServer(
              shared,
              KafkaRaftServer.configSchema(),
              new BootstrapDirectory(config.metadataLogDir()).read()),
          new BrokerServer(shared),
          metrics,
          sockets);
    }

    void start() {
      controller.startup();
      broker.startup();
    }

    void stop() {
      CompletableFuture<Void> stopped = new CompletableFuture<>();
      Thread stopper =
          new Thread(
              () -> {
                try {
                  broker.shutdown();
                  controller.shutdown();
                  metrics.close();
                } finally {
                  sockets.close();
                  stopped.complete(null);
                }
              },
              "embedded-broker-close");
      stopper.setDaemon(true);
      stopper.start();
      try {
        stopped.get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | TimeoutException e) {
        sockets.close();
      }
    }
  }
}
