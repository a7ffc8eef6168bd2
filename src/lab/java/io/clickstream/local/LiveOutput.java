package io.clickstream.local;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.TopicSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the job writes, as its users would: committed records only. The latency of a session
 * is the time from the moment at which it is over, by the gap and the out-of-orderness bound, until
 * it is read here.
 */
final class LiveOutput implements AutoCloseable {

  private static final long HIGHEST_LATENCY_MS = 3_600_000;

  private final TopicSettings topics;
  private final long graceMs;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread = new Thread(this::read, "local-mode-output");
  private Second second = new Second();
  private final Consumer<SessionRecord> finished;
  private @Nullable String session;
  private @Nullable Exception failure;
  private volatile boolean closed;

  /** The records since the last one was taken. */
  static final class Second {
    final Histogram latency = new Histogram(HIGHEST_LATENCY_MS, 2);
    long sessions;
    long late;
    long rejected;
  }

  /**
   * @param finished told of every session that is read, also of those that are retracted
   */
  LiveOutput(String bootstrapServers, ClickstreamSettings job, Consumer<SessionRecord> finished) {
    this.finished = finished;
    this.topics = job.topics();
    this.graceMs = job.session().gap().plus(job.ingest().maxOutOfOrderness()).toMillis();
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "isolation.level", "read_committed",
                "enable.auto.commit", "false",
                "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** The records since the last call. */
  synchronized Second takeSecond() {
    Second taken = second;
    second = new Second();
    return taken;
  }

  /** A session that was read since the last call, or null. */
  synchronized @Nullable String takeSession() {
    String taken = session;
    session = null;
    return taken;
  }

  /** The failure that ended the reading, or null. */
  synchronized @Nullable Exception failure() {
    return failure;
  }

  private void read() {
    try {
      List<TopicPartition> partitions = new ArrayList<>();
      for (String topic : List.of(topics.sessions(), topics.late(), topics.rejected())) {
        consumer
            .partitionsFor(topic)
            .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
      }
      consumer.assign(partitions);
      while (!closed) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          take(record, System.currentTimeMillis());
        }
      }
    } catch (WakeupException | InterruptException e) {
      // It is closed.
    } catch (IOException | RuntimeException e) {
      synchronized (this) {
        failure = e;
      }
    }
  }

  private synchronized void take(ConsumerRecord<byte[], byte[]> record, long now)
      throws IOException {
    if (record.topic().equals(topics.late())) {
      second.late++;
    } else if (record.topic().equals(topics.rejected())) {
      second.rejected++;
    } else {
      SessionRecord read = SessionRecord.of(record.value());
      finished.accept(read);
      if (read.isDeleted()) {
        return;
      }
      second.sessions++;
      if (read.revision() == 1) {
        long latency = now - (read.end() + graceMs);
        second.latency.recordValue(Math.max(0, Math.min(latency, HIGHEST_LATENCY_MS)));
      }
      // One with something to tell, if there is any.
      if (session == null || read.eventCount() >= 5) {
        session = read.shown();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!thread.isAlive()) {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }
}
