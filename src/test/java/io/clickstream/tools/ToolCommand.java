package io.clickstream.tools;

import io.clickstream.tools.SubmitCommand.Result;
import java.util.List;

/** Runs a tool that looks at Kafka, and keeps what it says. */
public final class ToolCommand {

  private ToolCommand() {}

  public static Result planTopics(List<String> arguments) {
    return SubmitCommand.run(PlanTopics.commandLine(), arguments);
  }

  public static Result reconcile(List<String> arguments) {
    return SubmitCommand.run(Reconcile.commandLine(), arguments);
  }
}
