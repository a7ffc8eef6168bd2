package io.clickstream.tools.inspect;

import io.clickstream.config.ClickFormats;
import io.clickstream.config.IngestSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The values of {@code ingest.format} in this release. */
final class Formats {

  static final String KEY = IngestSettings.FORMAT.key();

  /** Settings of {@code ingest} that say nothing of how a record is read. */
  private static final Set<String> NOT_OF_RECORDS =
      Set.of(
          "ingest.group-id",
          "ingest.start-from",
          "ingest.stop-at",
          "ingest.max-out-of-orderness",
          "ingest.idle-timeout",
          "ingest.max-drift",
          "ingest.max-future-skew",
          "ingest.max-record-size",
          "ingest.watermark-witnesses",
          "ingest.clock-tolerance",
          "ingest.own-hosts",
          "ingest.nobody");

  private Formats() {}

  /** Their names, that of plain JSON first. */
  static List<String> names() {
    List<String> names = new ArrayList<>(ClickFormats.names());
    names.remove(ClickFormats.JSON);
    names.add(0, ClickFormats.JSON);
    return names;
  }

  /** Whether somebody has said how records are read, so that nothing has to be found out. */
  static boolean areGivenBy(Set<String> keys) {
    return keys.stream()
        .anyMatch(key -> key.startsWith("ingest.") && !NOT_OF_RECORDS.contains(key));
  }
}
