package io.clickstream.enrich;

/**
 * Where the current value of an id was read, kept while two reads run side by side.
 *
 * <p>Within a partition the larger offset is the later value. Of one id in two partitions, which
 * only a topic has that got more of them, the larger partition counts as the later one: when a
 * topic grows to a multiple, ids only move up. Together that is a total order, so all subtasks
 * arrive at the same data.
 */
record ReferencePosition(int partition, long offset) {

  boolean isAfter(ReferencePosition other) {
    return partition == other.partition ? offset > other.offset : partition > other.partition;
  }
}
