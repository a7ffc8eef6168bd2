package io.clickstream.tools.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerTraceTest {

  @Test
  void shouldTakeTheInnermostCauseWithAllItsLines() {
    assertThat(
            ServerTrace.rootMessage(
                """
                Internal server error.
                <Exception on server side:
                org.apache.flink.runtime.rest.handler.RestHandlerException: Could not run it.
                \tat org.apache.flink.Handler.run(Handler.java:1)
                Caused by: java.util.concurrent.CompletionException: java.lang.Outer
                \tat java.base/Future.get(Future.java:2)
                \t... 3 more
                Caused by: io.clickstream.config.load.InvalidSettingsException: 2 problems:
                  session.gapp: is no setting
                  sink: missing
                \tat io.clickstream.Settings.load(Settings.java:3)
                \t... 3 more

                End of exception on server side>
                """))
        .isEqualTo("2 problems:\n  session.gapp: is no setting\n  sink: missing");
  }

  @Test
  void shouldTakeTheExceptionItselfWhenItHasNoCause() {
    assertThat(
            ServerTrace.rootMessage(
                "<Exception on server side:\njava.lang.IllegalStateException: no\n\tat A.b(A.java)"))
        .isEqualTo("no");
  }

  @Test
  void shouldLeaveWhatIsNoTraceAsItIs() {
    assertThat(ServerTrace.rootMessage("Job 4711 not found")).isEqualTo("Job 4711 not found");
    assertThat(ServerTrace.rootMessage("")).isEmpty();
  }
}
