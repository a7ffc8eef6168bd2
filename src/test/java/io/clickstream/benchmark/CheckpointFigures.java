package io.clickstream.benchmark;

/**
 * One completed checkpoint or commit.
 *
 * @param durationMs from its trigger to its completion
 * @param bytes that it wrote, all subtasks together
 */
public record CheckpointFigures(long durationMs, long bytes) {}
