package io.clickstream.tools.topics;

import io.clickstream.cli.ExitCodes;
import io.clickstream.cli.SettingsArguments;
import io.clickstream.columns.Columns;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.output.SessionSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the JSON Schema of the sessions topic. */
@Command(
    name = "schema",
    header = "Print the JSON Schema of the sessions.",
    customSynopsis = "clickstream schema [OPTION]... [--KEY VALUE]...",
    description = {
      "Prints the JSON Schema (draft 2020-12) of the records of the sessions topic: every field with"
          + " its type and meaning, those among them that the settings define. Without settings Flink"
          + " need not be installed.",
      ""
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE_LINE, ExitCodes.FAILED_LINE, ExitCodes.WRONG_LINE},
    footer = {
      "",
      "--KEY VALUE are settings of the job: give the same as to the job itself. Those that define no"
          + " fields of sessions change nothing.",
      "",
      "Example:",
      "  clickstream schema --config clickstream.yaml > enriched-sessions.schema.json"
    })
public final class PrintSchema implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private SettingsArguments settings = new SettingsArguments();

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(SessionSchema.json(columns()));
    spec.commandLine().getOut().flush();
    return ExitCodes.DONE;
  }

  /** Without settings nothing is read that Flink is needed for. */
  private Columns columns() {
    return settings.areGiven(System.getenv())
        ? Columns.of(
            SettingsReader.readPart(settings.invocation(), System.getenv())
                .settings()
                .session()
                .definitions())
        : Columns.BUILT_IN;
  }
}
