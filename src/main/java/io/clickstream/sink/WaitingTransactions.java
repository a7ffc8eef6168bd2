package io.clickstream.sink;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The transactions of a writer that are written and not known to be committed, and how long they
 * last.
 *
 * <p>As long as no checkpoint completes, they wait, and the brokers abort them when the timeout is
 * over. If a checkpoint completed after that, it would commit what is gone. So the job has to
 * restart before: from the last checkpoint that has completed, which reads everything again.
 */
final class WaitingTransactions {

  private record Waiting(PendingTransaction transaction, long begunAt, long attempt) {}

  private final Map<String, Waiting> waiting = new LinkedHashMap<>();
  private final Duration timeout;
  private final LongSupplier nanoClock;
  private long begunAt;
  private long attempt;

  /**
   * @param timeout after which the brokers abort a transaction
   */
  WaitingTransactions(Duration timeout, LongSupplier nanoClock) {
    this.timeout = timeout;
    this.nanoClock = nanoClock;
    this.begunAt = nanoClock.getAsLong();
  }

  /** A checkpoint is attempted: what was written until now was one transaction. */
  void nextAttempt() {
    begunAt = nanoClock.getAsLong();
    attempt++;
  }

  /** It waits from now on; it was begun at the attempt before. */
  void add(PendingTransaction transaction) {
    waiting.put(transaction.id(), new Waiting(transaction, begunAt, attempt));
  }

  /** All others are committed. */
  void retainAll(Set<String> ids) {
    waiting.keySet().retainAll(ids);
  }

  /** The known transactions of these ids. */
  List<PendingTransaction> of(Set<String> ids) {
    return ids.stream()
        .map(waiting::get)
        .filter(Objects::nonNull)
        .map(Waiting::transaction)
        .toList();
  }

  /**
   * Returns unless one waits since an earlier attempt and half of its time is over: what is left
   * has to be enough for this attempt, so that a checkpoint takes no longer than the other half.
   */
  void requireTime() throws IOException {
    long now = nanoClock.getAsLong();
    for (Waiting each : waiting.values()) {
      Duration age = Duration.ofNanos(now - each.begunAt());
      if (each.attempt() < attempt - 1 && age.compareTo(timeout.dividedBy(2)) > 0) {
        throw new IOException(
            ("transaction %s waits for a checkpoint to complete since %d s, and the brokers abort it"
                    + " after %d s (sink.transaction-timeout): the job restarts from its last"
                    + " checkpoint, before anything is lost")
                .formatted(each.transaction(), age.toSeconds(), timeout.toSeconds()));
      }
    }
  }
}
