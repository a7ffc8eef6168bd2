package io.clickstream.benchmark;

import io.clickstream.local.TopicReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Systems in turn under a fixed load: how long after the earliest possible moment a reader of
 * committed records has a session.
 *
 * <p>That moment is the end of the session, plus the gap, plus the out-of-orderness. What is
 * measured are the sessions whose moment lies between the end of the warm-up and the end of the
 * run, and all of them: the load goes on until they are there.
 */
final class LatencyBenchmark extends SystemsInTurn {

  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final long BEHIND_MS = 100;
  private static final long ENOUGH_SESSIONS = 40_000;
  private static final String WORKLOAD = "paced";

  LatencyBenchmark(Environment environment) {
    super(environment);
  }

  @Override
  void run() throws Exception {
    systems.describe(spec(options.intervals.get(0), "example", Path.of("/example")));
    if (options.clickHouse) {
      try (SessionTable table = SessionTable.start(work.directory("clickhouse"))) {
        runAll(table);
      }
    } else {
      runAll(null);
    }
  }

  private void runAll(@Nullable SessionTable table) throws Exception {
    for (Duration interval : options.intervals) {
      out.printf(
          "%n%,.0f clicks a second, gap %d ms, out-of-orderness %d ms, interval %d ms;"
              + " %d s measured after %d s%n%s%n",
          (double) options.rate,
          options.gap.toMillis(),
          options.outOfOrderness.toMillis(),
          interval.toMillis(),
          options.duration.toSeconds(),
          options.warmUp.toSeconds(),
          ResultTable.LATENCY_HEADER);
      for (int round = 0; round <= options.runs; round++) {
        for (SystemProcess system : systems.alive()) {
          run(system, interval, round, table);
        }
      }
    }
  }

  private void run(SystemProcess system, Duration interval, int round, @Nullable SessionTable table)
      throws Exception {
    String id = "%s-paced-%dms-%d".formatted(system.name(), interval.toMillis(), round);
    Path directory = work.directory(id);
    Run run = spec(interval, id, directory);
    boolean warm = system.isWarm();
    topics.create(run.clicksTopic(), Topics.PARTITIONS);
    topics.create(refusedTopic(run), 1);
    List<String> created = createOutputs(run);
    created.addAll(List.of(run.clicksTopic(), refusedTopic(run)));
    try {
      results.add(measure(system, run, round, warm, table));
    } catch (SystemProcess.RunFailedException | ChildJvm.ChildEndedException e) {
      systems.failed(system, id, e);
    } finally {
      topics.delete(created);
      WorkDirectory.delete(directory);
    }
  }

  private static String refusedTopic(Run run) {
    return "refused-" + run.id();
  }

  private RunResult measure(
      SystemProcess system, Run run, int round, boolean warm, @Nullable SessionTable table)
      throws Exception {
    system.start(run);
    OtherLoad others = new OtherLoad(List.of(brokerPid, system.pid()));
    long begin = System.currentTimeMillis() + options.warmUp.toMillis();
    long end = begin + options.duration.toMillis();
    Window window = new Window(begin, end, options.gap.plus(options.outOfOrderness).toMillis());
    int visitors = options.pacedVisitors();
    PacedClicks clicks =
        new PacedClicks(
            options.rate, visitors, Topics.PARTITIONS, options.gap.toMillis(), options.seed);
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    Thread producer =
        thread(
            "benchmark-clicks",
            failure,
            () -> topics.send(run.clicksTopic(), output -> clicks.send(output, window::ended)));
    Thread consumer =
        thread("benchmark-sessions", failure, () -> receive(run.sessionsTopic(), window));
    producer.start();
    consumer.start();
    Reply.Figures figures;
    String inTable = null;
    try (SessionTable.@Nullable Watch watch =
        table == null ? null : table.watch(run, refusedTopic(run), begin, end)) {
      waitUntil(begin, failure);
      long unused = clicks.takeMaxBehindMs();
      system.measure();
      waitUntil(end, failure);
      long behind = clicks.takeMaxBehindMs();
      figures = system.figures();
      if (behind > BEHIND_MS) {
        systems.fail(
            run.id() + ": the producer fell behind its schedule by up to " + behind + " ms");
      }
      for (long until = end + GRACE.toMillis();
          !window.isComplete() && System.currentTimeMillis() < until; ) {
        waitUntil(System.currentTimeMillis() + 50, failure);
      }
      if (watch != null) {
        inTable = watch.result(window.expected());
      }
    } finally {
      window.close();
      clicks.stop();
      consumer.join(TimeUnit.SECONDS.toMillis(10));
      producer.join(TimeUnit.SECONDS.toMillis(10));
    }
    RunResult result = result(system.name(), run, round, warm, visitors, figures, window);
    out.println(ResultTable.latencyLine(result, others.share()));
    if (inTable != null) {
      out.println(inTable);
    }
    system.stop();
    return result;
  }

  private RunResult result(
      String system,
      Run run,
      int round,
      boolean warm,
      int visitors,
      Reply.Figures figures,
      Window window) {
    Histogram latencies = window.latencies();
    long missing = window.missing();
    if (missing > 0) {
      systems.fail(
          "%s: %,d of %,d sessions had not come %d s after the end; they count as such"
              .formatted(run.id(), missing, window.expected(), GRACE.toSeconds()));
    } else if (window.expected() < ENOUGH_SESSIONS) {
      out.printf("only %,d sessions were measured%n", window.expected());
    }
    return RunResult.of(
        system,
        WORKLOAD,
        options.rate * options.duration.toSeconds(),
        visitors,
        run.interval(),
        round,
        warm,
        figures,
        new RunResult.Latency(
            latencies.getValueAtPercentile(50), latencies.getValueAtPercentile(99)),
        missing == 0);
  }

  private Run spec(Duration interval, String id, Path directory) {
    return task(
        id,
        "clicks-" + id,
        interval,
        options.gap,
        options.outOfOrderness,
        false,
        Encoding.PLAIN,
        directory);
  }

  private void receive(String topic, Window window) throws IOException {
    new TopicReader(bootstrapServers)
        .follow(
            topic,
            TopicReader.From.BEGINNING,
            Duration.ofMillis(50),
            window::isClosed,
            records -> {
              long now = System.currentTimeMillis();
              for (ConsumerRecord<byte[], byte[]> record : records) {
                SessionTopic.Session session = SessionTopic.parse(record.value());
                if (session.revision() == 1 && !session.deleted()) {
                  window.received(session.endMs(), now);
                }
              }
            });
  }

  /** Something that a thread does, and may fail at. */
  @FunctionalInterface
  private interface Action {
    void run() throws Exception;
  }

  private static Thread thread(
      String name, AtomicReference<@Nullable Exception> failure, Action action) {
    Thread thread =
        new Thread(
            () -> {
              try {
                action.run();
              } catch (Exception e) {
                failure.compareAndSet(null, e);
              }
            },
            name);
    thread.setDaemon(true);
    return thread;
  }

  private static void waitUntil(long timeMs, AtomicReference<@Nullable Exception> failure)
      throws Exception {
    for (long left = timeMs - System.currentTimeMillis();
        left > 0;
        left = timeMs - System.currentTimeMillis()) {
      Exception failed = failure.get();
      if (failed != null) {
        throw failed;
      }
      TimeUnit.MILLISECONDS.sleep(Math.min(left, 200));
    }
  }

  /** The sessions that are measured: as many as the clicks make, and when each was received. */
  private static final class Window {

    private final long begin;
    private final long end;
    private final long waitMs;
    private final AtomicLong expected = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final Histogram latencies = new Histogram(TimeUnit.MINUTES.toMillis(10), 3);
    private volatile boolean closed;

    Window(long begin, long end, long waitMs) {
      this.begin = begin;
      this.end = end;
      this.waitMs = waitMs;
    }

    void ended(long lastClick) {
      if (isMeasured(lastClick)) {
        expected.incrementAndGet();
      }
    }

    void received(long lastClick, long now) {
      if (isMeasured(lastClick)) {
        latencies.recordValue(Math.max(0, now - (lastClick + waitMs)));
        received.incrementAndGet();
      }
    }

    private boolean isMeasured(long lastClick) {
      long moment = lastClick + waitMs;
      return moment >= begin && moment < end;
    }

    /** The clicks of all of them have been sent long before their moment. */
    boolean isComplete() {
      return received.get() >= expected.get();
    }

    void close() {
      closed = true;
    }

    boolean isClosed() {
      return closed;
    }

    long expected() {
      return expected.get();
    }

    long missing() {
      return Math.max(0, expected.get() - received.get());
    }

    /** A session that never came counts with the time that was waited for it. */
    Histogram latencies() {
      if (missing() > 0) {
        latencies.recordValueWithCount(GRACE.toMillis(), missing());
      }
      return latencies;
    }
  }
}
