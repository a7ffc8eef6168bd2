package io.clickstream.preflight;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.SessionRange;
import io.clickstream.config.StartFrom;
import io.clickstream.config.TopicSettings;
import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import io.clickstream.sink.TopicLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.util.TimeUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/**
 * Looks at Kafka with the job's own credentials before the job runs, and reports everything that
 * would make it fail, hang or lose data. It changes nothing and takes a bounded time.
 *
 * <p>It is worth it because the job itself does not fail well: an exactly-once sink whose topic is
 * missing restarts for ever while the submission hangs, and a transaction timeout above the
 * brokers' limit shows only when the first transaction begins.
 *
 * <p>What may pass by itself, such as a broker that is down among others, is a warning at most.
 * Only a Kafka that cannot be reached at all is an error although it may come back: nothing else
 * can be said without it.
 */
public final class Preflight {

  /** For connecting, and again for all the questions together. */
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  /** Within this a cluster usually notices a lost process and has redeployed the job. */
  private static final Duration RESTART = Duration.ofMinutes(2);

  /** How long a topic is looked for that does not seem to exist. */
  private static final Duration NEW_TOPIC = Duration.ofSeconds(2);

  private static final Duration DAY = Duration.ofDays(1);

  /** Of a batch, as it is sent. */
  private static final String BATCH_SIZE = "max.message.bytes";

  /** Of one record, if it is compressed; brokers before 4.2.2 have none. */
  private static final String RECORD_SIZE = "max.decompressed.message.bytes";

  /** No session has more bytes, whatever its clicks say; there is room for a dozen columns more. */
  public static final int LARGEST_SESSION = 2_000_000;

  private static final Set<AclOperation> READ = EnumSet.of(AclOperation.READ);
  private static final Set<AclOperation> READ_WRITE =
      EnumSet.of(AclOperation.READ, AclOperation.WRITE);

  /**
   * What the job wants of a topic.
   *
   * @param operations that it must be allowed
   * @param partitions to suggest for a missing one
   */
  private record Role(
      String name, Set<AclOperation> operations, int partitions, boolean compacted) {}

  /** What a request came to: one of both. */
  private record Answer<T>(@Nullable T value, @Nullable Throwable failure) {}

  private final ClickstreamSettings settings;
  private final ReadableConfig flink;
  private final boolean replacesRunning;
  private final Duration timeout;
  private final List<Finding> findings = new ArrayList<>();
  private long deadline;

  private Preflight(
      ClickstreamSettings settings,
      ReadableConfig flink,
      boolean replacesRunning,
      Duration timeout) {
    this.settings = settings;
    this.flink = flink;
    this.replacesRunning = replacesRunning;
    this.timeout = timeout;
  }

  /**
   * Looks at everything, within half a minute, or a minute if there is state to restore.
   *
   * @param flink the configuration that the job will run with: the environment's
   */
  public static PreflightReport run(ClickstreamSettings settings, ReadableConfig flink) {
    return run(settings, flink, false);
  }

  /**
   * The same.
   *
   * @param replacesRunning whether a job that runs with the same prefix will be stopped before
   */
  public static PreflightReport run(
      ClickstreamSettings settings, ReadableConfig flink, boolean replacesRunning) {
    return new Preflight(settings, flink, replacesRunning, TIMEOUT).run();
  }

  static PreflightReport run(ClickstreamSettings settings, ReadableConfig flink, Duration timeout) {
    return new Preflight(settings, flink, false, timeout).run();
  }

  private PreflightReport run() {
    checkCheckpoints();
    checkTransactionTimeout();
    try (Admin admin = Admin.create(adminProperties())) {
      Collection<Node> nodes = reach(admin);
      if (nodes != null) {
        checkKafka(admin, nodes);
      }
    } catch (KafkaException e) {
      findings.add(ConnectionProblem.of(settings.kafka(), e, timeout));
    }
    return new PreflightReport(findings);
  }

  private Properties adminProperties() {
    Properties properties = settings.kafka().clientProperties();
    String millis = Long.toString(timeout.toMillis());
    properties.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    properties.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    properties.setProperty(AdminClientConfig.CLIENT_ID_CONFIG, "clickstream-preflight");
    return properties;
  }

  // ---- Flink

  private void checkCheckpoints() {
    Duration interval = interval();
    if (interval.isZero()) {
      error(
          CheckpointingOptions.CHECKPOINTING_INTERVAL.key(),
          "there are no checkpoints, so that nothing is ever committed",
          "set it, to 1s for a latency of one to two seconds");
    } else {
      ok(
          CheckpointingOptions.CHECKPOINTING_INTERVAL.key(),
          "sessions become visible every " + text(interval));
    }
    if (flink.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY).isEmpty()) {
      warning(
          CheckpointingOptions.CHECKPOINTS_DIRECTORY.key(),
          "checkpoints lie in the JobManager's memory: they are lost with it and small",
          "set it to a path that all machines reach, such as s3://bucket/checkpoints");
    }
  }

  private void checkTransactionTimeout() {
    String prefix = "sink.transactional-id-prefix";
    if (settings.sink().transactionalIdPrefix().isBlank()) {
      error(prefix, "it is not set", "set it to a name that no other job has");
    }
    Duration transaction = settings.sink().transactionTimeout();
    Duration interval = interval();
    Duration checkpoint = flink.get(CheckpointingOptions.CHECKPOINTING_TIMEOUT);
    // A checkpoint that times out, and the next one that commits both.
    Duration needed = interval.plus(checkpoint.multipliedBy(2)).plus(RESTART);
    if (transaction.compareTo(interval) <= 0) {
      error(
          "sink.transaction-timeout",
          "%s is not more than the %s between checkpoints: every transaction is aborted"
              .formatted(text(transaction), text(interval)),
          "raise it above " + text(needed) + ", or lower the interval between checkpoints");
    } else if (transaction.compareTo(needed) < 0) {
      warning(
          "sink.transaction-timeout",
          ("%s is less than the interval between checkpoints (%s), two of the longest checkpoints (%s)"
                  + " and a restart (%s) together: slow checkpoints or a slow restart lose what was"
                  + " written")
              .formatted(text(transaction), text(interval), text(checkpoint), text(RESTART)),
          "raise it above "
              + text(needed)
              + ", or lower "
              + CheckpointingOptions.CHECKPOINTING_TIMEOUT.key());
    }
  }

  private Duration interval() {
    return flink.getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL).orElse(Duration.ZERO);
  }

  // ---- Kafka

  /** The brokers, or null if none can be reached: then nothing else can be said. */
  private @Nullable Collection<Node> reach(Admin admin) {
    startClock();
    Answer<Collection<Node>> nodes = await(admin.describeCluster().nodes());
    Throwable failure = nodes.failure();
    if (failure != null) {
      findings.add(ConnectionProblem.of(settings.kafka(), failure, timeout));
    }
    return nodes.value();
  }

  private void checkKafka(Admin admin, Collection<Node> nodes) {
    startClock();
    TopicSettings topics = settings.topics();
    Map<String, Role> roles = new LinkedHashMap<>();
    for (Role role :
        List.of(
            new Role(topics.clicks(), READ, 24, false),
            new Role(topics.profiles(), READ, 3, true),
            new Role(topics.products(), READ, 3, true),
            new Role(topics.sessions(), READ_WRITE, 12, false),
            new Role(topics.late(), READ_WRITE, 3, false),
            new Role(topics.rejected(), READ_WRITE, 3, false))) {
      roles.put(role.name(), role);
    }
    List<ConfigResource> brokers =
        nodes.stream()
            .map(node -> new ConfigResource(ConfigResource.Type.BROKER, node.idString()))
            .toList();

    // What does not need the topics is asked before their answers are waited for.
    Map<ConfigResource, KafkaFuture<Config>> brokerConfigs =
        admin.describeConfigs(brokers).values();
    KafkaFuture<ConsumerGroupDescription> group =
        admin
            .describeConsumerGroups(
                List.of(settings.ingest().groupId()),
                new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
            .describedGroups()
            .get(settings.ingest().groupId());
    KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> committed =
        admin.listConsumerGroupOffsets(settings.ingest().groupId()).partitionsToOffsetAndMetadata();
    String transactionalId = settings.sink().transactionalIdPrefix() + "-0-0";
    KafkaFuture<?> transaction =
        admin.describeTransactions(List.of(transactionalId)).description(transactionalId);
    KafkaFuture<Collection<TransactionListing>> transactions = admin.listTransactions().all();

    Map<String, TopicDescription> found = existing(admin, roles);
    Map<String, Config> configs = configs(admin, found.keySet());
    found.forEach((name, topic) -> checkTopic(role(roles, name), topic, configs.get(name)));
    checkClicks(found.get(topics.clicks()), configs.get(topics.clicks()));
    checkRange(admin, found.get(topics.clicks()), configs.get(topics.clicks()));
    checkSizes(configs);
    if (group != null) {
      checkGroup(await(group));
    }
    checkFreshStart(await(committed));
    checkBrokers(brokerConfigs);
    Answer<Collection<TransactionListing>> known = await(transactions);
    checkTransactions(await(transaction), known);
    Collection<TransactionListing> listed = known.value() == null ? List.of() : known.value();
    findings.addAll(
        TransactionChecks.run(settings, flink, admin, listed, replacesRunning, timeout));
  }

  private static Role role(Map<String, Role> roles, String name) {
    Role role = roles.get(name);
    if (role == null) {
      throw new IllegalStateException("topic " + name + " was not asked for");
    }
    return role;
  }

  /** The topics that exist; one that was just created may need a moment to be known. */
  private Map<String, TopicDescription> existing(Admin admin, Map<String, Role> roles) {
    Map<String, Answer<TopicDescription>> answers = describe(admin, roles.keySet());
    long patience = System.nanoTime() + NEW_TOPIC.toNanos();
    while (System.nanoTime() < patience) {
      Set<String> missing =
          answers.entrySet().stream()
              .filter(answer -> isMissing(answer.getValue().failure()))
              .map(Map.Entry::getKey)
              .collect(Collectors.toSet());
      if (missing.isEmpty()) {
        break;
      }
      pause();
      answers.putAll(describe(admin, missing));
    }
    Map<String, TopicDescription> found = new LinkedHashMap<>();
    for (Role role : roles.values()) {
      Answer<TopicDescription> answer = answers.get(role.name());
      TopicDescription topic = answer == null ? null : answer.value();
      Throwable failure = answer == null ? null : answer.failure();
      if (topic != null) {
        found.put(role.name(), topic);
      } else if (isMissing(failure)) {
        error(
            topic(role.name()),
            "it does not exist",
            "kafka-topics.sh --bootstrap-server %s --create --topic %s --partitions %d%s, or name another with topics.*"
                .formatted(
                    servers(),
                    role.name(),
                    role.partitions(),
                    role.compacted() ? " --config cleanup.policy=compact" : ""));
      } else if (failure instanceof AuthorizationException) {
        error(
            topic(role.name()),
            notAllowed(role.operations()) + ", nor is DESCRIBE",
            grant(role.operations(), role.name()));
      } else {
        error(
            topic(role.name()),
            "it cannot be described: " + rootMessage(failure),
            "check the topic's name and the brokers' logs");
      }
    }
    return found;
  }

  private Map<String, Answer<TopicDescription>> describe(Admin admin, Set<String> names) {
    Map<String, Answer<TopicDescription>> answers = new HashMap<>();
    admin
        .describeTopics(names, new DescribeTopicsOptions().includeAuthorizedOperations(true))
        .topicNameValues()
        .forEach((name, future) -> answers.put(name, await(future)));
    return answers;
  }

  private static boolean isMissing(@Nullable Throwable failure) {
    return failure instanceof UnknownTopicOrPartitionException;
  }

  private Map<String, Config> configs(Admin admin, Set<String> topics) {
    Map<String, Config> configs = new HashMap<>();
    admin
        .describeConfigs(
            topics.stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList())
        .values()
        .forEach(
            (resource, future) -> {
              Answer<Config> answer = await(future);
              if (answer.value() != null) {
                configs.put(resource.name(), answer.value());
              } else {
                notChecked(
                    topic(resource.name()),
                    "its configuration",
                    answer.failure(),
                    "DESCRIBE_CONFIGS on the topic");
              }
            });
    return configs;
  }

  private void checkTopic(Role role, TopicDescription topic, @Nullable Config config) {
    String subject = topic(role.name());
    // Null comes from brokers that do not say, which have no authorizer either.
    Set<AclOperation> allowed = topic.authorizedOperations();
    if (allowed != null && !allowed.containsAll(role.operations())) {
      Set<AclOperation> missing = EnumSet.copyOf(role.operations());
      missing.removeAll(allowed);
      error(
          subject,
          notAllowed(missing)
              + (missing.contains(AclOperation.READ)
                      && role.operations().contains(AclOperation.WRITE)
                  ? " (the sink finds its open transactions by reading)"
                  : ""),
          grant(missing, role.name()));
    }
    int replicas =
        topic.partitions().stream()
            .mapToInt(partition -> partition.replicas().size())
            .min()
            .orElse(0);
    ok(subject, count(topic.partitions().size(), "partition") + ", " + count(replicas, "replica"));
    if (config == null) {
      return;
    }
    if (role.compacted() && !String.valueOf(value(config, "cleanup.policy")).contains("compact")) {
      warning(
          subject,
          "cleanup.policy is %s: records that nobody updates are deleted after a while, and the sessions are no longer enriched with them"
              .formatted(value(config, "cleanup.policy")),
          alter(role.name(), "cleanup.policy=compact"));
    }
    if (role.operations().contains(AclOperation.WRITE)) {
      checkReplication(role.name(), replicas, number(config, "min.insync.replicas"));
    }
  }

  private void checkReplication(String name, int replicas, @Nullable Long minInSync) {
    Finding finding = minInSync == null ? null : replication(servers(), name, replicas, minInSync);
    if (finding != null) {
      findings.add(finding);
    }
  }

  /** What is to be said of a topic that is written, or null if its copies are as they should be. */
  static @Nullable Finding replication(String servers, String name, int replicas, long minInSync) {
    if (minInSync > replicas) {
      return new Finding(
          Severity.ERROR,
          topic(name),
          "min.insync.replicas is %d, but there %s: every write fails"
              .formatted(
                  minInSync, replicas == 1 ? "is 1 replica" : "are " + replicas + " replicas"),
          alter(servers, name, "min.insync.replicas=" + Math.max(1, replicas - 1))
              + ", or add replicas with kafka-reassign-partitions.sh");
    }
    if (replicas == 1) {
      return new Finding(
          Severity.INFO,
          topic(name),
          "there is one replica: what is on its broker is lost with it",
          null);
    }
    if (minInSync == replicas) {
      return new Finding(
          Severity.WARNING,
          topic(name),
          "min.insync.replicas is %d of %d replicas: while one broker is down nothing is written"
              .formatted(minInSync, replicas),
          alter(servers, name, "min.insync.replicas=" + (replicas - 1)));
    }
    return null;
  }

  private void checkClicks(@Nullable TopicDescription topic, @Nullable Config config) {
    String subject = topic(settings.topics().clicks());
    if (topic != null) {
      int partitions = topic.partitions().size();
      int parallelism = flink.get(CoreOptions.DEFAULT_PARALLELISM);
      if (partitions < parallelism) {
        warning(
            subject,
            "%s for a parallelism of %d: nothing to read for %s of the source"
                .formatted(
                    count(partitions, "partition"),
                    parallelism,
                    count(parallelism - partitions, "subtask")),
            "lower the parallelism, or add partitions while no session is open: visitors move to"
                + " others");
      }
    }
    if (config == null) {
      return;
    }
    String type = value(config, "message.timestamp.type");
    if ("LogAppendTime".equals(type)) {
      ok(subject, "message.timestamp.type is LogAppendTime: the future guard trusts the brokers");
      return;
    }
    Long ahead = number(config, "message.timestamp.after.max.ms");
    String trusts =
        "message.timestamp.type is %s: the future guard trusts the producers' clocks"
            .formatted(type);
    if (ahead == null || ahead > DAY.toMillis()) {
      warning(
          subject,
          trusts
              + " without a bound. A click of a clock that is ahead is rejected when it is read at"
              + " once, but accepted when it is read later, and then closes the sessions of others",
          alter(settings.topics().clicks(), "message.timestamp.type=LogAppendTime"));
    } else {
      info(
          subject,
          trusts
              + ", which the brokers let be ahead by %s (message.timestamp.after.max.ms): one click further ahead, and they refuse its whole batch, with the right ones in it. A click that is ahead by less may be rejected when it is read at once, but accepted when it is read later. With message.timestamp.type=LogAppendTime neither happens"
                  .formatted(text(Duration.ofMillis(ahead))));
    }
  }

  private void checkRange(Admin admin, @Nullable TopicDescription clicks, @Nullable Config config) {
    SessionRange range = settings.ingest().range();
    if (range != null && clicks != null) {
      findings.addAll(
          RangeChecks.run(
              settings, range, admin, clicks, config, System.currentTimeMillis(), timeout));
    }
  }

  /** A record that came in should be able to go out again as it was; see {@link TopicLimits}. */
  private void checkSizes(Map<String, Config> configs) {
    TopicSettings topics = settings.topics();
    Long largest = number(configs, topics.clicks(), BATCH_SIZE);
    for (String name : List.of(topics.late(), topics.rejected())) {
      Long size = number(configs, name, BATCH_SIZE);
      if (size != null && largest != null && size < largest) {
        error(
            topic(name),
            "%s is %d, less than the %d of %s: a larger click that is late or rejected would go there without its bytes"
                .formatted(BATCH_SIZE, size, largest, topics.clicks()),
            alter(name, BATCH_SIZE + "=" + largest));
      }
      checkDecompressed(name, number(configs, name, RECORD_SIZE), configs.get(topics.clicks()));
    }
    Long session = number(configs, topics.sessions(), RECORD_SIZE);
    if (session != null && session < LARGEST_SESSION) {
      warning(
          topic(topics.sessions()),
          "%s is %d: a session of 100 products with long names can have up to %d bytes before it is compressed, and one that the brokers refuse fails the job after every restart"
              .formatted(RECORD_SIZE, session, LARGEST_SESSION),
          alter(topics.sessions(), RECORD_SIZE + "=" + LARGEST_SESSION));
    }
  }

  /**
   * What one record may have before it is compressed. The brokers ask it only of records that were:
   * clicks that were not come in up to the size of a batch, and go out compressed.
   */
  private void checkDecompressed(String name, @Nullable Long size, @Nullable Config clicks) {
    Long limit = clicks == null ? null : number(clicks, RECORD_SIZE);
    Long batch = clicks == null ? null : number(clicks, BATCH_SIZE);
    if (size == null || limit == null || batch == null) {
      return;
    }
    long largest = Math.max(limit, batch);
    if (size < largest) {
      error(
          topic(name),
          "%s is %d, less than the %d that a click can have in %s (%s): a larger click that is late or rejected would go there without its bytes"
              .formatted(
                  RECORD_SIZE,
                  size,
                  largest,
                  settings.topics().clicks(),
                  limit >= batch ? RECORD_SIZE : BATCH_SIZE + " if it is not compressed"),
          alter(name, RECORD_SIZE + "=" + largest));
    }
  }

  /** Null if the topic's configuration is not known, or has no such entry. */
  private static @Nullable Long number(Map<String, Config> configs, String topic, String entry) {
    Config config = configs.get(topic);
    return config == null ? null : number(config, entry);
  }

  private void checkGroup(Answer<ConsumerGroupDescription> answer) {
    String id = settings.ingest().groupId();
    String subject = "group " + id;
    String grant =
        "kafka-acls.sh --bootstrap-server %s --add --allow-principal User:%s --operation READ --group %s"
            .formatted(servers(), user(), id);
    Throwable failure = answer.failure();
    ConsumerGroupDescription group = answer.value();
    if (failure instanceof AuthorizationException) {
      error(subject, "READ is not allowed: offsets cannot be committed", grant);
    } else if (failure instanceof GroupIdNotFoundException) {
      ok(subject, "it is new");
    } else if (failure != null || group == null) {
      notChecked(subject, "READ", failure, "DESCRIBE on the group");
    } else if (group.authorizedOperations() != null
        && !group.authorizedOperations().isEmpty()
        && !group.authorizedOperations().contains(AclOperation.READ)) {
      error(subject, "READ is not allowed: offsets cannot be committed", grant);
    } else {
      ok(subject, "it can be used");
    }
  }

  /**
   * A job that was stopped with a savepoint and is started without it is seen by its group's
   * offsets: it would go on from there with no sessions.
   */
  private void checkFreshStart(Answer<Map<TopicPartition, OffsetAndMetadata>> committed) {
    Map<TopicPartition, OffsetAndMetadata> offsets = committed.value();
    if (offsets == null
        || offsets.isEmpty()
        || replacesRunning
        || settings.ingest().startFrom().kind() != StartFrom.Kind.COMMITTED
        || flink.getOptional(StateRecoveryOptions.SAVEPOINT_PATH).isPresent()) {
      return;
    }
    String subject = "group " + settings.ingest().groupId();
    String message =
        "it has offsets, and no state is restored: sessions that were open there begin anew, and what was written since the last commit comes twice";
    if (!flink.get(HighAvailabilityOptions.HA_MODE).equalsIgnoreCase("NONE")) {
      info(subject, message + ", unless high availability recovers the job");
    } else {
      warning(
          subject,
          message,
          "give the job's last savepoint or checkpoint (flink run -s, Submit run --from); or another ingest.group-id, if it is to be a new job");
    }
  }

  private void checkBrokers(Map<ConfigResource, KafkaFuture<Config>> futures) {
    String key = "transaction.max.timeout.ms";
    long lowest = Long.MAX_VALUE;
    Throwable failure = null;
    for (KafkaFuture<Config> future : futures.values()) {
      Answer<Config> answer = await(future);
      Long limit = answer.value() == null ? null : number(answer.value(), key);
      if (limit != null) {
        lowest = Math.min(lowest, limit);
      } else {
        failure = answer.failure();
      }
    }
    Duration transaction = settings.sink().transactionTimeout();
    if (lowest < transaction.toMillis()) {
      error(
          "sink.transaction-timeout",
          "%s is more than the brokers allow (%s is %s): no transaction can begin"
              .formatted(text(transaction), key, text(Duration.ofMillis(lowest))),
          "lower it to %s, or raise %s on every broker"
              .formatted(text(Duration.ofMillis(lowest)), key));
    } else if (lowest < Long.MAX_VALUE) {
      ok(
          "sink.transaction-timeout",
          "%s, the brokers allow %s".formatted(text(transaction), text(Duration.ofMillis(lowest))));
    }
    if (failure != null) {
      notChecked(
          "sink.transaction-timeout",
          key + " of a broker",
          failure,
          "DESCRIBE_CONFIGS on the cluster");
    }
  }

  private void checkTransactions(Answer<?> transaction, Answer<?> transactions) {
    String prefix = settings.sink().transactionalIdPrefix();
    Throwable failure = transaction.failure();
    if (failure instanceof AuthorizationException) {
      error(
          "sink.transactional-id-prefix",
          "WRITE is not allowed on transactional ids that begin with " + prefix,
          "kafka-acls.sh --bootstrap-server %s --add --allow-principal User:%s --operation WRITE --operation DESCRIBE --transactional-id %s --resource-pattern-type prefixed"
              .formatted(servers(), user(), prefix));
    } else if (isTimeout(failure)) {
      error(
          "transactions",
          "the brokers have no coordinator for them",
          "check __transaction_state: with fewer than 3 brokers it needs"
              + " transaction.state.log.replication.factor=1 and transaction.state.log.min.isr=1 on"
              + " the brokers");
    } else if (failure == null || failure instanceof TransactionalIdNotFoundException) {
      ok("sink.transactional-id-prefix", "ids that begin with " + prefix + " may be written");
    } else if (!(failure instanceof UnsupportedVersionException)) {
      notChecked(
          "sink.transactional-id-prefix", "WRITE", failure, "DESCRIBE on the transactional ids");
    }
    if (transactions.failure() instanceof UnsupportedVersionException
        || failure instanceof UnsupportedVersionException) {
      error(
          "brokers at " + servers(),
          "they cannot list transactions, which the sink needs to find its own",
          "upgrade them to Kafka 3.0 or later");
    } else if (transactions.failure() != null && !isTimeout(failure)) {
      notChecked(
          "transactions", "whether they can be listed", transactions.failure(), "DESCRIBE on them");
    }
  }

  // ---- waiting

  private void startClock() {
    deadline = System.nanoTime() + timeout.plusSeconds(1).toNanos();
  }

  private <T> Answer<T> await(KafkaFuture<T> future) {
    try {
      long left = Math.max(deadline - System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(100));
      return new Answer<>(future.get(left, TimeUnit.NANOSECONDS), null);
    } catch (ExecutionException e) {
      return new Answer<>(null, e.getCause() == null ? e : e.getCause());
    } catch (java.util.concurrent.TimeoutException e) {
      return new Answer<>(null, new TimeoutException("no answer within " + text(timeout), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PreflightException("Preflight: interrupted while waiting for Kafka");
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PreflightException("Preflight: interrupted while waiting for Kafka");
    }
  }

  private static boolean isTimeout(@Nullable Throwable failure) {
    return failure instanceof TimeoutException;
  }

  // ---- words

  private void error(String subject, String message, String remedy) {
    findings.add(new Finding(Severity.ERROR, subject, message, remedy));
  }

  private void warning(String subject, String message, String remedy) {
    findings.add(new Finding(Severity.WARNING, subject, message, remedy));
  }

  private void info(String subject, String message) {
    findings.add(new Finding(Severity.INFO, subject, message, null));
  }

  private void ok(String subject, String message) {
    findings.add(new Finding(Severity.OK, subject, message, null));
  }

  private void notChecked(
      String subject, String what, @Nullable Throwable failure, String permission) {
    warning(
        subject,
        what + " could not be looked at: " + rootMessage(failure),
        "grant " + permission + ", or look at it by hand");
  }

  private String servers() {
    return settings.kafka().bootstrapServers();
  }

  /** Whom to grant something. */
  private String user() {
    String user = settings.kafka().user();
    return user == null ? "<name>" : user;
  }

  private static String topic(String name) {
    return "topic " + name;
  }

  private String grant(Set<AclOperation> operations, String topic) {
    return "kafka-acls.sh --bootstrap-server %s --add --allow-principal User:%s %s --topic %s"
        .formatted(
            servers(),
            user(),
            operations.stream()
                .map(operation -> "--operation " + operation)
                .collect(Collectors.joining(" ")),
            topic);
  }

  private String alter(String topic, String config) {
    return alter(servers(), topic, config);
  }

  private static String alter(String servers, String topic, String config) {
    return "kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config %s"
        .formatted(servers, topic, config);
  }

  private static String names(Set<AclOperation> operations) {
    return operations.stream().map(AclOperation::name).collect(Collectors.joining(" and "));
  }

  private static String notAllowed(Set<AclOperation> operations) {
    return names(operations) + (operations.size() == 1 ? " is" : " are") + " not allowed";
  }

  private static @Nullable String value(Config config, String name) {
    ConfigEntry entry = config.get(name);
    return entry == null ? null : entry.value();
  }

  private static @Nullable Long number(Config config, String name) {
    String value = value(config, name);
    return value == null ? null : Long.valueOf(value);
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  static String text(Duration duration) {
    if (duration.equals(DAY)) {
      return "24h";
    }
    return TimeUtils.formatWithHighestUnit(duration).replace(" ", "");
  }

  /**
   * The innermost message: Kafka's clients wrap what went wrong in words like "failed to create".
   */
  private String rootMessage(@Nullable Throwable failure) {
    if (failure == null) {
      return "no answer";
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null
        ? root.getClass().getSimpleName()
        : settings.kafka().withoutSecrets(root.getMessage());
  }
}
