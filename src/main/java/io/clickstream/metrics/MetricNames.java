package io.clickstream.metrics;

import java.util.Locale;

/**
 * The names of all metrics, in the group {@link #GROUP}.
 *
 * <p>Totals are those of the life of the job: they lie in checkpointed state and go on after a
 * restart. Everything else begins anew with a subtask. In Prometheus a name is {@code
 * flink_taskmanager_job_task_operator_clickstream_<name>}, dashes being underscores.
 */
public final class MetricNames {

  /** The group of all metrics. */
  public static final String GROUP = "clickstream";

  // ---------------------------------------------------------------- totals

  /** Records read from the click topic. */
  public static final String RECORDS = "records";

  /**
   * Clicks in these records; one that cannot be read at all, or is one click, counts as one. Each
   * is in a session, a duplicate, late, rejected or skipped, or waits.
   */
  public static final String READ = "read";

  /**
   * Clicks that {@code ingest.skip} leaves out, and those of {@code session.passive} that found no
   * session.
   */
  public static final String SKIPPED = "skipped";

  /** Clicks that wait for the watermark; where none can wait there is no such metric. */
  public static final String WAITING = "waiting";

  /** Clicks that could not wait for lack of room; where none can wait there is no such metric. */
  public static final String UNMARKED = "unmarked";

  /** Clicks read that became a rejection; the same again by reason: {@code rejected-<reason>}. */
  public static final String REJECTED = "rejected";

  /**
   * Fields of accepted clicks that could not be read, and were left out or mended; the same again
   * by field: {@code field-problems-<field>}.
   */
  public static final String FIELD_PROBLEMS = "field-problems";

  /**
   * The same of one field: {@code field-problems-order-id} of {@code order_id}, and {@code
   * field-problems-fields-plan} of {@code fields.plan}, which is defined.
   */
  public static String fieldProblems(String field) {
    return FIELD_PROBLEMS + "-" + field.replace('_', '-').replace('.', '-');
  }

  /** Accepted clicks that were moved, since the clock of their sender is wrong. */
  public static final String CLOCK_CORRECTED = "clock-corrected";

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

  /** First emissions of sessions that were cut at {@code session.max-duration}. */
  public static final String CUT_MAX_DURATION = "sessions-cut-max-duration";

  /** First emissions of sessions that were cut at {@code session.max-events}. */
  public static final String CUT_MAX_EVENTS = "sessions-cut-max-events";

  /**
   * First emissions of sessions that were cut for a reason that settings ask for: {@code
   * sessions-cut-end-after} of {@code END_AFTER}.
   */
  public static String cut(String reason) {
    return "sessions-cut-" + reason.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Sessions that hold something that was not emitted yet. */
  public static final String OPEN_SESSIONS = "open-sessions";

  /** Records of the reference topics that were rejected. */
  public static final String REFERENCE_REJECTED = "reference-rejected";

  /**
   * Fields of reference data that could not be read, and were left out or mended; the same again by
   * field: {@code reference-problems-<field>}.
   */
  public static final String REFERENCE_PROBLEMS = "reference-problems";

  // ---------------------------------------------------------------- event time

  /** How far the time of the newest click of the partition that is furthest behind is back, ms. */
  public static final String EVENT_TIME_LAG = "event-time-lag-ms";

  /** Partitions that had clicks and hold back no event time, since they have had none for long. */
  public static final String IDLE_PARTITIONS = "idle-partitions";

  // ---------------------------------------------------------------- state

  /** Visitors whose sessions are on the heap. */
  public static final String CACHED_VISITORS = "cached-visitors";

  /** Heap that they take, as estimated; at most {@code session.cache-size}. */
  public static final String CACHED_BYTES = "cached-bytes";

  /** Clicks and timers whose visitor was on the heap. */
  public static final String CACHE_HITS = "cache-hits";

  /** Clicks and timers whose visitor was not on the heap. */
  public static final String CACHE_MISSES = "cache-misses";

  /** Visitors that had to leave the heap. */
  public static final String CACHE_EVICTIONS = "cache-evictions";

  /** Histogram: bytes of what is written of a visitor at once. */
  public static final String STATE_BYTES = "visitor-state-bytes";

  // ---------------------------------------------------------------- enrichment

  /** Sessions published with something unknown. */
  public static final String ENRICHMENT_MISSES = "enrichment-misses";

  /** Sessions that had to wait for reference data. */
  public static final String SESSIONS_WAITED = "sessions-waited";

  /** Sessions that left before reference data was there. */
  public static final String SESSIONS_GAVE_UP = "sessions-gave-up";

  /** Sessions waiting; those restored from a checkpoint are not counted. */
  public static final String SESSIONS_WAITING = "sessions-waiting";

  /** 1 once the reference data is there, else 0. */
  public static final String REFERENCE_LOADED = "reference-loaded";

  /** How long the reference data took, or takes until now, ms since the start of the subtask. */
  public static final String REFERENCE_WAIT = "reference-wait-ms";

  /** Profiles and products held. */
  public static final String REFERENCE_ENTRIES = "reference-entries";

  // ---------------------------------------------------------------- output

  /** Histogram: from the earliest moment of a session to the commit that made it visible, ms. */
  public static final String OUTPUT_LATENCY = "output-latency-ms";

  /** Transactions whose records are gone; has to stay 0. */
  public static final String LOST_TRANSACTIONS = "lost-transactions";

  // ---------------------------------------------------------------- loader

  /** Rows that ClickHouse has acknowledged, those that were sent again among them. */
  public static final String ROWS = "rows";

  /** Records that ClickHouse did not take as rows. */
  public static final String REFUSED_ROWS = "refused-rows";

  /** Values of fields and goals for which ClickHouse's table has no column. */
  public static final String VALUES_WITHOUT_COLUMN = "values-without-column";

  /** Batches that had to be sent again. */
  public static final String RETRIED_BATCHES = "retried-batches";

  /** Histogram: from the emission of a session to ClickHouse's acknowledgement, ms. */
  public static final String FRESHNESS = "freshness-ms";

  private MetricNames() {}

  /** The name of an accumulator of the whole job: {@code clickstream.read}. */
  public static String accumulator(String metric) {
    return GROUP + "." + metric;
  }
}
