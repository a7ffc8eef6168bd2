package io.clickstream.ingest;

import io.clickstream.config.ClickFormats;
import io.clickstream.config.IngestSettings;
import java.io.Serializable;

/**
 * Where the times of clicks come from, and how they are read.
 *
 * @param reader reads what is written in records
 * @param areOfKafka whether the time of a click is that of its record, and nothing is read
 * @param canBeOfKafka whether it is that of its record where nothing is written
 * @param areCorrected whether clicks of wrong clocks are moved; if not, the fields {@code sent_at}
 *     and {@code received_at} are not read
 */
public record ClickTimes(
    TimestampReader reader, boolean areOfKafka, boolean canBeOfKafka, boolean areCorrected)
    implements Serializable {

  /** The times that the settings describe. */
  public static ClickTimes of(IngestSettings settings) {
    return new ClickTimes(
        reader(settings),
        settings.areTimesOfKafka(),
        settings.canTimesBeOfKafka(),
        settings.areClocksCorrected());
  }

  /** Mixpanel's libraries write seconds in browsers and milliseconds on servers. */
  private static TimestampReader reader(IngestSettings settings) {
    return settings.format().equals(ClickFormats.MIXPANEL) && settings.timestampUnit() == null
        ? TimestampReader.ofSecondsOrMilliseconds(settings.timestampZone())
        : TimestampReader.of(settings);
  }

  /** Whether it matters when a record was received. */
  public boolean needReceivedAt() {
    return canBeOfKafka || areCorrected;
  }
}
