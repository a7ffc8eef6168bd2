package io.clickstream.preflight;

import io.clickstream.kafka.KafkaAnswers.Answer;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Whether a topic exists, and may be used as the job uses it. */
final class TopicCheck implements KafkaCheck {

  private final UsedTopic topic;

  TopicCheck(UsedTopic topic) {
    this.topic = topic;
  }

  @Override
  public String name() {
    return topic.subject();
  }

  @Override
  public Consumer<Findings> ask(Brokers brokers) {
    DescribedTopic described = brokers.topic(topic.name());
    return findings -> report(described.description(), brokers, findings);
  }

  private void report(Answer<TopicDescription> answer, Brokers brokers, Findings findings) {
    TopicDescription description = answer.value();
    KafkaException failure = answer.failure();
    if (description != null) {
      checkRights(description, brokers, findings);
      int partitions = description.partitions().size();
      findings.ok(
          topic.subject(),
          Findings.count(partitions, "partition")
              + ", "
              + Findings.count(replicas(description), "replica")
              + topic.on());
    } else if (failure instanceof UnknownTopicOrPartitionException) {
      findings.error(topic.subject(), topic.missing(), topic.create());
    } else if (failure instanceof AuthorizationException) {
      findings.error(
          topic.subject(),
          notAllowed(topic.operations()) + ", nor is DESCRIBE",
          brokers.grant(topic.operations(), topic.name()));
    } else {
      findings.error(
          topic.subject(),
          "it cannot be described%s: %s".formatted(topic.on(), brokers.reason(failure)),
          "check the topic's name and the brokers' logs");
    }
  }

  private void checkRights(TopicDescription description, Brokers brokers, Findings findings) {
    // Null comes from brokers that do not say, which have no authorizer either.
    Set<AclOperation> allowed = description.authorizedOperations();
    if (allowed == null || allowed.containsAll(topic.operations())) {
      return;
    }
    Set<AclOperation> missing = EnumSet.copyOf(topic.operations());
    missing.removeAll(allowed);
    findings.error(
        topic.subject(),
        notAllowed(missing)
            + (missing.contains(AclOperation.READ)
                    && topic.operations().contains(AclOperation.WRITE)
                ? " (the sink finds its open transactions by reading)"
                : ""),
        brokers.grant(missing, topic.name()));
  }

  private String notAllowed(Set<AclOperation> operations) {
    return operations.stream().map(AclOperation::name).collect(Collectors.joining(" and "))
        + (operations.size() == 1 ? " is" : " are")
        + " not allowed"
        + topic.on();
  }

  /** Of the partition that has the fewest. */
  static int replicas(TopicDescription topic) {
    return topic.partitions().stream()
        .mapToInt(partition -> partition.replicas().size())
        .min()
        .orElse(0);
  }
}
