package io.clickstream.launch;

import io.clickstream.config.load.Invocation;
import io.clickstream.preflight.PreflightReport;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A job that {@link Launcher} starts.
 *
 * @param <S> its settings
 */
public interface Job<S> {

  /**
   * Reads the settings.
   *
   * @param environment the variables of the process
   * @throws io.clickstream.config.UserErrorException naming everything that is wrong with them
   */
  S read(Invocation invocation, Map<String, String> environment);

  /** The options of Flink in the settings. */
  Configuration flink(S settings);

  /**
   * Looks for problems that would stop or harm the job later.
   *
   * @param flink the configuration that it will run with
   * @param replacesRunning whether a job that runs with the same prefix will be stopped before
   */
  PreflightReport preflight(S settings, ReadableConfig flink, boolean replacesRunning);

  /** Adds the graph to the environment. */
  void define(StreamExecutionEnvironment env, S settings);

  /** The job's name in Flink, unless the settings say {@code pipeline.name}. */
  String name(S settings);
}
