package io.clickstream.tools.inspect;

import io.clickstream.ingest.Frequencies.Counted;
import io.clickstream.ingest.RejectionCounts.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The findings about settings, in lines for people. */
final class Diagnosis {

  /** Details of each reason that are named. */
  private static final int SHOWN = 3;

  private Diagnosis() {}

  /** A line for each of some settings that were tried. */
  static List<String> table(List<Trial> trials) {
    List<String> lines = new ArrayList<>();
    lines.add("  %-12s %-22s %-18s %s".formatted("format", "clicks", "of our types", "our fields"));
    for (Trial trial : trials) {
      String clicks =
          number(trial.clicks()) + " of " + number(trial.clicks() + trial.rejected().total());
      lines.add(
          trial.clicks() == 0
              ? "  %-12s %s".formatted(trial.name(), clicks)
              : "  %-12s %-22s %-18s %d of %d"
                  .formatted(
                      trial.name(),
                      clicks,
                      number(trial.known()),
                      trial.fieldsFound(),
                      trial.fields()));
    }
    return lines;
  }

  /** All that looks wrong; none if nothing does. */
  static List<String> findings(Trial trial) {
    List<String> lines = new ArrayList<>();
    if (trial.rejected().total() > 0) {
      lines.add("Rejected: " + number(trial.rejected().total()));
      for (Reason reason : trial.rejected().reasons(SHOWN)) {
        lines.add("  %s: %s".formatted(reason.reason(), number(reason.count())));
        for (Counted detail : reason.details()) {
          lines.add("    %s: %s".formatted(number(detail.count()), detail.text()));
        }
        if (reason.others() > 0) {
          lines.add("    %s: other details".formatted(number(reason.others())));
        }
      }
    }
    if (!trial.fieldProblems().isEmpty()) {
      lines.add("Fields that could not be read, left out of their clicks or mended:");
      trial
          .fieldProblems()
          .forEach((field, clicks) -> lines.add("  %s: %s".formatted(field, number(clicks))));
    }
    lines.addAll(trial.mapping().findings());
    lines.addAll(trial.late().lines());
    return lines;
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
