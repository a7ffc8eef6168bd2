package io.clickstream.reconcile;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Tells which sessions can be compared: those that cannot have begun before the input, and that
 * were closed when it ended.
 */
final class ComparedTime {

  private final Predicate<TopicPartition> isCutOff;
  private final Thresholds thresholds;
  private final boolean fromTime;

  /** The Kafka timestamp at which each partition's range begins. */
  private final Map<TopicPartition, Long> beginnings = new HashMap<>();

  /** Of sessions that begin up to then, earlier clicks may not have been read. */
  private long from;

  private long closedBefore;

  /**
   * For an input.
   *
   * @param isCutOff whether a partition has lost records before the range, or begins behind some
   * @param fromMs Kafka timestamp of its first record; {@link Long#MIN_VALUE} for all
   */
  ComparedTime(Predicate<TopicPartition> isCutOff, Thresholds thresholds, long fromMs) {
    this.isCutOff = isCutOff;
    this.thresholds = thresholds;
    this.fromTime = fromMs != Long.MIN_VALUE;
    this.from = fromTime ? thresholds.firstWhole(fromMs) : Long.MIN_VALUE;
  }

  /** A record of the input was read; those of a partition come in their order. */
  void read(TopicPartition partition, long timestamp) {
    boolean begins = beginnings.putIfAbsent(partition, timestamp) == null;
    if (begins && isCutOff.test(partition)) {
      from = Math.max(from, thresholds.firstWhole(timestamp));
    }
  }

  /**
   * The input was read to its end.
   *
   * @param newest the time of the newest click of each partition whose event time closes sessions
   */
  void ended(Collection<Long> newest) {
    closedBefore =
        newest.stream().mapToLong(Long::longValue).min().orElse(Long.MIN_VALUE)
            - thresholds.outOfOrderness()
            - 1
            - thresholds.settled();
  }

  /** Whether a session can be compared, by the times of its first and its last click. */
  boolean contains(long start, long end) {
    return start > from && end <= closedBefore;
  }

  /** The watermark at the end of the input. */
  long watermark() {
    return closedBefore + thresholds.settled();
  }

  /** The end of the latest session that can be compared, epoch ms. */
  long closedBefore() {
    return closedBefore;
  }

  /**
   * Whether the watermark may have passed a click when it came, by its own partition.
   *
   * @param timestamp of the click, epoch ms
   * @param newestBefore the time of the newest click before it in its partition, or null
   */
  boolean mayBeBehind(TopicPartition partition, long timestamp, @Nullable Long newestBefore) {
    return (newestBefore != null && timestamp < newestBefore - thresholds.outOfOrderness())
        || mayBeBehindEarlier(partition, newestBefore);
  }

  /**
   * Whether a click before the range may be newer than all of the partition in it.
   *
   * @param newest the time of the newest click of the partition until now, or null
   */
  boolean mayBeBehindEarlier(TopicPartition partition, @Nullable Long newest) {
    Long first = beginnings.get(partition);
    return (fromTime || isCutOff.test(partition))
        && (newest == null || first == null || newest < first + thresholds.futureSkew());
  }
}
