package io.clickstream.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.clickstream.CommandRun;
import io.clickstream.SessionsToClickHouseJob;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.JobSettings;
import io.clickstream.config.UserErrorException;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.JobDefaults;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.kubernetes.KafkaRights;
import io.clickstream.local.Certificates;
import io.clickstream.preflight.Preflight;
import io.clickstream.preflight.PreflightReport;
import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import io.clickstream.reconcile.Reconciliation;
import io.clickstream.reconcile.Reconciliation.Report;
import io.clickstream.reconcile.Reconciliation.Scope;
import io.clickstream.topology.RunningJob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS, SCRAM and rights, as they are documented, and what is said where one of them is wrong. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class SecuredKafkaIT {

  private static final String JOB = "clickstream-job";
  private static final String LOADER = "clickstream-loader";
  private static final String PRODUCER = "clickstream-producer";
  private static final String PASSWORD = "password-of-job";
  private static final String NEXT_JOB = "clickstream-job-2";
  private static final String REFUSED =
      " with this password: Authentication failed during authentication due to invalid"
          + " credentials with SASL mechanism SCRAM-SHA-512";
  private static final int PARTITIONS = 2;

  /** 2026-01-01T00:00:00Z. */
  private static final long START = 1_767_225_600_000L;

  @TempDir private static Path directory;

  private static SecureBroker broker;

  private long now = START;
  private int serial;

  @BeforeAll
  static void startBroker() throws Exception {
    broker =
        SecureBroker.start(
            directory, Map.of(JOB, PASSWORD, LOADER, "of-loader", PRODUCER, "of-producer"));
    List<NewTopic> topics = new ArrayList<>();
    for (String name :
        List.of(
            "raw-clicks",
            "enriched-sessions",
            "late-clicks",
            "rejected-clicks",
            "rejected-sessions")) {
      topics.add(new NewTopic(name, PARTITIONS, (short) 1));
    }
    for (String name : List.of("user-profiles", "product-catalog")) {
      topics.add(new NewTopic(name, 1, (short) 1).configs(Map.of("cleanup.policy", "compact")));
    }
    broker.createTopics(topics);
    broker.grant(KafkaRights.of(JOB));
    broker.grant(KafkaRights.of(LOADER));
    broker.grant(KafkaRights.of(PRODUCER));
  }

  @AfterAll
  static void stopBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  // ---- the job

  @Test
  void shouldRunWithTheLeastRightsGoOnAsAnotherUserAndLoseNothing() throws Exception {
    // Given a certificate of its own as well
    Map<String, String> client = broker.withCertificate(broker.client(JOB));
    ClickstreamSettings settings = settings(client).settings();
    assertThat(preflight(client).of(Severity.ERROR)).isEmpty();
    MiniCluster cluster = cluster();
    cluster.start();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            properties(broker.client(PRODUCER)),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      RunningJob job = RunningJob.start(cluster, settings, 2, directory.resolve("cp"), null);

      // When it recovers in the middle, with open transactions of its own
      send(producer, clicks(1_000));
      job.awaitCheckpointInProgress();
      job.killTaskManager(0);
      send(producer, clicks(1_000));

      // And another user takes over, before the first one is shut out
      broker.setPassword(NEXT_JOB, "password-of-next-job");
      broker.grant(KafkaRights.of(JOB).stream().map(right -> right(right, NEXT_JOB)).toList());
      String savepoint = job.stopWithSavepoint(directory.resolve("sp"));
      Map<String, String> next = broker.client(NEXT_JOB, "password-of-next-job");
      assertThat(preflight(next).of(Severity.ERROR)).isEmpty();
      broker.setPassword(JOB, "a random one");
      settings = settings(next).settings();
      job = RunningJob.start(cluster, settings, 2, directory.resolve("cp"), savepoint);
      send(producer, clicks(1_000));
      now += 3_600_000;
      send(producer, closing());

      // Then
      assertOneError(
          preflight(client), brokers(), "they refuse user " + JOB + REFUSED, correctLogin(JOB));
      ClickstreamSettings compared = settings;
      Report[] report = new Report[1];
      await("the sessions of all clicks")
          .atMost(Duration.ofSeconds(90))
          .pollInterval(Duration.ofMillis(250))
          .until(
              () -> {
                report[0] = Reconciliation.compare(compared, Scope.inShares(1));
                return report[0].agrees();
              });
      job.cancel();
      assertThat(report[0].differences()).isEmpty();
      assertThat(report[0].sessions()).isGreaterThan(100);
      assertThat(report[0].rejected()).isEqualTo(60);
      assertThat(report[0].read()).isEqualTo(3_000 + PARTITIONS);
    } finally {
      broker.setPassword(JOB, PASSWORD);
      cluster.closeAsync().get(60, TimeUnit.SECONDS);
    }
  }

  private static AclBinding right(AclBinding right, String user) {
    AccessControlEntry entry = right.entry();
    return new AclBinding(
        right.pattern(),
        new AccessControlEntry(
            "User:" + user, entry.host(), entry.operation(), entry.permissionType()));
  }

  private static MiniCluster cluster() {
    return new MiniCluster(
        new MiniClusterConfiguration.Builder()
            .setConfiguration(
                new Configuration()
                    .set(RestOptions.BIND_PORT, "0")
                    .set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64))
                    .set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofSeconds(30)))
            .setNumTaskManagers(2)
            .setNumSlotsPerTaskManager(1)
            .build());
  }

  /** Every fiftieth is none. */
  private List<ProducerRecord<byte[], byte[]>> clicks(int count) {
    Random random = new Random(serial);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      now += 60_000;
      records.add(
          i % 50 == 49
              ? new ProducerRecord<>("raw-clicks", "no click".getBytes(StandardCharsets.UTF_8))
              : click(random.nextInt(40), random.nextInt(PARTITIONS)));
    }
    return records;
  }

  private List<ProducerRecord<byte[], byte[]>> closing() {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      records.add(click(1_000 + partition, partition));
    }
    return records;
  }

  private ProducerRecord<byte[], byte[]> click(int visitor, int partition) {
    return new ProducerRecord<>(
        "raw-clicks",
        partition,
        null,
        "{\"event_type\":\"page_view\",\"timestamp\":%d,\"anonymous_id\":\"v%d\",\"event_id\":\"e%d\"}"
            .formatted(now, visitor, ++serial)
            .getBytes(StandardCharsets.UTF_8));
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, List<ProducerRecord<byte[], byte[]>> records)
      throws Exception {
    List<Future<?>> sent = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : records) {
      sent.add(producer.send(record));
    }
    for (Future<?> each : sent) {
      each.get(30, TimeUnit.SECONDS);
    }
  }

  private static Map<String, Object> properties(Map<String, String> client) {
    Map<String, Object> properties = new HashMap<>(client);
    properties.put("bootstrap.servers", broker.bootstrapServers());
    return properties;
  }

  // ---- the preflight

  private static JobSettings settings(Map<String, String> client) {
    return settings(client, broker.bootstrapServers());
  }

  private static JobSettings settings(Map<String, String> client, String servers) {
    return SettingsReader.read(
        Invocation.of(
            Stream.concat(
                    Stream.of(
                        "--kafka.bootstrap-servers=" + servers,
                        "--sink.transactional-id-prefix=clickstream"),
                    client.entrySet().stream()
                        .map(each -> "--kafka.properties." + each.getKey() + "=" + each.getValue()))
                .toArray(String[]::new)),
        Map.of());
  }

  private static PreflightReport preflight(Map<String, String> client) {
    return preflight(client, broker.bootstrapServers());
  }

  private static PreflightReport preflight(Map<String, String> client, String servers) {
    JobSettings loaded = settings(client, servers);
    Configuration flink = new Configuration(loaded.flink());
    flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "file:///checkpoints");
    flink.addAll(JobDefaults.additionsTo(flink));
    return Preflight.run(loaded.settings(), flink);
  }

  private static void assertOneError(
      PreflightReport report, String subject, String message, String remedy) {
    assertThat(report.of(Severity.ERROR))
        .containsExactly(new Finding(Severity.ERROR, subject, message, remedy));
    assertThat(report.render()).doesNotContain("hunter2", PASSWORD);
  }

  private static String brokers() {
    return "brokers at " + broker.bootstrapServers();
  }

  private static Map<String, String> job(String property, String value) {
    Map<String, String> client = new HashMap<>(broker.client(JOB));
    client.put(property, value);
    return client;
  }

  private static String correctLogin(String user) {
    return "correct user and password in kafka.properties.sasl.jaas.config, best given as the"
        + " variable CLICKSTREAM_KAFKA_PROPERTIES_SASL_JAAS_CONFIG; kafka-configs.sh"
        + " --bootstrap-server "
        + broker.bootstrapServers()
        + " --describe --entity-type users --entity-name "
        + user
        + " tells whether there is such a user";
  }

  @Test
  void shouldNameTheUserWhenThePasswordIsWrongOrNobodyKnowsHim() {
    assertOneError(
        preflight(broker.client(JOB, "wrong")),
        brokers(),
        "they refuse user " + JOB + REFUSED,
        correctLogin(JOB));
    assertOneError(
        preflight(broker.client("nobody", "wrong")),
        brokers(),
        "they refuse user nobody" + REFUSED,
        correctLogin("nobody"));
  }

  @Test
  void shouldSayWhatTheBrokersOfferWhenTheMechanismIsAnother() {
    Map<String, String> client = job("sasl.mechanism", "PLAIN");
    client.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"a\""
            + " password=\"b\";");
    assertOneError(
        preflight(client),
        brokers(),
        "they do not offer kafka.properties.sasl.mechanism PLAIN: Client SASL mechanism 'PLAIN' not"
            + " enabled in the server, enabled mechanisms are [SCRAM-SHA-512]",
        "set it to one that they offer, with its login module in"
            + " kafka.properties.sasl.jaas.config");
  }

  @Test
  void shouldNameTheTrustStoreWhenTheCertificateIsNotTrusted() throws Exception {
    // Given
    Map<String, String> noStore = new HashMap<>(broker.client(JOB));
    noStore.remove("ssl.truststore.location");
    noStore.remove("ssl.truststore.password");
    Path stranger =
        Certificates.keyStore(directory, "stranger", "dns:stranger", "of-stranger", "of-stranger");

    // Then
    assertOneError(
        preflight(noStore),
        brokers(),
        "their certificate is not trusted: unable to find valid certification path to requested"
            + " target; there is no kafka.properties.ssl.truststore.location, so that only"
            + " authorities known to the JVM are",
        importInto("truststore.p12"));
    Map<String, String> other = job("ssl.truststore.location", stranger.toString());
    other.put("ssl.truststore.password", "of-stranger");
    Path empty = directory.resolve("trust-in-stranger.p12");
    Certificates.trust(empty, stranger, "stranger", "of-stranger");
    other.put("ssl.truststore.location", empty.toString());
    assertOneError(
        preflight(other),
        brokers(),
        "their certificate is not trusted: unable to find valid certification path to requested"
            + " target; the trust store is "
            + empty,
        importInto(empty.toString()));
  }

  private static String importInto(String store) {
    return "keytool -importcert -file <certificate of their authority> -keystore "
        + store
        + ", and name it with kafka.properties.ssl.truststore.location and .password";
  }

  @Test
  void shouldNameTheCertificateOfItsOwnThatTheBrokersInsistOn() throws Exception {
    try (SecureBroker strict =
        SecureBroker.startInsisting(
            Files.createDirectory(directory.resolve("strict")), Map.of(JOB, PASSWORD))) {
      // Given
      Map<String, String> none = new HashMap<>(strict.client(JOB));
      none.keySet().removeIf(property -> property.matches("ssl\\.key.*"));
      Path unknown =
          Certificates.keyStore(directory, "unknown", "dns:unknown", "of-unknown", "of-unknown");
      Map<String, String> strangers = new HashMap<>(strict.client(JOB));
      strangers.put("ssl.keystore.location", unknown.toString());
      strangers.put("ssl.keystore.password", "of-unknown");
      strangers.put("ssl.key.password", "of-unknown");

      // Then
      assertOwnCertificate(
          strict,
          none,
          "they want a certificate of the client's own, and there is no"
              + " kafka.properties.ssl.keystore.location: Received fatal alert: ",
          "set it, with .password and ssl.key.password, to a key store with a certificate that they trust");
      assertOwnCertificate(
          strict,
          strangers,
          "they do not accept the client's own certificate, of the key store "
              + unknown
              + ": Received fatal alert: ",
          "put a certificate into it that is valid now and of an authority in the brokers'"
              + " ssl.truststore.location");
      assertThat(preflight(strict.client(JOB), strict.bootstrapServers()).of(Severity.ERROR))
          .extracting(Finding::subject)
          .isNotEmpty()
          .noneMatch(subject -> subject.startsWith("brokers"));
    }
  }

  private static void assertOwnCertificate(
      SecureBroker strict, Map<String, String> client, String message, String remedy) {
    assertThat(preflight(client, strict.bootstrapServers()).of(Severity.ERROR))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.subject()).isEqualTo("brokers at " + strict.bootstrapServers());
              assertThat(finding.message()).startsWith(message);
              assertThat(finding.remedy()).isEqualTo(remedy);
            });
  }

  @Test
  void shouldNameTheHostWhenTheCertificateIsOfAnother() {
    String servers = "localhost:" + broker.port();
    assertOneError(
        preflight(broker.client(JOB), servers),
        "brokers at " + servers,
        "their certificate is that of another host: No name matching localhost found",
        "name them in kafka.bootstrap-servers, and in advertised.listeners of the brokers, as the"
            + " certificate does; or give them one with this name as subject alternative name");
  }

  @Test
  void shouldSayThatThePortSpeaksTlsWhenTheClientDoesNot() {
    // Within bounds: the client itself would go on for ever.
    long start = System.nanoTime();
    PreflightReport report = preflight(Map.of());
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(40));
    assertOneError(
        report,
        brokers(),
        "none could be reached within 15s: the port speaks TLS, and"
            + " kafka.properties.security.protocol is PLAINTEXT",
        "set it to SSL or SASL_SSL, with kafka.properties.ssl.truststore.location");
  }

  @Test
  void shouldNameTheFileThatIsMissing() {
    String missing = directory.resolve("missing.p12").toString();
    for (String store : List.of("truststore", "keystore")) {
      Map<String, String> client = job("ssl." + store + ".location", missing);
      client.put("ssl." + store + ".password", "hunter2");
      assertOneError(
          preflight(client),
          "kafka.properties.ssl." + store + ".location",
          "there is no file " + missing,
          "put it there, or correct the path; the JobManager and every TaskManager need it");
    }
  }

  @Test
  void shouldNameTheStoreWhosePasswordIsWrong() {
    assertOneError(
        preflight(job("ssl.truststore.password", "hunter2-wrong")),
        "kafka.properties",
        "Kafka's client cannot be made with them: Failed to load SSL keystore "
            + broker.trustStore()
            + " of type JKS: keystore password was incorrect",
        "correct kafka.bootstrap-servers and kafka.properties.*");
  }

  @Test
  void shouldNameTheLoginThatIsMissing() {
    Map<String, String> client = new HashMap<>(broker.client(JOB));
    client.remove("sasl.jaas.config");
    assertOneError(
        preflight(client),
        "kafka.properties.sasl.jaas.config",
        "it is not set, and with kafka.properties.security.protocol SASL_SSL a client has to log"
            + " in",
        "set it, best by the variable CLICKSTREAM_KAFKA_PROPERTIES_SASL_JAAS_CONFIG");
  }

  // ---- the loader and the tools

  private static Path file(Map<String, String> client) throws IOException {
    StringBuilder yaml = new StringBuilder();
    yaml.append("kafka.bootstrap-servers: ").append(broker.bootstrapServers()).append('\n');
    yaml.append("sink.transactional-id-prefix: clickstream\n");
    // Nobody listens there.
    yaml.append("clickhouse.url: http://127.0.0.1:1\n");
    client.forEach(
        (key, value) -> yaml.append("kafka.properties.%s: '%s'%n".formatted(key, value)));
    return Files.writeString(Files.createTempFile(directory, "clickstream-", ".yaml"), yaml);
  }

  /** What the loader's check says of Kafka: there is no ClickHouse here. */
  private static List<String> loaderErrors(Map<String, String> client) throws Exception {
    String config = file(client).toString();
    Throwable failure =
        catchThrowable(() -> SessionsToClickHouseJob.main(new String[] {"--config", config}));
    assertThat(failure).isInstanceOf(UserErrorException.class).hasNoCause();
    assertThat(failure.getStackTrace()).isEmpty();
    return failure
        .getMessage()
        .lines()
        .filter(line -> line.startsWith("  ERROR"))
        .map(line -> line.replaceFirst("  ERROR +", ""))
        .filter(line -> !line.startsWith("clickhouse.url"))
        .toList();
  }

  @Test
  void shouldNeedAllRightsOfTheLoaderAndNameEach() throws Exception {
    assertThat(loaderErrors(broker.client(LOADER))).isEmpty();
    List<AclBinding> rights = KafkaRights.of(LOADER);
    assertThat(rights).hasSize(3);
    for (AclBinding right : rights) {
      broker.take(right);
      try {
        assertThat(loaderErrors(broker.client(LOADER)))
            .as("without %s", right)
            .singleElement()
            .satisfies(
                error ->
                    assertThat(error)
                        .contains(
                            right.entry().operation() + " is not allowed on ",
                            right.pattern().name()));
      } finally {
        broker.grant(List.of(right));
      }
    }
  }

  @Test
  void shouldBeOneMessageOfLoaderAndToolsWhenThePasswordIsWrong() throws Exception {
    Map<String, String> wrong = broker.client(LOADER, "hunter2-wrong");
    String refused = brokers() + ": they refuse user " + LOADER + " with this password: ";
    List<String> arguments = List.of("--config", file(wrong).toString());

    assertThat(loaderErrors(wrong)).singleElement().asString().startsWith(refused);
    List<String> check = new ArrayList<>(arguments);
    check.add("--check");
    String correct = "\n  remedy: correct user and password";
    assertOneMessage(run("topics", check), "the topics could not be compared: " + refused, correct);
    assertOneMessage(run("reconcile", arguments), "nothing could be compared: " + refused, correct);
  }

  private static CommandRun run(String command, List<String> arguments) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(arguments);
    return CommandRun.of(all);
  }

  private static void assertOneMessage(CommandRun result, String beginning, String remedy) {
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .startsWith(beginning)
        .contains(remedy)
        .doesNotContain("hunter2", "\tat ");
  }

  @Test
  void shouldNameTheTopicsThatMayNotBeSeenOrMadeWhenPlanning() throws Exception {
    // Given the job's rights, which are none on the loader's topic
    List<String> job = List.of("--config", file(broker.client(JOB)).toString(), "--replication=1");
    List<String> check = Stream.concat(job.stream(), Stream.of("--check")).toList();
    List<String> create =
        Stream.concat(job.stream(), Stream.of("--create", "--topics.late=other-late")).toList();

    // Then
    assertOneMessage(
        run("topics", check),
        "DESCRIBE is not allowed to user clickstream-job on rejected-sessions; nothing was changed",
        administrator("DESCRIBE --topic rejected-sessions"));
    AclBinding describe =
        new AclBinding(
            new ResourcePattern(ResourceType.TOPIC, "*", PatternType.LITERAL),
            new AccessControlEntry(
                "User:" + JOB, "*", AclOperation.DESCRIBE, AclPermissionType.ALLOW));
    broker.grant(List.of(describe));
    try {
      assertOneMessage(
          run("topics", create),
          "CREATE is not allowed to user clickstream-job on other-late; nothing was changed",
          administrator("CREATE --topic other-late"));
    } finally {
      broker.take(describe);
    }
  }

  private static String administrator(String operation) {
    return "\n  remedy: run this as an administrator, whose login is in"
        + " CLICKSTREAM_KAFKA_PROPERTIES_SASL_JAAS_CONFIG; or kafka-acls.sh --bootstrap-server "
        + broker.bootstrapServers()
        + " --add --allow-principal User:clickstream-job --operation "
        + operation;
  }

  @Test
  void shouldNameTheTopicThatMayNotBeReadWhenReconciling() throws Exception {
    CommandRun result =
        run("reconcile", List.of("--config", file(broker.client(LOADER)).toString()));
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .startsWith("nothing could be compared: " + brokers() + ": they refuse a request: ")
        .contains("raw-clicks")
        .doesNotContain("\tat ");
  }
}
