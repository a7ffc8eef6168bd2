package io.clickstream.benchmark;

/** Results of runs that never were. */
final class ResultSamples {

  private ResultSamples() {}

  static RunResult drain(
      String system, int run, boolean warm, long intervalMs, double eventsPerSecond) {
    return new RunResult(
        system,
        "R1",
        5_000_000,
        200_000,
        intervalMs,
        run,
        warm,
        eventsPerSecond,
        eventsPerSecond * 1.1,
        1e6 / eventsPerSecond,
        900.0,
        80.0,
        1e6,
        9.0,
        40.0,
        null,
        true);
  }

  static RunResult paced(String system, long intervalMs) {
    return new RunResult(
        system,
        "paced",
        600_000,
        200_000,
        intervalMs,
        1,
        true,
        20_000.0,
        null,
        30.0,
        900.0,
        80.0,
        1e6,
        9.0,
        40.0,
        new RunResult.Latency(intervalMs / 2.0, intervalMs * 1.2),
        true);
  }
}
