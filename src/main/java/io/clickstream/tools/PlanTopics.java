package io.clickstream.tools;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.JobSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.UserErrorException;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.preflight.ConnectionProblem;
import io.clickstream.tools.TopicPlan.Demand;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.CoreOptions;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * Says how many partitions each topic should have and why, creates those that are missing, and
 * compares those that are there. It never changes a topic that exists. What it creates can be
 * written and read when it returns.
 *
 * <p>Exit code 0 if every topic is as planned or was made so, 1 if one is not, or with the reason
 * on the error stream if Kafka could not be asked, 2 for a wrong command line. Beside this JAR the
 * class path needs Flink's {@code lib} folder, as the settings are read as the job reads them.
 */
@Command(
    name = "plan-topics",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Says how many partitions each topic should have, and why: max(2 × slots, expected records a",
      "second ÷ those that a partition may have to take), as a multiple of the slots. With --create",
      "it makes those that are missing, with --check it compares those that are there. It never",
      "changes a topic that exists: more partitions move visitors to others, and fewer are not",
      "possible.",
      ""
    },
    footer = {
      "",
      "All other arguments are settings of the job: give the same as to the job itself.",
      "",
      "Examples:",
      "  --config clickstream.yaml --slots 12 --clicks-per-second 50000",
      "  --config clickstream.yaml --slots 12 --clicks-per-second 50000 --create"
    })
public final class PlanTopics implements Callable<Integer> {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** How long a new partition's leader may think before it is asked again. */
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private static final int LARGEST = 10_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** What is done with the plan; nothing but printing it if neither is given. */
  private static final class Mode {
    @Option(names = "--create", description = "Create the topics that are missing.")
    private boolean create;

    @Option(
        names = "--check",
        description = "Compare the topics with the plan; exit code 1 if one is missing or differs.")
    private boolean check;
  }

  @ArgGroup(exclusive = true)
  private @Nullable Mode mode;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description = {
        "Parallelism of the job, at the busiest time of the years that the topics shall last.",
        "Default: parallelism.default of the job's settings, else 2."
      })
  private @Nullable Integer slots;

  @Option(
      names = "--loader-slots",
      paramLabel = "N",
      description =
          "Parallelism of what reads the sessions, such as the loader. Default: half of the slots.")
  private @Nullable Integer loaderSlots;

  @Option(
      names = "--clicks-per-second",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Clicks a second, at that time. Default: ${DEFAULT-VALUE}.")
  private long clicksPerSecond;

  @Option(
      names = "--sessions-per-second",
      paramLabel = "N",
      description = "Sessions a second, with all their revisions. Default: a tenth of the clicks.")
  private @Nullable Long sessionsPerSecond;

  @Option(
      names = "--per-partition",
      paramLabel = "N",
      defaultValue = "10000",
      description = {
        "Records a second that one partition may have to take: a disk and a replica take more, but",
        "what was not read for an hour must be read in minutes. Default: ${DEFAULT-VALUE}."
      })
  private long perPartition;

  @Option(
      names = "--replication",
      paramLabel = "N",
      defaultValue = "3",
      description = {
        "Copies of each partition; all but one must be there for a write. Default: ${DEFAULT-VALUE}."
      })
  private short replication;

  @Option(
      names = "--retention",
      paramLabel = "DURATION",
      defaultValue = "7d",
      converter = DurationText.class,
      description = {
        "How long clicks and sessions are kept, which is how far back they can be computed again;",
        "late and rejected ones twice as long. Default: ${DEFAULT-VALUE}."
      })
  private Duration retention = Duration.ZERO;

  @Unmatched private List<String> settings = new ArrayList<>();

  private PlanTopics() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command with an output of one's choice. */
  static CommandLine commandLine() {
    return new CommandLine(new PlanTopics())
        .setExpandAtFiles(false)
        .setExecutionExceptionHandler(new UserErrors());
  }

  @Override
  public Integer call() {
    JobSettings loaded =
        SettingsReader.read(Invocation.of(settings.toArray(String[]::new)), System.getenv());
    Demand demand = demand(loaded);
    List<TopicPlan> plans = TopicPlan.of(loaded.settings().topics(), demand);
    PrintWriter out = spec.commandLine().getOut();
    if (mode == null || !(mode.create || mode.check)) {
      plans.forEach(plan -> print(out, plan));
      out.flush();
      return 0;
    }
    try (Admin admin = Admin.create(adminProperties(loaded.settings()))) {
      return compare(loaded.settings().kafka().bootstrapServers(), admin, plans, out) ? 0 : 1;
    } catch (NotAllowedException e) {
      throw notAllowed(loaded.settings().kafka(), e);
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      throw failure(loaded.settings(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(loaded.settings(), e);
    } finally {
      out.flush();
    }
  }

  private Demand demand(JobSettings loaded) {
    int job =
        slots != null
            ? slots
            : loaded.flink().getOptional(CoreOptions.DEFAULT_PARALLELISM).orElse(2);
    require("--slots", job, 1, LARGEST);
    int loader = loaderSlots != null ? loaderSlots : Math.max(1, job / 2);
    require("--loader-slots", loader, 1, LARGEST);
    require("--clicks-per-second", clicksPerSecond, 1, 1_000_000_000);
    long sessions =
        sessionsPerSecond != null ? sessionsPerSecond : Math.max(1, clicksPerSecond / 10);
    require("--sessions-per-second", sessions, 1, 1_000_000_000);
    require("--per-partition", perPartition, 100, 1_000_000_000);
    require("--replication", replication, 1, 9);
    if (retention.toMillis() < 1) {
      throw new ParameterException(
          spec.commandLine(), "--retention %s: expected more than 0".formatted(retention));
    }
    return new Demand(job, loader, clicksPerSecond, sessions, perPartition, replication, retention);
  }

  private void require(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(), "%s %d: expected %d to %d".formatted(option, value, least, most));
    }
  }

  private void print(PrintWriter out, TopicPlan plan) {
    out.println(plan.render(replication));
    out.println("    " + text(plan.configs()));
  }

  private static String text(Map<String, String> configs) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(configs)
        .forEach((key, value) -> text.append(key).append('=').append(value).append(' '));
    return text.toString().strip();
  }

  private static Properties adminProperties(ClickstreamSettings settings) {
    Properties properties = settings.kafka().clientProperties();
    String millis = Long.toString(TIMEOUT.toMillis());
    properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    properties.setProperty(AdminClientConfig.CLIENT_ID_CONFIG, "clickstream-plan-topics");
    return properties;
  }

  private static UserErrorException failure(ClickstreamSettings settings, Exception e) {
    return new UserErrorException(
        "the topics could not be compared: " + ConnectionProblem.text(settings.kafka(), e, TIMEOUT),
        e);
  }

  /** What a user may not do with topics, which the brokers' own message does not name. */
  private static final class NotAllowedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final AclOperation operation;
    private final ArrayList<String> topics;

    NotAllowedException(AclOperation operation, List<String> topics, Exception cause) {
      super(cause);
      this.operation = operation;
      this.topics = new ArrayList<>(topics);
    }
  }

  private static UserErrorException notAllowed(KafkaSettings kafka, NotAllowedException e) {
    String user = kafka.user();
    StringBuilder grant =
        new StringBuilder(
            "kafka-acls.sh --bootstrap-server %s --add --allow-principal User:%s --operation %s"
                .formatted(kafka.bootstrapServers(), user == null ? "<name>" : user, e.operation));
    e.topics.forEach(topic -> grant.append(" --topic ").append(topic));
    return new UserErrorException(
        """
        %s is not allowed%s on %s; nothing was changed
          remedy: run this as an administrator, whose login is in CLICKSTREAM_KAFKA_PROPERTIES_SASL_JAAS_CONFIG; or %s"""
            .formatted(
                e.operation,
                user == null ? "" : " to user " + user,
                String.join(", ", e.topics),
                grant),
        e);
  }

  /** Whether every topic is as planned in the end. */
  private boolean compare(String servers, Admin admin, List<TopicPlan> plans, PrintWriter out)
      throws NotAllowedException, ExecutionException, InterruptedException, TimeoutException {
    Map<String, TopicDescription> present = present(admin, plans);
    List<TopicPlan> missing =
        plans.stream().filter(plan -> !present.containsKey(plan.topic())).toList();
    boolean create = mode != null && mode.create;
    Map<String, Config> configs = configs(admin, present.keySet());
    if (create && !missing.isEmpty()) {
      create(admin, missing);
      awaitLeaders(servers, admin, missing);
    }
    boolean asPlanned = true;
    for (TopicPlan plan : plans) {
      out.println(plan.render(replication));
      TopicDescription topic = present.get(plan.topic());
      if (topic == null) {
        out.println("    " + (create ? "created: " : "MISSING: ") + text(plan.configs()));
        asPlanned &= create;
        continue;
      }
      List<String> differences =
          differences(servers, plan, topic, Optional.ofNullable(configs.get(plan.topic())));
      if (differences.isEmpty()) {
        int partitions = topic.partitions().size();
        out.println(
            "    as planned, " + partitions + (partitions == 1 ? " partition" : " partitions"));
      } else {
        differences.forEach(difference -> out.println("    DIFFERS: " + difference));
        asPlanned = false;
      }
    }
    return asPlanned;
  }

  private static <T> T await(KafkaFuture<T> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    return future.get(TIMEOUT.toMillis() + 1_000, TimeUnit.MILLISECONDS);
  }

  private static Map<String, TopicDescription> present(Admin admin, List<TopicPlan> plans)
      throws NotAllowedException, ExecutionException, InterruptedException, TimeoutException {
    Map<String, TopicDescription> present = new LinkedHashMap<>();
    List<String> hidden = new ArrayList<>();
    TopicAuthorizationException refused = null;
    Map<String, KafkaFuture<TopicDescription>> asked =
        admin.describeTopics(plans.stream().map(TopicPlan::topic).toList()).topicNameValues();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> each : new TreeMap<>(asked).entrySet()) {
      try {
        present.put(each.getKey(), await(each.getValue()));
      } catch (ExecutionException e) {
        if (e.getCause() instanceof TopicAuthorizationException refusal) {
          hidden.add(each.getKey());
          refused = refusal;
        } else if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
    }
    if (refused != null) {
      throw new NotAllowedException(AclOperation.DESCRIBE, hidden, refused);
    }
    return present;
  }

  /** All or none, as far as the brokers can tell before. */
  private void create(Admin admin, List<TopicPlan> missing)
      throws NotAllowedException, ExecutionException, InterruptedException, TimeoutException {
    int brokers = await(admin.describeCluster().nodes()).size();
    if (brokers < replication) {
      throw new UserErrorException(
          "--replication %d: there %s; start more of them, or give --replication %d"
              .formatted(
                  replication,
                  brokers == 1 ? "is 1 broker" : "are " + brokers + " brokers",
                  brokers));
    }
    List<NewTopic> topics =
        missing.stream()
            .map(
                plan ->
                    new NewTopic(plan.topic(), plan.partitions(), replication)
                        .configs(plan.configs()))
            .toList();
    try {
      await(admin.createTopics(topics, new CreateTopicsOptions().validateOnly(true)).all());
      await(admin.createTopics(topics).all());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException refusal) {
        throw new NotAllowedException(
            AclOperation.CREATE, missing.stream().map(TopicPlan::topic).toList(), refusal);
      }
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
      throw new UserErrorException(
          "somebody else creates or deletes the topics at the same time; see with --check what there is",
          e);
    }
  }

  /** Who writes as soon as this ends finds everything there. */
  private static void awaitLeaders(String servers, Admin admin, List<TopicPlan> made)
      throws ExecutionException, InterruptedException, TimeoutException {
    SortedSet<TopicPartition> without =
        new LeaderWait().await(() -> withoutLeader(admin, made), TIMEOUT);
    if (!without.isEmpty()) {
      throw new UserErrorException(
          """
          the topics are created, but within %d s no leader answers for %s: nothing can be written there yet
            remedy: see that all brokers run, and wait until kafka-topics.sh --bootstrap-server %s --describe --unavailable-partitions names none of them"""
              .formatted(TIMEOUT.toSeconds(), LeaderWait.names(without), servers));
    }
  }

  private static SortedSet<TopicPartition> withoutLeader(Admin admin, List<TopicPlan> made)
      throws ExecutionException, InterruptedException, TimeoutException {
    SortedSet<TopicPartition> without = LeaderWait.partitions();
    for (TopicPlan plan : made) {
      for (int partition = 0; partition < plan.partitions(); partition++) {
        without.add(new TopicPartition(plan.topic(), partition));
      }
    }
    Map<TopicPartition, OffsetSpec> led = new HashMap<>();
    for (KafkaFuture<TopicDescription> asked :
        admin
            .describeTopics(made.stream().map(TopicPlan::topic).toList())
            .topicNameValues()
            .values()) {
      Optional<TopicDescription> topic = unlessNotYet(asked);
      if (topic.isPresent()) {
        for (TopicPartitionInfo partition : topic.get().partitions()) {
          if (partition.leader() != null && !partition.leader().isEmpty()) {
            led.put(
                new TopicPartition(topic.get().name(), partition.partition()), OffsetSpec.latest());
          }
        }
      }
    }
    ListOffsetsResult offsets =
        admin.listOffsets(led, new ListOffsetsOptions().timeoutMs((int) ANSWER.toMillis()));
    for (TopicPartition partition : led.keySet()) {
      if (unlessNotYet(offsets.partitionResult(partition)).isPresent()) {
        without.remove(partition);
      }
    }
    return without;
  }

  private static <T> Optional<T> unlessNotYet(KafkaFuture<T> asked)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      return Optional.of(await(asked));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Map<String, Config> configs(Admin admin, Iterable<String> topics)
      throws ExecutionException, InterruptedException, TimeoutException {
    List<ConfigResource> resources = new ArrayList<>();
    topics.forEach(topic -> resources.add(new ConfigResource(ConfigResource.Type.TOPIC, topic)));
    Map<String, Config> configs = new HashMap<>();
    for (Map.Entry<ConfigResource, KafkaFuture<Config>> each :
        admin.describeConfigs(resources).values().entrySet()) {
      try {
        configs.put(each.getKey().name(), await(each.getValue()));
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof AuthorizationException)) {
          throw e;
        }
      }
    }
    return configs;
  }

  private List<String> differences(
      String servers, TopicPlan plan, TopicDescription topic, Optional<Config> config) {
    List<String> differences = new ArrayList<>();
    int partitions = topic.partitions().size();
    if (partitions < plan.partitions()) {
      differences.add(
          "%d partitions; more can be added, but visitors move to others: while no session is open"
              .formatted(partitions));
    }
    int replicas =
        topic.partitions().stream()
            .mapToInt(partition -> partition.replicas().size())
            .min()
            .orElse(0);
    if (replicas < replication) {
      differences.add(
          "%d of %d replicas; kafka-reassign-partitions.sh adds some"
              .formatted(replicas, replication));
    }
    new TreeMap<>(plan.configs())
        .forEach(
            (key, planned) -> {
              String actual =
                  config
                      .map(all -> all.get(key))
                      .map(entry -> String.valueOf(entry.value()))
                      .orElse("not known (DESCRIBE_CONFIGS is not allowed)");
              if (!actual.equals(planned)) {
                differences.add(
                    "%s is %s; kafka-configs.sh --bootstrap-server %s --alter --topic %s --add-config %s=%s"
                        .formatted(key, actual, servers, plan.topic(), key, planned));
              }
            });
    return differences;
  }
}
