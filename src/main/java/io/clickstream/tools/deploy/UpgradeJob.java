package io.clickstream.tools.deploy;

import io.clickstream.cli.ExitCodes;
import io.clickstream.cli.SettingsArguments;
import io.clickstream.config.UserErrorException;
import io.clickstream.tools.deploy.FlinkRestClient.Job;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Replaces a job by another JAR, other settings or another parallelism, or leaves the one before
 * running.
 */
@Command(
    name = "upgrade",
    header = "Replace a job by another version, or leave it running.",
    customSynopsis =
        "clickstream submit upgrade --rest URL --job ID|NAME [OPTION]... [--KEY VALUE]...",
    description = {
      "Replaces a job by another JAR, other settings or another parallelism, and prints the new"
          + " job's id: stops it with a savepoint, goes on from there, and waits for the first"
          + " checkpoint. If that does not come, the job before goes on from the same savepoint."
          + " Nothing is stopped if the new job's settings or its preflight are not right.",
      ""
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      ExitCodes.DONE_LINE,
      ExitCodes.FAILED_LINE,
      ExitCodes.WRONG_LINE,
      UpgradeJob.ROLLED_BACK_LINE
    },
    footer = {
      "",
      "--KEY VALUE are settings of the job; --help-settings lists them. Without any, and without"
          + " --config, the job keeps those that it was submitted with.",
      "",
      "Example:",
      "  clickstream submit upgrade --rest http://jobmanager:8081 --job 'Clickstream sessionizer' \\",
      "    --jar clickstream-job.jar"
    })
final class UpgradeJob extends ClusterCommand {

  static final String ROLLED_BACK_LINE =
      "3:The upgrade failed, and the job before it runs again (submit upgrade).";

  private static final int ROLLED_BACK = 3;

  /** How long a job that was just over may still be told to run. */
  private static final Duration CACHED = Duration.ofMillis(3_500);

  @Mixin private JobOption which = new JobOption();

  @ArgGroup(exclusive = true)
  private @Nullable JarOption jar;

  @Option(
      names = "--class",
      paramLabel = "NAME",
      description = "Main class. Default: as it was submitted.")
  private @Nullable String entryClass;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Parallelism of the job. Default: as it was submitted.")
  private @Nullable Integer parallelism;

  @Option(
      names = "--allow-non-restored-state",
      description =
          "Go on although state of the savepoint belongs to no operator; it is lost. Default: refuse.")
  private boolean allowNonRestoredState;

  @Option(
      names = "--previous-jar",
      paramLabel = "FILE",
      description =
          "The JAR to roll back to, if the cluster does not have it any more. Default: the"
              + " cluster's.")
  private @Nullable Path previousJar;

  @Option(
      names = "--no-roll-back",
      description = "Leave a new job that does not come up as it is. Default: roll back.")
  private boolean noRollBack;

  @Mixin private SettingsArguments settings = new SettingsArguments();

  @Override
  List<String> settings() {
    return settings.arguments();
  }

  @Override
  int run(FlinkRestClient flink, RemoteJobs jobs) throws IOException, InterruptedException {
    Job old = jobs.find(which.job);
    Optional<Deployment> recorded = Deployment.of(flink.parameters(old.id()));
    Deployment before = noRollBack ? null : rollBackTo(flink, old, recorded);
    Deployment wanted = wanted(flink, recorded);
    String planned = flink.plan(wanted.jar(), wanted.plan());
    say("settings and preflight of '%s' are right".formatted(planned));

    String savepoint = jobs.stop(old, which.directory);
    say("stopped %s".formatted(old.id()));
    try {
      String job = start(flink, jobs, wanted, savepoint, true);
      say("%s goes on as %s".formatted(old.id(), job));
      print(job);
      return ExitCodes.DONE;
    } catch (NotRolledBackException e) {
      throw e;
    } catch (IOException | UserErrorException e) {
      String reason = String.valueOf((e instanceof IOException io ? failed(io) : e).getMessage());
      if (before == null) {
        throw new UserErrorException(
            "the new job does not come up, and nothing else runs; the savepoint is %s: %s"
                .formatted(savepoint, reason),
            e);
      }
      say("the new job does not come up: %s".formatted(reason));
      rollBack(flink, jobs, before, savepoint);
      return ROLLED_BACK;
    }
  }

  /** The deployment to return to if the new job fails; known before anything is stopped. */
  private Deployment rollBackTo(FlinkRestClient flink, Job old, Optional<Deployment> recorded)
      throws IOException, InterruptedException {
    if (recorded.isEmpty()) {
      throw new UserErrorException(
          ("--job %s: it was not submitted by this tool, so that nobody knows what to roll back"
                  + " to; give --no-roll-back, with all settings")
              .formatted(old.id()));
    }
    Deployment before = recorded.get();
    if (previousJar != null) {
      return before.withJar(JarOption.upload(flink, previousJar));
    }
    if (!flink.jars().contains(before.jar())) {
      throw new UserErrorException(
          "the cluster does not have %s any more, which runs now: give it as --previous-jar, or --no-roll-back"
              .formatted(before.jar()));
    }
    return before;
  }

  private Deployment wanted(FlinkRestClient flink, Optional<Deployment> recorded)
      throws IOException, InterruptedException {
    if (recorded.isEmpty()) {
      if (jar == null) {
        throw wrong("--jar is missing: the job was not submitted by this tool");
      }
      return new Deployment(
          jar.onCluster(flink),
          entryClass == null ? Deployment.JOB_CLASS : entryClass,
          settings.arguments(),
          parallelism);
    }
    Deployment before = recorded.get();
    return new Deployment(
        jar == null ? before.jar() : jar.onCluster(flink),
        entryClass == null ? before.entryClass() : entryClass,
        settings.arguments().isEmpty() ? before.arguments() : settings.arguments(),
        parallelism == null ? before.parallelism() : parallelism);
  }

  private String start(
      FlinkRestClient flink,
      RemoteJobs jobs,
      Deployment deployment,
      String savepoint,
      boolean endIfNot)
      throws IOException, InterruptedException {
    String job = FlinkRestClient.newJobId();
    try {
      jobs.submit(deployment, deployment.program(savepoint, allowNonRestoredState), job);
      jobs.awaitRunning(job, true);
      return job;
    } catch (IOException | UserErrorException e) {
      if (endIfNot && !noRollBack) {
        end(flink, jobs, job, savepoint, e);
      }
      throw e;
    }
  }

  /** Returns if the job is over and has committed nothing. */
  private void end(
      FlinkRestClient flink, RemoteJobs jobs, String job, String savepoint, Exception reason)
      throws InterruptedException {
    long checkpoints;
    try {
      if (!jobs.isKnown(job)) {
        return;
      }
      jobs.cancel(job);
      TimeUnit.MILLISECONDS.sleep(CACHED.toMillis());
      checkpoints = flink.completedCheckpoints(job);
    } catch (IOException | UserErrorException e) {
      reason.addSuppressed(e);
      throw new NotRolledBackException(
          "the new job %s does not come up (%s) and could not be cancelled (%s): nothing was rolled back; the savepoint is %s"
              .formatted(job, reason.getMessage(), e.getMessage(), savepoint),
          reason);
    }
    if (checkpoints > 0) {
      throw new NotRolledBackException(
          "the new job %s was cancelled (%s), but had completed %d checkpoints: what it wrote is committed, so that it has to go on from its last one, under execution.checkpointing.dir, and not from the savepoint before it, %s"
              .formatted(job, reason.getMessage(), checkpoints, savepoint),
          reason);
    }
  }

  private void rollBack(FlinkRestClient flink, RemoteJobs jobs, Deployment before, String savepoint)
      throws IOException, InterruptedException {
    try {
      String job = start(flink, jobs, before, savepoint, false);
      say("rolled back: what ran before goes on as %s".formatted(job));
      print(job);
    } catch (IOException | UserErrorException e) {
      throw new UserErrorException(
          "what ran before does not come up either; it stands at savepoint %s: %s"
              .formatted(savepoint, e.getMessage()),
          e);
    }
  }

  /** The new job has to be looked at before anything else runs. */
  private static final class NotRolledBackException extends UserErrorException {
    private static final long serialVersionUID = 1L;

    NotRolledBackException(String message, Exception reason) {
      super(message, reason);
    }
  }
}
