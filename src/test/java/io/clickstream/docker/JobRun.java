package io.clickstream.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.ClickstreamInputs;
import io.clickstream.ClickstreamTopology;
import io.clickstream.CommandRun;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.JobDefaults;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.preflight.Preflight;
import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import io.clickstream.reconcile.Reconciliation;
import io.clickstream.reconcile.Reconciliation.Report;
import io.clickstream.reconcile.Reconciliation.Scope;
import io.clickstream.sink.ClickstreamSink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Topics, clicks, and the job over them, all from outside of the broker's container. */
final class JobRun {

  private static final String PLAN = "topics";
  private static final int EVENTS = 20_000;

  private final List<String> settings;
  private final String servers;

  JobRun(String servers) {
    this.servers = servers;
    this.settings =
        List.of(
            "--config",
            Path.of("config", "docker", "clickstream.yaml").toString(),
            "--kafka.bootstrap-servers",
            servers,
            "--ingest.start-from",
            "earliest");
  }

  /** As the one-shot service makes them. */
  Tool.Result topics(String mode, int replication) {
    List<String> arguments =
        new ArrayList<>(
            List.of(mode, "--slots", "12", "--replication", Integer.toString(replication)));
    arguments.addAll(settings);
    return Tool.run(PLAN, arguments);
  }

  /** Sends clicks, reads all of them, and compares what came of them record by record. */
  void requireAgreement(Path checkpoints) throws Exception {
    ClickstreamSettings loaded =
        SettingsReader.read(Invocation.of(settings.toArray(String[]::new)), Map.of()).settings();
    Configuration flink =
        new Configuration()
            .set(CoreOptions.DEFAULT_PARALLELISM, 2)
            .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(500))
            .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    List<Finding> findings = Preflight.run(loaded, flink).findings();
    assertThat(findings).noneMatch(finding -> finding.severity() == Severity.ERROR);

    int sent =
        CommandRun.of(
                "traffic",
                "--bootstrap-servers",
                servers,
                "--rate",
                "max",
                // A quarter of an hour of event time, so that most sessions are over.
                "--density",
                "20",
                "--events",
                Integer.toString(EVENTS),
                "--visitors",
                "1000",
                "--profiles",
                "500",
                "--catalog",
                "--quiet")
            .exitCode();
    assertThat(sent).isZero();
    StreamExecutionEnvironment env = JobDefaults.environment(flink);
    ClickstreamTopology.define(
        env,
        loaded,
        ClickstreamInputs.bounded(loaded),
        ClickstreamSink.create(loaded.kafka(), loaded.topics(), loaded.sink()));
    env.execute("containers");

    Report report = Reconciliation.compare(loaded, Scope.everything());
    assertThat(report.agrees()).as("%s", report.differences()).isTrue();
    assertThat(report.read()).isGreaterThanOrEqualTo(EVENTS);
    assertThat(report.sessions()).isGreaterThan(500);
  }
}
