package io.clickstream;

import io.clickstream.config.IngestSettings;
import io.clickstream.config.JobSettings;
import io.clickstream.config.UserErrorException;
import io.clickstream.config.load.HelpText;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.JobDefaults;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.preflight.Preflight;
import io.clickstream.preflight.PreflightReport;
import io.clickstream.sink.ClickstreamSink;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The job: {@code flink run clickstream-job.jar --config clickstream.yaml}.
 *
 * <p>It starts only after the preflight found nothing that would fail later. What the user can put
 * right is one message without a stack trace, unless {@code --debug} is given.
 */
public final class ClickstreamJob {

  /**
   * The name of the job in Flink, unless the settings say {@code pipeline.name}; alerts go by it.
   */
  public static final String NAME = "Clickstream sessionizer";

  /** The same of a replay, which nobody shall take for the job beside it. */
  static final String REPLAY_NAME = "Clickstream replay";

  private static final Logger LOG = LoggerFactory.getLogger(ClickstreamJob.class);

  private ClickstreamJob() {}

  public static void main(String[] args) throws Exception {
    Invocation invocation = Invocation.of(args);
    try {
      run(invocation);
    } catch (UserErrorException e) {
      throw invocation.debug() ? e : e.messageOnly();
    }
  }

  private static void run(Invocation invocation) throws Exception {
    if (invocation.help()) {
      System.out.println(HelpText.text());
      return;
    }
    JobSettings loaded = SettingsReader.read(invocation, System.getenv());
    StreamExecutionEnvironment env = JobDefaults.environment(loaded.flink());
    PreflightReport report =
        Preflight.run(loaded.settings(), env.getConfiguration(), invocation.replacesRunning());
    if (invocation.check()) {
      System.out.println(report.render());
    }
    report.requireNoErrors();
    if (invocation.check()) {
      return;
    }
    report
        .of(PreflightReport.Severity.WARNING)
        .forEach(warning -> LOG.warn("The preflight warns: finding={}", warning));
    ClickstreamTopology.define(
        env,
        loaded.settings(),
        ClickstreamInputs.of(loaded.settings()),
        ClickstreamSink.create(
            loaded.settings().kafka(), loaded.settings().topics(), loaded.settings().sink()));
    env.execute(name(loaded.flink(), loaded.settings().ingest()));
  }

  static String name(ReadableConfig flink, IngestSettings ingest) {
    return flink
        .getOptional(PipelineOptions.NAME)
        .orElse(ingest.range() == null ? NAME : REPLAY_NAME);
  }
}
