package io.clickstream.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstream.ClickstreamInputs;
import io.clickstream.ClickstreamTopology;
import io.clickstream.config.JobSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.JobDefaults;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.preflight.Preflight;
import io.clickstream.preflight.PreflightReport;
import io.clickstream.preflight.PreflightReport.Severity;
import io.clickstream.sink.ClickstreamSink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The rights of {@code kafka-users.yaml} on a broker that grants no others. */
@Tag("full")
@Timeout(300)
class KafkaUsersIT {

  private static final Path TOPICS = Manifest.DIRECTORY.resolve("base/kafka-topics.yaml");
  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\""
          + " password=\"p\"";

  private static EmbeddedBroker broker;
  private static Admin admin;

  @TempDir private Path directory;

  @BeforeAll
  static void startBroker() throws Exception {
    StringBuilder accounts = new StringBuilder(LOGIN.formatted("admin"));
    accounts.append(" user_admin=\"p\"");
    for (Manifest user : Manifest.read(KafkaRights.USERS, false)) {
      accounts.append(" user_").append(user.name()).append("=\"p\"");
    }
    broker =
        EmbeddedBroker.start(
            Map.ofEntries(
                Map.entry(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                // The broker itself talks to its controller without a name.
                Map.entry("super.users", "User:ANONYMOUS;User:admin"),
                Map.entry(
                    "listener.security.protocol.map",
                    "CONTROLLER:PLAINTEXT,PLAINTEXT:SASL_PLAINTEXT"),
                Map.entry("inter.broker.listener.name", "PLAINTEXT"),
                Map.entry("sasl.enabled.mechanisms", "PLAIN"),
                Map.entry("sasl.mechanism.inter.broker.protocol", "PLAIN"),
                Map.entry(
                    "listener.name.plaintext.plain.sasl.jaas.config",
                    accounts.append(';').toString())));
    admin = Admin.create(client("admin"));
    List<NewTopic> topics = new ArrayList<>();
    for (Manifest topic : Manifest.read(TOPICS, false)) {
      Map<String, String> config = new HashMap<>();
      topic
          .at("/spec/config")
          .properties()
          .forEach(option -> config.put(option.getKey(), option.getValue().asText()));
      config.put("min.insync.replicas", "1");
      topics.add(new NewTopic(topic.name(), 2, (short) 1).configs(config));
    }
    admin.createTopics(topics).all().get(30, TimeUnit.SECONDS);
    grant(KafkaRights.of("clickstream-job"));
    grant(KafkaRights.of("clickstream-producer"));
  }

  @AfterAll
  static void stopBroker() {
    if (admin != null) {
      admin.close(Duration.ofSeconds(1));
    }
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  void shouldSufficeForTheJob() throws Exception {
    assertThat(findings()).isEmpty();

    // Twice: the second finds the transactions of the first.
    for (int run = 1; run <= 2; run++) {
      JobSettings loaded = settings();
      Configuration configuration = new Configuration(loaded.flink());
      configuration.set(
          CheckpointingOptions.CHECKPOINTS_DIRECTORY,
          directory.resolve("checkpoints").toUri() + "");
      StreamExecutionEnvironment env = JobDefaults.environment(configuration);
      env.setParallelism(2);
      ClickstreamTopology.define(
          env,
          loaded.settings(),
          ClickstreamInputs.unbounded(loaded.settings()),
          ClickstreamSink.create(
              loaded.settings().kafka(), loaded.settings().topics(), loaded.settings().sink()));
      JobClient job = env.executeAsync("rights");
      try {
        String record = "no click " + run;
        send(record);
        await("a rejected record that was committed")
            .atMost(Duration.ofSeconds(90))
            .until(
                () -> {
                  assertThat(job.getJobStatus().get(10, TimeUnit.SECONDS))
                      .isNotIn(JobStatus.FAILED, JobStatus.FAILING, JobStatus.RESTARTING);
                  return committed("rejected-clicks").contains(record);
                });
      } finally {
        job.cancel().get(30, TimeUnit.SECONDS);
      }
    }
  }

  /** Each right in turn is taken away: what nobody misses would be one too many. */
  @Test
  void shouldAllBeNeeded() throws Exception {
    List<AclBinding> rights = KafkaRights.of("clickstream-job");
    assertThat(rights).hasSizeGreaterThan(15);
    for (AclBinding right : rights) {
      take(right);
      try {
        assertThat(findings())
            .as("without %s", right)
            .singleElement()
            .satisfies(finding -> assertNames(right, finding));
      } finally {
        grant(List.of(right));
      }
    }
  }

  /** What is missing, and how it is granted. */
  private static void assertNames(AclBinding right, PreflightReport.Finding finding) {
    assertThat(finding.subject())
        .isEqualTo(
            switch (right.pattern().resourceType()) {
              case TOPIC -> "topic " + right.pattern().name();
              case GROUP -> "group " + right.pattern().name();
              case CLUSTER -> "sink.transaction-timeout";
              default -> "sink.transactional-id-prefix";
            });
    String operation = right.entry().operation().name();
    if (operation.equals("DESCRIBE_CONFIGS")) {
      assertThat(finding.remedy()).startsWith("grant DESCRIBE_CONFIGS on the ");
    } else {
      assertThat(finding.message()).contains(operation + " is not allowed");
      assertThat(finding.remedy())
          .startsWith("kafka-acls.sh --bootstrap-server " + broker.bootstrapServers())
          .contains(
              "--allow-principal User:clickstream-job",
              "--operation " + operation,
              right.pattern().name().replaceAll("-$", ""));
    }
  }

  /** What the preflight has against it. */
  private static List<PreflightReport.Finding> findings() {
    JobSettings loaded = settings();
    Configuration flink = new Configuration(loaded.flink());
    flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "file:///checkpoints");
    flink.addAll(JobDefaults.additionsTo(flink));
    PreflightReport report = Preflight.run(loaded.settings(), flink);
    List<PreflightReport.Finding> findings = new ArrayList<>(report.of(Severity.ERROR));
    findings.addAll(report.of(Severity.WARNING));
    return findings;
  }

  private static JobSettings settings() {
    return SettingsReader.read(
        Invocation.of(
            "--kafka.bootstrap-servers=" + broker.bootstrapServers(),
            "--sink.transactional-id-prefix=clickstream",
            "--kafka.properties.security.protocol=SASL_PLAINTEXT",
            "--kafka.properties.sasl.mechanism=PLAIN"),
        Map.of(
            "CLICKSTREAM_KAFKA_PROPERTIES_SASL_JAAS_CONFIG",
            LOGIN.formatted("clickstream-job") + ";"));
  }

  // ---- Kafka

  private static Properties client(String user) {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", broker.bootstrapServers());
    properties.setProperty("security.protocol", "SASL_PLAINTEXT");
    properties.setProperty("sasl.mechanism", "PLAIN");
    properties.setProperty("sasl.jaas.config", LOGIN.formatted(user) + ";");
    return properties;
  }

  private static void send(String value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            client("clickstream-producer"), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>("raw-clicks", value.getBytes(StandardCharsets.UTF_8)))
          .get(30, TimeUnit.SECONDS);
    }
  }

  private static Set<String> committed(String topic) {
    Properties properties = client("admin");
    properties.setProperty("isolation.level", "read_committed");
    properties.setProperty("auto.offset.reset", "earliest");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1)));
      Set<String> records = new HashSet<>();
      boolean more = true;
      while (more) {
        ConsumerRecords<byte[], byte[]> read = consumer.poll(Duration.ofSeconds(1));
        read.forEach(each -> records.add(new String(each.value(), StandardCharsets.UTF_8)));
        more = !read.isEmpty();
      }
      return records;
    }
  }

  private static void grant(Collection<AclBinding> rights) throws Exception {
    admin.createAcls(rights).all().get(30, TimeUnit.SECONDS);
    await().atMost(Duration.ofSeconds(30)).until(() -> all().containsAll(rights));
  }

  private static void take(AclBinding right) throws Exception {
    admin.deleteAcls(List.of(right.toFilter())).all().get(30, TimeUnit.SECONDS);
    await().atMost(Duration.ofSeconds(30)).until(() -> !all().contains(right));
  }

  private static Collection<AclBinding> all() throws Exception {
    return admin.describeAcls(AclBindingFilter.ANY).values().get(30, TimeUnit.SECONDS);
  }
}
