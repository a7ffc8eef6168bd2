package io.clickstream.model;

/** Why a session ended where it did. */
public enum EndReason {
  /** No further event within the gap. */
  TIMEOUT,
  /** Cut off because it would have become longer than {@code session.max-duration}. */
  MAX_DURATION,
  /** Cut off because it would have held more than {@code session.max-events}. */
  MAX_EVENTS,
  /** Another known user follows. */
  USER,
  /** A click with another campaign follows. */
  CAMPAIGN,
  /** A click follows that has another value where the settings look for a change. */
  CHANGED,
  /** A click follows that begins a session, as the settings say. */
  START_AT,
  /** The settings end a session after its last click. */
  END_AFTER,
  /** The next click is near, but of another date. */
  MIDNIGHT;

  /** Whether it is that of a mark: a click that begins a session for good. */
  public boolean isMark() {
    return compareTo(USER) >= 0 && compareTo(END_AFTER) <= 0;
  }
}
