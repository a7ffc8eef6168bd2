package io.clickstream.reference;

/**
 * What every subtask holds of the reference data at a barrier, said by each of them, so that a
 * restore notices if any of it is missing.
 *
 * @param loaded whether the first read was complete
 * @param entries ids in all blocks together
 */
public record ReferenceSummary(boolean loaded, int entries) {}
