package io.clickstream.preflight;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The findings of a preflight.
 *
 * @param findings in the order in which they were looked at
 */
public record PreflightReport(List<Finding> findings) {

  /** How much a finding matters. */
  public enum Severity {
    /** The job must not start. */
    ERROR,
    /** The job runs, but not as well or as safely as it should. */
    WARNING,
    /** Worth knowing. */
    INFO,
    /** As it should be. */
    OK
  }

  /**
   * One thing that was looked at.
   *
   * @param subject what it is about: a topic, a setting, the brokers
   * @param message what was found and, if it is wrong, what was expected
   * @param remedy what to do; null where nothing is to be done
   */
  public record Finding(
      Severity severity, String subject, String message, @Nullable String remedy) {

    private String render() {
      return "  "
          + severity
          + " ".repeat(Severity.WARNING.name().length() - severity.name().length() + 2)
          + subject
          + ": "
          + message
          + (remedy == null ? "" : "\n           remedy: " + remedy);
    }
  }

  /** The findings, in a list that nobody changes. */
  public PreflightReport {
    findings = List.copyOf(findings);
  }

  /** Whether the job must not start. */
  public boolean hasErrors() {
    return findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
  }

  /** The findings of one severity, in their order. */
  public List<Finding> of(Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).toList();
  }

  /** Everything for people to read, the worst first. */
  public String render() {
    return summary()
        + "\n"
        + findings.stream()
            .sorted(Comparator.comparing(Finding::severity))
            .map(Finding::render)
            .collect(Collectors.joining("\n"))
        + "\n";
  }

  /**
   * Returns if the job can start.
   *
   * @throws PreflightException naming every error with its remedy
   */
  public void requireNoErrors() {
    if (hasErrors()) {
      throw new PreflightException(
          summary()
              + "\n"
              + of(Severity.ERROR).stream().map(Finding::render).collect(Collectors.joining("\n"))
              + "\n--check prints the whole report.");
    }
  }

  private String summary() {
    return "Preflight: "
        + count(of(Severity.ERROR).size(), "error")
        + ", "
        + count(of(Severity.WARNING).size(), "warning");
  }

  private static String count(int number, String what) {
    return number == 1 ? "1 " + what : (number == 0 ? "no " : number + " ") + what + "s";
  }
}
