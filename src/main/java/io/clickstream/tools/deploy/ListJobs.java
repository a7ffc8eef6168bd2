package io.clickstream.tools.deploy;

import io.clickstream.cli.ExitCodes;
import java.io.IOException;
import picocli.CommandLine.Command;

/** Prints the jobs that a cluster knows. */
@Command(
    name = "list",
    header = "Print the jobs of the cluster.",
    customSynopsis = "clickstream submit list --rest URL [OPTION]...",
    description = {"Prints the jobs that the cluster knows: id, state, name.", ""},
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE_LINE, ExitCodes.FAILED_LINE, ExitCodes.WRONG_LINE},
    footer = {"", "Example:", "  clickstream submit list --rest http://jobmanager:8081"})
final class ListJobs extends ClusterCommand {

  @Override
  int run(FlinkRestClient flink, RemoteJobs jobs) throws IOException, InterruptedException {
    flink.jobs().forEach(job -> print(job.id() + "  " + job.state() + "  " + job.name()));
    return ExitCodes.DONE;
  }
}
