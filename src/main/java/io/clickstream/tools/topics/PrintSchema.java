package io.clickstream.tools.topics;

import io.clickstream.cli.ExitCodes;
import io.clickstream.output.SessionSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the JSON Schema of the sessions topic. */
@Command(
    name = "schema",
    header = "Print the JSON Schema of the sessions.",
    customSynopsis = "clickstream schema [OPTION]...",
    description = {
      "Prints the JSON Schema (draft 2020-12) of the records of the sessions topic: every field with"
          + " its type and meaning. Flink need not be installed.",
      ""
    },
    exitCodeListHeading = ExitCodes.HEADING,
    exitCodeList = {ExitCodes.DONE_LINE, ExitCodes.WRONG_LINE},
    footer = {"", "Example:", "  clickstream schema > enriched-sessions.schema.json"})
public final class PrintSchema implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().getOut().println(SessionSchema.json());
    spec.commandLine().getOut().flush();
    return ExitCodes.DONE;
  }
}
