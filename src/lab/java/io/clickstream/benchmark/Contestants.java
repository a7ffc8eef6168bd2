package io.clickstream.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The systems of a benchmark in the order of their turns, each in a JVM that lives through all its
 * runs; one that dies is reported and takes part no longer.
 */
final class Contestants implements AutoCloseable {

  private final Map<String, SystemProcess> alive = new LinkedHashMap<>();
  private final Set<String> makeSessions = new LinkedHashSet<>();
  private final List<String> failures = new ArrayList<>();
  private final PrintStream out;

  private Contestants(PrintStream out) {
    this.out = out;
  }

  /** Starts the JVMs. */
  static Contestants start(BenchmarkOptions options, WorkDirectory work, PrintStream out)
      throws IOException {
    Contestants contestants = new Contestants(out);
    try {
      for (String name : options.systems) {
        contestants.alive.put(name, start(name, options, work));
      }
    } catch (IOException e) {
      contestants.close();
      throw e;
    }
    return contestants;
  }

  private static SystemProcess start(String name, BenchmarkOptions options, WorkDirectory work)
      throws IOException {
    List<String> jvmArguments = new ArrayList<>();
    if (!options.settings.isEmpty()) {
      jvmArguments.add("-D" + ProductionGraph.SETTINGS + "=" + JsonLines.write(options.settings));
    }
    if (!options.cluster.isEmpty()) {
      jvmArguments.add("-D" + FlinkInProcess.SETTINGS + "=" + JsonLines.write(options.cluster));
    }
    if (name.equals(options.profile)) {
      Path recording = options.out.resolve(name + ".jfr").toAbsolutePath();
      jvmArguments.addAll(
          List.of(
              "-XX:+UnlockDiagnosticVMOptions",
              "-XX:+DebugNonSafepoints",
              "-XX:StartFlightRecording=filename=" + recording + ",settings=profile"));
    }
    if (options.jvmArguments.isBlank()) {
      jvmArguments.addAll(SystemJvm.named(name).jvmArguments());
    } else {
      jvmArguments.addAll(List.of(options.jvmArguments.strip().split(" +")));
    }
    return new SystemProcess(
        name,
        ChildJvm.start(
            name,
            SystemJvm.class,
            List.of(name),
            options.heap,
            jvmArguments,
            work.directory(name),
            options.out.resolve(name + ".log")));
  }

  List<SystemProcess> alive() {
    return List.copyOf(alive.values());
  }

  /** Prints how each is configured; {@code run} is an example. */
  void describe(Run run) throws InterruptedException {
    for (SystemProcess system : alive()) {
      try {
        Reply reply = system.describe(run);
        if (reply.makesSessions()) {
          makeSessions.add(system.name());
        }
        out.printf("%n%s%n", system.name());
        SystemProcess.lines(reply).forEach(line -> out.println("  " + line));
      } catch (IOException e) {
        lost(system, e);
      }
    }
  }

  /** Whether there is something to check; known once they are described. */
  boolean makesSessions(String system) {
    return makeSessions.contains(system);
  }

  /** A run went wrong. If the system said so itself, it goes on with the next one. */
  void failed(SystemProcess system, String run, IOException e) {
    if (e instanceof SystemProcess.RunFailedException) {
      fail(run + ": " + e.getMessage());
    } else {
      lost(system, e);
    }
  }

  private void lost(SystemProcess system, IOException e) {
    fail(e.getMessage() == null ? e.toString() : e.getMessage());
    alive.remove(system.name());
    system.close();
  }

  /** Something was not as it must be. */
  void fail(String message) {
    failures.add(message);
    out.println(message);
  }

  /** The failures, in words. */
  List<String> failures() {
    return failures;
  }

  @Override
  public void close() {
    alive.values().forEach(SystemProcess::close);
  }
}
