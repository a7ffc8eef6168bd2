package io.clickstream.tools.deploy;

import io.clickstream.cli.ExitCodes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Runs, stops and upgrades jobs through Flink's REST interface. The JAR alone is enough; Flink need
 * not be installed.
 *
 * <p>Standard output is the result alone: a job's id, a savepoint's place. Progress goes to the
 * error stream.
 */
@Command(
    name = "submit",
    header = "Run, stop and upgrade jobs over REST.",
    subcommands = {
      SubmitJob.class,
      UpgradeJob.class,
      StopJob.class,
      TakeSavepoint.class,
      CancelJob.class,
      ListJobs.class,
      UploadJar.class
    },
    customSynopsis = "clickstream submit COMMAND --rest URL [OPTION]...",
    description = {
      "Runs, stops and upgrades jobs through Flink's REST interface. The JAR is enough; Flink need not"
          + " be installed on this machine.",
      "",
      "Standard output is the result alone: a job's id, a savepoint's place. For an endpoint that is"
          + " protected, the environment variable "
          + ClusterCommand.TOKEN
          + " has the bearer token.",
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
      "Examples:",
      "  clickstream submit run --rest http://jobmanager:8081 --jar clickstream-job.jar \\",
      "    --config /opt/clickstream.yaml",
      "  clickstream submit upgrade --rest http://jobmanager:8081 --job 'Clickstream sessionizer' \\",
      "    --jar clickstream-job.jar",
      "  clickstream submit stop --rest http://jobmanager:8081 --job 4f1e… --to s3://bucket/savepoints"
    })
public final class Submit implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "'clickstream submit' expects one of "
            + String.join(", ", spec.commandLine().getSubcommands().keySet()));
  }
}
