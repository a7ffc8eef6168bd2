package io.clickstream.docker;

import io.clickstream.CommandRun;
import java.util.ArrayList;
import java.util.List;

/** A sub-command, as a container runs it. */
final class Tool {

  private Tool() {}

  /** What it printed on both streams, and how it ended. */
  record Result(int exitCode, String output) {}

  static Result run(String name, List<String> arguments) {
    List<String> all = new ArrayList<>(List.of(name));
    all.addAll(arguments);
    CommandRun run = CommandRun.of(all);
    return new Result(run.exitCode(), run.out() + "\n" + run.err());
  }
}
