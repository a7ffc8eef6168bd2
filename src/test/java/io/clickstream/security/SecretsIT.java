package io.clickstream.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.CommandRun;
import io.clickstream.faults.FlinkProcesses;
import io.clickstream.faults.JvmProcess;
import io.clickstream.kubernetes.KafkaRights;
import io.clickstream.lab.BuildOutput;
import io.clickstream.local.SecuredListener;
import io.clickstream.tools.deploy.FlinkRestClient;
import io.clickstream.tools.deploy.FlinkRestClient.Program;
import io.clickstream.tools.deploy.FlinkRestClient.RestException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs and tools on a cluster of processes that log everything, with secrets given in every way
 * that there is. In each of them stands the word hunter2, and nothing that comes out has it.
 */
@Tag("full")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class SecretsIT {

  private static final String MARK = "hunter2";
  private static final String JOB = "clickstream-job";
  private static final Path JAR = BuildOutput.file(BuildOutput.JAR);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path directory;

  private static SecureBroker broker;
  private static FlinkProcesses flink;
  private static JvmProcess taskManager;
  private static FlinkRestClient rest;
  private static Path config;

  /** All that came out, by what it is. */
  private final Map<String, String> seen = new LinkedHashMap<>();

  @BeforeAll
  static void start() throws Exception {
    assertThat(SecuredListener.STORE_PASSWORD).contains(MARK);
    assertThat(SecuredListener.KEY_PASSWORD).contains(MARK);
    broker = SecureBroker.start(directory, Map.of(JOB, MARK + "-of-job"));
    List<NewTopic> topics = new ArrayList<>();
    for (String name :
        List.of(
            "raw-clicks",
            "enriched-sessions",
            "late-clicks",
            "rejected-clicks",
            "user-profiles",
            "product-catalog")) {
      topics.add(new NewTopic(name, 1, (short) 1));
    }
    broker.createTopics(topics);
    broker.grant(KafkaRights.of(JOB));
    Map<String, String> client = broker.client(JOB);
    config = directory.resolve("clickstream.yaml");
    Files.writeString(
        config,
        """
        kafka:
          bootstrap-servers: %s
          properties:
            security.protocol: SASL_SSL
            sasl.mechanism: SCRAM-SHA-512
            ssl.truststore.location: %s
            ssl.truststore.password: %s
            ssl.keystore.location: %s
            ssl.keystore.password: %s
        sink.transactional-id-prefix: clickstream
        clickhouse.url: http://127.0.0.1:%d
        """
            .formatted(
                broker.bootstrapServers(),
                client.get("ssl.truststore.location"),
                client.get("ssl.truststore.password"),
                broker.clientKeyStore(),
                SecuredListener.STORE_PASSWORD,
                broker.port()));
    flink =
        FlinkProcesses.start(
            Files.createDirectories(directory.resolve("flink")),
            Map.of(
                "execution.checkpointing.dir",
                directory.resolve("checkpoints").toUri().toString(),
                "execution.checkpointing.data-inline-threshold",
                "100kb"),
            List.of(),
            FlinkProcesses.session(),
            logOfEverything().toUri().toString(),
            Map.of(
                "CLICKSTREAM_KAFKA_PROPERTIES_SASL_JAAS_CONFIG",
                client.get("sasl.jaas.config"),
                "CLICKSTREAM_KAFKA_PROPERTIES_SSL_KEY_PASSWORD",
                SecuredListener.KEY_PASSWORD,
                "CLICKSTREAM_CLICKHOUSE_PASSWORD",
                MARK + "-of-clickhouse"));
    taskManager = flink.addTaskManager();
    rest = new FlinkRestClient(address(), null);
  }

  @AfterAll
  static void stop() {
    if (flink != null) {
      flink.close();
    }
    if (broker != null) {
      broker.close();
    }
  }

  private static URI address() {
    return URI.create("http://127.0.0.1:" + flink.restPort());
  }

  /** At a level that nobody has in production, with what clients are configured with. */
  private static Path logOfEverything() throws IOException {
    return Files.writeString(
        directory.resolve("log4j2.properties"),
        """
        rootLogger.level = DEBUG
        rootLogger.appenderRef.console.ref = console
        rootLogger.appenderRef.file.ref = file
        appender.console.type = Console
        appender.console.name = console
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %-5p %c %m%n
        appender.file.type = File
        appender.file.name = file
        appender.file.fileName = ${sys:log.file:-${sys:java.io.tmpdir}/log-of-a-tool}
        appender.file.layout.type = PatternLayout
        appender.file.layout.pattern = %-5p %c %m%n
        """);
  }

  @Test
  void shouldShowNoSecretAnywhere() throws Exception {
    // Given tools, before anything runs
    tool("help", "check", "--help-settings");
    tool("check", "check", "--config", config.toString());
    tool("plan", "topics", "--check", "--config", config.toString());
    tool("loader-check", "check", "--loader", "--config", config.toString());
    assertThat(seen.get("check")).contains("Preflight: no errors");

    // When the job runs
    CommandRun run = submit("run", "--jar", JAR.toString(), "--config", config.toString());
    see("submit run", run);
    assertThat(run.exitCode()).as(run.err()).isZero();
    String job = run.out();
    send(200);
    await("checkpoints")
        .atMost(Duration.ofMinutes(3))
        .until(() -> rest.completedCheckpoints(job) >= 3);
    see("submit list", submit("list"));
    see(
        "submit savepoint",
        submit("savepoint", "--job", job, "--to", directory.resolve("savepoints").toUri() + ""));
    crawl("running ", job);
    tool("reconcile", "reconcile", "--config", config.toString());

    // and fails
    List<AclBinding> writes =
        KafkaRights.of(JOB).stream()
            .filter(right -> right.entry().operation() == AclOperation.WRITE)
            .filter(right -> right.pattern().name().equals("rejected-clicks"))
            .toList();
    broker.take(writes.get(0));
    send(50);
    await("a failure")
        .atMost(Duration.ofMinutes(3))
        .until(() -> rest.failures(job).toString().contains("rejected-clicks"));
    assertThat(taskManager.isAlive()).as("the TaskManager of a job that fails").isTrue();
    crawl("failing ", job);
    rest.cancel(job);
    await("its end").atMost(Duration.ofMinutes(3)).until(() -> rest.job(job).isOver());
    crawl("over ", job);
    assertThat(seen.get("failing /jobs/" + job + "/exceptions")).contains("rejected-clicks");

    // and others do not even start
    String jar = rest.jars().get(0);
    see("no right", submit("run", "--jar-id", jar, "--config", config.toString()));
    see(
        "loader",
        submit(
            "run",
            "--jar-id",
            jar,
            "--class",
            "io.clickstream.SessionsToClickHouseJob",
            "--config",
            config.toString()));
    assertThat(seen.get("loader")).contains("clickhouse.url");
    for (String argument :
        List.of(
            "--kafka.properties.sasl.jaas.config=" + MARK,
            "--kafka.properties.ssl.key.password=" + MARK,
            "--clickhouse.password=" + MARK,
            "--clickhouse.pasword=" + MARK,
            "--ssl.keystore.key=" + MARK,
            "--clickhouse.url=http://user:" + MARK + "@host:8123")) {
      see(argument, submit("run", "--jar-id", jar, "--config", config.toString(), argument));
      see("by hand " + argument, byHand(jar, argument));
    }
    String login = "--kafka.properties.sasl.jaas.config=x.Module password=" + MARK;
    String misspelt = "--kafka.properties.ssl.key.pasword=" + MARK;
    String printed =
        flink.tryToRun(
            JAR, 1, List.of(), List.of("--config", config.toString(), login, misspelt, MARK));
    // Flink's client logs its own command line, and hides what it knows to be secret there.
    see(
        "flink run",
        printed
            .lines()
            .filter(line -> !line.contains("INFO  CliFrontend "))
            .collect(Collectors.joining("\n")));
    assertThat(seen.get("flink run")).contains("with the settings");

    // Then
    files(directory.resolve("flink"), "conf|log|(?!run-).*\\.log");
    files(directory.resolve("checkpoints"), ".*");
    files(directory.resolve("savepoints"), ".*");
    List<String> leaks = new ArrayList<>();
    seen.forEach(
        (what, text) -> {
          int at = text.indexOf(MARK);
          if (at >= 0) {
            leaks.add(
                what
                    + ": "
                    + text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 50)));
          }
        });
    assertThat(leaks).isEmpty();
    assertThat(String.join("\n", seen.values()))
        .contains("sasl.jaas.config = [hidden]")
        .contains("ssl.keystore.password = [hidden]");
    assertThat(seen.get("file log/jobmanager.log"))
        .contains(
            "A secret is an argument",
            "key=clickhouse.password variable=CLICKSTREAM_CLICKHOUSE_PASSWORD");
    assertThat(seen).hasSizeGreaterThan(150);
    for (String what :
        List.of(
            "running /jobs/.*/plan",
            "running /jobmanager/log",
            "failing /jobs/.*/config",
            "failing /taskmanagers/tm-1/log",
            "over /jobs/.*/accumulators.*",
            "file .*/chk-\\d+/_metadata",
            "file savepoint-.*/_metadata")) {
      assertThat(seen.entrySet())
          .as(what)
          .anySatisfy(
              entry -> {
                assertThat(entry.getKey()).matches(what);
                assertThat(entry.getValue()).hasSizeGreaterThan(100);
              });
    }
  }

  private void see(String what, String text) {
    // Not in the name: it is there for those who read what failed.
    seen.merge(what.replace(MARK, "…"), text, (before, more) -> before + more);
  }

  private void see(String what, CommandRun result) {
    see(what, result.out() + "\n" + result.err());
  }

  private static CommandRun submit(String command, String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("submit", command, "--rest", address().toString()));
    arguments.addAll(Arrays.asList(options));
    return CommandRun.of(arguments);
  }

  /** What a cluster answers to somebody who does not use the tool. */
  private static String byHand(String jar, String argument) throws Exception {
    try {
      String job =
          rest.run(jar, Program.of(List.of("--config", config.toString(), argument)).at(1));
      throw new AssertionError("job " + job + " was started");
    } catch (RestException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void tool(String what, String... command) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "-Dlog4j2.configurationFile=" + directory.resolve("log4j2.properties").toUri(),
                "io.clickstream.Clickstream"));
    all.addAll(List.of(command));
    JvmProcess process = flink.tool(what, JAR, all);
    await(what).atMost(Duration.ofMinutes(3)).until(() -> !process.isAlive());
    see(what, process.log());
  }

  private static void send(int records) throws Exception {
    Map<String, Object> properties = new LinkedHashMap<>(broker.client(SecuredListener.ADMIN));
    properties.put("bootstrap.servers", broker.bootstrapServers());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < records; i++) {
        String value =
            i % 2 == 0
                ? "none"
                : "{\"event_type\":\"page_view\",\"timestamp\":%d,\"anonymous_id\":\"v%d\"}"
                    .formatted(System.currentTimeMillis(), i);
        var unused =
            producer.send(
                new ProducerRecord<>("raw-clicks", value.getBytes(StandardCharsets.UTF_8)));
      }
    }
  }

  // ---- what can be seen

  /** Everything that the web UI and the REST interface show of a job and the cluster. */
  private void crawl(String when, String job) throws Exception {
    TreeSet<String> paths =
        new TreeSet<>(
            List.of(
                "/config",
                "/overview",
                "/jars",
                "/jobs",
                "/jobs/overview",
                "/jobs/metrics",
                "/jobmanager/config",
                "/jobmanager/environment",
                "/jobmanager/log",
                "/jobmanager/logs",
                "/jobmanager/metrics",
                "/jobmanager/stdout",
                "/jobmanager/thread-dump",
                "/taskmanagers"));
    String its = "/jobs/" + job;
    for (String path :
        List.of(
            "",
            "/accumulators?includeSerializedValue=true",
            "/checkpoints",
            "/checkpoints/config",
            "/config",
            "/exceptions",
            "/execution-result",
            "/jobmanager/config",
            "/jobmanager/environment",
            "/jobmanager/log-url",
            "/metrics",
            "/plan",
            "/resource-requirements",
            "/status")) {
      paths.add(its + path);
    }
    for (JsonNode vertex : JSON.readTree(get(its)).path("vertices")) {
      String path = its + "/vertices/" + vertex.get("id").asText();
      for (String more :
          List.of(
              "", "/accumulators", "/subtasktimes", "/taskmanagers", "/watermarks", "/metrics")) {
        paths.add(path + more);
      }
      paths.add(path + "/subtasks/accumulators");
      paths.add(path + "/subtasks/0");
    }
    for (JsonNode checkpoint : JSON.readTree(get(its + "/checkpoints")).path("history")) {
      paths.add(its + "/checkpoints/details/" + checkpoint.get("id").asText());
    }
    for (JsonNode manager : JSON.readTree(get("/taskmanagers")).path("taskmanagers")) {
      for (String more : List.of("", "/log", "/logs", "/metrics", "/stdout", "/thread-dump")) {
        paths.add("/taskmanagers/" + manager.get("id").asText() + more);
      }
    }
    for (String path : paths) {
      see(when + path, get(path));
    }
  }

  private static String get(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(address().resolve(path)).timeout(Duration.ofSeconds(30)).build(),
            BodyHandlers.ofString())
        .body();
  }

  private void files(Path root, String names) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path relative = root.relativize(file);
        if (relative.getName(0).toString().matches(names)) {
          // Of whatever encoding: what stands there in ASCII stays as it is.
          see("file " + relative, Files.readString(file, StandardCharsets.ISO_8859_1));
        }
      }
    }
  }
}
