package io.clickstream.reconcile;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.UserErrorException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * How far a job that runs has come: what it has read is what its group has committed, with each
 * checkpoint; what it has written is visible when the transactions of that checkpoint are decided.
 */
final class JobProgress {

  /** Some checkpoints, also slow ones. */
  static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Duration PAUSE = Duration.ofMillis(200);

  /** Some times Flink's interval of watermarks. */
  private static final Duration WATERMARKS = Duration.ofSeconds(1);

  private final ClickstreamSettings settings;
  private final Duration patience;

  private JobProgress(ClickstreamSettings settings, Duration patience) {
    this.settings = settings;
    this.patience = patience;
  }

  /**
   * Returns when the job has read a range of its input, and event time in it is where its clicks
   * put it: clicks that are written to Kafka from now on are judged by that. A partition in which
   * nothing comes holds event time for the idle timeout after a start, so that this may take as
   * long.
   *
   * @param patience how long each step may take
   * @throws UserErrorException if one takes longer
   * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
   */
  static void awaitEventTime(ClickstreamSettings settings, TopicRange input, Duration patience) {
    JobProgress progress = new JobProgress(settings, patience);
    progress.awaitRead(input.ends());
    progress.awaitRead(progress.awaitClicksOrIdleness(input.ends()));
    pause(WATERMARKS);
  }

  /**
   * Returns when the job has read a range of its input, and has written what it says of these
   * records, sessions that are still open aside.
   *
   * @param patience how long each step may take
   * @throws UserErrorException if one takes longer
   * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
   */
  static void awaitWritten(ClickstreamSettings settings, TopicRange input, Duration patience) {
    JobProgress progress = new JobProgress(settings, patience);
    progress.awaitRead(input.ends());
    progress.awaitWritten();
  }

  /** Waits until something has come in every partition; returns where they end then. */
  private Map<TopicPartition, Long> awaitClicksOrIdleness(Map<TopicPartition, Long> ends) {
    long idle = System.nanoTime() + settings.ingest().idleTimeout().plus(WATERMARKS).toNanos();
    Map<TopicPartition, Long> now = clickEnds();
    while (System.nanoTime() < idle && !haveMoved(ends, now)) {
      pause(PAUSE);
      now = clickEnds();
    }
    return now;
  }

  private Map<TopicPartition, Long> clickEnds() {
    return TopicRange.endsOf(settings.kafka(), settings.topics().clicks(), Map.of());
  }

  private static boolean haveMoved(
      Map<TopicPartition, Long> before, Map<TopicPartition, Long> now) {
    return now.entrySet().stream()
        .allMatch(end -> end.getValue() > before.getOrDefault(end.getKey(), 0L));
  }

  private void awaitRead(Map<TopicPartition, Long> ends) {
    String group = settings.ingest().groupId();
    try (KafkaConsumer<byte[], byte[]> consumer =
        TopicRange.consumer(settings.kafka(), Map.of("group.id", group))) {
      await(
          () -> unread(consumer, ends),
          missing ->
              "group %s has not committed that it has read up to %s: the job does not run, is behind, or completes no checkpoint; leave --while-running out if it has stopped"
                  .formatted(group, missing));
    }
  }

  /** The ends of partitions before which there are records that the job has not read. */
  private static Map<TopicPartition, Long> unread(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        consumer.committed(ends.keySet(), TopicRange.PATIENCE);
    Map<TopicPartition, Long> unread = new HashMap<>();
    ends.forEach(
        (partition, end) -> {
          OffsetAndMetadata offset = committed.get(partition);
          long from =
              offset != null
                  ? offset.offset()
                  : consumer
                      .beginningOffsets(List.of(partition), TopicRange.PATIENCE)
                      .getOrDefault(partition, 0L);
          if (from < end && hasRecord(consumer, partition, from, end)) {
            unread.put(partition, end);
          }
        });
    return unread;
  }

  /** Whether there is more between two offsets than the ends of transactions. */
  private static boolean hasRecord(
      KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long from, long end) {
    consumer.assign(List.of(partition));
    consumer.seek(partition, from);
    long deadline = System.nanoTime() + WATERMARKS.toNanos();
    while (System.nanoTime() < deadline) {
      boolean found =
          consumer.poll(PAUSE).records(partition).stream().anyMatch(each -> each.offset() < end);
      if (found || consumer.position(partition, TopicRange.PATIENCE) >= end) {
        return found;
      }
    }
    return true;
  }

  private void awaitWritten() {
    Map<TopicPartition, Long> written =
        TopicRange.endsOf(
            settings.kafka(),
            settings.topics().outputs(),
            Map.of("isolation.level", "read_uncommitted"));
    try (KafkaConsumer<byte[], byte[]> consumer = TopicRange.consumer(settings.kafka(), Map.of())) {
      await(
          () -> undecided(consumer, written),
          missing ->
              "transactions have stayed open that hold readers of committed records back before %s: see with kafka-transactions.sh whose they are"
                  .formatted(missing));
    }
  }

  /** The ends of partitions up to which readers of committed records do not come yet. */
  private static Map<TopicPartition, Long> undecided(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> written) {
    Map<TopicPartition, Long> stable = consumer.endOffsets(written.keySet(), TopicRange.PATIENCE);
    Map<TopicPartition, Long> undecided = new HashMap<>(written);
    undecided
        .entrySet()
        .removeIf(each -> stable.getOrDefault(each.getKey(), 0L) >= each.getValue());
    return undecided;
  }

  /** Waits until nothing is missing. */
  private void await(Supplier<Map<TopicPartition, Long>> look, UnaryOperator<String> message) {
    long deadline = System.nanoTime() + patience.toNanos();
    Map<TopicPartition, Long> missing = look.get();
    while (!missing.isEmpty()) {
      if (System.nanoTime() > deadline) {
        Map<String, Long> sorted = new TreeMap<>();
        missing.forEach((partition, offset) -> sorted.put(partition.toString(), offset));
        throw new UserErrorException(
            "nothing was compared: for %d s %s"
                .formatted(patience.toSeconds(), message.apply(sorted.toString())));
      }
      pause(PAUSE);
      missing = look.get();
    }
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
