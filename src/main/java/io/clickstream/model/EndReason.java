package io.clickstream.model;

/** Why a session ended where it did. */
public enum EndReason {
  /** No further event within the gap. */
  TIMEOUT,
  /** Cut off because it would have become longer than {@code session.max-duration}. */
  MAX_DURATION,
  /** Cut off because it would have held more than {@code session.max-events}. */
  MAX_EVENTS
}
