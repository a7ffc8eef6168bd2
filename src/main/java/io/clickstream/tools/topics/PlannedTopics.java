package io.clickstream.tools.topics;

import io.clickstream.kafka.KafkaAnswers;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Topics of a cluster beside their plans. No topic that exists is changed. */
final class PlannedTopics {

  static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** The client itself says better why there is no answer. */
  static final KafkaAnswers ANSWERS = KafkaAnswers.within(TIMEOUT.plusSeconds(1));

  private final Admin admin;
  private final String servers;
  private final short replication;
  private final List<TopicPlan> plans;

  PlannedTopics(Admin admin, String servers, short replication, List<TopicPlan> plans) {
    this.admin = admin;
    this.servers = servers;
    this.replication = replication;
    this.plans = plans;
  }

  /** Whether every topic is as planned; each is printed with its differences. */
  boolean compare(PrintWriter out) throws NotAllowedException {
    Map<String, TopicDescription> present = present();
    return compare(present, configs(present.keySet()), "MISSING: ", out);
  }

  /** The same, after those that are missing have been created. */
  boolean create(PrintWriter out) throws NotAllowedException {
    Map<String, TopicDescription> present = present();
    List<TopicPlan> missing =
        plans.stream().filter(plan -> !present.containsKey(plan.topic())).toList();
    Map<String, Config> configs = configs(present.keySet());
    if (!missing.isEmpty()) {
      new NewTopics(admin, servers, replication, missing).create();
    }
    return compare(present, configs, "created: ", out);
  }

  private boolean compare(
      Map<String, TopicDescription> present,
      Map<String, Config> configs,
      String others,
      PrintWriter out) {
    boolean asPlanned = true;
    for (TopicPlan plan : plans) {
      out.println(plan.render(replication));
      TopicDescription topic = present.get(plan.topic());
      if (topic == null) {
        out.println("    " + others + plan.configText());
        asPlanned &= others.startsWith("created");
        continue;
      }
      List<String> differences =
          differences(plan, topic, Optional.ofNullable(configs.get(plan.topic())));
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

  private Map<String, TopicDescription> present() throws NotAllowedException {
    Map<String, TopicDescription> present = new LinkedHashMap<>();
    List<String> hidden = new ArrayList<>();
    TopicAuthorizationException refused = null;
    Map<String, KafkaFuture<TopicDescription>> asked =
        admin.describeTopics(plans.stream().map(TopicPlan::topic).toList()).topicNameValues();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> each : new TreeMap<>(asked).entrySet()) {
      try {
        present.put(each.getKey(), ANSWERS.get(each.getValue()));
      } catch (TopicAuthorizationException e) {
        hidden.add(each.getKey());
        refused = e;
      } catch (UnknownTopicOrPartitionException e) {
        // It is missing.
      }
    }
    if (refused != null) {
      throw new NotAllowedException(AclOperation.DESCRIBE, hidden, refused);
    }
    return present;
  }

  private Map<String, Config> configs(Iterable<String> topics) {
    List<ConfigResource> resources = new ArrayList<>();
    topics.forEach(topic -> resources.add(new ConfigResource(ConfigResource.Type.TOPIC, topic)));
    Map<String, Config> configs = new HashMap<>();
    for (Map.Entry<ConfigResource, KafkaFuture<Config>> each :
        admin.describeConfigs(resources).values().entrySet()) {
      try {
        configs.put(each.getKey().name(), ANSWERS.get(each.getValue()));
      } catch (AuthorizationException e) {
        // The differences say that it is not known.
      }
    }
    return configs;
  }

  private List<String> differences(
      TopicPlan plan, TopicDescription topic, Optional<Config> config) {
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
