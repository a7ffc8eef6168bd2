package io.clickstream.kafka;

import io.clickstream.config.KafkaSettings;
import io.clickstream.config.OnLostTransaction;
import io.clickstream.config.RestoredTransactions;
import io.clickstream.config.SinkSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits, and finds out what became of a transaction that can no longer be committed.
 *
 * <p>The connector logs such a one and goes on, since it cannot tell the two cases apart: the
 * transaction was committed before, and its id has been used again since, as after many a restart;
 * or the brokers have aborted it, as after a downtime longer than its timeout, and what it held is
 * lost. Here a record of it is looked for among what is committed. A loss is counted, logged and,
 * unless the settings say otherwise, the end of the job: to try again would change nothing, and a
 * checkpoint from before may bring everything back.
 *
 * <p>Of no use against an id that has expired (seven days): there, the connector would fail the job
 * again and again, also when all was committed long ago.
 */
@SuppressWarnings("try") // What Flink closes may be interrupted while closing.
final class CheckedCommitter implements Committer<PendingTransaction> {

  private static final Logger LOG = LoggerFactory.getLogger(CheckedCommitter.class);

  /** Another transaction, begun before, may keep everybody from seeing what became of it. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Committer<KafkaCommittable> committer;
  private final KafkaSettings kafka;
  private final SinkSettings settings;
  private final Counter lost;

  CheckedCommitter(
      Committer<KafkaCommittable> committer,
      KafkaSettings kafka,
      SinkSettings settings,
      Counter lost) {
    this.committer = committer;
    this.kafka = kafka;
    this.settings = settings;
    this.lost = lost;
  }

  @Override
  public void commit(Collection<CommitRequest<PendingTransaction>> requests)
      throws IOException, InterruptedException {
    List<CommitRequest<KafkaCommittable>> own = new ArrayList<>(requests.size());
    for (CommitRequest<PendingTransaction> request : requests) {
      if (isLeft(request.getCommittable())) {
        LOG.info("Left to the job that it belongs to: transaction={}", request.getCommittable());
        request.signalAlreadyCommitted();
      } else {
        own.add(new Checked(request));
      }
    }
    try {
      committer.commit(own);
    } catch (Undecided e) {
      throw e.reason;
    }
  }

  private boolean isLeft(PendingTransaction transaction) {
    return settings.restoredTransactions() == RestoredTransactions.LEAVE
        && !TransactionChecks.ids(settings.transactionalIdPrefix())
            .matcher(transaction.id())
            .matches();
  }

  @Override
  public void close() throws Exception {
    committer.close();
  }

  /** Passes on what cannot be thrown from where it is found out. */
  private static final class Undecided extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final IOException reason;

    Undecided(IOException reason) {
      super(reason);
      this.reason = reason;
    }
  }

  private final class Checked implements CommitRequest<KafkaCommittable> {

    private final CommitRequest<PendingTransaction> request;

    Checked(CommitRequest<PendingTransaction> request) {
      this.request = request;
    }

    @Override
    public KafkaCommittable getCommittable() {
      return request.getCommittable().transaction();
    }

    /** The connector writes it into its log. */
    @Override
    public String toString() {
      return request.getCommittable().toString();
    }

    @Override
    public int getNumberOfRetries() {
      return request.getNumberOfRetries();
    }

    @Override
    public void retryLater() {
      request.retryLater();
    }

    @Override
    public void updateAndRetryLater(KafkaCommittable committable) {
      request.updateAndRetryLater(
          new PendingTransaction(committable, request.getCommittable().record()));
    }

    @Override
    public void signalAlreadyCommitted() {
      request.signalAlreadyCommitted();
    }

    @Override
    public void signalFailedWithKnownReason(Throwable reason) {
      check(reason);
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable reason) {
      if (reason instanceof InvalidPidMappingException) {
        check(reason);
      } else {
        request.signalFailedWithUnknownReason(reason);
      }
    }

    private void check(Throwable reason) {
      PendingTransaction transaction = request.getCommittable();
      TransactionFate fate = decided(transaction);
      if (!fate.isLoss()) {
        LOG.info("Was committed before: transaction={}", transaction);
        request.signalAlreadyCommitted();
        return;
      }
      lost.inc();
      String message =
          "Transaction %s is lost: %s. ".formatted(transaction, fate.text()) + LOSS_AND_REMEDY;
      LOG.error(message, reason);
      if (settings.onLostTransaction() == OnLostTransaction.CONTINUE) {
        request.signalFailedWithKnownReason(reason);
      } else {
        request.signalFailedWithUnknownReason(
            new SuppressRestartsException(new LostTransactionException(message, reason)));
      }
    }

    private TransactionFate decided(PendingTransaction transaction) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      TransactionFate fate = fate(transaction);
      while (fate == TransactionFate.OPEN) {
        if (System.nanoTime() > deadline) {
          throw new Undecided(
              new IOException(
                  "what became of transaction %s cannot be told after %s: another transaction before %s is still open; kafka-transactions.sh find-hanging names it"
                      .formatted(transaction, PATIENCE, transaction.record())));
        }
        try {
          TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new Undecided(new IOException("interrupted", e));
        }
        fate = fate(transaction);
      }
      return fate;
    }

    private TransactionFate fate(PendingTransaction transaction) {
      return TransactionFate.of(List.of(transaction), kafka)
          .getOrDefault(transaction, TransactionFate.UNKNOWN);
    }
  }

  /** What is gone, and what can be done about it. */
  static final String LOSS_AND_REMEDY =
      "The sessions, late and rejected clicks in it were not published. To get all of them, start"
          + " the job from the checkpoint before the one it started from: what that one had not"
          + " written is written again. To go on without them, set sink.on-lost-transaction:"
          + " continue.";
}
