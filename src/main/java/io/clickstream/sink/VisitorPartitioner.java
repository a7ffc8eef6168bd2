package io.clickstream.sink;

import io.clickstream.output.VisitorHash;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.jspecify.annotations.Nullable;

/**
 * Puts all records of a visitor into one partition.
 *
 * <p>The job's sink calls {@link #partition(int, int)} with the visitor's hash, because the records
 * of {@code enriched-sessions} are keyed by session id, and a retraction has another one than its
 * replacement. A producer whose record keys are {@link
 * io.clickstream.model.Visitor#canonicalBytes()} names this class as {@code partitioner.class} and
 * gets the same partitions.
 *
 * <p>A record without a key belongs to no visitor: such records go to the partitions in turn.
 */
public final class VisitorPartitioner implements Partitioner {

  private final AtomicInteger keyless = new AtomicInteger();

  /**
   * The partition of a visitor: from 0 to {@code partitions - 1}, for every hash.
   *
   * <p>The sign bit is cleared rather than the sign dropped, since {@code Math.abs} leaves {@code
   * Integer.MIN_VALUE} negative.
   */
  public static int partition(int hash, int partitions) {
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "expected at least one partition, got partitions=" + partitions);
    }
    return (hash & Integer.MAX_VALUE) % partitions;
  }

  @Override
  public int partition(
      String topic,
      @Nullable Object key,
      byte @Nullable [] keyBytes,
      @Nullable Object value,
      byte @Nullable [] valueBytes,
      Cluster cluster) {
    int hash = keyBytes == null ? keyless.getAndIncrement() : VisitorHash.ofKey(keyBytes);
    return partition(hash, cluster.partitionsForTopic(topic).size());
  }

  @Override
  public void configure(Map<String, ?> configuration) {}

  @Override
  public void close() {}
}
