package io.clickstream.kafka;

/**
 * Where a partition ends for a reader of committed records that stops at a time.
 *
 * <p>Before {@code lookedUp} no record has the time or a later one; that is what Kafka's index
 * promises. Behind it there may be earlier records, unless the broker stamped them as it appended
 * them ({@code LogAppendTime}). With the producers' timestamps ({@code CreateTime}) one record of a
 * clock that is ahead lies in front of others, what is imported lies behind what is newer, and the
 * end of a transaction has the time of the import, not that of the records in it.
 *
 * @param lookedUp the offset that Kafka has for the time; {@code stable} if it has none
 * @param stable up to where records are decided: no transaction that is open lies before it
 * @param ordered whether no committed record from {@code lookedUp} on is before the time
 */
public record TimedEnd(long lookedUp, long stable, boolean ordered) {

  /**
   * Where to stop: all records before the time are read by then, and others too, unless ordered.
   */
  long offset() {
    return ordered ? lookedUp : stable;
  }

  /** How many offsets have to be read only because the partition is not ordered. */
  public long more() {
    return offset() - lookedUp;
  }
}
