package io.clickstream.sink;

import io.clickstream.config.KafkaSettings;
import io.clickstream.config.OnLostTransaction;
import io.clickstream.config.RestoredTransactions;
import io.clickstream.config.SinkSettings;
import io.clickstream.metrics.BucketCounts;
import io.clickstream.metrics.MetricNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits, and finds out the fate of a transaction that can no longer be committed.
 *
 * <p>The connector logs such a one and goes on, since it cannot tell the two cases apart: the
 * transaction was committed before, and its id has been used again since, as after many a restart;
 * or the brokers have aborted it, as after a downtime longer than its timeout, and what it held is
 * lost. Here a record of it is looked for among what is committed. A loss is counted, logged and,
 * unless the settings say otherwise, the end of the job: to try again would change nothing, and a
 * checkpoint from before may bring everything back.
 *
 * <p>An id that has expired (seven days) is treated in the same way. The connector fails the job
 * over it, again and again, also when all was committed long ago.
 *
 * <p>A transaction that is open under the id of such a one by now was opened by a subtask that has
 * died since, and is aborted ({@link OrphanedTransactions}).
 *
 * <p>If the fate is not known yet, because another transaction that began before is open, it is
 * looked at again at every commit that follows. Nothing waits for it here: that other one may be
 * committed, or aborted, by the next.
 */
@SuppressWarnings("try") // What Flink closes may be interrupted while closing.
final class CheckedCommitter implements Committer<PendingTransaction> {

  private static final Logger LOG = LoggerFactory.getLogger(CheckedCommitter.class);

  /** The loss, and what can be done about it. */
  private static final String LOSS_AND_REMEDY =
      "The sessions, late and rejected clicks in it were not published. To get all of them, start"
          + " the job from the checkpoint before the newest: what that one had not written is written"
          + " again, under the same session ids. To go on without them, set"
          + " sink.on-lost-transaction: continue.";

  private static final long[] LATENCIES_MS = {
    250, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000
  };

  private final Committer<KafkaCommittable> committer;
  private final KafkaSettings kafka;
  private final SinkSettings settings;
  private final Counter lost;
  private final BucketCounts latencies;
  private final Map<PendingTransaction, Throwable> undecided = new LinkedHashMap<>();

  CheckedCommitter(
      Committer<KafkaCommittable> committer,
      KafkaSettings kafka,
      SinkSettings settings,
      MetricGroup metrics) {
    this.committer = committer;
    this.kafka = kafka;
    this.settings = settings;
    this.lost = metrics.addGroup(MetricNames.GROUP).counter(MetricNames.LOST_TRANSACTIONS);
    this.latencies = new BucketCounts(metrics, MetricNames.OUTPUT_LATENCY, LATENCIES_MS);
  }

  @Override
  public void commit(Collection<CommitRequest<PendingTransaction>> requests)
      throws IOException, InterruptedException {
    List<CheckedRequest> own = new ArrayList<>(requests.size());
    for (CommitRequest<PendingTransaction> request : requests) {
      if (isLeft(request.getCommittable())) {
        LOG.info("Left to the job that it belongs to: transaction={}", request.getCommittable());
        request.signalAlreadyCommitted();
      } else {
        own.add(new CheckedRequest(request));
      }
    }
    committer.commit(List.copyOf(own));
    long now = System.currentTimeMillis();
    for (CheckedRequest request : own) {
      if (request.isCommitted()) {
        OutputLatency.committed(request.transaction(), now, latencies);
      }
    }
    // After all others are committed: of these, some may be open because of those.
    decideEarlier();
    decide(own.stream().filter(request -> request.hasFailed()).toList());
  }

  /** Looks again at the transactions whose fate was not known before. */
  private void decideEarlier() throws LostTransactionException {
    if (undecided.isEmpty()) {
      return;
    }
    Map<PendingTransaction, TransactionFate> fates =
        TransactionFate.of(List.copyOf(undecided.keySet()), kafka);
    for (Map.Entry<PendingTransaction, TransactionFate> each : fates.entrySet()) {
      if (each.getValue() != TransactionFate.OPEN) {
        Throwable reason = undecided.remove(each.getKey());
        String loss = loss(each.getKey(), each.getValue(), reason);
        if (loss != null && endsJob()) {
          throw new SuppressRestartsException(new LostTransactionException(loss, reason));
        }
      }
    }
  }

  private void decide(List<CheckedRequest> failed) {
    if (failed.isEmpty()) {
      return;
    }
    // Nobody uses these ids: they come from a checkpoint, and the writer, which is chained to this
    // committer, does nothing meanwhile.
    OrphanedTransactions.abort(
        failed.stream()
            .filter(request -> request.getCommittable().getProducer().isEmpty())
            .map(request -> request.transaction().id())
            .toList(),
        kafka);
    Map<PendingTransaction, TransactionFate> fates =
        TransactionFate.of(failed.stream().map(CheckedRequest::transaction).toList(), kafka);
    // One that ends the job is the last that is told to Flink.
    CheckedRequest ending = null;
    String message = "";
    for (CheckedRequest request : failed) {
      PendingTransaction transaction = request.transaction();
      TransactionFate fate = fates.getOrDefault(transaction, TransactionFate.UNKNOWN);
      if (fate == TransactionFate.OPEN) {
        LOG.warn(
            "Outcome not known yet, checked again at the next commit: transaction={}", transaction);
        undecided.put(transaction, request.reason());
        request.wasCommittedBefore();
        continue;
      }
      String loss = loss(transaction, fate, request.reason());
      if (loss != null && endsJob() && ending == null) {
        ending = request;
        message = loss;
      } else if (fate == TransactionFate.COMMITTED) {
        request.wasCommittedBefore();
      } else {
        request.wasNotCommitted();
      }
    }
    if (ending != null) {
      ending.endJob(
          new SuppressRestartsException(new LostTransactionException(message, ending.reason())));
    }
  }

  /** Counts and logs what has to be; the message of a loss, or null if it is none for certain. */
  private @Nullable String loss(
      PendingTransaction transaction, TransactionFate fate, @Nullable Throwable reason) {
    if (fate == TransactionFate.COMMITTED) {
      LOG.info("Was committed before: transaction={}", transaction);
      return null;
    }
    if (fate == TransactionFate.UNKNOWN) {
      LOG.error(
          "Could not be committed, and whether it was committed before cannot be told, as {}:"
              + " transaction={}",
          fate.text(),
          transaction,
          reason);
      return null;
    }
    lost.inc();
    String message =
        "Transaction %s is lost: %s. ".formatted(transaction, fate.text()) + LOSS_AND_REMEDY;
    LOG.error(message, reason);
    return message;
  }

  private boolean endsJob() {
    return settings.onLostTransaction() == OnLostTransaction.FAIL;
  }

  private boolean isLeft(PendingTransaction transaction) {
    return settings.restoredTransactions() == RestoredTransactions.LEAVE
        && !PendingTransaction.ids(settings.transactionalIdPrefix())
            .matcher(transaction.id())
            .matches();
  }

  @Override
  public void close() throws Exception {
    undecided
        .keySet()
        .forEach(each -> LOG.warn("Closed before the outcome was known: transaction={}", each));
    committer.close();
  }
}
