package io.clickstream.benchmark;

import java.io.PrintStream;

/** What a benchmark runs in. The broker is a process of its own. */
record Environment(
    BenchmarkOptions options,
    String bootstrapServers,
    long brokerPid,
    Topics topics,
    WorkDirectory work,
    Contestants systems,
    Results results,
    PrintStream out) {}
