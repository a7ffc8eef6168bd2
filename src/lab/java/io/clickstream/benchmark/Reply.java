package io.clickstream.benchmark;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the JVM of a system.
 *
 * @param error what went wrong, or null
 * @param configuration in lines, if it was asked for
 * @param makesSessions whether there is something to check
 * @param figures of a run, if it was one
 */
record Reply(
    @Nullable String error,
    @Nullable List<String> configuration,
    boolean makesSessions,
    @Nullable Figures figures) {

  /**
   * The figures of a run that the JVM of a system knows.
   *
   * @param read clicks
   * @param seconds from the start until all was committed
   * @param steadyPerSecond clicks a second between 40 % and 98 % of them, or null if the run was
   *     too short to tell
   * @param cpuSeconds of the whole process
   * @param peakRssBytes or null where the system does not tell
   * @param checkpoints that completed
   * @param checkpointObjects files of each of them
   * @param accounts of the system itself
   */
  record Figures(
      long read,
      double seconds,
      @Nullable Double steadyPerSecond,
      double cpuSeconds,
      @Nullable Long peakRssBytes,
      List<CheckpointFigures> checkpoints,
      List<Long> checkpointObjects,
      Map<String, Long> accounts) {}

  static Reply failed(String error) {
    return new Reply(error, null, false, null);
  }

  static Reply measured(Figures figures) {
    return new Reply(null, null, false, figures);
  }
}
