package io.clickstream.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.config.UserErrorException;
import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreflightReportTest {

  private static final Finding OK = new Finding(Severity.OK, "topic a", "12 partitions", null);
  private static final Finding INFO = new Finding(Severity.INFO, "topic a", "one replica", null);
  private static final Finding WARNING =
      new Finding(Severity.WARNING, "topic b", "not compacted", "compact it");
  private static final Finding ERROR =
      new Finding(Severity.ERROR, "topic c", "it does not exist", "create it");
  private static final Finding OTHER_ERROR =
      new Finding(Severity.ERROR, "group d", "READ is not allowed", "allow it");

  @Test
  void shouldPrintTheWorstFirst() {
    assertThat(new PreflightReport(List.of(OK, INFO, WARNING, ERROR, OTHER_ERROR)).render())
        .isEqualTo(
            """
            Preflight: 2 errors, 1 warning
              ERROR    topic c: it does not exist
                       remedy: create it
              ERROR    group d: READ is not allowed
                       remedy: allow it
              WARNING  topic b: not compacted
                       remedy: compact it
              INFO     topic a: one replica
              OK       topic a: 12 partitions
            """);
  }

  @Test
  void shouldNameEveryErrorAndNothingElseWhenJobCannotStart() {
    assertThatThrownBy(
            () -> new PreflightReport(List.of(OK, WARNING, ERROR, OTHER_ERROR)).requireNoErrors())
        .isInstanceOf(PreflightException.class)
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            """
            Preflight: 2 errors, 1 warning
              ERROR    topic c: it does not exist
                       remedy: create it
              ERROR    group d: READ is not allowed
                       remedy: allow it
            --check prints the whole report.\
            """);
  }

  @Test
  void shouldLetTheJobStartWhenThereAreOnlyWarnings() {
    PreflightReport report = new PreflightReport(List.of(WARNING, INFO, OK));

    assertThatCode(report::requireNoErrors).doesNotThrowAnyException();
    assertThat(report.hasErrors()).isFalse();
    assertThat(report.render()).startsWith("Preflight: no errors, 1 warning\n");
  }
}
