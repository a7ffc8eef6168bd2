package io.clickstream.reconcile;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * The date of a time: the latest one that has begun by then, so that dates never go back where
 * clocks do.
 *
 * @param zone null if dates are of no interest: then all are the same
 */
record Dates(@Nullable ZoneId zone) {

  /** The date of a time, epoch ms, as {@link LocalDate#toEpochDay}. */
  long of(long time) {
    if (zone == null) {
      return 0;
    }
    Instant instant = Instant.ofEpochMilli(time);
    LocalDate date = instant.atZone(zone).toLocalDate();
    LocalDate next = date.plusDays(1);
    boolean hasNextBegun = !next.atStartOfDay(zone).toInstant().isAfter(instant);
    return (hasNextBegun ? next : date).toEpochDay();
  }
}
