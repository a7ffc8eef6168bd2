package io.clickstream.metrics;

/**
 * The names of all metrics, in the group {@link #GROUP}. Counters are totals over the life of the
 * job: they lie in checkpointed state and go on after a restart.
 */
public final class MetricNames {

  public static final String GROUP = "clickstream";

  /** Records read from the click topic. */
  public static final String READ = "read";

  /** Records read that became a rejection. */
  public static final String REJECTED = "rejected";

  /** Clicks that became part of a session. */
  public static final String IN_SESSIONS = "in-sessions";

  /** Clicks dropped because their event id was known. */
  public static final String DUPLICATES = "duplicates";

  /** Clicks behind the horizon. */
  public static final String LATE = "late";

  /** First emissions of sessions. */
  public static final String SESSIONS = "sessions";

  /** Emissions of sessions that were emitted before. */
  public static final String REVISIONS = "revisions";

  /** Retractions of session ids. */
  public static final String RETRACTIONS = "retractions";

  /** Visitors whose sessions are on the heap. */
  public static final String CACHED_VISITORS = "cached-visitors";

  /** Heap that they take, as estimated; at most {@code session.cache-size}. */
  public static final String CACHED_BYTES = "cached-bytes";

  /** Clicks and timers whose visitor was not on the heap, since the start of the subtask. */
  public static final String CACHE_MISSES = "cache-misses";

  /** Visitors that had to leave the heap, since the start of the subtask. */
  public static final String CACHE_EVICTIONS = "cache-evictions";

  /** Transactions whose records are gone, since the start of the subtask; has to stay 0. */
  public static final String LOST_TRANSACTIONS = "lost-transactions";

  /** Records that ClickHouse did not take as rows, since the start of the loader's subtask. */
  public static final String REFUSED_ROWS = "refused-rows";

  /** Batches that had to be sent again, since the start of the loader's subtask. */
  public static final String RETRIED_BATCHES = "retried-batches";

  private MetricNames() {}

  /** The name of an accumulator of the whole job: {@code clickstream.read}. */
  public static String accumulator(String metric) {
    return GROUP + "." + metric;
  }
}
