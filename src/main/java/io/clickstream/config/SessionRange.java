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

  /** {@code message.timestamp.after.max.ms} of a broker by default. */
  public static final Duration CLOCK_AHEAD = Duration.ofHours(1);

  /** Whether a session with this start is one of them. */
  public boolean contains(long start) {
    return from <= start && start < until;
  }

  /**
   * Kafka timestamp from which clicks are read, epoch ms: the longest session and a gap before the
   * range, and the time by which a click's own may be ahead of its Kafka timestamp.
   */
  public long readFrom(SessionSettings session, IngestSettings ingest) {
    return knownFrom(session) - session.gap().plus(ingest.maxFutureSkew()).toMillis();
  }

  /**
   * Kafka timestamp up to which clicks have to be read, epoch ms. A click that touches a session
   * comes no more than a gap behind its end, and is accepted until the watermark is a gap and the
   * lateness ahead of it.
   */
  public long readUntil(SessionSettings session, IngestSettings ingest) {
    return until
        + session
            .maxDuration()
            .plus(session.gap().multipliedBy(2))
            .plus(session.allowedLateness())
            .plus(ingest.maxOutOfOrderness())
            .toMillis();
  }

  /**
   * Kafka timestamp at which reading stops, epoch ms. Records that are not before it are left out,
   * and one of a producer whose clock is ahead has a later timestamp than it should. So it is later
   * than has to be read: by what brokers let a clock be ahead unless they are told otherwise.
   */
  public long stopAt(SessionSettings session, IngestSettings ingest) {
    return readUntil(session, ingest) + CLOCK_AHEAD.toMillis();
  }

  /**
   * Event time from which on it is known where a session starts, epoch ms. Before it, clicks that
   * are not read may have belonged to it. It is the longest session before the range, and as much
   * at least as a start can still move when a click comes late.
   */
  public long knownFrom(SessionSettings session) {
    Duration lateness = session.gap().plus(session.allowedLateness());
    Duration longest = session.maxDuration();
    return from - (longest.compareTo(lateness) < 0 ? lateness : longest).toMillis();
  }
}
