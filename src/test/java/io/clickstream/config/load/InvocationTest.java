package io.clickstream.config.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InvocationTest {

  @Test
  void shouldTakeFlagsFileAndSettingsApart() {
    assertThat(
            Invocation.of(
                "--check",
                "--config",
                "s3://b/c.yaml",
                "--session.gap",
                "10s",
                "--session.identity=user",
                "--kafka.properties.x=a=b",
                "--kafka.properties.y",
                "-1",
                "--replaces-running",
                "--debug"))
        .isEqualTo(
            new Invocation(
                false,
                true,
                true,
                true,
                "s3://b/c.yaml",
                Map.of(
                    "session.gap", "10s",
                    "session.identity", "user",
                    "kafka.properties.x", "a=b",
                    "kafka.properties.y", "-1"),
                List.of()));
  }

  @Test
  void shouldWantNothingWhenEmpty() {
    assertThat(Invocation.of())
        .isEqualTo(new Invocation(false, false, false, false, null, Map.of(), List.of()));
  }

  @Test
  void shouldWantHelpInBothSpellings() {
    assertThat(Invocation.of("--help").help()).isTrue();
    assertThat(Invocation.of("-h").help()).isTrue();
  }

  @Test
  void shouldReportWhatItCannotTakeApart() {
    // When
    Invocation invocation =
        Invocation.of("run", "--session.gap", "1s", "--session.gap=2s", "--", "--topics.clicks");

    // Then
    assertThat(invocation.problems())
        .extracting(Problem::key, Problem::where)
        .containsExactly(
            tuple("argument 1", "after the JAR"),
            tuple("--session.gap", "argument 4"),
            tuple("argument 5", "after --session.gap"),
            tuple("--topics.clicks", "argument 6"));
  }

  @Test
  void shouldReportMissingValueWhenAnotherArgumentFollows() {
    assertThat(Invocation.of("--session.gap", "--check"))
        .satisfies(
            invocation -> {
              assertThat(invocation.check()).isTrue();
              assertThat(invocation.settings()).isEmpty();
              assertThat(invocation.problems())
                  .extracting(Problem::key)
                  .containsExactly("--session.gap");
            });
  }
}
