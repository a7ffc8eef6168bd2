package io.clickstream.lab;

import io.clickstream.tools.AttendedRun;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Runs one of the programs of {@code src/lab}, named first, with the arguments that follow. It ends
 * with the process that started it.
 *
 * <p>Exit code 2 without such a name, otherwise that of the program.
 */
public final class Lab {

  /** Main classes by program. By name, so that one program can be compiled without the others. */
  static final Map<String, String> PROGRAMS = programs();

  private Lab() {}

  public static void main(String[] args) throws Throwable {
    String main = args.length == 0 ? null : PROGRAMS.get(args[0]);
    if (main == null) {
      System.err.println(
          "Expected the name of a program as first argument, found "
              + (args.length == 0 ? "none" : args[0])
              + ": name one of "
              + String.join(", ", PROGRAMS.keySet())
              + ".");
      System.exit(2);
    }
    String[] attended = Arrays.copyOf(args, args.length);
    attended[0] = main;
    AttendedRun.main(attended);
  }

  private static Map<String, String> programs() {
    Map<String, String> programs = new LinkedHashMap<>();
    programs.put("local", "io.clickstream.local.LocalMode");
    programs.put("cluster", "io.clickstream.faults.Playground");
    programs.put("faults", "io.clickstream.faults.Faults");
    programs.put("benchmark", "io.clickstream.benchmark.Benchmark");
    programs.put("loader", "io.clickstream.clickhouse.LoaderBenchmark");
    programs.put("keep-state", "io.clickstream.topology.KeepReleasedState");
    return Collections.unmodifiableMap(programs);
  }
}
