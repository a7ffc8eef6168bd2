package io.clickstream.sink;

import io.clickstream.config.KafkaSettings;
import io.clickstream.kafka.KafkaAnswers;
import java.time.Duration;
import java.util.Collection;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions that nobody will end: a subtask that died had opened them under ids whose earlier
 * transaction was committed after the checkpoint that the job starts from.
 *
 * <p>At its start the connector (5.0.0) aborts what is open under the ids of the job, but for those
 * of the checkpoint, which it takes for the transactions to be committed. With fewer subtasks than
 * before, such an id may never be used again: what is open under it keeps readers of committed
 * records waiting until its timeout (FLINK-40626).
 */
final class OrphanedTransactions {

  private static final Logger LOG = LoggerFactory.getLogger(OrphanedTransactions.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private OrphanedTransactions() {}

  /**
   * Aborts what is open under these ids, if anything is. If the brokers do not let it, they abort
   * it themselves when its time is over.
   *
   * @param ids that no producer of this attempt of the job has
   */
  static void abort(Collection<String> ids, KafkaSettings kafka) {
    if (ids.isEmpty()) {
      return;
    }
    Admin admin = Admin.create(kafka.clientProperties());
    try {
      KafkaAnswers.within(TIMEOUT).get(admin.fenceProducers(ids).all());
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      LOG.warn(
          "Transactions that an earlier attempt left open could not be aborted, the brokers abort"
              + " them after their timeout: transactions={} cause={}",
          ids,
          KafkaAnswers.reason(e, kafka));
    } finally {
      admin.close(Duration.ZERO);
    }
  }
}
