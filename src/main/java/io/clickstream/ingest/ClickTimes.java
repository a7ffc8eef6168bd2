package io.clickstream.ingest;

import io.clickstream.config.IngestSettings;
import java.io.Serializable;

/**
 * Where the times of clicks come from, and how they are read.
 *
 * @param reader reads what is written in records
 * @param areOfKafka whether the time of a click is that of its record, and nothing is read
 * @param areCorrected whether clicks of wrong clocks are moved; if not, the fields {@code sent_at}
 *     and {@code received_at} are not read
 */
public record ClickTimes(TimestampReader reader, boolean areOfKafka, boolean areCorrected)
    implements Serializable {

  /** The times that the settings describe. */
  public static ClickTimes of(IngestSettings settings) {
    return new ClickTimes(
        TimestampReader.of(settings), settings.areTimesOfKafka(), settings.areClocksCorrected());
  }

  /** Whether it matters when a record was received. */
  public boolean needReceivedAt() {
    return areOfKafka || areCorrected;
  }
}
