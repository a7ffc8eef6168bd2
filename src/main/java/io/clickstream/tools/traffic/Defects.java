package io.clickstream.tools.traffic;

import java.time.Duration;

/**
 * The faults of the traffic, as shares of the shoppers' events.
 *
 * <p>Bad records and copies come on top of the events, so that these stay whole: what the shoppers
 * did is what the sessions must show. Held back events are the events themselves.
 *
 * @param malformed records that are no click
 * @param future copies with a timestamp of forty years ahead
 * @param duplicates copies with the same {@code event_id}, within five seconds
 * @param behind events that arrive up to {@code behindBy} after their time
 * @param behindBy behind the watermark but in time to be counted, if it is shorter than the allowed
 *     lateness
 * @param late events that arrive between once and twice {@code lateBy} after their time
 * @param lateBy late, if it is longer than the session gap, the allowed lateness and the
 *     out-of-orderness together
 * @param disorder every event takes up to this long to arrive
 */
public record Defects(
    double malformed,
    double future,
    double duplicates,
    double behind,
    Duration behindBy,
    double late,
    Duration lateBy,
    Duration disorder) {

  /** Nothing wrong at all. */
  public static final Defects NONE =
      new Defects(0, 0, 0, 0, Duration.ZERO, 0, Duration.ZERO, Duration.ZERO);

  public Defects {
    share("malformed", malformed);
    share("future", future);
    share("duplicates", duplicates);
    share("behind", behind);
    share("late", late);
    if (behind + late > 1) {
      throw new IllegalArgumentException(
          "the shares of behind and late events are "
              + (behind + late)
              + " together, expected <= 1");
    }
  }

  private static void share(String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          "the share of " + what + " records is " + value + ", expected 0 to 1");
    }
  }
}
