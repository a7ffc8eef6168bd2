package io.clickstream.benchmark;

import io.clickstream.clickhouse.ClickHouseServer;
import io.clickstream.config.UserErrorException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Runs systems in turn over the same clicks and writes how fast they were.
 *
 * <p>Exit code 0 if every run ended and every sum was right, 1 with the reasons on the error stream
 * otherwise, 2 for a wrong command line. Broker and systems are processes of their own, which end
 * with this one.
 */
@Command(
    name = "benchmark",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 100,
    description = {"Runs systems in turn over the same clicks and writes how fast they were.", ""},
    footer = {
      "",
      "Durations: 500ms, 1s, 15min. Numbers: 500k, 5m.",
      "",
      "Examples:",
      "  --systems l2,plain,ours --interval 5s --out target/r1",
      "  --systems ours --latency --interval 1s,500ms,200ms --out target/latency"
    })
public final class Benchmark implements Callable<Integer> {

  private static final String OURS = "ours";
  private static final String PLAIN = "plain";
  private static final String BROKER_HEAP = "1g";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private BenchmarkOptions options = new BenchmarkOptions();

  private final PrintStream out;
  private final PrintStream err;
  private volatile boolean ending;

  /** Prints to the streams given. */
  Benchmark(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  public static void main(String[] args) {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    System.exit(new Benchmark(out, err).run(args));
  }

  /** Runs as the arguments say and returns the exit code. */
  int run(String... args) {
    return new CommandLine(this)
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .setExecutionExceptionHandler((e, commandLine, parsed) -> failed(e))
        .execute(args);
  }

  private int failed(Exception e) {
    if (!ending) {
      err.println(e instanceof UserErrorException ? e.getMessage() : "Failed: " + root(e));
    }
    return 1;
  }

  private static Throwable root(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }

  @Override
  public Integer call() throws Exception {
    requireValidOptions();
    createOut();
    if (!options.charts.isEmpty()) {
      return drawCharts();
    }
    Results results = new Results(options.out);
    WorkDirectory work = new WorkDirectory(options.work);
    Thread hook =
        new Thread(
            () -> {
              ending = true;
              ChildJvm.endAll();
              work.close();
            },
            "benchmark-end");
    Runtime.getRuntime().addShutdownHook(hook);
    try (work) {
      List<String> failures = new ArrayList<>(run(results, work));
      ResultTable.summary(results.runs()).forEach(out::println);
      out.printf("%n%s has every run%n", results.file());
      String slower = slowerThanAsserted(results);
      if (slower != null) {
        failures.add(slower);
      }
      failures.forEach(err::println);
      return failures.isEmpty() ? 0 : 1;
    } finally {
      if (!ending) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    }
  }

  /** Returns what went wrong. */
  private List<String> run(Results results, WorkDirectory work) throws Exception {
    out.println("starting the broker");
    try (ChildJvm broker =
        ChildJvm.start(
            "broker",
            BrokerJvm.class,
            List.of(work.directory("broker").toString()),
            BROKER_HEAP,
            List.of(),
            work.directory("broker-tmp"),
            options.out.resolve("broker.log"))) {
      String bootstrapServers = broker.receive(START_TIMEOUT);
      try (Topics topics = new Topics(bootstrapServers);
          Contestants systems = Contestants.start(options, work, out)) {
        topics.createReferences();
        Environment environment =
            new Environment(
                options, bootstrapServers, broker.pid(), topics, work, systems, results, out);
        if (options.latency) {
          new LatencyBenchmark(environment).run();
        } else {
          new DrainBenchmark(environment).run();
        }
        return systems.failures();
      }
    }
  }

  private void createOut() {
    try {
      Files.createDirectories(options.out);
      Files.delete(Files.createTempFile(options.out, "probe", null));
    } catch (IOException e) {
      throw new UserErrorException(
          "--out " + options.out + ": expected a directory that can be written; " + e + ".", e);
    }
  }

  private int drawCharts() throws IOException {
    List<RunResult> runs = new ArrayList<>();
    for (Path directory : options.charts) {
      try {
        runs.addAll(Results.read(directory));
      } catch (IOException e) {
        throw new UserErrorException(
            "--charts %s: expected a directory with the %s of a benchmark; %s."
                .formatted(directory, Results.FILE, e),
            e);
      }
    }
    List<Path> written = new Charts(runs).write(options.out);
    written.forEach(out::println);
    if (written.isEmpty()) {
      throw new UserErrorException(
          "--charts: there is no warm run in %s; run the benchmark with --runs 1 or more."
              .formatted(options.charts));
    }
    return 0;
  }

  /** Null where nothing is asserted or it holds. */
  private @Nullable String slowerThanAsserted(Results results) {
    Double factor = options.assertFaster;
    if (factor == null) {
      return null;
    }
    List<RunResult> warm = results.runs().stream().filter(RunResult::warm).toList();
    Double ratio =
        RunResult.median(ResultTable.ratios(warm, OURS, PLAIN, RunResult::steadyEventsPerSecond));
    return ratio != null && ratio >= factor
        ? null
        : "--assert-faster %s: the steady rate of ours is %s times that of the plain job"
            .formatted(factor, ratio == null ? "?" : "%.2f".formatted(ratio));
  }

  private void requireValidOptions() {
    List<String> known = SystemJvm.names();
    for (String name : options.systems) {
      require(
          known.contains(name),
          "--systems %s: there is no such system; expected some of %s",
          name,
          String.join(", ", known));
    }
    String profile = options.profile;
    require(
        profile == null || options.systems.contains(profile),
        "--profile %s: it does not take part; expected one of %s",
        profile,
        options.systems);
    require(
        options.assertFaster == null
            || (!options.latency
                && options.runs > 0
                && options.systems.containsAll(List.of(OURS, PLAIN))),
        "--assert-faster: expected warm runs of ours and of plain, without --latency");
    require(options.clicks >= 1000, "--clicks %d: expected 1000 or more", options.clicks);
    require(options.runs >= 0, "--runs %d: expected 0 or more", options.runs);
    require(options.parallelism >= 1, "--parallelism %d: expected 1 or more", options.parallelism);
    require(
        options.heap.matches("\\d+[kmgKMG]"),
        "--heap %s: expected a size such as 1g",
        options.heap);
    for (Workload workload : options.workloads) {
      require(
          options.visitors(workload) >= 100,
          "--visitors %d: expected 100 or more",
          options.visitors(workload));
      require(
          workload.encoding() == Encoding.PLAIN || options.systems.equals(List.of(OURS)),
          "--workload %s: only %s reads its records; expected --systems %s",
          workload.text(),
          OURS,
          OURS);
    }
    require(
        !options.clickHouse || (options.latency && ClickHouseServer.isThere()),
        "--clickhouse: expected --latency, and a server: CLICKHOUSE_URL in the environment, or"
            + " the one that .ci/install installs");
    if (options.latency) {
      require(options.rate >= 100, "--rate %d: expected 100 or more", options.rate);
      // A visitor must not be back before the last session has ended.
      long visitors = options.rate * options.gap.toSeconds() + options.rate;
      require(
          options.pacedVisitors() >= visitors,
          "--visitors %d: expected %d or more for this rate and gap",
          options.pacedVisitors(),
          visitors);
    }
  }

  private void require(boolean condition, String message, Object... arguments) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), message.formatted(arguments));
    }
  }
}
