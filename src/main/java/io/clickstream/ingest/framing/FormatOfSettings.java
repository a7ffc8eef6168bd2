package io.clickstream.ingest.framing;

import io.clickstream.columns.Columns;
import io.clickstream.config.ClickFormats;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.UserErrorException;
import io.clickstream.ingest.ClickFormat;
import io.clickstream.ingest.avro.AvroClickFormat;
import io.clickstream.ingest.avro.AvroClickFormat.TextFile;
import io.clickstream.ingest.formats.TrackerFormat;

/**
 * The format that {@code ingest.format} names, of records framed as {@code ingest.framing} says.
 */
public final class FormatOfSettings {

  private FormatOfSettings() {}

  /**
   * Makes the format.
   *
   * @param table what the clicks are read for
   * @param files reads a file that it needs
   * @throws UserErrorException if it needs a file that cannot be read
   * @throws IllegalArgumentException if the mappings of fields or event types contradict themselves
   */
  public static ClickFormat of(IngestSettings settings, Columns table, TextFile files) {
    ClickFormat format =
        settings.format().equals(ClickFormats.AVRO)
            ? AvroClickFormat.of(settings, table, files)
            : TrackerFormat.of(settings, table);
    return FramedClickFormat.of(format, settings);
  }
}
