package io.clickstream.tools.deploy;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The job that is meant, and where its savepoint goes. */
final class JobOption {

  @Option(
      names = "--job",
      paramLabel = "ID|NAME",
      required = true,
      description = "Id or name of a job that runs. Required.")
  String job = "";

  @Option(
      names = "--to",
      paramLabel = "URI",
      description =
          "Directory for the savepoint. Default: the cluster's"
              + " execution.checkpointing.savepoint-dir.")
  @Nullable String directory;
}
