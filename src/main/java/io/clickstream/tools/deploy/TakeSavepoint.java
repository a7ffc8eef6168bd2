package io.clickstream.tools.deploy;

import io.clickstream.cli.ExitCodes;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Takes a savepoint of a job that goes on. */
@Command(
    name = "savepoint",
    header = "Take a savepoint of a job that goes on.",
    customSynopsis = "clickstream submit savepoint --rest URL --job ID|NAME [OPTION]...",
    description = {"Takes a savepoint of a job that goes on, and prints where it lies.", ""},
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE_LINE, ExitCodes.FAILED_LINE, ExitCodes.WRONG_LINE},
    footer = {
      "",
      "Example:",
      "  clickstream submit savepoint --rest http://jobmanager:8081 --job 'Clickstream sessionizer' \\",
      "    --to s3://bucket/savepoints"
    })
final class TakeSavepoint extends ClusterCommand {

  @Mixin private JobOption which = new JobOption();

  @Override
  int run(FlinkRestClient flink, RemoteJobs jobs) throws IOException, InterruptedException {
    print(jobs.savepoint(jobs.find(which.job), which.directory));
    return ExitCodes.DONE;
  }
}
