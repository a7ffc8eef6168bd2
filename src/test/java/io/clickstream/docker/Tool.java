package io.clickstream.docker;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.util.List;
import picocli.CommandLine;

/** A program of the JAR by the name of its class, as a container names it. */
final class Tool {

  private Tool() {}

  /** What it printed on both streams, and how it ended. */
  record Result(int exitCode, String output) {}

  static CommandLine commandLine(String name) throws ReflectiveOperationException {
    Method method = Class.forName(name).getDeclaredMethod("commandLine");
    method.setAccessible(true);
    return (CommandLine) method.invoke(null);
  }

  static Result run(String name, List<String> arguments) throws ReflectiveOperationException {
    StringWriter out = new StringWriter();
    CommandLine line = commandLine(name);
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(out, true));
    int exitCode = line.execute(arguments.toArray(String[]::new));
    return new Result(exitCode, out.toString());
  }
}
