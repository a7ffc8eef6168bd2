package io.clickstream.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * The sessions that a replay of past clicks emits: those that start at {@code from} or later and
 * before {@code until}, as the job that ran then emitted them.
 *
 * <p>To know them, more has to be read. A session that starts in the range can end as much as the
 * longest session later, and its clicks can reach Kafka as late as they are accepted. One that
 * starts before the range is not to be taken for one that starts in it, so that reading begins a
 * whole session and a gap earlier.
 *
 * @param from event time, epoch ms
 * @param until event time, epoch ms
 */
public record SessionRange(long from, long until) implements Serializable {

  /** Whether a session with this start is one of them. */
  public boolean contains(long start) {
    return from <= start && start < until;
  }

  /**
   * Kafka timestamp from which clicks are read, epoch ms: the longest session and a gap before the
   * range, and the time by which a click's own may be ahead of its Kafka timestamp.
   */
  public long readFrom(SessionSettings session, IngestSettings ingest) {
    return from - before(session).plus(ingest.maxFutureSkew()).toMillis();
  }

  /**
   * Kafka timestamp up to which clicks are read, epoch ms: the longest session and a gap behind the
   * range, and the time by which a click may come late.
   */
  public long readUntil(SessionSettings session, IngestSettings ingest) {
    return until
        + before(session)
            .plus(session.allowedLateness())
            .plus(ingest.maxOutOfOrderness())
            .toMillis();
  }

  /**
   * Event time from which on it is known where a session starts, epoch ms. Before it, clicks that
   * are not read may have belonged to it.
   */
  public long knownFrom(SessionSettings session) {
    return from - session.maxDuration().toMillis();
  }

  private static Duration before(SessionSettings session) {
    return session.maxDuration().plus(session.gap());
  }
}
