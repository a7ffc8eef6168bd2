package io.clickstream.tools.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.CommandRun;
import io.clickstream.config.JobSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.JobDefaults;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.SharedBroker;
import io.clickstream.preflight.Preflight;
import io.clickstream.preflight.PreflightReport;
import io.clickstream.preflight.PreflightReport.Severity;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PlanTopicsIT {

  private static final List<String> ROLES =
      List.of(
          "clicks", "profiles", "products", "sessions", "late", "rejected", "rejected-sessions");
  private static final AtomicInteger NAMES = new AtomicInteger();

  private static EmbeddedBroker broker;

  private final String name = "plan-" + NAMES.incrementAndGet();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void startBroker() {
    broker = SharedBroker.get();
  }

  private int planFor(String servers, String... options) {
    List<String> arguments = new ArrayList<>(List.of("topics"));
    arguments.addAll(List.of(options));
    arguments.addAll(job(servers));
    out.getBuffer().setLength(0);
    CommandLine command = CommandRun.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments.toArray(String[]::new));
  }

  private int plan(String... options) {
    return planFor(broker.bootstrapServers(), options);
  }

  private List<String> job(String servers) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "--kafka.bootstrap-servers",
                servers,
                "--sink.transactional-id-prefix",
                name,
                "--ingest.group-id",
                name));
    ROLES.forEach(role -> settings.addAll(List.of("--topics." + role, topic(role))));
    return settings;
  }

  private String topic(String role) {
    return name + "-" + role;
  }

  private Map<String, TopicDescription> present() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      Set<String> mine = admin.listTopics().names().get(30, TimeUnit.SECONDS);
      mine.removeIf(topic -> !topic.startsWith(name + "-"));
      return admin.describeTopics(mine).allTopicNames().get(30, TimeUnit.SECONDS);
    }
  }

  private int partitions(String role) throws Exception {
    TopicDescription topic = present().get(topic(role));
    assertThat(topic).as(role).isNotNull();
    return topic.partitions().size();
  }

  @Test
  void shouldPrintThePlanWithoutAskingAnybody() {
    assertThat(planFor("127.0.0.1:1", "--slots", "12", "--clicks-per-second", "20000")).isZero();

    assertThat(out.toString())
        .contains(
            topic("clicks")
                + "         24 partitions, 3 replicas  max(2 × 12 slots, 20,000 clicks/s ÷ 10,000 a"
                + " partition = 2)")
        .contains("max(2 × 6 slots, 2,000 sessions/s ÷ 10,000 a partition = 1)")
        .contains(
            "    cleanup.policy=delete message.timestamp.type=LogAppendTime min.insync.replicas=2"
                + " retention.ms=604800000");
  }

  @Test
  void shouldTakeTheSlotsFromTheJobsSettingsWhenNoneAreGiven() {
    assertThat(planFor("127.0.0.1:1", "--parallelism.default", "7")).isZero();

    assertThat(out.toString()).contains("max(2 × 7 slots").contains("max(2 × 3 slots");
  }

  @Test
  void shouldCreateWhatIsMissingAsTheJobWantsItAndOnlyOnce() throws Exception {
    assertThat(plan("--check", "--replication", "1")).isEqualTo(1);
    assertThat(out.toString().lines().filter(line -> line.contains("MISSING"))).hasSize(7);
    assertThat(present()).isEmpty();

    assertThat(plan("--create", "--replication", "1", "--slots", "3")).as("%s", err).isZero();
    assertThat(out.toString().lines().filter(line -> line.contains("created"))).hasSize(7);
    assertThat(present()).hasSize(7);
    assertThat(partitions("clicks")).isEqualTo(6);
    assertThat(partitions("sessions")).isEqualTo(2);

    assertThat(plan("--create", "--replication", "1", "--slots", "3")).as("%s", err).isZero();
    assertThat(out.toString().lines().filter(line -> line.contains("as planned"))).hasSize(7);
    assertThat(plan("--check", "--replication", "1", "--slots", "3")).as("%s", out).isZero();

    JobSettings loaded =
        SettingsReader.read(
            Invocation.of(job(broker.bootstrapServers()).toArray(String[]::new)), Map.of());
    Configuration flink = JobDefaults.additionsTo(new Configuration());
    flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "file:///checkpoints");
    flink.set(CoreOptions.DEFAULT_PARALLELISM, 3);
    PreflightReport report = Preflight.run(loaded.settings(), flink);
    assertThat(report.of(Severity.ERROR)).isEmpty();
    assertThat(report.of(Severity.WARNING)).isEmpty();
  }

  @Test
  void shouldReturnWhenEveryNewPartitionAnswers() throws Exception {
    // Given: so many that the broker is still busy with them when the controller is done
    String[] create = {"--create", "--replication", "1", "--slots", "60"};

    // When
    assertThat(plan(create)).as("%s", err).isZero();

    // Then: asked once
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers(), "retries", "0"))) {
      Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
      for (TopicDescription topic :
          admin
              .describeTopics(ROLES.stream().map(this::topic).toList())
              .allTopicNames()
              .get(30, TimeUnit.SECONDS)
              .values()) {
        topic
            .partitions()
            .forEach(
                partition ->
                    partitions.put(
                        new TopicPartition(topic.name(), partition.partition()),
                        OffsetSpec.latest()));
      }
      assertThat(admin.listOffsets(partitions).all().get(30, TimeUnit.SECONDS).values())
          .hasSizeGreaterThan(150)
          .allMatch(offset -> offset.offset() == 0);
    }
  }

  @Test
  void shouldCreateNothingWhenThereAreTooFewBrokers() throws Exception {
    assertThat(plan("--create")).isEqualTo(1);

    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "--replication 3: there is 1 broker; start more of them, or give --replication 1");
    assertThat(present()).isEmpty();
  }

  @Test
  void shouldTellEveryDifferenceAndChangeNothingThatExists() throws Exception {
    broker.createTopic(topic("clicks"), 2);
    broker.createTopic(topic("profiles"), 3, Map.of("cleanup.policy", "delete"));
    broker.createTopic(topic("late"), 9, Map.of("retention.ms", "1209600000"));
    String[] create = {"--create", "--replication", "1", "--slots", "3"};

    assertThat(plan(create)).isEqualTo(1);

    assertThat(out.toString())
        .contains(
            "DIFFERS: 2 partitions; more can be added, but visitors move to others: while no"
                + " session is open")
        .contains(
            "DIFFERS: message.timestamp.type is CreateTime; kafka-configs.sh --bootstrap-server "
                + broker.bootstrapServers()
                + " --alter --topic "
                + topic("clicks")
                + " --add-config message.timestamp.type=LogAppendTime")
        .contains("DIFFERS: cleanup.policy is delete;")
        .contains("as planned, 9 partitions");
    assertThat(out.toString().lines().filter(line -> line.contains("created"))).hasSize(4);
    assertThat(partitions("clicks")).isEqualTo(2);
    assertThat(partitions("late")).isEqualTo(9);
    assertThat(plan(create)).as("what differs still differs").isEqualTo(1);
  }

  @Test
  void shouldNameTheBrokersThatDoNotAnswer() {
    int exitCode =
        planFor(
            "127.0.0.1:1",
            "--check",
            "--kafka.properties.default.api.timeout.ms",
            "1500",
            "--kafka.properties.request.timeout.ms",
            "1000");

    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString())
        .startsWith(
            "the topics could not be compared: brokers at 127.0.0.1:1: none could be reached");
  }

  @Test
  void shouldRefuseWhatIsNoPlan() {
    assertThat(plan("--slots", "0")).isEqualTo(2);
    assertThat(err.toString()).startsWith("--slots 0: expected 1 to 10000");
    assertThat(plan("--create", "--check")).isEqualTo(2);
  }
}
