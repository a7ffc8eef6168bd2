package io.clickstream.sink;

import io.clickstream.metrics.BucketCounts;
import io.clickstream.model.OutputRecord;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long after the earliest possible moment sessions become visible, which is when their
 * transaction is committed.
 *
 * <p>The writer knows the moments and the committer the end; both run in one process, where this
 * hands the moments over. A transaction that was restored from a checkpoint is not measured, since
 * its writer is gone.
 */
final class OutputLatency {

  /** As many of one transaction are kept, of more every second, then every fourth and so on. */
  static final int KEPT = 1 << 14;

  /**
   * Transactions that wait for their commit, in all writers of this process; the eldest of more are
   * not measured. Bounds what those leave that are never committed: some 16 MB.
   */
  private static final int WAITING = 128;

  private record Transaction(String id, long producerId, short epoch) {

    static Transaction of(PendingTransaction pending) {
      return new Transaction(
          pending.id(), pending.transaction().getProducerId(), pending.transaction().getEpoch());
    }
  }

  /** The moments of one transaction, and how many sessions each of them counts for. */
  private record Moments(long[] times, long each) {}

  private static final Map<Transaction, Moments> PREPARED =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Transaction, Moments> eldest) {
              return size() > WAITING;
            }
          });

  private long[] times = new long[256];
  private int count;
  private long each = 1;
  private long skipped;

  /** A record is written into the transaction that is open. */
  void written(OutputRecord record) {
    if (record.dueAt() == OutputRecord.NOT_DUE) {
      return;
    }
    skipped++;
    if (skipped < each) {
      return;
    }
    skipped = 0;
    if (count == KEPT) {
      for (int i = 0; i < KEPT / 2; i++) {
        times[i] = times[2 * i];
      }
      count = KEPT / 2;
      each *= 2;
    } else if (count == times.length) {
      times = Arrays.copyOf(times, 2 * count);
    }
    times[count++] = record.dueAt();
  }

  /** The transaction waits for its commit from now on; the next one is open. */
  void prepared(@Nullable PendingTransaction pending) {
    if (pending != null && count > 0) {
      PREPARED.put(Transaction.of(pending), new Moments(Arrays.copyOf(times, count), each));
    }
    count = 0;
    each = 1;
    skipped = 0;
  }

  /**
   * A transaction is committed.
   *
   * @param now epoch ms
   */
  static void committed(PendingTransaction pending, long now, BucketCounts latencies) {
    Moments moments = PREPARED.remove(Transaction.of(pending));
    if (moments != null) {
      for (long time : moments.times()) {
        latencies.add(Math.max(0, now - time), moments.each());
      }
    }
  }
}
