package io.clickstream.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.clickstream.config.UserErrorException;
import io.clickstream.config.load.Invocation;
import io.clickstream.preflight.PreflightException;
import io.clickstream.preflight.PreflightReport;
import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.JobListener;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LauncherTest {

  private static final Finding WARNING =
      new Finding(Severity.WARNING, "topic late", "it is small", "make it larger");
  private static final Finding ERROR =
      new Finding(Severity.ERROR, "topic clicks", "it does not exist", "create it");

  private final PrintStream out = System.out;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @BeforeEach
  void catchOutput() {
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void releaseOutput() {
    System.setOut(out);
  }

  /** A job of one number, which tells how far it came. */
  private static final class OneNumber implements Job<Invocation> {

    private final List<String> steps = new ArrayList<>();
    private final List<Finding> findings;

    OneNumber(Finding... findings) {
      this.findings = List.of(findings);
    }

    @Override
    public Invocation read(Invocation invocation, Map<String, String> environment) {
      steps.add("read " + environment);
      return invocation;
    }

    @Override
    public Configuration flink(Invocation settings) {
      Configuration flink = new Configuration();
      String name = settings.settings().get("pipeline.name");
      return name == null ? flink : flink.set(PipelineOptions.NAME, name);
    }

    @Override
    public PreflightReport preflight(
        Invocation settings, ReadableConfig flink, boolean replacesRunning) {
      // That of the environment, with the job's defaults.
      steps.add(
          "preflight %s %s"
              .formatted(flink.get(CheckpointingOptions.CHECKPOINTING_INTERVAL), replacesRunning));
      return new PreflightReport(findings);
    }

    @Override
    public void define(StreamExecutionEnvironment env, Invocation settings) {
      steps.add("define");
      env.registerJobListener(
          new JobListener() {
            @Override
            public void onJobSubmitted(@Nullable JobClient client, @Nullable Throwable failure) {}

            @Override
            public void onJobExecuted(
                @Nullable JobExecutionResult result, @Nullable Throwable failure) {
              steps.add(failure == null ? "executed" : "failed " + failure);
            }
          });
      env.fromSequence(1, 1).uid("number").sinkTo(new DiscardingSink<>()).uid("sink");
    }

    @Override
    public String name(Invocation settings) {
      steps.add("name");
      return "One number";
    }
  }

  private static void launch(OneNumber job, String... args) throws Exception {
    Launcher.launch(job, Invocation.of(args), Map.of("A", "b"));
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldPrintTheSettingsAndReadNoneWhenAskedForHelp() throws Exception {
    OneNumber job = new OneNumber(ERROR);

    launch(job, "--help", "--check");

    assertThat(job.steps).isEmpty();
    assertThat(printed()).contains("session.gap", "kafka.bootstrap-servers");
  }

  @Test
  void shouldPrintTheReportAndRunNothingWhenAskedToCheck() throws Exception {
    OneNumber job = new OneNumber(WARNING);

    launch(job, "--check", "--replaces-running");

    assertThat(job.steps).containsExactly("read {A=b}", "preflight PT1S true");
    assertThat(printed()).contains("Preflight: no errors, 1 warning", "remedy: make it larger");
  }

  @Test
  void shouldRunAfterAPreflightThatOnlyWarns() throws Exception {
    OneNumber job = new OneNumber(WARNING);

    launch(job);

    assertThat(job.steps)
        .containsExactly("read {A=b}", "preflight PT1S false", "define", "name", "executed");
    assertThat(printed()).isEmpty();
  }

  @Test
  void shouldNotAskTheJobForItsNameWhenTheSettingsSayIt() throws Exception {
    OneNumber job = new OneNumber();

    launch(job, "--pipeline.name", "Another");

    assertThat(job.steps)
        .containsExactly("read {A=b}", "preflight PT1S false", "define", "executed");
  }

  @Test
  void shouldRefuseWithOneMessageWhenThePreflightFindsErrors() {
    OneNumber job = new OneNumber(WARNING, ERROR);

    Throwable failure = catchThrowable(() -> launch(job));

    assertThat(failure)
        .isExactlyInstanceOf(UserErrorException.class)
        .hasNoCause()
        .hasMessageContaining("topic clicks: it does not exist")
        .hasMessageNotContaining("it is small");
    assertThat(failure.getStackTrace()).isEmpty();
    assertThat(job.steps).containsExactly("read {A=b}", "preflight PT1S false");
  }

  @Test
  void shouldShowTheStackTraceWhenDebugging() {
    Throwable failure = catchThrowable(() -> launch(new OneNumber(ERROR), "--debug", "--check"));

    assertThat(failure).isInstanceOf(PreflightException.class);
    assertThat(failure.getStackTrace()).isNotEmpty();
    assertThat(printed()).contains("Preflight: 1 error, no warnings");
  }
}
