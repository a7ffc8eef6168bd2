package io.clickstream.clickhouse;

import io.clickstream.kafka.Place;
import io.clickstream.model.Origin;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers a writer's batches: how often and since when those fail that may pass, by the place of
 * their first row, and whether any row was taken lately. Thread-safe.
 */
final class BatchHistory {

  /** So many refused rows and none that is taken: it may not be the rows. */
  static final int SUSPICIOUS = 20;

  /**
   * The failures of a batch until now.
   *
   * @param count how many
   * @param since how long ago the first one was
   */
  record Failures(int count, Duration since) {}

  private record First(int count, long at) {}

  private final LongSupplier nanoClock;
  private final Map<Place, First> failing = new HashMap<>();
  private @Nullable Origin lastTaken;
  private int refusedInARow;

  BatchHistory(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** A batch has failed once more. */
  synchronized Failures failed(Origin first) {
    long now = nanoClock.getAsLong();
    First failures =
        failing.merge(
            place(first), new First(1, now), (old, one) -> new First(old.count() + 1, old.at()));
    return new Failures(failures.count(), Duration.ofNanos(now - failures.at()));
  }

  /** How often a batch has failed; 0 if it never did. */
  synchronized int failures(Origin first) {
    First failures = failing.get(place(first));
    return failures == null ? 0 : failures.count();
  }

  /** A batch is delivered. */
  synchronized void delivered(Origin first) {
    failing.remove(place(first));
  }

  /** Rows were taken. */
  synchronized void taken(Origin one) {
    lastTaken = one;
    refusedInARow = 0;
  }

  /** A row was refused; true if so many were, and none taken, that it may not be the rows. */
  synchronized boolean refused() {
    refusedInARow++;
    return refusedInARow > SUSPICIOUS;
  }

  /** A row that was taken once, or null. */
  synchronized @Nullable Origin lastTaken() {
    return lastTaken;
  }

  private static Place place(Origin row) {
    return new Place(row.topic(), row.partition(), row.offset());
  }
}
