package io.clickstream.benchmark;

import java.util.List;

/**
 * A system that makes sessions of a prefilled click topic; one instance a JVM, run several times.
 *
 * <p>Found by {@link java.util.ServiceLoader}: its class is public, has a public constructor
 * without arguments that does nothing costly, and is named in {@code
 * META-INF/services/io.clickstream.benchmark.BenchmarkedSystem}.
 */
public interface BenchmarkedSystem {

  String name();

  /** Human-readable configuration lines, printed once. */
  List<String> configuration(Run run);

  /**
   * Arguments of the JVM with which it is fastest. Of Flink's jobs all were faster with the
   * parallel collector than with G1.
   */
  default List<String> jvmArguments() {
    return List.of("-XX:+UseParallelGC", "-XX:NewRatio=1");
  }

  /** Starts it; returns at once. */
  RunningSystem start(Run run) throws Exception;

  /** Whether it makes sessions; one that only reads is not checked. */
  default boolean makesSessions() {
    return true;
  }

  /** Frees all that it keeps between runs, such as a cluster: the JVM ends. */
  default void close() throws Exception {}
}
