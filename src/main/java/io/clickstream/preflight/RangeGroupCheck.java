package io.clickstream.preflight;

import io.clickstream.kafka.KafkaAnswers.Answer;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether a replay has a group of its own: it commits where it reads, and those who watch the lag
 * of a running job see that.
 */
final class RangeGroupCheck implements KafkaCheck {

  private static final String SUBJECT = "ingest.group-id";

  private final String group;

  RangeGroupCheck(String group) {
    this.group = group;
  }

  @Override
  public String name() {
    return SUBJECT;
  }

  @Override
  public Consumer<Findings> ask(Brokers brokers) {
    KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> asked =
        brokers.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata();
    return findings -> report(brokers.answer(asked), brokers, findings);
  }

  private void report(
      Answer<Map<TopicPartition, OffsetAndMetadata>> answer, Brokers brokers, Findings findings) {
    Map<TopicPartition, OffsetAndMetadata> offsets = answer.value();
    if (offsets == null) {
      findings.notLookedAt(
          SUBJECT,
          "whether a job uses " + group,
          brokers.reason(answer.failure()),
          "DESCRIBE on the group");
    } else if (!offsets.isEmpty()) {
      findings.warning(
          SUBJECT,
          group + " has offsets, which this replay sets back: are they those of a job that runs?",
          "give it a group of its own");
    }
  }
}
