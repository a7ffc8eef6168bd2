package io.clickstream;

import io.clickstream.clickhouse.LoadSessions;
import io.clickstream.config.LoaderSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.launch.Job;
import io.clickstream.launch.Launcher;
import io.clickstream.preflight.Preflight;
import io.clickstream.preflight.PreflightReport;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The loader: {@code flink run -c io.clickstream.SessionsToClickHouseJob clickstream-job.jar
 * --config clickstream.yaml}.
 */
public final class SessionsToClickHouseJob implements Job<LoaderSettings> {

  /** The name of the job; alerts go by it. */
  public static final String NAME = "Clickstream sessions to ClickHouse";

  SessionsToClickHouseJob() {}

  /** Starts the loader as the arguments say. */
  public static void main(String[] args) throws Exception {
    Launcher.launch(new SessionsToClickHouseJob(), args);
  }

  @Override
  public LoaderSettings read(Invocation invocation, Map<String, String> environment) {
    return SettingsReader.readForLoader(invocation, environment);
  }

  @Override
  public Configuration flink(LoaderSettings settings) {
    return settings.flink();
  }

  /** The loader has no transactions that another one could abort. */
  @Override
  public PreflightReport preflight(
      LoaderSettings settings, ReadableConfig flink, boolean replacesRunning) {
    return Preflight.run(settings, flink);
  }

  @Override
  public void define(StreamExecutionEnvironment env, LoaderSettings settings) {
    LoadSessions.define(env, settings);
  }

  @Override
  public String name(LoaderSettings settings) {
    return NAME;
  }
}
