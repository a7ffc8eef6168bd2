package io.clickstream.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.CommandRun;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line says; what it finds, ClickstreamIT shows. */
class ReconcileTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    List<String> all = new ArrayList<>(List.of("reconcile"));
    all.addAll(List.of(args));
    return CommandRun.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--slices 0 | --slices 0: expected 1 or more",
        "--other-gap 1s,2s --other-lateness 1s | --other-lateness: expected one for each --other-gap",
        "--while-running --to 2026-01-01T00:00:00Z | --while-running: expected no --to",
        "--from yesterday | --from yesterday: expected a time such as",
        "--from 2026-01-02T00:00:00Z --to 2026-01-01T00:00:00Z | expected a time after --from",
      })
  void shouldSayWhatIsWrongWithTheCommandLine(String arguments, String message) {
    assertThat(run(arguments.strip().split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains(message.strip());
  }

  @Test
  void shouldReportProblemsOfTheJobsSettingsAllAtOnce() {
    assertThat(run("--session.gap", "0s", "--sesion.gap", "1s")).isEqualTo(1);
    assertThat(err.toString()).contains("session.gap", "sesion.gap", "kafka.bootstrap-servers");
  }

  @Test
  void shouldExplainItself() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("--slices", "Writes nothing to the");
  }
}
