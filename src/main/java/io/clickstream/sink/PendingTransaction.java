package io.clickstream.sink;

import java.util.regex.Pattern;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that is written and waits for its commit, with the place of one of its records.
 *
 * <p>A transaction is committed or aborted as a whole. So whoever reads only what is committed can
 * tell from that one record what became of all of them, long after the brokers have forgotten the
 * transaction.
 *
 * @param transaction to commit
 * @param record one of its records, or null if no broker has acknowledged any
 */
public record PendingTransaction(KafkaCommittable transaction, @Nullable Place record) {

  /** Where a record lies. */
  record Place(String topic, int partition, long offset) {

    TopicPartition topicPartition() {
      return new TopicPartition(topic, partition);
    }

    @Override
    public String toString() {
      return topic + "-" + partition + "@" + offset;
    }
  }

  /** The ids that the sink makes of a prefix. */
  public static Pattern ids(String prefix) {
    return Pattern.compile(Pattern.quote(prefix) + "-\\d+-\\d+");
  }

  public String id() {
    return transaction.getTransactionalId();
  }

  /** For messages: its id, and what makes it another one than all with the same id. */
  @Override
  public String toString() {
    return "%s (producer %d, epoch %d, record %s)"
        .formatted(
            id(),
            transaction.getProducerId(),
            transaction.getEpoch(),
            record == null ? "unknown" : record);
  }
}
