package io.clickstream.tools.deploy;

import io.clickstream.cli.ExitCodes;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ends a job at once. */
@Command(
    name = "cancel",
    header = "End a job at once.",
    customSynopsis = "clickstream submit cancel --rest URL --job ID|NAME [OPTION]...",
    description = {
      "Ends a job at once. Its last checkpoint remains; a job that starts from there reads again what came after it.",
      ""
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE_LINE, ExitCodes.FAILED_LINE, ExitCodes.WRONG_LINE},
    footer = {
      "",
      "Example:",
      "  clickstream submit cancel --rest http://jobmanager:8081 --job 'Clickstream sessionizer'"
    })
final class CancelJob extends ClusterCommand {

  @Option(
      names = "--job",
      paramLabel = "ID|NAME",
      required = true,
      description = "Id or name of a job that is not over. Required.")
  private String job = "";

  @Override
  int run(FlinkRestClient flink, RemoteJobs jobs) throws IOException, InterruptedException {
    jobs.cancel(jobs.find(job).id());
    return ExitCodes.DONE;
  }
}
