package io.clickstream.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The figures for people to read: a line a run, then the medians of the warm ones. */
final class ResultTable {

  private static final String RUN = "%-9s %3s %5s %8s %8s %9s %8s %8s %10s %8s %10s %6s %7s";
  private static final double ASKED_EVENTS_PER_SECOND = 200_000;
  private static final String MEDIANS = "%-9s %24s %24s %20s %20s %20s %12s";

  static final String RUN_HEADER = header("k/s", "steady", "sums");
  static final String LATENCY_HEADER = header("p50 ms", "p99 ms", "came");

  private ResultTable() {}

  private static String header(String first, String second, String check) {
    return RUN.formatted(
        "system",
        "run",
        "warm",
        first,
        second,
        "µs CPU",
        "RSS MB",
        "ckpt ms",
        "ckpt KB",
        "objects",
        "barrier ms",
        check,
        "others");
  }

  /** One run, and what part of the machine others used meanwhile. */
  static String runLine(RunResult run, @Nullable Double others) {
    return line(
        run,
        number(run.eventsPerSecond(), 1e-3, 1),
        number(run.steadyEventsPerSecond(), 1e-3, 1),
        others);
  }

  /** One run under a fixed load, and what part of the machine others used meanwhile. */
  static String latencyLine(RunResult run, @Nullable Double others) {
    RunResult.Latency latency = run.latencyMs();
    return line(
        run,
        number(latency == null ? null : latency.p50(), 1, 0),
        number(latency == null ? null : latency.p99(), 1, 0),
        others);
  }

  private static String line(RunResult run, String first, String second, @Nullable Double others) {
    return RUN.formatted(
        run.system(),
        run.run(),
        run.warm() ? "yes" : "no",
        first,
        second,
        number(run.cpuUsPerEvent(), 1, 2),
        number(run.peakRssMb(), 1, 0),
        number(run.checkpointMsMedian(), 1, 0),
        number(run.checkpointBytesMedian(), 1e-3, 0),
        number(run.checkpointObjectsMedian(), 1, 1),
        number(run.barrierMsMax(), 1, 0),
        run.sumsOk() == null ? "-" : run.sumsOk() ? "ok" : "WRONG",
        others == null ? "-" : number(others, 100, 0) + " %");
  }

  /** Medians of the warm runs with smallest and largest, and ratios to others in the same round. */
  static List<String> summary(List<RunResult> runs) {
    record Group(String workload, long clicks, int visitors, long intervalMs) {
      static Group of(RunResult run) {
        return new Group(run.workload(), run.clicks(), run.visitors(), run.intervalMs());
      }
    }
    Map<Group, List<RunResult>> groups = new LinkedHashMap<>();
    runs.stream()
        .filter(RunResult::warm)
        .forEach(run -> groups.computeIfAbsent(Group.of(run), key -> new ArrayList<>()).add(run));
    List<String> lines = new ArrayList<>();
    groups.forEach(
        (group, warm) -> {
          lines.add("");
          lines.add(
              "%s, %,d clicks of %,d visitors, interval %d ms: medians of the warm runs (smallest–largest)"
                  .formatted(
                      group.workload(), group.clicks(), group.visitors(), group.intervalMs()));
          lines.addAll(
              warm.get(0).latencyMs() == null ? throughputMedians(warm) : latencyMedians(warm));
        });
    return lines;
  }

  private static List<String> throughputMedians(List<RunResult> warm) {
    List<String> lines = new ArrayList<>();
    lines.add(
        MEDIANS.formatted(
            "system", "k/s", "steady k/s", "µs CPU", "to l2", "to plain", "cores, 200k/s"));
    for (String system : systems(warm)) {
      lines.add(
          MEDIANS.formatted(
              system,
              spread(warm, system, RunResult::eventsPerSecond, 1e-3, 1),
              spread(warm, system, RunResult::steadyEventsPerSecond, 1e-3, 1),
              spread(warm, system, RunResult::cpuUsPerEvent, 1, 2),
              system.equals("l2") ? "" : spread(ratios(warm, system, "l2"), 1, 2),
              system.equals("plain") ? "" : spread(ratios(warm, system, "plain"), 1, 2),
              cores(warm, system)));
    }
    return lines;
  }

  private static List<String> latencyMedians(List<RunResult> warm) {
    List<String> lines = new ArrayList<>();
    lines.add(MEDIANS.formatted("system", "p50 ms", "p99 ms", "µs CPU", "ckpt ms", "ckpt KB", ""));
    for (String system : systems(warm)) {
      lines.add(
          MEDIANS.formatted(
              system,
              spread(warm, system, run -> percentile(run, RunResult.Latency::p50), 1, 0),
              spread(warm, system, run -> percentile(run, RunResult.Latency::p99), 1, 0),
              spread(warm, system, RunResult::cpuUsPerEvent, 1, 2),
              spread(warm, system, RunResult::checkpointMsMedian, 1, 0),
              spread(warm, system, RunResult::checkpointBytesMedian, 1e-3, 0),
              ""));
    }
    return lines;
  }

  /** How many cores it takes for what a cluster is asked for, whatever else they do. */
  private static String cores(List<RunResult> runs, String system) {
    List<@Nullable Double> micros = new ArrayList<>();
    runs.stream()
        .filter(run -> run.system().equals(system))
        .forEach(run -> micros.add(run.cpuUsPerEvent()));
    return number(RunResult.median(micros), ASKED_EVENTS_PER_SECOND / 1e6, 2);
  }

  private static Set<String> systems(List<RunResult> runs) {
    Set<String> systems = new LinkedHashSet<>();
    runs.forEach(run -> systems.add(run.system()));
    return systems;
  }

  private static @Nullable Double percentile(
      RunResult run, Function<RunResult.Latency, Double> percentile) {
    RunResult.Latency latency = run.latencyMs();
    return latency == null ? null : percentile.apply(latency);
  }

  /** How many times as fast a system was as another, in each round that both have done. */
  static List<Double> ratios(List<RunResult> warm, String system, String other) {
    return ratios(warm, system, other, RunResult::eventsPerSecond);
  }

  /** The same by another measure of speed. */
  static List<Double> ratios(
      List<RunResult> warm,
      String system,
      String other,
      Function<RunResult, @Nullable Double> speed) {
    List<Double> ratios = new ArrayList<>();
    for (RunResult run : warm) {
      Double mine = speed.apply(run);
      if (!run.system().equals(system) || mine == null) {
        continue;
      }
      warm.stream()
          .filter(peer -> peer.system().equals(other) && peer.run() == run.run())
          .map(speed)
          .filter(Objects::nonNull)
          .findFirst()
          .ifPresent(theirs -> ratios.add(mine / theirs));
    }
    return ratios;
  }

  private static String spread(
      List<RunResult> runs,
      String system,
      Function<RunResult, @Nullable Double> figure,
      double unit,
      int digits) {
    List<@Nullable Double> values = new ArrayList<>();
    runs.stream()
        .filter(run -> run.system().equals(system))
        .forEach(run -> values.add(figure.apply(run)));
    return spread(values, unit, digits);
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
