package io.clickstream.tools.deploy;

import io.clickstream.cli.ExitCodes;
import io.clickstream.cli.SettingsArguments;
import io.clickstream.config.UserErrorException;
import io.clickstream.tools.deploy.FlinkRestClient.Job;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a job, and returns once all its tasks run. */
@Command(
    name = "run",
    header = "Run a job, and wait until its tasks run.",
    customSynopsis =
        "clickstream submit run --rest URL (--jar FILE | --jar-id ID) [OPTION]... [--KEY VALUE]...",
    description = {
      "Runs a job and prints its id once all its tasks run. Nothing is submitted if its settings or"
          + " its preflight are not right. The cluster keeps how it was submitted, so that 'submit"
          + " upgrade' can go back to it. --config is read where main runs, on the JobManager.",
      ""
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE_LINE, ExitCodes.FAILED_LINE, ExitCodes.WRONG_LINE},
    footer = {
      "",
      "--KEY VALUE are settings of the job; --help-settings lists them.",
      "",
      "Example:",
      "  clickstream submit run --rest http://jobmanager:8081 --jar clickstream-job.jar \\",
      "    --parallelism 4 --config /opt/clickstream.yaml --session.gap 20min"
    })
final class SubmitJob extends ClusterCommand {

  @ArgGroup(exclusive = true, multiplicity = "1")
  private JarOption jar = new JarOption();

  @Option(
      names = "--class",
      paramLabel = "NAME",
      defaultValue = Deployment.JOB_CLASS,
      description =
          "Main class; the loader's is io.clickstream.SessionsToClickHouseJob. Default:"
              + " ${DEFAULT-VALUE}.")
  private String entryClass = "";

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Parallelism of the job. Default: the settings', else the cluster's.")
  private @Nullable Integer parallelism;

  @Option(
      names = "--from",
      paramLabel = "URI",
      description = "Savepoint or checkpoint to go on from. Default: begin anew.")
  private @Nullable String savepoint;

  @Option(
      names = "--allow-non-restored-state",
      description =
          "Go on although state of the savepoint belongs to no operator; it is lost. Default: refuse.")
  private boolean allowNonRestoredState;

  @Option(
      names = "--unless-running",
      description =
          "Do nothing and print the id if a job of the same name runs. Default: run a second one.")
  private boolean unlessRunning;

  @Mixin private SettingsArguments settings = new SettingsArguments();

  @Override
  List<String> settings() {
    return settings.arguments();
  }

  @Override
  int run(FlinkRestClient flink, RemoteJobs jobs) throws IOException, InterruptedException {
    Deployment deployment =
        new Deployment(jar.onCluster(flink), entryClass, settings.arguments(), parallelism);
    if (unlessRunning) {
      String name = flink.plan(deployment.jar(), deployment.plan());
      Optional<Job> running =
          flink.jobs().stream().filter(job -> job.name().equals(name) && !job.isOver()).findFirst();
      if (running.isPresent()) {
        if (jar.file != null) {
          flink.delete(deployment.jar());
        }
        say("'%s' runs already".formatted(name));
        print(running.get().id());
        return ExitCodes.DONE;
      }
    }
    String job = FlinkRestClient.newJobId();
    jobs.submit(deployment, deployment.program(savepoint, allowNonRestoredState), job);
    say("submitted as %s".formatted(job));
    try {
      jobs.awaitRunning(job, false);
    } catch (UserErrorException e) {
      throw new UserErrorException(
          e.getMessage()
              + "; unless it is over it is still there, and 'clickstream submit cancel --job' ends"
              + " it",
          e);
    }
    print(job);
    return ExitCodes.DONE;
  }
}
