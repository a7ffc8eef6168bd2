package io.clickstream.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.local.TopicReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Watches how old the newest session is for a reader of the topic, and for one of the table. */
final class SessionAges implements AutoCloseable {

  private static final Duration PERIOD = Duration.ofMillis(250);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final @Nullable LoadedTable table;
  private final List<Sample> samples = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(
          2,
          work -> {
            Thread created = new Thread(work, "faults-session-ages");
            created.setDaemon(true);
            return created;
          });
  private final AtomicLong sessions = new AtomicLong();
  private volatile boolean closed;
  private volatile long newestInTopic;
  private long newestInTable;

  /**
   * The ages at a moment.
   *
   * @param time epoch ms
   * @param topicMs since the newest session of the topic was emitted
   * @param tableMs the same of the table, as far as it was seen before if it does not answer; -1 if
   *     nothing is loaded
   * @param sessions that readers of the topic have seen since the beginning, all revisions
   */
  record Sample(long time, long topicMs, long tableMs, long sessions) {}

  private SessionAges(@Nullable LoadedTable table) {
    this.table = table;
  }

  /** Begins to watch. */
  static SessionAges watch(String bootstrapServers, String topic, @Nullable LoadedTable table) {
    SessionAges ages = new SessionAges(table);
    ages.threads.execute(() -> ages.readTopic(bootstrapServers, topic));
    var unused =
        ages.threads.scheduleWithFixedDelay(
            ages::sample, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    return ages;
  }

  private void readTopic(String bootstrapServers, String topic) {
    try {
      new TopicReader(bootstrapServers)
          .follow(
              topic,
              TopicReader.From.END,
              PERIOD,
              () -> closed,
              records -> {
                for (ConsumerRecord<byte[], byte[]> record : records) {
                  sessions.incrementAndGet();
                  long emitted = JSON.readTree(record.value()).get("emitted_at").asLong();
                  newestInTopic = Math.max(newestInTopic, emitted);
                }
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void sample() {
    try {
      if (table != null) {
        newestInTable = Math.max(newestInTable, table.newestEmitted());
      }
    } catch (IOException e) {
      // It is down, and nobody sees more than was seen before.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    long now = System.currentTimeMillis();
    if (newestInTopic > 0 && (table == null || newestInTable > 0)) {
      samples.add(
          new Sample(
              now, now - newestInTopic, table == null ? -1 : now - newestInTable, sessions.get()));
    }
  }

  /** All samples so far, in order. */
  List<Sample> samples() {
    return List.copyOf(samples);
  }

  /** The largest of an age at the times that are wanted. */
  long oldest(ToLongFunction<Sample> age, LongPredicate time) {
    return samples.stream()
        .filter(sample -> time.test(sample.time()))
        .mapToLong(age)
        .max()
        .orElseThrow(() -> new IllegalStateException("nothing was seen then"));
  }

  @Override
  public void close() {
    closed = true;
    threads.shutdown();
  }
}
