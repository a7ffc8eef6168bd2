package io.clickstream.preflight;

import io.clickstream.config.KafkaSettings;
import io.clickstream.config.OnLostTransaction;
import io.clickstream.config.RestoredTransactions;
import io.clickstream.config.SinkSettings;
import io.clickstream.sink.PendingTransaction;
import io.clickstream.sink.TransactionFate;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Whether the transactions can be committed that the restored state still has to commit. */
final class RestoredTransactionsCheck implements KafkaCheck {

  private final KafkaSettings kafka;
  private final SinkSettings sink;
  private final RestoredState restored;

  RestoredTransactionsCheck(KafkaSettings kafka, SinkSettings sink, RestoredState restored) {
    this.kafka = kafka;
    this.sink = sink;
    this.restored = restored;
  }

  @Override
  public String name() {
    return StateRecoveryOptions.SAVEPOINT_PATH.key();
  }

  /** Asks nothing before: the transactions are looked at by reading. */
  @Override
  public Consumer<Findings> ask(Brokers brokers) {
    return findings -> report(brokers, findings);
  }

  private void report(Brokers brokers, Findings findings) {
    String unreadable = restored.failure();
    if (unreadable != null) {
      findings.warning(
          name(),
          unreadable,
          "check that it is a checkpoint or savepoint of this job, and can be read from here");
    }
    List<PendingTransaction> pending = pending();
    if (pending.isEmpty()) {
      return;
    }
    try {
      report(pending, TransactionFate.of(pending, kafka), findings);
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      findings.warning(
          name(),
          "whether its transactions were committed could not be looked at: " + brokers.reason(e),
          "look at the log of the sink when the job runs");
    }
  }

  private List<PendingTransaction> pending() {
    Pattern own = PendingTransaction.ids(sink.transactionalIdPrefix());
    return restored.states().stream()
        .flatMap(state -> state.pending().stream())
        .filter(
            transaction ->
                sink.restoredTransactions() == RestoredTransactions.FINISH
                    || own.matcher(transaction.id()).matches())
        .toList();
  }

  private void report(
      List<PendingTransaction> pending,
      Map<PendingTransaction, TransactionFate> fates,
      Findings findings) {
    List<PendingTransaction> lost = of(TransactionFate.ABORTED, fates);
    List<PendingTransaction> unknown = of(TransactionFate.UNKNOWN, fates);
    if (!lost.isEmpty()) {
      String message =
          "%d of its %d transactions are lost: of %s, %s. The sessions, late and rejected clicks in them were not published"
              .formatted(lost.size(), pending.size(), lost.get(0), TransactionFate.ABORTED.text());
      String remedy = "start from the checkpoint before this one, which brings everything back";
      if (sink.onLostTransaction() == OnLostTransaction.CONTINUE) {
        findings.warning(name(), message, remedy);
      } else {
        findings.error(
            name(),
            message,
            remedy + "; or set sink.on-lost-transaction: continue to go on without");
      }
    }
    if (!unknown.isEmpty()) {
      findings.warning(
          name(),
          "whether %d of its %d transactions were committed can no longer be told: of %s, %s"
              .formatted(
                  unknown.size(), pending.size(), unknown.get(0), TransactionFate.UNKNOWN.text()),
          "nothing if the job went on after it; else start from the checkpoint before");
    }
    if (lost.isEmpty() && unknown.isEmpty()) {
      findings.ok(
          name(),
          "each of its %d transactions is committed, or open and will be"
              .formatted(pending.size()));
    }
  }

  private static List<PendingTransaction> of(
      TransactionFate fate, Map<PendingTransaction, TransactionFate> fates) {
    return fates.entrySet().stream()
        .filter(each -> each.getValue() == fate)
        .map(Map.Entry::getKey)
        .toList();
  }
}
