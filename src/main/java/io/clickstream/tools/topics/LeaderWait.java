package io.clickstream.tools.topics;

import java.time.Duration;
import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Waits, for a bounded time, until partitions that were just created have leaders that answer. The
 * controller says that a topic is there before any broker serves it, and a producer that begins in
 * between can wait for its whole delivery timeout.
 */
final class LeaderWait {

  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final int NAMED = 10;

  /** Says which partitions have no leader that answers now. */
  @FunctionalInterface
  interface Look {
    SortedSet<TopicPartition> without();
  }

  /** Lets time pass. */
  @FunctionalInterface
  interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  private final LongSupplier nanoTime;
  private final Pause pause;

  LeaderWait() {
    this(System::nanoTime, time -> TimeUnit.NANOSECONDS.sleep(time.toNanos()));
  }

  LeaderWait(LongSupplier nanoTime, Pause pause) {
    this.nanoTime = nanoTime;
    this.pause = pause;
  }

  /** The partitions that are without a leader when the patience ends; none as soon as none is. */
  SortedSet<TopicPartition> await(Look look, Duration patience) {
    long end = nanoTime.getAsLong() + patience.toNanos();
    while (true) {
      SortedSet<TopicPartition> without = look.without();
      if (without.isEmpty() || nanoTime.getAsLong() - end >= 0) {
        return without;
      }
      try {
        pause.of(PAUSE);
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }

  static SortedSet<TopicPartition> partitions() {
    return new TreeSet<>(
        Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));
  }

  /** The first of them by name, and how many more there are. */
  static String names(SortedSet<TopicPartition> partitions) {
    String first =
        partitions.stream()
            .limit(NAMED)
            .map(TopicPartition::toString)
            .collect(Collectors.joining(", "));
    return partitions.size() <= NAMED
        ? first
        : "%s and %d more".formatted(first, partitions.size() - NAMED);
  }
}
