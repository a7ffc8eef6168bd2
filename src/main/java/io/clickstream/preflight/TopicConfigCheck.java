package io.clickstream.preflight;

import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclOperation;
import org.jspecify.annotations.Nullable;

/** Whether a topic keeps its records as long, and as many copies of them, as it should. */
final class TopicConfigCheck implements KafkaCheck {

  private final UsedTopic topic;

  /** For a topic that exists; {@link TopicCheck} says if it does not. */
  TopicConfigCheck(UsedTopic topic) {
    this.topic = topic;
  }

  @Override
  public String name() {
    return "the configuration of " + topic.subject();
  }

  @Override
  public Consumer<Findings> ask(Brokers brokers) {
    DescribedTopic described = brokers.topic(topic.name());
    return findings -> report(described, brokers, findings);
  }

  private void report(DescribedTopic described, Brokers brokers, Findings findings) {
    TopicDescription description = described.found();
    if (description == null) {
      return;
    }
    if (described.config().value() == null) {
      findings.notLookedAt(
          topic.subject(),
          "its configuration",
          brokers.reason(described.config().failure()),
          "DESCRIBE_CONFIGS on the topic");
      return;
    }
    String policy = String.valueOf(described.value("cleanup.policy"));
    if (topic.compacted() && !policy.contains("compact")) {
      findings.warning(
          topic.subject(),
          "cleanup.policy is %s: records that nobody updates are deleted after a while, and the sessions are no longer enriched with them"
              .formatted(policy),
          brokers.alter(topic.name(), UsedTopic.COMPACTED));
    }
    Long minInSync = described.number("min.insync.replicas");
    if (topic.operations().contains(AclOperation.WRITE) && minInSync != null) {
      Finding finding =
          replication(brokers.servers(), topic.name(), TopicCheck.replicas(description), minInSync);
      if (finding != null) {
        findings.add(finding);
      }
    }
  }

  /** The finding about a topic that is written, or null if its copies are as they should be. */
  static @Nullable Finding replication(String servers, String name, int replicas, long minInSync) {
    if (minInSync > replicas) {
      return new Finding(
          Severity.ERROR,
          UsedTopic.topic(name),
          "min.insync.replicas is %d, but there %s: every write fails"
              .formatted(
                  minInSync, replicas == 1 ? "is 1 replica" : "are " + replicas + " replicas"),
          Brokers.alter(servers, name, "min.insync.replicas=" + Math.max(1, replicas - 1))
              + ", or add replicas with kafka-reassign-partitions.sh");
    }
    if (replicas == 1) {
      return new Finding(
          Severity.INFO,
          UsedTopic.topic(name),
          "there is one replica: what is on its broker is lost with it",
          null);
    }
    if (minInSync == replicas) {
      return new Finding(
          Severity.WARNING,
          UsedTopic.topic(name),
          "min.insync.replicas is %d of %d replicas: while one broker is down nothing is written"
              .formatted(minInSync, replicas),
          Brokers.alter(servers, name, "min.insync.replicas=" + (replicas - 1)));
    }
    return null;
  }
}
