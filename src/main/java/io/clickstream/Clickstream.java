package io.clickstream;

import io.clickstream.cli.CommandErrors;
import io.clickstream.cli.ExitCodes;
import io.clickstream.cli.ProjectVersion;
import io.clickstream.clickhouse.Migrate;
import io.clickstream.reconcile.Reconcile;
import io.clickstream.tools.deploy.RunJob;
import io.clickstream.tools.deploy.Submit;
import io.clickstream.tools.inspect.Inspect;
import io.clickstream.tools.probe.LatencyProbe;
import io.clickstream.tools.topics.PlanTopics;
import io.clickstream.tools.topics.PrintSchema;
import io.clickstream.tools.traffic.TrafficGenerator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command, with everything around the job. The script {@code clickstream} beside the JAR runs
 * it with Flink's libraries on the class path.
 */
@Command(
    name = "clickstream",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    sortOptions = false,
    versionProvider = ProjectVersion.class,
    subcommands = {
      Inspect.class,
      RunJob.class,
      Check.class,
      PlanTopics.class,
      Submit.class,
      Reconcile.class,
      LatencyProbe.class,
      TrafficGenerator.class,
      Migrate.class,
      PrintSchema.class
    },
    customSynopsis = "clickstream COMMAND [OPTION]...",
    description = {
      "Turns a topic of clicks into a topic of sessions: runs the job, and everything around it.",
      ""
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE_LINE, ExitCodes.FAILED_LINE, ExitCodes.WRONG_LINE},
    footer = {
      "",
      "'clickstream COMMAND --help' has options, examples and exit codes of each.",
      "",
      "Examples:",
      "  clickstream inspect --bootstrap-servers localhost:9092 --topic clicks > clickstream.yaml",
      "  clickstream topics --config clickstream.yaml --slots 4 --create",
      "  clickstream check --config clickstream.yaml",
      "  clickstream run --config clickstream.yaml --parallelism 2"
    })
public final class Clickstream implements Runnable {

  private static final int WIDTH = 100;
  private static final int OPTION_WIDTH = 30;

  @Spec private CommandSpec spec = CommandSpec.create();

  private Clickstream() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command with an output of one's choice. */
  static CommandLine commandLine() {
    return CommandErrors.reportedBy(new CommandLine(new Clickstream()))
        .setUsageHelpWidth(WIDTH)
        .setUsageHelpLongOptionsMaxWidth(OPTION_WIDTH);
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "'clickstream' expects a command: one of "
            + String.join(", ", spec.commandLine().getSubcommands().keySet()));
  }
}
