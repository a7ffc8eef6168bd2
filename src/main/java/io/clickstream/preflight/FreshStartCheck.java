package io.clickstream.preflight;

import io.clickstream.config.IngestSettings;
import io.clickstream.config.StartFrom;
import io.clickstream.kafka.KafkaAnswers.Answer;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether a job that was stopped is started without its state: it is seen by its group's offsets,
 * from which it would go on with no sessions.
 */
final class FreshStartCheck implements KafkaCheck {

  private final IngestSettings ingest;
  private final ReadableConfig flink;
  private final boolean replacesRunning;

  FreshStartCheck(IngestSettings ingest, ReadableConfig flink, boolean replacesRunning) {
    this.ingest = ingest;
    this.flink = flink;
    this.replacesRunning = replacesRunning;
  }

  @Override
  public String name() {
    return GroupCheck.subject(ingest.groupId());
  }

  @Override
  public Consumer<Findings> ask(Brokers brokers) {
    KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> asked =
        brokers.admin().listConsumerGroupOffsets(ingest.groupId()).partitionsToOffsetAndMetadata();
    return findings -> report(brokers.answer(asked), findings);
  }

  private void report(Answer<Map<TopicPartition, OffsetAndMetadata>> answer, Findings findings) {
    Map<TopicPartition, OffsetAndMetadata> offsets = answer.value();
    if (offsets == null
        || offsets.isEmpty()
        || replacesRunning
        || ingest.startFrom().kind() != StartFrom.Kind.COMMITTED
        || flink.getOptional(StateRecoveryOptions.SAVEPOINT_PATH).isPresent()) {
      return;
    }
    String message =
        "it has offsets, and no state is restored: sessions that were open there begin anew, and what was written since the last commit comes twice";
    if (!flink.get(HighAvailabilityOptions.HA_MODE).equalsIgnoreCase("NONE")) {
      findings.info(name(), message + ", unless high availability recovers the job");
    } else {
      findings.warning(
          name(),
          message,
          "give the job's last savepoint or checkpoint (flink run -s, Submit run --from); or another ingest.group-id, if it is to be a new job");
    }
  }
}
