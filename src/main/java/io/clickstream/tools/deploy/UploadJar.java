package io.clickstream.tools.deploy;

import io.clickstream.cli.ExitCodes;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Uploads a JAR. */
@Command(
    name = "upload",
    header = "Upload a JAR for later.",
    customSynopsis = "clickstream submit upload --rest URL --jar FILE [OPTION]...",
    description = {"Uploads a JAR and prints the id under which it can be run.", ""},
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE_LINE, ExitCodes.FAILED_LINE, ExitCodes.WRONG_LINE},
    footer = {
      "",
      "Example:",
      "  clickstream submit upload --rest http://jobmanager:8081 --jar clickstream-job.jar"
    })
final class UploadJar extends ClusterCommand {

  @Option(names = "--jar", paramLabel = "FILE", required = true, description = "The JAR. Required.")
  private Path jar = Path.of("");

  @Override
  int run(FlinkRestClient flink, RemoteJobs jobs) throws IOException, InterruptedException {
    print(JarOption.upload(flink, jar));
    return ExitCodes.DONE;
  }
}
