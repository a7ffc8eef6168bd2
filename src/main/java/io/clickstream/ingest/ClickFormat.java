package io.clickstream.ingest;

import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import java.io.Serializable;
import java.util.List;

/**
 * How records are encoded: the one place that changes when clicks come as something other than
 * JSON.
 *
 * <p>An instance is used by one thread at a time and may keep buffers between records, but nothing
 * that changes a later verdict: the same arguments always give the same result, or a replay would
 * not mean what the first run meant.
 */
public interface ClickFormat extends Serializable {

  /**
   * Makes a click or a rejection of any record at all. It never throws: a record that stopped the
   * job would stop it again after every restart.
   *
   * @param origin the record; the result refers to it, so that its bytes stay what they were
   * @param recordTimestamp Kafka's timestamp of the record in epoch ms, or -1 if it has none
   * @param wallClock now, in epoch ms
   */
  Ingested parse(Origin origin, long recordTimestamp, long wallClock);

  /** Whether {@link Origin#receivedAt()} has to be known. */
  boolean needsReceivedAt();

  /**
   * The problems of the record that was parsed last, if it became a click with problems; for the
   * log, as {@link Ingested#problems()} says which fields they are of.
   */
  List<FieldProblem> problems();
}
