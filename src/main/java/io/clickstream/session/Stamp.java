package io.clickstream.session;

import io.clickstream.model.Click;
import org.jspecify.annotations.Nullable;

/**
 * Where in a session an event stands, so that the first (or last) value of a field does not depend
 * on the order of arrival: by time, then by the smallest event id, then by the smallest page, those
 * without coming after those with.
 */
record Stamp(long time, @Nullable String eventId, @Nullable String page) {

  static Stamp of(Click click) {
    return new Stamp(click.timestamp(), click.eventId(), click.pageUrl());
  }

  /** Negative if this one wins as the first, positive if the other does, 0 if they are alike. */
  int compareAsFirst(Stamp other) {
    return time == other.time ? compareTies(other) : Long.compare(time, other.time);
  }

  /** Negative if this one wins as the last, positive if the other does, 0 if they are alike. */
  int compareAsLast(Stamp other) {
    return time == other.time ? compareTies(other) : Long.compare(other.time, time);
  }

  private int compareTies(Stamp other) {
    int byId = compareNullable(eventId, other.eventId);
    return byId != 0 ? byId : compareNullable(page, other.page);
  }

  /** Compares two texts, null being larger than any other. */
  static int compareNullable(@Nullable String left, @Nullable String right) {
    if (left == null) {
      return right == null ? 0 : 1;
    }
    if (right == null) {
      return -1;
    }
    return left.compareTo(right);
  }
}
