package io.clickstream.tools.topics;

import io.clickstream.config.UserErrorException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;

/** Topics that a cluster does not have yet: they can be written and read once created. */
final class NewTopics {

  /** How long a new partition's leader may think before it is asked again. */
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final Admin admin;
  private final String servers;
  private final short replication;
  private final List<TopicPlan> missing;

  NewTopics(Admin admin, String servers, short replication, List<TopicPlan> missing) {
    this.admin = admin;
    this.servers = servers;
    this.replication = replication;
    this.missing = missing;
  }

  /** Creates them, and returns when every partition has a leader that answers. */
  void create() throws NotAllowedException {
    createAllOrNone();
    awaitLeaders();
  }

  /** All or none, as far as the brokers can tell before. */
  private void createAllOrNone() throws NotAllowedException {
    int brokers = PlannedTopics.ANSWERS.get(admin.describeCluster().nodes()).size();
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
      PlannedTopics.ANSWERS.get(
          admin.createTopics(topics, new CreateTopicsOptions().validateOnly(true)).all());
      PlannedTopics.ANSWERS.get(admin.createTopics(topics).all());
    } catch (AuthorizationException e) {
      throw new NotAllowedException(
          AclOperation.CREATE, missing.stream().map(TopicPlan::topic).toList(), e);
    } catch (TopicExistsException e) {
      throw new UserErrorException(
          "somebody else creates or deletes the topics at the same time; see with 'clickstream topics --check' what there is",
          e);
    }
  }

  private void awaitLeaders() {
    SortedSet<TopicPartition> without =
        new LeaderWait().await(() -> withoutLeader(), PlannedTopics.TIMEOUT);
    if (!without.isEmpty()) {
      throw new UserErrorException(
          """
          the topics are created, but within %d s no leader answers for %s: nothing can be written there yet
            remedy: see that all brokers run, and wait until kafka-topics.sh --bootstrap-server %s --describe --unavailable-partitions names none of them"""
              .formatted(PlannedTopics.TIMEOUT.toSeconds(), LeaderWait.names(without), servers));
    }
  }

  private SortedSet<TopicPartition> withoutLeader() {
    SortedSet<TopicPartition> without = LeaderWait.partitions();
    for (TopicPlan plan : missing) {
      for (int partition = 0; partition < plan.partitions(); partition++) {
        without.add(new TopicPartition(plan.topic(), partition));
      }
    }
    Map<TopicPartition, OffsetSpec> led = new HashMap<>();
    for (KafkaFuture<TopicDescription> asked :
        admin
            .describeTopics(missing.stream().map(TopicPlan::topic).toList())
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

  private static <T> Optional<T> unlessNotYet(KafkaFuture<T> asked) {
    try {
      return Optional.of(PlannedTopics.ANSWERS.get(asked));
    } catch (RetriableException e) {
      return Optional.empty();
    }
  }
}
