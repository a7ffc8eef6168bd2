package io.clickstream;

import io.clickstream.clickhouse.LoadSessions;
import io.clickstream.config.HelpText;
import io.clickstream.config.Invocation;
import io.clickstream.config.JobDefaults;
import io.clickstream.config.LoaderSettings;
import io.clickstream.config.SettingsLoader;
import io.clickstream.config.UserErrorException;
import io.clickstream.preflight.Preflight;
import io.clickstream.preflight.PreflightReport;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loader: {@code flink run -c io.clickstream.SessionsToClickHouseJob clickstream-job.jar
 * --config clickstream.yaml}.
 *
 * <p>It starts only after the preflight found nothing that would fail later.
 */
public final class SessionsToClickHouseJob {

  /**
   * The name of the job in Flink, unless the settings say {@code pipeline.name}; alerts go by it.
   */
  public static final String NAME = "Clickstream sessions to ClickHouse";

  private static final Logger LOG = LoggerFactory.getLogger(SessionsToClickHouseJob.class);

  private SessionsToClickHouseJob() {}

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
    LoaderSettings settings = SettingsLoader.loadForLoader(invocation, System.getenv());
    StreamExecutionEnvironment env = JobDefaults.environment(settings.flink());
    PreflightReport report = Preflight.run(settings, env.getConfiguration());
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
    LoadSessions.define(env, settings);
    env.execute(settings.flink().getOptional(PipelineOptions.NAME).orElse(NAME));
  }
}
