package io.clickstream.tools.traffic;

/**
 * A record on its way to the click topic.
 *
 * @param at when it arrives there, epoch ms in the time of the events
 * @param key the visitor
 * @param value never modified
 */
public record Delivery(long at, byte[] key, byte[] value, Kind kind) {

  /** The kind of a record, seen from the shoppers. */
  public enum Kind {
    ON_TIME,
    BEHIND,
    LATE,
    DUPLICATE,
    MALFORMED,
    FUTURE
  }
}
