package io.clickstream.ingest;

import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.SessionSettings;
import io.clickstream.ingest.Frequencies.Counted;
import io.clickstream.ingest.RejectionCounts.Reason;
import io.clickstream.model.Click;
import io.clickstream.model.Ingested;
import io.clickstream.model.Ingested.What;
import io.clickstream.model.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Everything that looks wrong in the first clicks of a subtask: fields that no click has, types
 * that are not mapped, rejections, and the clicks that make others late. So a mistake in the
 * settings is in the log minutes after the start.
 *
 * <p>It takes {@value #LOOKED_INTO} clicks, rejected ones among them, and nothing after them.
 */
final class FirstClicks {

  static final int LOOKED_INTO = 10_000;

  /** Reasons of rejections that are named, and details of each. */
  private static final int SHOWN = 3;

  private final ClickFields fields;
  private final MappingDiagnosis mapping;
  private final RejectionCounts rejected = new RejectionCounts();
  private final LateSample late;
  private int taken;

  /** Looks for what a job with these settings looks for. */
  FirstClicks(IngestSettings ingest, SessionSettings session, Columns table) {
    this.fields = ClickFields.of(table);
    this.mapping = new MappingDiagnosis(ingest, table);
    this.late =
        new LateSample(
            ingest.watermarkWitnesses(),
            ingest.maxOutOfOrderness(),
            session.gap(),
            session.allowedLateness());
  }

  /** Takes what became of one click, and tells whether these were all. */
  boolean isLast(Ingested ingested) {
    if (ingested.what() == What.NOTHING) {
      return false;
    }
    taken++;
    mapping.add(ingested);
    Click click = ingested.click();
    if (click != null) {
      late.add(
          click.origin().topic(),
          click.origin().partition(),
          click.origin().offset(),
          click.visitor(),
          click.timestamp());
      for (int field : ingested.problems()) {
        mapping.addUnreadable(fields.all().get(field).name(), 1);
      }
    }
    Rejection rejection = ingested.rejection();
    if (rejection != null) {
      rejected.add(rejection.reason().name(), rejection.detail());
    }
    return taken == LOOKED_INTO;
  }

  /** How many were taken. */
  int taken() {
    return taken;
  }

  /**
   * All that looks wrong, in lines for people; indented ones belong to the one before. Texts of
   * event types are in them, and nothing else of a record.
   */
  List<String> findings() {
    List<String> lines = new ArrayList<>();
    if (rejected.total() > 0) {
      lines.add("Rejected: " + number(rejected.total()));
      for (Reason reason : rejected.reasons(SHOWN)) {
        for (Counted detail : reason.details()) {
          lines.add(
              "  %s: %s: %s".formatted(reason.reason(), detail.text(), number(detail.count())));
        }
      }
    }
    lines.addAll(mapping.findings());
    lines.addAll(late.lines());
    return lines;
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
