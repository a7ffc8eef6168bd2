package io.clickstream.benchmark;

import java.io.PrintStream;

/** The environment of a benchmark. The broker is a process of its own. */
record Environment(
    BenchmarkOptions options,
    String bootstrapServers,
    long brokerPid,
    Topics topics,
    WorkDirectory work,
    Contestants systems,
    Results results,
    PrintStream out) {}
