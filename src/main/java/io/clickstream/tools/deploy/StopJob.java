package io.clickstream.tools.deploy;

import io.clickstream.cli.ExitCodes;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Stops a job with a savepoint. */
@Command(
    name = "stop",
    header = "Stop a job with a savepoint.",
    customSynopsis = "clickstream submit stop --rest URL --job ID|NAME [OPTION]...",
    description = {
      "Stops a job with a savepoint and prints where it lies. Sessions that are open stay open in it.",
      ""
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE_LINE, ExitCodes.FAILED_LINE, ExitCodes.WRONG_LINE},
    footer = {
      "",
      "Example:",
      "  clickstream submit stop --rest http://jobmanager:8081 --job 'Clickstream sessionizer' \\",
      "    --to s3://bucket/savepoints"
    })
final class StopJob extends ClusterCommand {

  @Mixin private JobOption which = new JobOption();

  @Override
  int run(FlinkRestClient flink, RemoteJobs jobs) throws IOException, InterruptedException {
    print(jobs.stop(jobs.find(which.job), which.directory));
    return ExitCodes.DONE;
  }
}
