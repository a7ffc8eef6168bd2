package io.clickstream.tools.inspect;

import io.clickstream.config.Declarations;
import java.util.List;
import java.util.Set;

/** What {@code ingest.format} can be, whatever this release has. */
final class Formats {

  static final String KEY = "ingest.format";

  private static final String JSON = "json";

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
    return Declarations.all().stream()
        .filter(setting -> setting.key().equals(KEY))
        .map(setting -> setting.kind().examples())
        .findFirst()
        .orElse(List.of(JSON));
  }

  /** Whether there is a choice. */
  static boolean areSettable() {
    return Declarations.all().stream().anyMatch(setting -> setting.key().equals(KEY));
  }

  /** Whether somebody has said how records are read, so that nothing has to be found out. */
  static boolean areGivenBy(Set<String> keys) {
    return keys.stream().anyMatch(key -> key.startsWith("ingest.") && !NOT_OF_RECORDS.contains(key));
  }
}
