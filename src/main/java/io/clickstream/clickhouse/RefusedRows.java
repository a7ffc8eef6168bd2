package io.clickstream.clickhouse;

import io.clickstream.clickhouse.RejectedSessions.Reason;
import io.clickstream.model.Origin;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.metrics.Counter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records that are no rows: each is counted and goes to the topic of rejected sessions, and the
 * log has a line a minute, however many there are. Thread-safe.
 */
final class RefusedRows implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RefusedRows.class);

  private static final Duration TELL_EVERY = Duration.ofMinutes(1);

  private final RejectedSessions topic;
  private final Counter counter;
  private @Nullable Long told;
  private long untold;

  RefusedRows(RejectedSessions topic, Counter counter) {
    this.topic = topic;
    this.counter = counter;
  }

  /** Begins to send one; {@link #flush} tells whether it arrived. */
  void add(Origin origin, Reason reason, String detail) {
    counter.inc();
    topic.send(origin, reason, detail);
    tell(origin, reason);
  }

  /** The message of the server is in the headers of each. */
  private synchronized void tell(Origin origin, Reason reason) {
    untold++;
    long now = System.nanoTime();
    if (told == null || now - told >= TELL_EVERY.toNanos()) {
      LOG.warn(
          "Records are no rows and were sent to the rejected sessions: since_last_line={}"
              + " partition={} offset={} reason={}",
          untold,
          origin.partition(),
          origin.offset(),
          reason);
      told = now;
      untold = 0;
    }
  }

  /**
   * Returns when all of them have arrived.
   *
   * @throws IOException if one has not
   */
  void flush() throws IOException {
    topic.flush();
  }

  @Override
  public void close() {
    topic.close();
  }
}
