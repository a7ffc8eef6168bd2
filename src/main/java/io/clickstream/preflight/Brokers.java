package io.clickstream.preflight;

import io.clickstream.config.KafkaSettings;
import io.clickstream.kafka.KafkaAnswers;
import io.clickstream.kafka.KafkaAnswers.Answer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/**
 * The connection on which all checks of a preflight ask, and the commands by which a user mends at
 * the brokers what they find. Every topic is described once, however many checks look at it.
 */
final class Brokers {

  private final KafkaSettings kafka;
  private final Admin admin;
  private final Collection<Node> nodes;
  private final Duration timeout;
  private final KafkaAnswers answers;
  private final Map<String, DescribedTopic> topics = new HashMap<>();

  /**
   * Asks from now on.
   *
   * @param timeout of all answers together, and of each question that a check asks later
   */
  Brokers(KafkaSettings kafka, Admin admin, Collection<Node> nodes, Duration timeout) {
    this.kafka = kafka;
    this.admin = admin;
    this.nodes = nodes;
    this.timeout = timeout;
    // The client itself says better why there is no answer.
    this.answers = KafkaAnswers.allWithin(timeout.plusSeconds(1));
  }

  Admin admin() {
    return admin;
  }

  /** Of a request. */
  Duration timeout() {
    return timeout;
  }

  /** Waits for the answers to what was asked at the beginning. */
  <T> Answer<T> answer(KafkaFuture<T> future) {
    return answers.answer(future);
  }

  /** A topic, asked for when this is called first. */
  DescribedTopic topic(String name) {
    return topics.computeIfAbsent(name, asked -> new DescribedTopic(asked, admin, answers));
  }

  /** Every broker, as a resource that has a configuration. */
  List<ConfigResource> resources() {
    return nodes.stream()
        .map(node -> new ConfigResource(ConfigResource.Type.BROKER, node.idString()))
        .toList();
  }

  /** Why there is no answer, without secrets. */
  String reason(@Nullable Throwable failure) {
    return KafkaAnswers.reason(failure, kafka);
  }

  /** Where they are reached. */
  String servers() {
    return kafka.bootstrapServers();
  }

  // ---- remedies

  /** The command that allows operations on a topic. */
  String grant(Set<AclOperation> operations, String topic) {
    return grant(
        operations.stream()
                .map(operation -> "--operation " + operation)
                .collect(Collectors.joining(" "))
            + " --topic "
            + topic);
  }

  /** The command that allows the job's user what the arguments say. */
  String grant(String arguments) {
    String user = kafka.user();
    return "kafka-acls.sh --bootstrap-server %s --add --allow-principal User:%s %s"
        .formatted(servers(), user == null ? "<name>" : user, arguments);
  }

  /** The command that changes the configuration of a topic. */
  String alter(String topic, String config) {
    return alter(servers(), topic, config);
  }

  /** The same for any brokers. */
  static String alter(String servers, String topic, String config) {
    return "kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config %s"
        .formatted(servers, topic, config);
  }
}
