package io.clickstream.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How records are read and what counts as a click.
 *
 * @param groupId consumer group under which offsets are committed
 * @param startFrom where a job without state begins to read
 * @param stopAt with which {@code startFrom} is a range of sessions to replay; null: reads for ever
 * @param maxOutOfOrderness {@code B}: how far a partition's watermark stays behind its newest event
 * @param idleTimeout after this long without a click a partition no longer holds event time
 * @param maxDrift how far in event time a partition is read ahead of the slowest; null: no limit
 * @param maxFutureSkew how far a click may be ahead of the clock
 * @param maxRecordSize bytes of a value beyond which a record is rejected
 * @param identity which id makes the visitor
 * @param fields our field name to the dotted path in the records, for those that differ
 * @param eventTypes our event type to the text in the records, for those that differ
 */
public record IngestSettings(
    String groupId,
    StartFrom startFrom,
    @Nullable Long stopAt,
    Duration maxOutOfOrderness,
    Duration idleTimeout,
    @Nullable Duration maxDrift,
    Duration maxFutureSkew,
    long maxRecordSize,
    Identity identity,
    Map<String, String> fields,
    Map<String, String> eventTypes)
    implements Serializable {

  public IngestSettings {
    fields = Map.copyOf(fields);
    eventTypes = Map.copyOf(eventTypes);
  }

  /** The sessions to replay, or null for a job that reads for ever. */
  public @Nullable SessionRange range() {
    return stopAt == null ? null : new SessionRange(startFrom.timestamp(), stopAt);
  }
}
