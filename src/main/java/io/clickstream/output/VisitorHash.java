package io.clickstream.output;

import io.clickstream.model.Visitor;
import org.apache.kafka.common.utils.Utils;

/**
 * The number that stands for a visitor wherever records are distributed: equal for equal visitors,
 * in every JVM and every release.
 *
 * <p>It is Kafka's own murmur2 over {@link Visitor#canonicalBytes()}. A producer that uses those
 * bytes as record key and Kafka's default partitioner therefore puts a visitor's clicks into the
 * partition that the visitor's sessions get in a topic with as many partitions.
 */
public final class VisitorHash {

  private VisitorHash() {}

  /** The hash of a visitor; any int, negative ones included. */
  public static int of(Visitor visitor) {
    return ofKey(visitor.canonicalBytes());
  }

  /** The hash of a record key. */
  public static int ofKey(byte[] key) {
    return Utils.murmur2(key);
  }
}
