package io.clickstream.reference;

/**
 * The reference data of a subtask at a barrier in numbers, written by each of them, so that a
 * restore notices if any of it is missing.
 *
 * @param loaded whether the first read was complete
 * @param entries ids in all blocks together
 */
public record ReferenceSummary(boolean loaded, int entries) {}
