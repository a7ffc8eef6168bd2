package io.clickstream.benchmark;

import org.jspecify.annotations.Nullable;

/**
 * One completed checkpoint or commit.
 *
 * @param triggeredAtMs wall clock, epoch ms
 * @param durationMs from its trigger to its completion
 * @param bytes that it wrote, all subtasks together
 * @param barrierMs how long its barrier took to get into the task where it took longest, and to be
 *     there on all inputs; null where there are no barriers
 */
public record CheckpointFigures(
    long triggeredAtMs, long durationMs, long bytes, @Nullable Long barrierMs) {

  /** The same without the barrier, for one that came when there was nothing left to read. */
  CheckpointFigures withoutBarrier() {
    return new CheckpointFigures(triggeredAtMs, durationMs, bytes, null);
  }
}
