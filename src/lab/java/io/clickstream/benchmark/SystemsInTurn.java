package io.clickstream.benchmark;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A benchmark in which systems run one after the other, each with topics of its own. */
abstract class SystemsInTurn {

  private static final Duration LATENESS = Duration.ofMinutes(2);

  final BenchmarkOptions options;
  final String bootstrapServers;
  final long brokerPid;
  final Topics topics;
  final WorkDirectory work;
  final Contestants systems;
  final Results results;
  final PrintStream out;

  SystemsInTurn(Environment environment) {
    this.options = environment.options();
    this.bootstrapServers = environment.bootstrapServers();
    this.brokerPid = environment.brokerPid();
    this.topics = environment.topics();
    this.work = environment.work();
    this.systems = environment.systems();
    this.results = environment.results();
    this.out = environment.out();
  }

  /** Runs everything. */
  abstract void run() throws Exception;

  /**
   * The task of a run.
   *
   * @param id differs from run to run
   */
  final Run task(
      String id,
      String clicksTopic,
      Duration interval,
      Duration gap,
      Duration outOfOrderness,
      boolean bounded,
      Encoding encoding,
      Path directory) {
    return new Run(
        bootstrapServers,
        clicksTopic,
        Topics.PROFILES,
        Topics.PRODUCTS,
        "sessions-" + id,
        "late-" + id,
        "rejected-" + id,
        interval,
        options.parallelism,
        gap,
        outOfOrderness,
        LATENESS,
        bounded,
        encoding,
        directory,
        "benchmark-" + id);
  }

  /** Creates the topics that a run writes to; returns their names. */
  final List<String> createOutputs(Run run) throws Exception {
    topics.create(run.sessionsTopic(), Topics.PARTITIONS);
    topics.create(run.lateTopic(), 1);
    topics.create(run.rejectedTopic(), 1);
    return new ArrayList<>(List.of(run.sessionsTopic(), run.lateTopic(), run.rejectedTopic()));
  }
}
