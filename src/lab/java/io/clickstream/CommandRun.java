package io.clickstream;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/**
 * A run of the command in this JVM: how it ended and what it printed, without the last line break.
 */
public record CommandRun(int exitCode, String out, String err) {

  /** The command line itself, for a test that only parses. */
  public static CommandLine commandLine() {
    return Clickstream.commandLine();
  }

  public static CommandRun of(String... arguments) {
    return of(List.of(arguments), new StringWriter());
  }

  public static CommandRun of(List<String> arguments) {
    return of(arguments, new StringWriter());
  }

  /**
   * Runs it with an error stream that can be read meanwhile.
   *
   * @param err empty; gets the messages as they come
   */
  public static CommandRun of(List<String> arguments, StringWriter err) {
    StringWriter out = new StringWriter();
    CommandLine command = Clickstream.commandLine();
    command.setOut(new PrintWriter(out, true));
    command.setErr(new PrintWriter(err, true));
    int exitCode = command.execute(arguments.toArray(String[]::new));
    return new CommandRun(exitCode, out.toString().strip(), err.toString().strip());
  }
}
