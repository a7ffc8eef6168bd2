package io.clickstream.tools;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/** Runs {@link Submit} and keeps what it says. */
public final class SubmitCommand {

  private SubmitCommand() {}

  /** What came of it; the texts without the last line break. */
  public record Result(int exitCode, String out, String err) {}

  public static Result run(List<String> arguments) {
    return run(Submit.commandLine(), arguments);
  }

  /**
   * Runs it with an error stream that can be read meanwhile.
   *
   * @param err empty; gets what it says, as it says it
   */
  public static Result run(List<String> arguments, StringWriter err) {
    return run(Submit.commandLine(), arguments, err);
  }

  static Result run(CommandLine command, List<String> arguments) {
    return run(command, arguments, new StringWriter());
  }

  private static Result run(CommandLine command, List<String> arguments, StringWriter err) {
    StringWriter out = new StringWriter();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    int exitCode = command.execute(arguments.toArray(String[]::new));
    return new Result(exitCode, out.toString().strip(), err.toString().strip());
  }
}
