package io.clickstream.launch;

import io.clickstream.config.UserErrorException;
import io.clickstream.config.load.HelpText;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.JobDefaults;
import io.clickstream.preflight.PreflightReport;
import io.clickstream.preflight.PreflightReport.Severity;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a job only after its preflight found nothing that would fail later. A problem that the
 * user can mend is one message without a stack trace, unless {@code --debug} is given.
 *
 * <p>{@code --help} prints the settings, and {@code --check} the report of the preflight: neither
 * starts anything.
 */
public final class Launcher {

  private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);

  private Launcher() {}

  /**
   * Does as the command line says, with the variables of this process.
   *
   * @throws UserErrorException if there is something that the user has to mend before; it is thrown
   *     and not printed because {@code main} runs inside the JobManager if it was submitted over
   *     REST, and Flink's client prints it
   * @throws Exception if Flink cannot run the job
   */
  public static <S> void launch(Job<S> job, String... args) throws Exception {
    launch(job, Invocation.of(args), System.getenv());
  }

  static <S> void launch(Job<S> job, Invocation invocation, Map<String, String> environment)
      throws Exception {
    try {
      run(job, invocation, environment);
    } catch (UserErrorException e) {
      throw invocation.debug() ? e : e.messageOnly();
    }
  }

  private static <S> void run(Job<S> job, Invocation invocation, Map<String, String> environment)
      throws Exception {
    if (invocation.help()) {
      System.out.println(HelpText.text());
      return;
    }
    S settings = job.read(invocation, environment);
    Configuration flink = job.flink(settings);
    StreamExecutionEnvironment env = JobDefaults.environment(flink);
    PreflightReport report =
        job.preflight(settings, env.getConfiguration(), invocation.replacesRunning());
    if (invocation.check()) {
      System.out.println(report.render());
    }
    report.requireNoErrors();
    if (invocation.check()) {
      return;
    }
    report
        .of(Severity.WARNING)
        .forEach(warning -> LOG.warn("The preflight warns: finding={}", warning));
    job.define(env, settings);
    env.execute(flink.getOptional(PipelineOptions.NAME).orElseGet(() -> job.name(settings)));
  }
}
