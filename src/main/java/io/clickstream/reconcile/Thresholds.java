package io.clickstream.reconcile;

import io.clickstream.config.ClickstreamSettings;
import java.time.Duration;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.stream.Stream;

/**
 * The durations by which clicks belong together or are late, in ms, where each may have been
 * changed within the range.
 *
 * @param shortestGap clicks that are no further apart are in one session, under any settings
 * @param longestGap clicks that are further apart are in two, under any settings
 * @param behind how far behind its partition a click was late at least
 * @param settled how long behind event time a session was closed for good
 * @param outOfOrderness how far event time stays behind the newest click
 * @param futureSkew how far a click's time may be ahead of Kafka's
 * @param definedFrom up to when a session may begin with clicks that were read under other
 *     definitions, epoch ms; {@link Long#MIN_VALUE} if there are none
 */
record Thresholds(
    long shortestGap,
    long longestGap,
    long behind,
    long settled,
    long outOfOrderness,
    long futureSkew,
    long definedFrom) {

  static Thresholds of(ClickstreamSettings settings, Reconciliation.Scope scope) {
    LongSummaryStatistics gaps = all(settings.session().gap(), scope.otherGaps());
    long futureSkew = settings.ingest().maxFutureSkew().toMillis();
    long outOfOrderness = settings.ingest().maxOutOfOrderness().toMillis();
    return new Thresholds(
        gaps.getMin(),
        gaps.getMax(),
        outOfOrderness + leastBehind(settings, scope),
        // A click that is not late can touch a session that ended a gap before it.
        scope.whileRunning()
            ? 2 * gaps.getMax()
                + all(settings.session().allowedLateness(), scope.otherLateness()).getMax()
            : gaps.getMax(),
        outOfOrderness,
        futureSkew,
        scope.definedSinceMs() == Long.MIN_VALUE
            ? Long.MIN_VALUE
            : scope.definedSinceMs() + futureSkew);
  }

  /** The smallest sum of a gap and its lateness. */
  private static long leastBehind(ClickstreamSettings settings, Reconciliation.Scope scope) {
    Duration now = settings.session().allowedLateness();
    long least = settings.session().gap().plus(now).toMillis();
    for (int i = 0; i < scope.otherGaps().size(); i++) {
      Duration lateness = scope.otherLateness().isEmpty() ? now : scope.otherLateness().get(i);
      least = Math.min(least, scope.otherGaps().get(i).plus(lateness).toMillis());
    }
    return least;
  }

  private static LongSummaryStatistics all(Duration now, List<Duration> others) {
    return Stream.concat(Stream.of(now), others.stream())
        .mapToLong(Duration::toMillis)
        .summaryStatistics();
  }

  /** When a session begins at the earliest of which nothing lies before a Kafka timestamp. */
  long firstWhole(long timestamp) {
    return timestamp + longestGap + futureSkew;
  }
}
