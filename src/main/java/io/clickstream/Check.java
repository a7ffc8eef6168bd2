package io.clickstream;

import io.clickstream.cli.ExitCodes;
import io.clickstream.cli.SettingsArguments;
import io.clickstream.config.load.Invocation;
import io.clickstream.preflight.PreflightException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The preflight of a job alone: it prints the report, and starts nothing. */
@Command(
    name = "check",
    header = "See whether the job can start, and start nothing.",
    customSynopsis = "clickstream check [OPTION]... [--KEY VALUE]...",
    description = {
      "Looks at Kafka with the job's own credentials, prints what is right and wrong for this job,"
          + " and starts nothing. 'flink run clickstream-job.jar --check' does the same with the"
          + " cluster's settings, and with -s it tells whether a savepoint can be restored.",
      ""
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {
      "0:The job can start.",
      "1:It cannot, and the report says why; or a setting is wrong.",
      ExitCodes.WRONG_LINE
    },
    footer = {
      "",
      "--KEY VALUE are settings of the job: give the same as to the job itself.",
      "",
      "Examples:",
      "  clickstream check --config clickstream.yaml",
      "  clickstream check --config clickstream.yaml --replaces-running",
      "  clickstream check --loader --config clickstream.yaml"
    })
final class Check implements Callable<Integer> {

  @Option(
      names = "--loader",
      description =
          "Check the loader, which writes the sessions into ClickHouse. Default: the sessionizer.")
  private boolean loader;

  @Option(
      names = Invocation.REPLACES_RUNNING,
      description =
          "The job that runs with this prefix is stopped before this one starts, as in an upgrade."
              + " Default: a job that runs is an error.")
  private boolean replacesRunning;

  @Mixin private SettingsArguments settings = new SettingsArguments();

  @Override
  public Integer call() throws Exception {
    // With --debug main throws what it found, and not its message alone.
    List<String> arguments = new ArrayList<>(List.of("--check", "--debug"));
    if (replacesRunning) {
      arguments.add(Invocation.REPLACES_RUNNING);
    }
    arguments.addAll(settings.arguments());
    String[] all = arguments.toArray(String[]::new);
    try {
      if (loader) {
        SessionsToClickHouseJob.main(all);
      } else {
        ClickstreamJob.main(all);
      }
      return ExitCodes.DONE;
    } catch (PreflightException e) {
      // Everything is in the report already.
      return ExitCodes.FAILED;
    }
  }
}
