package io.clickstream.sink;

import io.clickstream.kafka.Place;
import java.util.regex.Pattern;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that is written and waits for its commit, with the place of one of its records.
 *
 * <p>A transaction is committed or aborted as a whole. So a reader of committed records can tell
 * from that one record what became of all of them, long after the brokers have forgotten the
 * transaction.
 *
 * @param transaction to commit
 * @param record one of its records, or null if no broker has acknowledged any
 */
public record PendingTransaction(KafkaCommittable transaction, @Nullable Place record) {

  /** The ids that the sink makes of a prefix. */
  public static Pattern ids(String prefix) {
    return Pattern.compile(Pattern.quote(prefix) + "-\\d+-\\d+");
  }

  /** The transactional id, which other transactions had before and may have again. */
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
