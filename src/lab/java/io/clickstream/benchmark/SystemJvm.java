package io.clickstream.benchmark;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The JVM of one system: does what it is told on standard input and answers on standard output, a
 * line each, until the input ends. Everything else that anybody prints goes to the error stream.
 */
public final class SystemJvm {

  private static final long SAMPLE_MS = 50;

  private final BenchmarkedSystem system;
  private @Nullable RunningSystem running;
  private long measuredFrom;
  private long cpuFrom;
  private long readFrom;
  private int checkpointsFrom;
  private int objectsFrom;

  private SystemJvm(BenchmarkedSystem system) {
    this.system = system;
  }

  /** Takes the name of the system. */
  public static void main(String[] args) throws Exception {
    PrintStream answers = System.out;
    System.setOut(System.err);
    SystemJvm jvm = new SystemJvm(named(args[0]));
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      Reply reply;
      try {
        reply = jvm.obey(JsonLines.read(line, Order.class));
      } catch (Exception e) {
        e.printStackTrace();
        reply = Reply.failed(rootMessage(e));
      }
      ChildJvm.answer(answers, JsonLines.write(reply));
    }
    // Nobody waits for it any more: what does not end by itself ends with the JVM.
    System.exit(0);
  }

  /** The names of all systems that there are. */
  static List<String> names() {
    return ServiceLoader.load(BenchmarkedSystem.class).stream()
        .map(provider -> provider.get().name())
        .toList();
  }

  static BenchmarkedSystem named(String name) {
    return ServiceLoader.load(BenchmarkedSystem.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(system -> system.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no system " + name));
  }

  private Reply obey(Order order) throws Exception {
    return switch (order.what()) {
      case CONFIGURATION ->
          new Reply(null, system.configuration(run(order)), system.makesSessions(), null);
      case DRAIN -> Reply.measured(drain(order));
      case START -> {
        if (running != null) {
          // Nobody has stopped it: its run went wrong somewhere else.
          running.close();
        }
        running = system.start(run(order));
        yield new Reply(null, null, false, null);
      }
      case MEASURE -> {
        begin(started());
        yield new Reply(null, null, false, null);
      }
      case FIGURES -> Reply.measured(figures(started()));
      case STOP -> {
        try (RunningSystem run = started()) {
          running = null;
        }
        yield new Reply(null, null, false, null);
      }
    };
  }

  private Reply.Figures drain(Order order) throws Exception {
    Duration timeout = order.timeout();
    if (timeout == null) {
      throw new IllegalArgumentException("expected a timeout");
    }
    System.gc();
    SteadyRate steady = new SteadyRate(order.clicks());
    try (RunningSystem run = begun(run(order))) {
      AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
      Thread waiting =
          new Thread(
              () -> {
                try {
                  run.awaitDrained(timeout);
                } catch (Exception e) {
                  failure.set(e);
                }
              },
              "benchmark-await");
      waiting.setDaemon(true);
      waiting.start();
      long allReadAtMs = Long.MAX_VALUE;
      while (waiting.isAlive()) {
        steady.add(System.nanoTime(), run.read());
        if (allReadAtMs == Long.MAX_VALUE && run.read() >= order.clicks()) {
          allReadAtMs = System.currentTimeMillis();
        }
        waiting.join(SAMPLE_MS);
      }
      long end = System.nanoTime();
      long cpu = ProcessFigures.cpuNanos() - cpuFrom;
      // It may have ended since the last look.
      steady.add(end, run.read());
      Exception failed = failure.get();
      if (failed != null) {
        throw failed;
      }
      long read = run.read();
      if (read != order.clicks()) {
        throw new IllegalStateException(
            "it has ended after reading " + read + " records, expected " + order.clicks());
      }
      return withoutBarriersAfter(
          allReadAtMs, figures(run, read, end, cpu, steady.perSecond(), run.accounts()));
    }
  }

  /**
   * A bounded source that is at its end closes everything at once, as no job in production does.
   */
  private static Reply.Figures withoutBarriersAfter(long timeMs, Reply.Figures figures) {
    return new Reply.Figures(
        figures.read(),
        figures.seconds(),
        figures.steadyPerSecond(),
        figures.cpuSeconds(),
        figures.peakRssBytes(),
        figures.checkpoints().stream()
            .map(
                checkpoint ->
                    checkpoint.triggeredAtMs() < timeMs ? checkpoint : checkpoint.withoutBarrier())
            .toList(),
        figures.checkpointObjects(),
        figures.accounts());
  }

  private RunningSystem begun(Run run) throws Exception {
    ProcessFigures.forgetPeak();
    readFrom = 0;
    checkpointsFrom = 0;
    objectsFrom = 0;
    measuredFrom = System.nanoTime();
    cpuFrom = ProcessFigures.cpuNanos();
    return system.start(run);
  }

  private void begin(RunningSystem run) {
    ProcessFigures.forgetPeak();
    checkpointsFrom = run.checkpoints().size();
    objectsFrom = run.checkpointObjects().size();
    measuredFrom = System.nanoTime();
    cpuFrom = ProcessFigures.cpuNanos();
    readFrom = run.read();
  }

  private Reply.Figures figures(RunningSystem run) {
    long end = System.nanoTime();
    long cpu = ProcessFigures.cpuNanos() - cpuFrom;
    return figures(run, run.read() - readFrom, end, cpu, null, Map.of());
  }

  private Reply.Figures figures(
      RunningSystem run,
      long read,
      long end,
      long cpu,
      @Nullable Double steady,
      Map<String, Long> accounts) {
    List<CheckpointFigures> checkpoints = run.checkpoints();
    List<Long> objects = run.checkpointObjects();
    return new Reply.Figures(
        read,
        (end - measuredFrom) / 1e9,
        steady,
        cpu / 1e9,
        ProcessFigures.peakRssBytes(),
        checkpoints.subList(Math.min(checkpointsFrom, checkpoints.size()), checkpoints.size()),
        objects.subList(Math.min(objectsFrom, objects.size()), objects.size()),
        accounts);
  }

  private RunningSystem started() {
    if (running == null) {
      throw new IllegalStateException("nothing is running");
    }
    return running;
  }

  private static Run run(Order order) {
    if (order.run() == null) {
      throw new IllegalArgumentException("expected a run");
    }
    return order.run();
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.toString().lines().findFirst().orElse("unknown");
  }
}
