package io.clickstream.ingest;

import io.clickstream.model.Origin;
import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Moves the clicks of senders whose clocks are wrong.
 *
 * <p>A sender writes into a record when it sends it, by the clock that its clicks have their times
 * from. The difference to the time at which the record was received is how wrong that clock is, and
 * the time that the record was under way. So a click is moved by <em>received − sent</em> where
 * that exceeds the tolerance either way, and is never later than <em>received</em>. Within the
 * tolerance nothing moves: transit time is no error of a clock.
 *
 * <p>All clicks of one record are moved by the same amount, that of the first one, so that the time
 * between them stays what it was.
 *
 * <p>One instance serves all records of a thread, one after the other.
 */
public final class ClockCorrection implements Serializable {

  /** Instead of a time that is not known. */
  static final long UNKNOWN = TimestampReader.INVALID;

  private static final long serialVersionUID = 1L;

  /** No clock is further ahead: a number beyond has another unit. */
  private static final long MAX_TIME = 100_000_000_000_000L;

  private final long toleranceMs;

  /** The record that the next three are of. */
  private transient @Nullable Origin record;

  private transient long amount;
  private transient long receivedAt;

  /** Moves clicks where clocks differ by more than a tolerance. */
  public ClockCorrection(Duration tolerance) {
    this.toleranceMs = tolerance.toMillis();
  }

  /**
   * Finds by how much the clicks of a record are moved.
   *
   * @param record that has the click
   * @param isNext whether an earlier click of the same record may have been given before, which
   *     decides then
   * @param sentAt when the record was sent, epoch ms; {@link #UNKNOWN}: it is not moved
   * @param receivedAt the same of its receipt
   */
  void begin(Origin record, boolean isNext, long sentAt, long receivedAt) {
    if (isNext && isSame(record)) {
      return;
    }
    this.record = record;
    this.receivedAt = receivedAt;
    boolean areKnown = isTime(sentAt) && isTime(receivedAt);
    long difference = areKnown ? receivedAt - sentAt : 0;
    this.amount = Math.abs(difference) > toleranceMs ? difference : 0;
  }

  /** The time of a click of this record, epoch ms, which need not be possible. */
  long corrected(long timestamp) {
    return amount == 0 || !isTime(timestamp) ? timestamp : Math.min(timestamp + amount, receivedAt);
  }

  private static boolean isTime(long time) {
    return time > -MAX_TIME && time < MAX_TIME;
  }

  private boolean isSame(Origin other) {
    Origin last = record;
    return last != null
        && last.offset() == other.offset()
        && last.partition() == other.partition()
        && last.topic().equals(other.topic());
  }
}
