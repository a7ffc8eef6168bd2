package io.clickstream.session;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The dates of a zone. A date begins at its first moment, and ends where a later one begins: time
 * that comes again, because clocks are put back over midnight, belongs to the later date. So dates
 * never go back, and no click can come between two others of its date that is of another date.
 */
final class Midnights {

  private static final long DAY = 86_400_000;

  /** No click is earlier. */
  private static final Instant FIRST = Instant.parse("1999-12-01T00:00:00Z");

  /** No click is as late. */
  private static final Instant END = Instant.parse("2100-02-01T00:00:00Z");

  /** Where each offset begins, epoch ms. */
  private final long[] begins;

  /** By begin, ms to add for local time. */
  private final long[] offsets;

  /** By begin, the date just before, as epoch day: the earliest that can still come. */
  private final long[] dates;

  /** The one that was used last. */
  private int hint;

  Midnights(ZoneId zone) {
    ZoneRules rules = zone.getRules();
    List<ZoneOffsetTransition> transitions = new ArrayList<>();
    ZoneOffsetTransition next = rules.nextTransition(FIRST);
    while (next != null && next.getInstant().isBefore(END)) {
      transitions.add(next);
      next = rules.nextTransition(next.getInstant());
    }
    begins = new long[transitions.size() + 1];
    offsets = new long[begins.length];
    dates = new long[begins.length];
    begins[0] = Long.MIN_VALUE;
    offsets[0] = rules.getOffset(FIRST).getTotalSeconds() * 1_000L;
    dates[0] = Long.MIN_VALUE;
    for (int i = 1; i < begins.length; i++) {
      ZoneOffsetTransition transition = transitions.get(i - 1);
      begins[i] = transition.getInstant().toEpochMilli();
      offsets[i] = transition.getOffsetAfter().getTotalSeconds() * 1_000L;
      dates[i] = Math.max(dates[i - 1], Math.floorDiv(begins[i] - 1 + offsets[i - 1], DAY));
    }
  }

  /**
   * The date of a time, as {@link LocalDate#toEpochDay}.
   *
   * @param time epoch ms
   */
  long date(long time) {
    int at = hint;
    if (time < begins[at] || (at + 1 < begins.length && time >= begins[at + 1])) {
      int found = Arrays.binarySearch(begins, time);
      at = found >= 0 ? found : -found - 2;
      hint = at;
    }
    return Math.max(dates[at], Math.floorDiv(time + offsets[at], DAY));
  }
}
