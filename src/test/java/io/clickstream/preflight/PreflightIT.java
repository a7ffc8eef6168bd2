package io.clickstream.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.JobDefaults;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PreflightIT {

  private static final Duration SHORT = Duration.ofSeconds(3);
  private static final AtomicInteger SCENARIOS = new AtomicInteger();

  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    // Whoever connects may do everything, until a test forbids something.
    broker =
        EmbeddedBroker.start(
            Map.of(
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "allow.everyone.if.no.acl.found",
                "true",
                "transaction.max.timeout.ms",
                "900000"));
  }

  @AfterAll
  static void stopBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  /** Topics, group and prefix of one test on the broker that they share. */
  private static final class Scenario {
    private final String name = "t" + SCENARIOS.incrementAndGet();
    private final Map<String, String> args = new HashMap<>();
    private final Map<String, Map<String, String>> topics = new HashMap<>();
    private final Configuration flink = JobDefaults.additionsTo(new Configuration());

    Scenario() {
      args.put("kafka.bootstrap-servers", broker.bootstrapServers());
      args.put("sink.transactional-id-prefix", name);
      args.put("ingest.group-id", name);
      for (String role :
          List.of("clicks", "sessions", "late", "rejected", "profiles", "products")) {
        args.put("topics." + role, topic(role));
        topics.put(role, new HashMap<>());
      }
      topic("profiles", "cleanup.policy", "compact");
      topic("products", "cleanup.policy", "compact");
      topic("clicks", "message.timestamp.type", "LogAppendTime");
      flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "file:///checkpoints");
      flink.set(CoreOptions.DEFAULT_PARALLELISM, 2);
    }

    String topic(String role) {
      return name + "-" + role;
    }

    Scenario topic(String role, String config, String value) {
      topics.computeIfAbsent(role, missing -> new HashMap<>()).put(config, value);
      return this;
    }

    Scenario without(String role) {
      topics.remove(role);
      return this;
    }

    Scenario set(String key, String value) {
      args.put(key, value);
      return this;
    }

    /** With all topics, and a group that has committed offsets. */
    Scenario withGroup() {
      createTopics();
      Map<TopicPartition, OffsetAndMetadata> offsets =
          Map.of(new TopicPartition(topic("clicks"), 0), new OffsetAndMetadata(0));
      // A new topic and a new coordinator are not known at once.
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreException(ExecutionException.class)
          .until(
              () -> {
                broker
                    .admin()
                    .alterConsumerGroupOffsets(name, offsets)
                    .all()
                    .get(30, TimeUnit.SECONDS);
                return true;
              });
      return this;
    }

    private void createTopics() {
      topics.forEach((role, config) -> broker.createTopic(topic(role), 2, config));
    }

    Scenario deny(ResourceType type, String resource, AclOperation denied, AclOperation... allowed)
        throws Exception {
      List<AclBinding> bindings = new ArrayList<>();
      bindings.add(acl(type, resource, denied, AclPermissionType.DENY));
      for (AclOperation operation : allowed) {
        bindings.add(acl(type, resource, operation, AclPermissionType.ALLOW));
      }
      broker.admin().createAcls(bindings).all().get(30, TimeUnit.SECONDS);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  broker
                      .admin()
                      .describeAcls(AclBindingFilter.ANY)
                      .values()
                      .get(30, TimeUnit.SECONDS)
                      .containsAll(bindings));
      return this;
    }

    private static AclBinding acl(
        ResourceType type, String resource, AclOperation operation, AclPermissionType permission) {
      return new AclBinding(
          new ResourcePattern(type, resource, PatternType.LITERAL),
          new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
    }

    ClickstreamSettings settings() {
      return SettingsReader.read(
              Invocation.of(
                  args.entrySet().stream()
                      .map(arg -> "--" + arg.getKey() + "=" + arg.getValue())
                      .toArray(String[]::new)),
              Map.of())
          .settings();
    }

    PreflightReport run() {
      createTopics();
      return Preflight.run(settings(), flink);
    }
  }

  private static Finding error(String subject, String message, String remedy) {
    return new Finding(Severity.ERROR, subject, message, remedy);
  }

  private static Finding warning(String subject, String message, String remedy) {
    return new Finding(Severity.WARNING, subject, message, remedy);
  }

  private static String onTopics(String topic, String config) {
    return "kafka-configs.sh --bootstrap-server "
        + broker.bootstrapServers()
        + " --alter --entity-type topics --entity-name "
        + topic
        + " --add-config "
        + config;
  }

  private static String allow(String operationsAndResource) {
    return "kafka-acls.sh --bootstrap-server "
        + broker.bootstrapServers()
        + " --add --allow-principal User:<name> "
        + operationsAndResource;
  }

  @Test
  void shouldFindNothingWrongWhenEverythingIsThere() {
    // Given
    Scenario scenario = new Scenario();

    // When
    PreflightReport report = scenario.run();

    // Then
    assertThat(report.of(Severity.ERROR)).isEmpty();
    assertThat(report.of(Severity.WARNING)).isEmpty();
    assertThat(report.of(Severity.INFO))
        .extracting(Finding::subject, Finding::message)
        .containsExactly(
            oneReplica(scenario, "sessions"),
            oneReplica(scenario, "late"),
            oneReplica(scenario, "rejected"));
    assertThat(report.of(Severity.OK))
        .extracting(Finding::subject, Finding::message)
        .containsExactly(
            pair("execution.checkpointing.interval", "sessions become visible every 1s"),
            pair("topic " + scenario.topic("clicks"), "2 partitions, 1 replica"),
            pair("topic " + scenario.topic("profiles"), "2 partitions, 1 replica"),
            pair("topic " + scenario.topic("products"), "2 partitions, 1 replica"),
            pair("topic " + scenario.topic("sessions"), "2 partitions, 1 replica"),
            pair("topic " + scenario.topic("late"), "2 partitions, 1 replica"),
            pair("topic " + scenario.topic("rejected"), "2 partitions, 1 replica"),
            pair(
                "topic " + scenario.topic("clicks"),
                "message.timestamp.type is LogAppendTime: the future guard trusts the brokers"),
            pair("group " + scenario.name, "it is new"),
            pair("sink.transaction-timeout", "15min, the brokers allow 15min"),
            pair(
                "sink.transactional-id-prefix",
                "ids that begin with " + scenario.name + " may be written"));
    report.requireNoErrors();
  }

  private static Tuple oneReplica(Scenario scenario, String role) {
    return pair(
        "topic " + scenario.topic(role),
        "there is one replica: what is on its broker is lost with it");
  }

  private static Tuple pair(String subject, String message) {
    return tuple(subject, message);
  }

  @Test
  void shouldNameEveryMissingTopicAndHowToCreateIt() {
    // Given
    Scenario scenario = new Scenario().without("late").without("products");

    // When
    PreflightReport report = scenario.run();

    // Then
    String create = "kafka-topics.sh --bootstrap-server " + broker.bootstrapServers() + " --create";
    assertThat(report.of(Severity.ERROR))
        .containsExactly(
            error(
                "topic " + scenario.topic("products"),
                "it does not exist",
                create
                    + " --topic "
                    + scenario.topic("products")
                    + " --partitions 3 --config cleanup.policy=compact, or name another with"
                    + " topics.*"),
            error(
                "topic " + scenario.topic("late"),
                "it does not exist",
                create
                    + " --topic "
                    + scenario.topic("late")
                    + " --partitions 3, or name another with topics.*"));
    assertThatThrownBy(report::requireNoErrors)
        .isInstanceOf(PreflightException.class)
        .hasMessageContainingAll(scenario.topic("late"), scenario.topic("products"));
  }

  @Test
  void shouldRefuseTransactionTimeoutOnlyAboveTheBrokersLimit() {
    assertThat(new Scenario().set("sink.transaction-timeout", "900000ms").run().hasErrors())
        .isFalse();
    assertThat(new Scenario().set("sink.transaction-timeout", "900001ms").run().of(Severity.ERROR))
        .containsExactly(
            error(
                "sink.transaction-timeout",
                "900001ms is more than the brokers allow (transaction.max.timeout.ms is 15min): no"
                    + " transaction can begin",
                "lower it to 15min, or raise transaction.max.timeout.ms on every broker"));
  }

  @Test
  void shouldWeighTransactionTimeoutAgainstCheckpointsAndRestart() {
    // 1 s between checkpoints, 10 min for the longest, 2 min for a restart.
    assertThat(new Scenario().set("sink.transaction-timeout", "721s").run().of(Severity.WARNING))
        .isEmpty();
    assertThat(
            new Scenario().set("sink.transaction-timeout", "720999ms").run().of(Severity.WARNING))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.subject()).isEqualTo("sink.transaction-timeout");
              assertThat(finding.remedy()).startsWith("raise it above 721s");
            });

    // The interval of the cluster, which the settings do not know.
    Scenario slow = new Scenario().set("sink.transaction-timeout", "1min");
    slow.flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMinutes(1));
    assertThat(slow.run().of(Severity.ERROR))
        .extracting(Finding::message)
        .containsExactly(
            "1min is not more than the 1min between checkpoints: every transaction is aborted");
  }

  @Test
  void shouldLookAtEachTopicOfClicksAndAtThatOfDuplicates() {
    // Given two topics of clicks, of which one has a producer's clock and larger records
    Scenario scenario =
        new Scenario()
            .topic("more", "message.timestamp.type", "CreateTime")
            .topic("more", "max.message.bytes", "1048600")
            .topic("again", "max.message.bytes", "1048599")
            .topic("late", "max.message.bytes", "1048600")
            .topic("rejected", "max.message.bytes", "1048600");
    scenario.set(
        "topics.clicks", "[%s, %s]".formatted(scenario.topic("clicks"), scenario.topic("more")));
    scenario.set("topics.duplicates", scenario.topic("again"));
    scenario.flink.set(CoreOptions.DEFAULT_PARALLELISM, 5);

    // When
    PreflightReport report = scenario.run();

    // Then
    assertThat(report.of(Severity.ERROR))
        .containsExactly(
            error(
                "topic " + scenario.topic("again"),
                "max.message.bytes is 1048599, less than the 1048600 of "
                    + scenario.topic("more")
                    + ": a larger click that is a duplicate would go there without its bytes",
                onTopics(scenario.topic("again"), "max.message.bytes=1048600")));
    assertThat(report.of(Severity.WARNING))
        .containsExactly(
            warning(
                "topics %s, %s".formatted(scenario.topic("clicks"), scenario.topic("more")),
                "4 partitions for a parallelism of 5: nothing to read for 1 subtask of the source",
                "lower the parallelism, or add partitions while no session is open: visitors move"
                    + " to others"));
    assertThat(report.of(Severity.INFO))
        .extracting(Finding::subject)
        .contains("topic " + scenario.topic("more"));
  }

  @Test
  void shouldNameEachTopicOfClicksThatIsMissing() {
    Scenario scenario = new Scenario();
    scenario.set("topics.clicks", "[%s, none-of-it]".formatted(scenario.topic("clicks")));

    assertThat(scenario.run().of(Severity.ERROR))
        .extracting(Finding::subject)
        .containsExactly("topic none-of-it");
  }

  @Test
  void shouldWarnWhenThereAreFewerPartitionsThanSubtasks() {
    // Given
    Scenario enough = new Scenario();
    Scenario tooFew = new Scenario();
    tooFew.flink.set(CoreOptions.DEFAULT_PARALLELISM, 3);

    // Then
    assertThat(enough.run().of(Severity.WARNING)).isEmpty();
    assertThat(tooFew.run().of(Severity.WARNING))
        .containsExactly(
            warning(
                "topic " + tooFew.topic("clicks"),
                "2 partitions for a parallelism of 3: nothing to read for 1 subtask of the source",
                "lower the parallelism, or add partitions while no session is open: visitors move"
                    + " to others"));
  }

  @Test
  void shouldWarnWhenCheckpointsStayInMemory() {
    Scenario scenario = new Scenario();
    scenario.flink.removeConfig(CheckpointingOptions.CHECKPOINTS_DIRECTORY);

    assertThat(scenario.run().of(Severity.WARNING))
        .extracting(Finding::subject)
        .containsExactly("execution.checkpointing.dir");
  }

  @Test
  void shouldRefuseToRunWithoutCheckpoints() {
    Scenario scenario = new Scenario();
    scenario.flink.removeConfig(CheckpointingOptions.CHECKPOINTING_INTERVAL);

    assertThat(scenario.run().of(Severity.ERROR))
        .extracting(Finding::subject)
        .containsExactly("execution.checkpointing.interval");
  }

  @Test
  void shouldRefuseTopicThatCanNeverBeWritten() {
    Scenario scenario =
        new Scenario()
            .topic("late", "min.insync.replicas", "2")
            .topic("clicks", "min.insync.replicas", "2");

    assertThat(scenario.run().of(Severity.ERROR))
        .containsExactly(
            error(
                "topic " + scenario.topic("late"),
                "min.insync.replicas is 2, but there is 1 replica: every write fails",
                onTopics(scenario.topic("late"), "min.insync.replicas=1")
                    + ", or add replicas with kafka-reassign-partitions.sh"));
  }

  @Test
  void shouldRefuseRejectedTopicThatTakesLessThanClicksCanHave() {
    Scenario smaller = new Scenario().topic("rejected", "max.message.bytes", "1048587");
    Scenario same = new Scenario().topic("rejected", "max.message.bytes", "1048588");

    assertThat(smaller.run().of(Severity.ERROR))
        .containsExactly(
            error(
                "topic " + smaller.topic("rejected"),
                "max.message.bytes is 1048587, less than the 1048588 of "
                    + smaller.topic("clicks")
                    + ": a larger click that is late or rejected would go there without its bytes",
                onTopics(smaller.topic("rejected"), "max.message.bytes=1048588")));
    assertThat(same.run().of(Severity.ERROR)).isEmpty();
  }

  @Test
  void shouldRefuseTopicThatTakesLessOfARecordInflatedThanClicksCanHave() {
    String limit = "max.decompressed.message.bytes";
    Scenario smaller =
        new Scenario().topic("clicks", limit, "3000000").topic("late", limit, "2999999");
    Scenario same =
        new Scenario().topic("clicks", limit, "3000000").topic("late", limit, "3000000");
    // A click that is not compressed is not asked for it, and may have what a batch may have.
    Scenario all = new Scenario();
    List.of("clicks", "late", "rejected").forEach(role -> all.topic(role, limit, "1048587"));
    all.topic("late", limit, "1048588");

    assertThat(smaller.run().of(Severity.ERROR))
        .containsExactly(
            error(
                "topic " + smaller.topic("late"),
                limit
                    + " is 2999999, less than the 3000000 that a click can have in "
                    + smaller.topic("clicks")
                    + " (max.decompressed.message.bytes): a larger click that is late or rejected"
                    + " would go there without its bytes",
                onTopics(smaller.topic("late"), limit + "=3000000")));
    assertThat(same.run().of(Severity.ERROR)).isEmpty();
    assertThat(all.run().of(Severity.ERROR))
        .containsExactly(
            error(
                "topic " + all.topic("rejected"),
                limit
                    + " is 1048587, less than the 1048588 that a click can have in "
                    + all.topic("clicks")
                    + " (max.message.bytes if it is not compressed): a larger click that is late or"
                    + " rejected would go there without its bytes",
                onTopics(all.topic("rejected"), limit + "=1048588")));
  }

  @Test
  void shouldWarnWhenTheLargestSessionIsMoreThanItsTopicTakes() {
    String limit = "max.decompressed.message.bytes";
    Scenario smaller = new Scenario().topic("sessions", limit, "1999999");
    Scenario enough = new Scenario().topic("sessions", limit, "2000000");

    assertThat(smaller.run().of(Severity.WARNING))
        .containsExactly(
            warning(
                "topic " + smaller.topic("sessions"),
                limit
                    + " is 1999999: a session of 100 products with long names can have up to 2000000 bytes"
                    + " before it is compressed, and one that the brokers refuse fails the job after"
                    + " every restart",
                onTopics(smaller.topic("sessions"), limit + "=2000000")));
    assertThat(enough.run().of(Severity.WARNING)).isEmpty();
  }

  @Test
  void shouldWarnWhenSetsOfSettingsMakeSessionsLargerThanTheirTopicTakes() {
    String limit = "max.message.bytes";
    String set = "session.fields.tags";
    Scenario smaller =
        new Scenario().set(set, "{set: properties.tags}").topic("sessions", limit, "1307461");
    Scenario enough =
        new Scenario().set(set, "{set: properties.tags}").topic("sessions", limit, "1307462");

    assertThat(smaller.run().of(Severity.WARNING))
        .containsExactly(
            warning(
                "topic " + smaller.topic("sessions"),
                limit
                    + " is 1307461: a session of 100 products with long names, and with long texts in"
                    + " the fields that settings define, can have up to 1307462 bytes after it is"
                    + " compressed, and one that the brokers refuse fails the job after every restart",
                onTopics(smaller.topic("sessions"), limit + "=1307462")));
    assertThat(enough.run().of(Severity.WARNING)).isEmpty();
  }

  @Test
  void shouldWarnWhenReferenceTopicIsNotCompacted() {
    Scenario scenario =
        new Scenario()
            .topic("profiles", "cleanup.policy", "delete")
            .topic("products", "cleanup.policy", "compact,delete");

    assertThat(scenario.run().of(Severity.WARNING))
        .extracting(Finding::subject, Finding::remedy)
        .containsExactly(
            pair(
                "topic " + scenario.topic("profiles"),
                onTopics(scenario.topic("profiles"), "cleanup.policy=compact")));
  }

  @Test
  void shouldSayWhoseClockTheFutureGuardTrusts() {
    // Given
    Scenario bounded =
        new Scenario()
            .topic("clicks", "message.timestamp.type", "CreateTime")
            .topic("clicks", "message.timestamp.after.max.ms", "86400000");
    Scenario unbounded =
        new Scenario()
            .topic("clicks", "message.timestamp.type", "CreateTime")
            .topic("clicks", "message.timestamp.after.max.ms", "86400001");

    // When
    PreflightReport withBound = bounded.run();
    PreflightReport withoutBound = unbounded.run();

    // Then
    assertThat(withBound.of(Severity.WARNING)).isEmpty();
    assertThat(withBound.of(Severity.INFO))
        .filteredOn(finding -> finding.subject().endsWith("clicks"))
        .singleElement()
        .satisfies(
            finding ->
                assertThat(finding.message())
                    .startsWith(
                        "message.timestamp.type is CreateTime: the future guard trusts the"
                            + " producers' clocks, which the brokers let be ahead by 24h"
                            + " (message.timestamp.after.max.ms): one click further ahead, and they"
                            + " refuse its whole batch, with the right ones in it."));
    // Not with a bound: for one wrong clock the brokers would refuse what is right.
    assertThat(withoutBound.of(Severity.WARNING))
        .extracting(Finding::subject, Finding::remedy)
        .containsExactly(
            pair(
                "topic " + unbounded.topic("clicks"),
                onTopics(unbounded.topic("clicks"), "message.timestamp.type=LogAppendTime")));
  }

  @Test
  void shouldRefuseWhenSinkMayNotReadItsTopic() throws Exception {
    // Given
    Scenario scenario = new Scenario();
    scenario.deny(
        ResourceType.TOPIC,
        scenario.topic("sessions"),
        AclOperation.READ,
        AclOperation.WRITE,
        AclOperation.DESCRIBE,
        AclOperation.DESCRIBE_CONFIGS);

    // Then
    assertThat(scenario.run().of(Severity.ERROR))
        .containsExactly(
            error(
                "topic " + scenario.topic("sessions"),
                "READ is not allowed (the sink finds its open transactions by reading)",
                allow("--operation READ --topic " + scenario.topic("sessions"))));
  }

  @Test
  void shouldRefuseWhenTopicMayNotBeWrittenOrReadAtAll() throws Exception {
    // Given
    Scenario scenario = new Scenario();
    scenario.deny(
        ResourceType.TOPIC,
        scenario.topic("late"),
        AclOperation.WRITE,
        AclOperation.READ,
        AclOperation.DESCRIBE_CONFIGS);
    scenario.deny(ResourceType.TOPIC, scenario.topic("clicks"), AclOperation.ALL);

    // Then
    assertThat(scenario.run().of(Severity.ERROR))
        .containsExactly(
            error(
                "topic " + scenario.topic("clicks"),
                "READ is not allowed, nor is DESCRIBE",
                allow("--operation READ --topic " + scenario.topic("clicks"))),
            error(
                "topic " + scenario.topic("late"),
                "WRITE is not allowed",
                allow("--operation WRITE --topic " + scenario.topic("late"))));
  }

  @Test
  void shouldWarnWhenConfigurationMayNotBeLookedAt() throws Exception {
    Scenario scenario = new Scenario();
    scenario.deny(
        ResourceType.TOPIC,
        scenario.topic("late"),
        AclOperation.DESCRIBE_CONFIGS,
        AclOperation.READ,
        AclOperation.WRITE);

    PreflightReport report = scenario.run();

    assertThat(report.of(Severity.ERROR)).isEmpty();
    assertThat(report.of(Severity.WARNING))
        .extracting(Finding::subject, Finding::remedy)
        .containsExactly(
            pair(
                "topic " + scenario.topic("late"),
                "grant DESCRIBE_CONFIGS on the topic, or look at it by hand"));
  }

  @Test
  void shouldRefuseGroupAndTransactionalIdThatMayNotBeUsed() throws Exception {
    // Given
    Scenario scenario = new Scenario();
    scenario.deny(ResourceType.GROUP, scenario.name, AclOperation.ALL);
    scenario.deny(ResourceType.TRANSACTIONAL_ID, scenario.name + "-0-0", AclOperation.ALL);

    // Then
    assertThat(scenario.run().of(Severity.ERROR))
        .containsExactly(
            error(
                "group " + scenario.name,
                "READ is not allowed: offsets cannot be committed",
                allow("--operation READ --group " + scenario.name)),
            error(
                "sink.transactional-id-prefix",
                "WRITE is not allowed on transactional ids that begin with " + scenario.name,
                allow(
                    "--operation WRITE --operation DESCRIBE --transactional-id "
                        + scenario.name
                        + " --resource-pattern-type prefixed")));
  }

  @Test
  void shouldRefuseGroupThatExistsOnlyWhenItMayNotBeRead() throws Exception {
    // Given
    Scenario allowed = new Scenario().withGroup();
    Scenario denied = new Scenario().withGroup();
    denied.deny(ResourceType.GROUP, denied.name, AclOperation.READ, AclOperation.DESCRIBE);

    // When
    PreflightReport good = Preflight.run(allowed.settings(), allowed.flink);
    PreflightReport bad = Preflight.run(denied.settings(), denied.flink);

    // Then
    assertThat(good.of(Severity.OK))
        .extracting(Finding::subject, Finding::message)
        .contains(pair("group " + allowed.name, "it can be used"));
    assertThat(bad.of(Severity.ERROR))
        .containsExactly(
            error(
                "group " + denied.name,
                "READ is not allowed: offsets cannot be committed",
                allow("--operation READ --group " + denied.name)));
  }

  @Test
  void shouldWarnWhenAJobThatWasStoppedIsStartedWithoutItsState() throws Exception {
    // Given
    Scenario stopped = new Scenario().withGroup();
    Configuration recovered = new Configuration(stopped.flink);
    recovered.set(HighAvailabilityOptions.HA_MODE, "zookeeper");
    Configuration restored = new Configuration(stopped.flink);
    restored.set(StateRecoveryOptions.SAVEPOINT_PATH, "file:///nowhere");
    String group = "group " + stopped.name;
    String message =
        "it has offsets, and no state is restored: sessions that were open there begin anew, and"
            + " what was written since the last commit comes twice";

    // Then
    assertThat(Preflight.run(stopped.settings(), stopped.flink).of(Severity.WARNING))
        .extracting(Finding::subject, Finding::message)
        .contains(pair(group, message));
    assertThat(Preflight.run(stopped.settings(), recovered).of(Severity.INFO))
        .extracting(Finding::subject, Finding::message)
        .contains(pair(group, message + ", unless high availability recovers the job"));
    for (PreflightReport report :
        List.of(
            Preflight.run(stopped.settings(), stopped.flink, true),
            Preflight.run(stopped.settings(), restored),
            Preflight.run(new Scenario().settings(), stopped.flink))) {
      assertThat(report.render()).doesNotContain("no state is restored");
    }
  }

  @Test
  void shouldLookAtTheRestWhenOneThingCannotBeLookedAt() {
    // Given
    KafkaCheck unanswered =
        new KafkaCheck() {
          @Override
          public String name() {
            return "the weather";
          }

          @Override
          public Consumer<Findings> ask(Brokers brokers) {
            return findings -> {
              throw new TimeoutException("no answer");
            };
          }
        };
    KafkaSettings kafka = KafkaSettings.at(broker.bootstrapServers());
    Findings findings = new Findings();

    // When
    new KafkaChecks(kafka, SHORT, List.of(unanswered, GroupCheck.byName("new"))).run(findings);

    // Then
    assertThat(findings.report().findings())
        .containsExactly(
            warning(
                "brokers at " + broker.bootstrapServers(),
                "the weather could not be looked at: no answer",
                "see the brokers' logs, or look at it by hand"),
            new Finding(Severity.OK, "group new", "it is new", null));
  }

  @Test
  void shouldReportOneProblemWithinBoundsWhenNobodyListens() throws Exception {
    // Given
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    // Then
    assertUnreachable("127.0.0.1:" + port);
  }

  @Test
  void shouldReportOneProblemWithinBoundsWhenListenerIsSilent() throws Exception {
    // It accepts connections, as a firewall or a wrong port does, and never answers.
    try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertUnreachable("127.0.0.1:" + socket.getLocalPort());
    }
  }

  private static void assertUnreachable(String servers) {
    // Given
    Scenario scenario = new Scenario().set("kafka.bootstrap-servers", servers);

    // When
    long start = System.nanoTime();
    PreflightReport report = Preflight.run(scenario.settings(), scenario.flink, SHORT);
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    // Then
    assertThat(report.of(Severity.ERROR))
        .containsExactly(
            error(
                "brokers at " + servers,
                "none could be reached within 3s",
                "start Kafka, or correct kafka.bootstrap-servers; if it runs, check that"
                    + " kafka.properties.security.protocol is the one of this port, and that what"
                    + " the brokers have as advertised.listeners can be reached from here and from"
                    + " the TaskManagers"));
    assertThat(took).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void shouldSayThatThePortHasNoTls() {
    // Given
    Scenario scenario = new Scenario().set("kafka.properties.security.protocol", "SSL");

    // When
    PreflightReport report = Preflight.run(scenario.settings(), scenario.flink, SHORT);

    // Then
    assertThat(report.of(Severity.ERROR))
        .containsExactly(
            error(
                "brokers at " + broker.bootstrapServers(),
                "none could be reached within 3s: the port does not speak TLS, and"
                    + " kafka.properties.security.protocol is SSL",
                "set it to PLAINTEXT, or take the port of the listener with TLS"));
  }

  @Test
  void shouldReportOneProblemWhenBrokersAdvertiseWhatCannotBeReached() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        EmbeddedBroker elsewhere =
            EmbeddedBroker.start(
                Map.of("advertised.listeners", "PLAINTEXT://127.0.0.1:" + silent.getLocalPort()))) {
      assertUnreachable(elsewhere.bootstrapServers());
    }
  }

  @Test
  void shouldSayWhatIsMissingWhenThereCanBeNoTransactions() {
    try (EmbeddedBroker single =
        EmbeddedBroker.start(Map.of("transaction.state.log.replication.factor", "3"))) {
      // Given
      Scenario scenario = new Scenario().set("kafka.bootstrap-servers", single.bootstrapServers());
      scenario.topics.forEach(
          (role, config) -> single.createTopic(scenario.topic(role), 2, config));

      // When
      PreflightReport report =
          Preflight.run(scenario.settings(), scenario.flink, Duration.ofSeconds(5));

      // Then
      assertThat(report.of(Severity.ERROR))
          .containsExactly(
              error(
                  "transactions",
                  "the brokers have no coordinator for them",
                  "check __transaction_state: with fewer than 3 brokers it needs"
                      + " transaction.state.log.replication.factor=1 and"
                      + " transaction.state.log.min.isr=1 on the brokers"));
    }
  }

  @Test
  void shouldNotShowSecretsWhenClientCannotBeMade() {
    // Given
    Scenario scenario =
        new Scenario()
            .set("kafka.properties.security.protocol", "SASL_PLAINTEXT")
            .set("kafka.properties.sasl.mechanism", "PLAIN")
            .set(
                "kafka.properties.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule password=hunter2;");

    // When
    PreflightReport report = Preflight.run(scenario.settings(), scenario.flink, SHORT);

    // Then
    assertThat(report.of(Severity.ERROR))
        .extracting(Finding::subject)
        .containsExactly("kafka.properties");
    assertThat(report.render()).doesNotContain("hunter2");
  }
}
