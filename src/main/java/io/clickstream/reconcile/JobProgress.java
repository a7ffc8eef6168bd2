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
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * How far a job that runs has come: what it has read is what its group has committed, with each
 * checkpoint; what it has written is visible when the transactions of that checkpoint are decided.
 */
final class JobProgress {

  /** Some checkpoints, also slow ones. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

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
   * Returns when the job has read a range of its input, and event time in it stands where its
   * clicks put it: whatever the job reads that is written to Kafka from now on is judged by that.
   *
   * @param patience how long it may take
   * @throws UserErrorException if it takes longer
   */
  static void awaitEventTime(ClickstreamSettings settings, TopicRange input, Duration patience) {
    JobProgress progress = new JobProgress(settings, patience);
    progress.awaitRead(input.ends());
    pause(WATERMARKS);
  }

  /**
   * Returns when the job has read a range of its input, and has written what it says of these
   * records, sessions that are still open aside.
   *
   * @param patience for each of the two
   * @throws UserErrorException if one of them takes longer
   */
  static void awaitWritten(ClickstreamSettings settings, TopicRange input, Duration patience) {
    JobProgress progress = new JobProgress(settings, patience);
    progress.awaitRead(input.ends());
    progress.awaitWritten();
  }

  private void awaitRead(Map<TopicPartition, Long> ends) {
    String group = settings.ingest().groupId();
    try (KafkaConsumer<byte[], byte[]> consumer =
        TopicRange.consumer(settings.kafka(), Map.of("group.id", group))) {
      await(
          () -> {
            Map<TopicPartition, Long> missing = new HashMap<>(ends);
            consumer
                .committed(ends.keySet(), TopicRange.PATIENCE)
                .forEach(
                    (partition, committed) -> {
                      if (committed != null
                          && committed.offset() >= ends.getOrDefault(partition, 0L)) {
                        missing.remove(partition);
                      }
                    });
            missing.values().removeIf(end -> end == 0);
            return missing;
          },
          missing ->
              "group %s has not committed that it has read up to %s: the job does not run, is behind, or completes no checkpoint; leave --while-running out if it has stopped"
                  .formatted(group, missing));
    }
  }

  private void awaitWritten() {
    List<String> topics =
        List.of(
            settings.topics().sessions(), settings.topics().late(), settings.topics().rejected());
    Map<TopicPartition, Long> written = new HashMap<>();
    for (String topic : topics) {
      written.putAll(
          TopicRange.endsOf(
              settings.kafka(), topic, Map.of("isolation.level", "read_uncommitted")));
    }
    try (KafkaConsumer<byte[], byte[]> consumer = TopicRange.consumer(settings.kafka(), Map.of())) {
      await(
          () -> {
            Map<TopicPartition, Long> missing = new HashMap<>(written);
            consumer
                .endOffsets(written.keySet(), TopicRange.PATIENCE)
                .forEach(
                    (partition, stable) -> {
                      if (stable >= written.getOrDefault(partition, 0L)) {
                        missing.remove(partition);
                      }
                    });
            return missing;
          },
          missing ->
              "transactions have stayed open that hold readers of committed records back before %s: see with kafka-transactions.sh whose they are"
                  .formatted(missing));
    }
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
