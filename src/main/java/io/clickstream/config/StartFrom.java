package io.clickstream.config;

import java.io.Serializable;

/**
 * Where a job without state begins to read.
 *
 * @param timestamp of {@link Kind#TIMESTAMP}, epoch ms; else 0
 */
public record StartFrom(Kind kind, long timestamp) implements Serializable {

  /** A time as it is written in settings. */
  public static final String EXAMPLE = "timestamp:2026-11-01T00:00:00Z";

  /** The group's committed offsets, or the earliest where there is none. */
  public static final StartFrom COMMITTED = new StartFrom(Kind.COMMITTED, 0);

  public static final StartFrom EARLIEST = new StartFrom(Kind.EARLIEST, 0);

  public static final StartFrom LATEST = new StartFrom(Kind.LATEST, 0);

  /** The ways to say it. */
  public enum Kind {
    /** The group's committed offsets, or the earliest where there is none. */
    COMMITTED,
    EARLIEST,
    /** Records whose transactions are open when the job starts, and all later ones. */
    LATEST,
    /** The first record of each partition whose Kafka timestamp is not before a time. */
    TIMESTAMP
  }

  public static StartFrom timestamp(long epochMs) {
    return new StartFrom(Kind.TIMESTAMP, epochMs);
  }
}
