package io.clickstream.benchmark;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One run of a system. */
public interface RunningSystem extends AutoCloseable {

  /** Clicks read so far (from its own metrics). */
  long read();

  /**
   * Waits until everything of the topics is processed and all sessions are committed (bounded
   * runs); throws if the system has failed.
   */
  void awaitDrained(Duration timeout) throws Exception;

  /** Durations and sizes of the completed checkpoints/commits so far; empty if it has none. */
  List<CheckpointFigures> checkpoints();

  /** Files written by each of the completed checkpoints; empty if that is not known. */
  default List<Long> checkpointObjects() {
    return List.of();
  }

  /**
   * The system's own account of a drained run, which must add up: {@code read}, {@code
   * in-sessions}, {@code duplicates}, {@code late}, {@code rejected}; empty if it keeps none.
   */
  default Map<String, Long> accounts() {
    return Map.of();
  }

  /** Stops it for good and frees everything. */
  @Override
  void close() throws Exception;
}
