package io.clickstream.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.clickstream.clickhouse.ClickHouseServer;
import io.clickstream.faults.CheckpointLog.Phase;
import io.clickstream.reconcile.Reconciliation;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Inflicts faults on a cluster of processes, again and again, and prints what came of it.
 *
 * <p>Exit code 0 if nothing was lost or wrong, nor there twice where that can be prevented, 1
 * otherwise, 2 for a wrong command line.
 */
@Command(
    name = "faults",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Inflicts faults on three brokers, a store for checkpoints and a Flink cluster, each a process",
      "of its own, while clicks flow, and compares what came out with what went in.",
      ""
    },
    footer = {"", "Example:", "  --scenario coordinator-killed --times 3 --out target/faults"})
final class Faults implements Callable<Integer> {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT);

  /** Without the patience that Flink has by default. */
  private static final Map<String, String> REACTIVE =
      Map.of(
          "scheduler-mode", "reactive",
          "jobmanager.adaptive-scheduler.submission.resource-stabilization-timeout", "1 s",
          "jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling", "1 s",
          "jobmanager.adaptive-scheduler.executing.resource-stabilization-timeout", "1 s");

  private static final String ROW = "%-24s %5s %12s %10s %6s %10s %6s  %s";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--scenario",
      split = ",",
      paramLabel = "NAME",
      description =
          "Some of them; all but long-run where none is named. --list tells which there are.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--list", description = "Instead: print the names of all scenarios.")
  private boolean list;

  @Option(
      names = "--times",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often each happens. Default: ${DEFAULT-VALUE}.")
  private int times;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "30",
      description = "How long a long-run lasts. Default: ${DEFAULT-VALUE}.")
  private int minutes;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Clicks a second. Default: ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "7",
      description = "Decides what is random. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where faults.json goes. Default: nowhere.")
  private @Nullable Path out;

  private boolean good = true;

  private final PrintStream console =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  private Faults() {}

  /**
   * A scenario, all its times together.
   *
   * @param recoveryMs the longest
   * @param read records, and what became of them
   * @param phases of a checkpoint that were hit
   * @param hits which processes, doing what
   */
  record Result(
      String scenario,
      int times,
      long recoveryMs,
      long read,
      long lost,
      long duplicated,
      long wrong,
      Set<Phase> phases,
      List<String> hits) {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Faults()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    if (list) {
      Arrays.stream(Scenario.values()).map(Scenario::text).forEach(console::println);
      return 0;
    }
    List<Scenario> scenarios = scenarios();
    if (times < 1) {
      throw new ParameterException(spec.commandLine(), "--times " + times + ": expected 1 or more");
    }
    if (out != null) {
      Files.createDirectories(out);
    }
    List<Result> results = new ArrayList<>();
    console.printf(
        (ROW + "%n"),
        "scenario",
        "times",
        "recovery ms",
        "read",
        "lost",
        "duplicated",
        "wrong",
        "phases hit");
    for (Scenario scenario : scenarios) {
      Result result;
      try {
        result = run(scenario);
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        good = false;
        console.printf("%-24s did not come to its end: %s%n", scenario.text(), e);
        continue;
      }
      results.add(result);
      console.printf(
          (ROW + "%n"),
          result.scenario(),
          result.times(),
          result.recoveryMs(),
          result.read(),
          result.lost(),
          result.duplicated(),
          result.wrong(),
          result.phases());
      write(results);
    }
    return good ? 0 : 1;
  }

  private List<Scenario> scenarios() {
    if (names.isEmpty()) {
      return Arrays.stream(Scenario.values())
          .filter(scenario -> scenario != Scenario.LONG_RUN)
          .filter(this::canRun)
          .toList();
    }
    List<Scenario> scenarios = new ArrayList<>();
    for (String name : names) {
      scenarios.add(
          Arrays.stream(Scenario.values())
              .filter(scenario -> scenario.text().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ParameterException(
                          spec.commandLine(),
                          "--scenario "
                              + name
                              + ": there is no such scenario; expected one of "
                              + Arrays.stream(Scenario.values())
                                  .map(Scenario::text)
                                  .collect(Collectors.joining(", ")))));
    }
    return scenarios;
  }

  private boolean canRun(Scenario scenario) {
    boolean can = !scenario.needsClickHouse() || ClickHouseServer.canBeStarted();
    if (!can) {
      console.printf(
          "%-24s NOT RUN: run .ci/install, which installs a ClickHouse%n", scenario.text());
    }
    return can;
  }

  /** A cluster of its own for each scenario: one that leaves something broken spoils no other. */
  private Result run(Scenario scenario) throws Exception {
    Path directory = Files.createTempDirectory("clickstream-faults-");
    long recovery = 0;
    long read = 0;
    long lost = 0;
    long duplicated = 0;
    long wrong = 0;
    Set<Phase> phases = EnumSet.noneOf(Phase.class);
    List<String> hits = new ArrayList<>();
    try (FaultCluster cluster = cluster(scenario, directory)) {
      for (int time = 0; time < times; time++) {
        String name = scenario.text() + "-" + time;
        FaultRun run =
            scenario.isReactive()
                ? FaultRun.startApplication(cluster, name, rate, seed + time)
                : FaultRun.start(
                    cluster,
                    name,
                    scenario.settings(),
                    scenario.defects(),
                    rate,
                    seed + time,
                    time % 2 == 1);
        run.setLength(Duration.ofMinutes(minutes));
        scenario.inflict(run);
        FaultRun.Outcome outcome = run.finish();
        Reconciliation.Report report = outcome.report();
        report.differences().forEach(difference -> console.println("  " + difference));
        outcome
            .tableDifferences()
            .forEach(difference -> console.println("  in the table: " + difference));
        recovery = Math.max(recovery, outcome.recoveryMs());
        read += report.read();
        lost += report.lost();
        duplicated += report.duplicated();
        wrong += report.wrong() + outcome.tableDifferences().size();
        good &= outcome.good();
        chart(name, outcome);
        phases.addAll(outcome.phases());
        hits.addAll(outcome.hits());
      }
    }
    return new Result(
        scenario.text(), times, recovery, read, lost, duplicated, wrong, phases, hits);
  }

  private void chart(String name, FaultRun.Outcome outcome) throws IOException {
    if (out == null) {
      return;
    }
    if (!outcome.heldOffsets().isEmpty()) {
      FaultCharts.heldOffsets(outcome.heldOffsets(), out.resolve(name + "-held-offsets.png"));
    }
    if (!outcome.ages().isEmpty()) {
      FaultCharts.ages(outcome.ages(), out.resolve(name + ".png"));
      FaultCharts.sessions(outcome.ages(), out.resolve(name + "-sessions.png"));
    }
    if (!outcome.longRun().isEmpty()) {
      FaultCharts.longRun(outcome.longRun(), out);
    }
  }

  private static FaultCluster cluster(Scenario scenario, Path directory) throws Exception {
    return scenario.isReactive()
        ? FaultCluster.startWithoutFlink(directory, REACTIVE)
        : FaultCluster.start(directory, Map.of(), 2);
  }

  private void write(List<Result> results) throws IOException {
    if (out != null) {
      JSON.writeValue(out.resolve("faults.json").toFile(), results);
    }
  }
}
