package io.clickstream.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The figures for people to read: a line a run, then the medians of the warm ones. */
final class ResultTable {

  static final String RUN_HEADER =
      "%-9s %3s %5s %10s %10s %9s %8s %8s %10s %8s %6s"
          .formatted(
              "system",
              "run",
              "warm",
              "k/s",
              "steady k/s",
              "µs CPU",
              "RSS MB",
              "ckpt ms",
              "ckpt KB",
              "objects",
              "sums");

  static final String LATENCY_HEADER =
      "%-9s %3s %5s %8s %8s %8s %9s %8s %8s %10s %8s %6s"
          .formatted(
              "system", "run", "warm", "p50 ms", "p99 ms", "k/s", "µs CPU", "RSS MB", "ckpt ms",
              "ckpt KB", "objects", "all");

  private ResultTable() {}

  static String latencyLine(RunResult run) {
    RunResult.Latency latency = run.latencyMs();
    return "%-9s %3d %5s %8s %8s %8s %9s %8s %8s %10s %8s %6s"
        .formatted(
            run.system(),
            run.run(),
            run.warm() ? "yes" : "no",
            number(latency == null ? null : latency.p50(), 1, 0),
            number(latency == null ? null : latency.p99(), 1, 0),
            number(run.eventsPerSecond(), 1e-3, 1),
            number(run.cpuMicrosPerEvent(), 1, 2),
            number(run.peakRssMb(), 1, 0),
            number(run.checkpointMsMedian(), 1, 0),
            number(run.checkpointBytesMedian(), 1e-3, 0),
            number(run.checkpointObjectsMedian(), 1, 1),
            run.sumsOk() == null ? "-" : run.sumsOk() ? "came" : "LATE");
  }

  static String runLine(RunResult run) {
    return "%-9s %3d %5s %10s %10s %9s %8s %8s %10s %8s %6s"
        .formatted(
            run.system(),
            run.run(),
            run.warm() ? "yes" : "no",
            number(run.eventsPerSecond(), 1e-3, 1),
            number(run.steadyEventsPerSecond(), 1e-3, 1),
            number(run.cpuMicrosPerEvent(), 1, 2),
            number(run.peakRssMb(), 1, 0),
            number(run.checkpointMsMedian(), 1, 0),
            number(run.checkpointBytesMedian(), 1e-3, 0),
            number(run.checkpointObjectsMedian(), 1, 1),
            run.sumsOk() == null ? "-" : run.sumsOk() ? "ok" : "WRONG");
  }

  /** Medians of the warm runs with smallest and largest, and ratios to others in the same round. */
  static List<String> summary(List<RunResult> runs) {
    List<String> lines = new ArrayList<>();
    record Group(String workload, long clicks, int visitors, long intervalMs) {}
    Set<Group> groups = new LinkedHashSet<>();
    runs.forEach(
        run ->
            groups.add(new Group(run.workload(), run.clicks(), run.visitors(), run.intervalMs())));
    for (Group group : groups) {
      List<RunResult> warm =
          runs.stream()
              .filter(RunResult::warm)
              .filter(
                  run ->
                      new Group(run.workload(), run.clicks(), run.visitors(), run.intervalMs())
                          .equals(group))
              .toList();
      if (warm.isEmpty()) {
        continue;
      }
      lines.add("");
      lines.add(
          String.format(
              Locale.ROOT,
              "%s, %,d clicks, interval %d ms: medians of the warm runs (smallest to largest)",
              group.workload(),
              group.clicks(),
              group.intervalMs()));
      lines.add(
          "%-9s %24s %24s %20s %20s %20s"
              .formatted("system", "k/s", "steady k/s", "µs CPU", "to l2", "to plain"));
      Set<String> systems = new LinkedHashSet<>();
      warm.forEach(run -> systems.add(run.system()));
      for (String system : systems) {
        List<RunResult> of = warm.stream().filter(run -> run.system().equals(system)).toList();
        lines.add(
            "%-9s %24s %24s %20s %20s %20s"
                .formatted(
                    system,
                    spread(values(of, RunResult::eventsPerSecond), 1e-3, 1),
                    spread(values(of, RunResult::steadyEventsPerSecond), 1e-3, 1),
                    spread(values(of, RunResult::cpuMicrosPerEvent), 1, 2),
                    system.equals("l2") ? "" : spread(ratios(warm, system, "l2"), 1, 2),
                    system.equals("plain") ? "" : spread(ratios(warm, system, "plain"), 1, 2)));
      }
    }
    return lines;
  }

  /** How many times as fast a system was as another, in each round that both have done. */
  static List<Double> ratios(List<RunResult> warm, String system, String other) {
    List<Double> ratios = new ArrayList<>();
    for (RunResult run : warm) {
      Double mine = run.eventsPerSecond();
      if (!run.system().equals(system) || mine == null) {
        continue;
      }
      warm.stream()
          .filter(peer -> peer.system().equals(other) && peer.run() == run.run())
          .map(RunResult::eventsPerSecond)
          .filter(Objects::nonNull)
          .findFirst()
          .ifPresent(theirs -> ratios.add(mine / theirs));
    }
    return ratios;
  }

  private static List<@Nullable Double> values(
      List<RunResult> runs, Function<RunResult, @Nullable Double> figure) {
    List<@Nullable Double> values = new ArrayList<>();
    runs.forEach(run -> values.add(figure.apply(run)));
    return values;
  }

  private static String spread(List<? extends @Nullable Double> values, double unit, int digits) {
    Double median = RunResult.median(values);
    if (median == null) {
      return "-";
    }
    double smallest = Double.MAX_VALUE;
    double largest = 0;
    for (Double value : values) {
      if (value != null) {
        smallest = Math.min(smallest, value);
        largest = Math.max(largest, value);
      }
    }
    return "%s (%s–%s)"
        .formatted(
            number(median, unit, digits),
            number(smallest, unit, digits),
            number(largest, unit, digits));
  }

  private static String number(@Nullable Double value, double unit, int digits) {
    return value == null ? "-" : String.format(Locale.ROOT, "%,." + digits + "f", value * unit);
  }
}
