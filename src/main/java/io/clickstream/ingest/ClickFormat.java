package io.clickstream.ingest;

import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

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
   * Makes clicks and rejections of any record at all. It never throws: a record that stopped the
   * job would stop it again after every restart.
   *
   * @param origin the record; the results refer to it, so that its bytes stay what they were, or to
   *     a record of the same shape that has one click of it alone
   * @param recordTimestamp Kafka's timestamp of the record in epoch ms, or -1 if it has none
   * @param wallClock now, in epoch ms
   * @param out gets at least one result, the clicks in the order in which the record has them;
   *     {@link #problems} tells of the one that it got last
   */
  void parse(Origin origin, long recordTimestamp, long wallClock, Consumer<? super Ingested> out);

  /** Whether {@link Origin#receivedAt()} has to be known. */
  boolean needsReceivedAt();

  /**
   * The same for a record that is one click at most.
   *
   * @throws IllegalStateException if it is more
   */
  default Ingested parse(Origin origin, long recordTimestamp, long wallClock) {
    List<Ingested> all = new ArrayList<>();
    parse(origin, recordTimestamp, wallClock, all::add);
    if (all.size() != 1) {
      throw new IllegalStateException("expected a record of one click, found " + all.size());
    }
    return all.get(0);
  }

  /**
   * The problems of the click that was passed on last, if it is one with problems; for the log, as
   * {@link Ingested#problems()} says which fields they are of.
   */
  List<FieldProblem> problems();
}
