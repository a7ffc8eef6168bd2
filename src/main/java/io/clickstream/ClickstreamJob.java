package io.clickstream;

import io.clickstream.config.JobSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.launch.Job;
import io.clickstream.launch.Launcher;
import io.clickstream.preflight.Preflight;
import io.clickstream.preflight.PreflightReport;
import io.clickstream.sink.ClickstreamSink;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The job: {@code flink run clickstream-job.jar --config clickstream.yaml}. */
public final class ClickstreamJob implements Job<JobSettings> {

  /** The name of the job; alerts go by it. */
  public static final String NAME = "Clickstream sessionizer";

  /** The name of a replay, which nobody may take for the job beside it. */
  static final String REPLAY_NAME = "Clickstream replay";

  ClickstreamJob() {}

  /** Starts the job as the arguments say. */
  public static void main(String[] args) throws Exception {
    Launcher.launch(new ClickstreamJob(), args);
  }

  @Override
  public JobSettings read(Invocation invocation, Map<String, String> environment) {
    return SettingsReader.read(invocation, environment);
  }

  @Override
  public Configuration flink(JobSettings loaded) {
    return loaded.flink();
  }

  @Override
  public PreflightReport preflight(
      JobSettings loaded, ReadableConfig flink, boolean replacesRunning) {
    return Preflight.run(loaded.settings(), flink, replacesRunning);
  }

  @Override
  public void define(StreamExecutionEnvironment env, JobSettings loaded) {
    ClickstreamTopology.define(
        env,
        loaded.settings(),
        ClickstreamInputs.of(loaded.settings()),
        ClickstreamSink.create(
            loaded.settings().kafka(), loaded.settings().topics(), loaded.settings().sink()));
  }

  @Override
  public String name(JobSettings loaded) {
    return loaded.settings().ingest().range() == null ? NAME : REPLAY_NAME;
  }
}
