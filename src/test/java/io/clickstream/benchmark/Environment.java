package io.clickstream.benchmark;

import java.io.PrintStream;

/** What a benchmark runs in. */
record Environment(
    BenchmarkOptions options,
    String bootstrapServers,
    Topics topics,
    WorkDirectory work,
    Contestants systems,
    Results results,
    PrintStream out) {}
