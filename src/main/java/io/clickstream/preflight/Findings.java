package io.clickstream.preflight;

import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.util.TimeUtils;

/** Gathers the findings of all checks, in their order. */
final class Findings {

  private static final Duration DAY = Duration.ofDays(1);

  private final List<Finding> findings = new ArrayList<>();

  /** Adds a finding that was made elsewhere. */
  void add(Finding finding) {
    findings.add(finding);
  }

  /** The job must not start. */
  void error(String subject, String message, String remedy) {
    add(new Finding(Severity.ERROR, subject, message, remedy));
  }

  /** The job runs, but not as well or as safely as it should. */
  void warning(String subject, String message, String remedy) {
    add(new Finding(Severity.WARNING, subject, message, remedy));
  }

  /** Worth knowing. */
  void info(String subject, String message) {
    add(new Finding(Severity.INFO, subject, message, null));
  }

  /** As it should be. */
  void ok(String subject, String message) {
    add(new Finding(Severity.OK, subject, message, null));
  }

  /** Something may not be looked at, and may be right or wrong. */
  void notLookedAt(String subject, String thing, String reason, String permission) {
    warning(
        subject,
        thing + " could not be looked at: " + reason,
        "grant " + permission + ", or look at it by hand");
  }

  /** All of them. */
  PreflightReport report() {
    return new PreflightReport(findings);
  }

  /** A number with its noun: {@code 2 partitions}. */
  static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** A duration as a user writes it in a setting. */
  static String text(Duration duration) {
    if (duration.equals(DAY)) {
      return "24h";
    }
    return TimeUtils.formatWithHighestUnit(duration).replace(" ", "");
  }
}
