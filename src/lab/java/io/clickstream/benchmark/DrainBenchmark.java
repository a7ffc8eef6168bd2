package io.clickstream.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Systems in turn over prefilled topics, each to their end. What a system wrote is read and checked
 * once its run is over, so that the reader disturbs nothing that is measured.
 */
final class DrainBenchmark extends SystemsInTurn {

  private static final Duration GAP = Duration.ofMinutes(30);
  private static final Duration OUT_OF_ORDERNESS = Duration.ofSeconds(3);

  /** A topic with clicks. */
  private record Clicks(Workload workload, int visitors, String topic, Expected expected) {
    long count() {
      return expected.records() - Topics.PARTITIONS;
    }
  }

  DrainBenchmark(Environment environment) {
    super(environment);
  }

  @Override
  void run() throws Exception {
    boolean described = false;
    for (Workload workload : options.workloads) {
      Clicks clicks = load(workload);
      for (Duration interval : options.intervals) {
        if (!described) {
          systems.describe(spec(clicks, interval, "example", Path.of("/example")));
          described = true;
        }
        out.printf(
            "%n%s, %,d clicks of %,d visitors, interval %d ms%n%s%n",
            workload.text(),
            clicks.count(),
            clicks.visitors(),
            interval.toMillis(),
            ResultTable.RUN_HEADER);
        for (int round = 0; round <= options.runs; round++) {
          for (SystemProcess system : systems.alive()) {
            long start = System.nanoTime();
            run(system, clicks, interval, round, 0);
            for (int again = 1;
                round == 0
                    && systems.alive().contains(system)
                    && System.nanoTime() - start < options.warmFor.toNanos();
                again++) {
              run(system, clicks, interval, round, again);
            }
          }
        }
      }
      topics.delete(List.of(clicks.topic()));
    }
  }

  private Clicks load(Workload workload) throws Exception {
    int visitors = options.visitors(workload);
    String topic = "clicks-" + workload.text();
    out.printf("loading %,d clicks of %s%n", options.clicks, workload.text());
    long start = System.nanoTime();
    Expected expected =
        topics.createClicks(
            topic,
            sink -> {
              Encoding.Encoded encoded = workload.encoding().to(sink);
              Expected all =
                  new R1Clicks(
                          workload, options.clicks, visitors, Topics.PARTITIONS, GAP, options.seed)
                      .generate(encoded);
              encoded.end();
              return all;
            });
    out.printf(
        "loaded in %.1f s; expected: %s%n", (System.nanoTime() - start) / 1e9, expected.sums());
    return new Clicks(workload, visitors, topic, expected);
  }

  /**
   * One run.
   *
   * @param again how often the cold run has been repeated to warm up, of which nothing is reported
   */
  private void run(SystemProcess system, Clicks clicks, Duration interval, int round, int again)
      throws Exception {
    String id =
        "%s-%s-%dms-%d%s"
            .formatted(
                system.name(),
                clicks.workload().text(),
                interval.toMillis(),
                round,
                again == 0 ? "" : "-" + again);
    Path directory = work.directory("run-" + id);
    Run run = spec(clicks, interval, id, directory);
    List<String> outputs = createOutputs(run);
    boolean warm = system.isWarm();
    try {
      OtherLoad others = new OtherLoad(List.of(brokerPid, system.pid()));
      Reply.Figures figures = system.drain(run, clicks.expected().records(), options.timeout);
      Double othersShare = others.share();
      Boolean sumsOk = check(system.name(), id, run, clicks, figures);
      RunResult result =
          RunResult.of(
              system.name(),
              clicks.workload().text(),
              clicks.count(),
              clicks.visitors(),
              interval,
              round,
              warm,
              figures,
              null,
              sumsOk);
      if (again == 0) {
        results.add(result);
        out.println(ResultTable.runLine(result, othersShare));
      }
    } catch (SystemProcess.RunFailedException | ChildJvm.ChildEndedException e) {
      systems.failed(system, id, e);
    } finally {
      topics.delete(outputs);
      WorkDirectory.delete(directory);
    }
  }

  private Run spec(Clicks clicks, Duration interval, String id, Path directory) {
    return task(
        id,
        clicks.topic(),
        interval,
        GAP,
        OUT_OF_ORDERNESS,
        true,
        clicks.workload().encoding(),
        directory);
  }

  /** Null where there is nothing to compare. */
  private @Nullable Boolean check(
      String system, String id, Run run, Clicks clicks, Reply.Figures figures) throws IOException {
    SessionTopic sessions =
        new SessionTopic(R1Clicks.uncomparable(clicks.workload(), clicks.visitors()));
    long records = sessions.fold(bootstrapServers, run.sessionsTopic());
    Expected expected = clicks.expected();
    Sums sums;
    if (!figures.accounts().isEmpty()) {
      sums = expected.sums();
      Map<String, Long> accounts = accounts(expected);
      if (!figures.accounts().equals(accounts)) {
        systems.fail(
            "%s: the system accounts for %s, expected %s"
                .formatted(id, figures.accounts(), accounts));
        return false;
      }
    } else if (records == 0 && !systems.makesSessions(system)) {
      return null;
    } else {
      sums =
          switch (clicks.workload()) {
            case R1_DUP -> expected.sumsWithCopies();
            case R1_LATE, R1_BAD -> null;
            default -> expected.sums();
          };
    }
    if (sums == null) {
      return null;
    }
    if (sessions.repetitions() > 0) {
      systems.fail("%s: %,d sessions came twice".formatted(id, sessions.repetitions()));
      return false;
    }
    if (!sessions.sums().equals(sums)) {
      systems.fail("%s: got %s, expected %s".formatted(id, sessions.sums(), sums));
      return false;
    }
    return true;
  }

  /** Every record once: the last click of each partition is in a session as well. */
  private static Map<String, Long> accounts(Expected expected) {
    Map<String, Long> accounts = new LinkedHashMap<>();
    accounts.put("read", expected.records());
    accounts.put("in-sessions", expected.sums().clicks() + Topics.PARTITIONS);
    accounts.put("duplicates", expected.duplicates());
    accounts.put("late", 0L);
    accounts.put("rejected", expected.rejected());
    return accounts;
  }
}
