package io.clickstream.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;

/** Kills something every 20 to 60 seconds, for as long as one wants, and watches what grows. */
final class LongRun {

  private static final Duration PERIOD = Duration.ofSeconds(5);
  private static final int SHORTEST_PAUSE_S = 20;
  private static final int LONGEST_PAUSE_S = 60;
  private static final Pattern FILES = Pattern.compile("rocksdb.total-sst-files-size$");
  private static final Pattern TIMERS = Pattern.compile("_timer_state.*rocksdb.estimate-num-keys$");

  private final FaultRun run;
  private final List<Sample> samples = new ArrayList<>();

  LongRun(FaultRun run) {
    this.run = run;
  }

  /**
   * The figures at a moment; -1 where nobody answered.
   *
   * @param time epoch ms
   * @param heapBytes in use by all TaskManagers together
   * @param stateBytes of the newest checkpoint, all of it: sessions, timers, reference data
   * @param rocksDbBytes of the files of RocksDB on the disks of the TaskManagers
   * @param timers that are set, as RocksDB estimates it
   * @param openTransactions of the job
   * @param transactionalIds that the brokers know of the job
   */
  record Sample(
      long time,
      long heapBytes,
      long stateBytes,
      long rocksDbBytes,
      long timers,
      long openTransactions,
      long transactionalIds) {}

  /** The metrics that the job has to report for that. */
  static Map<String, String> settings() {
    return Map.of(
        "state.backend.rocksdb.metrics.total-sst-files-size", "true",
        "state.backend.rocksdb.metrics.estimate-num-keys", "true");
  }

  /** Returns when the time is over and the job has recovered. */
  List<Sample> inflict(Duration length) throws Exception {
    long end = System.nanoTime() + length.toNanos();
    while (System.nanoTime() < end) {
      pause(SHORTEST_PAUSE_S + run.random().nextInt(LONGEST_PAUSE_S - SHORTEST_PAUSE_S));
      killSomething();
    }
    run.awaitCheckpoints(3);
    pause(SHORTEST_PAUSE_S);
    return List.copyOf(samples);
  }

  private void pause(int seconds) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end) {
      samples.add(look());
      TimeUnit.MILLISECONDS.sleep(PERIOD.toMillis());
    }
  }

  private void killSomething() throws Exception {
    FlinkProcesses flink = run.cluster().flink();
    switch (run.random().nextInt(4)) {
      case 0 -> {
        run.hit(flink.jobManager(), "which leads the job");
        flink.jobManager().kill();
        flink.restartJobManager();
      }
      case 1 -> {
        KafkaProcesses kafka = run.cluster().kafka();
        int broker = run.random().nextInt(KafkaProcesses.BROKERS);
        run.hit(kafka.broker(broker), "one of the brokers");
        kafka.broker(broker).kill();
        pause(10);
        kafka.start(broker);
        kafka.awaitAll();
      }
      default -> {
        JvmProcess worker = run.awaitWorker();
        run.hit(worker, "which runs tasks of the job");
        worker.kill();
        flink.addTaskManager();
      }
    }
  }

  private Sample look() throws InterruptedException {
    FlinkRest rest = run.cluster().flink().rest();
    long heap = -1;
    long state = -1;
    long files = -1;
    long timers = -1;
    long open = -1;
    long ids = -1;
    try {
      heap = rest.heapUsed();
      JsonNode newest = rest.get("/jobs/" + run.job() + "/checkpoints").at("/latest/completed");
      state = newest.path("state_size").asLong(-1);
      if (rest.isRunning(run.job())) {
        files = rest.sum(run.job(), FILES);
        timers = rest.sum(run.job(), TIMERS);
      }
    } catch (IOException e) {
      // A JobManager that is down; the next look is soon.
    }
    try {
      open = run.openTransactions().size();
      ids = run.transactionalIds().size();
    } catch (Exception e) {
      if (e instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      // Brokers that elect.
    }
    return new Sample(System.currentTimeMillis(), heap, state, files, timers, open, ids);
  }

  /**
   * The figures that have grown from the second third of the time to the last one by more than
   * half, and what is more than it may ever be; empty if all is bounded.
   *
   * @param parallelism of the job
   */
  static List<String> growth(List<Sample> samples, int parallelism) {
    List<String> grown = new ArrayList<>();
    compare("heap of the TaskManagers", samples, Sample::heapBytes, grown);
    compare("state in a checkpoint", samples, Sample::stateBytes, grown);
    compare("files of RocksDB", samples, Sample::rocksDbBytes, grown);
    compare("timers", samples, Sample::timers, grown);
    // Of each subtask: one that is written, one that is committed, and those of checkpoints that
    // failed.
    atMost("open transactions", samples, Sample::openTransactions, 6L * parallelism, grown);
    atMost("transactional ids", samples, Sample::transactionalIds, 12L * parallelism, grown);
    return grown;
  }

  private static void compare(
      String what, List<Sample> samples, ToLongFunction<Sample> value, List<String> grown) {
    int third = samples.size() / 3;
    long middle = median(samples.subList(third, 2 * third), value);
    long last = median(samples.subList(2 * third, samples.size()), value);
    if (last > middle * 3 / 2) {
      grown.add(what + " has grown from " + middle + " to " + last);
    }
  }

  private static long median(List<Sample> samples, ToLongFunction<Sample> value) {
    List<Long> sorted =
        samples.stream()
            .mapToLong(value)
            .filter(each -> each >= 0)
            .boxed()
            .sorted(Comparator.naturalOrder())
            .toList();
    if (sorted.isEmpty()) {
      throw new IllegalStateException("nothing was seen");
    }
    return sorted.get(sorted.size() / 2);
  }

  private static void atMost(
      String what,
      List<Sample> samples,
      ToLongFunction<Sample> value,
      long limit,
      List<String> grown) {
    long most = samples.stream().mapToLong(value).max().orElse(0);
    if (most > limit) {
      grown.add("there were " + most + " " + what + ", more than " + limit);
    }
  }
}
