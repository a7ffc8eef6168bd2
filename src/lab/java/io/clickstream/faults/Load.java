package io.clickstream.faults;

import io.clickstream.tools.traffic.Defects;
import io.clickstream.tools.traffic.ShopperSettings;
import io.clickstream.tools.traffic.Traffic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Shoppers at a steady pace, with bad records, copies, clicks of the far future and late ones among
 * theirs; it holds out through any outage of brokers, and loses nothing.
 */
final class Load {

  private static final Duration END = Duration.ofMinutes(3);

  private final Properties properties;
  private final String topic;
  private final Traffic traffic = new Traffic();
  private final AtomicLong beside = new AtomicLong();
  private final AtomicInteger merges = new AtomicInteger();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private Load(String bootstrapServers, String topic) {
    this.properties = new Properties();
    properties.setProperty("bootstrap.servers", bootstrapServers);
    properties.setProperty("delivery.timeout.ms", "600000");
    properties.setProperty("max.block.ms", "600000");
    properties.setProperty("request.timeout.ms", "10000");
    this.topic = topic;
  }

  /** The faults of the clicks in most scenarios: some of each kind. */
  static final Defects USUAL = defects(0.005, 0.001);

  /** The same, with other shares of what becomes no click. */
  static Defects defects(double malformed, double future) {
    return new Defects(
        malformed,
        future,
        0.01,
        0.01,
        Duration.ofSeconds(2),
        0.005,
        // More than gap, lateness and disorder of the jobs together, and short for a run of half a
        // minute.
        Duration.ofSeconds(10),
        Duration.ofMillis(500));
  }

  /** Begins to send in a thread of its own, from now on until it is stopped. */
  static Load start(
      String bootstrapServers, String topic, double clicksPerSecond, long seed, Defects defects) {
    Load load = new Load(bootstrapServers, topic);
    Thread thread = new Thread(() -> load.send(clicksPerSecond, seed, defects), "faults-load");
    thread.setDaemon(true);
    thread.start();
    return load;
  }

  private void send(double clicksPerSecond, long seed, Defects defects) {
    try {
      traffic.send(
          properties,
          topic,
          new ShopperSettings(
              seed,
              System.currentTimeMillis(),
              clicksPerSecond,
              5_000,
              Duration.ofMillis(700),
              500,
              null),
          defects,
          Long.MAX_VALUE,
          Traffic.Pace.BY_THE_CLOCK);
      ended.complete(null);
    } catch (IOException | RuntimeException e) {
      ended.completeExceptionally(e);
    }
  }

  /** How many records it has sent. */
  long sent() {
    return traffic.sent() + beside.get();
  }

  /** Sends records beside the others, as they are, and returns when they have arrived. */
  void send(String visitor, Iterable<byte[]> values) {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (byte[] value : values) {
        var unused =
            producer.send(
                new ProducerRecord<>(topic, visitor.getBytes(StandardCharsets.UTF_8), value));
        beside.incrementAndGet();
      }
      producer.flush();
    }
  }

  /**
   * Sends two clicks of each of some visitors that are two sessions, and a late one between them,
   * which makes them one, as soon as both have been written. For jobs with a gap of 3 s, lateness
   * of 4 s and 1 s of disorder.
   */
  void sendMerges(int visitors) throws InterruptedException {
    long now = System.currentTimeMillis();
    int round = merges.getAndIncrement();
    for (int i = 0; i < visitors; i++) {
      String visitor = "merged-" + round + "-" + i;
      send(visitor, List.of(click(visitor, now - 5_000), click(visitor, now)));
    }
    TimeUnit.MILLISECONDS.sleep(now + 4_700 - System.currentTimeMillis());
    for (int i = 0; i < visitors; i++) {
      String visitor = "merged-" + round + "-" + i;
      send(visitor, List.of(click(visitor, now - 2_500)));
    }
  }

  private static byte[] click(String visitor, long time) {
    return "{\"event_type\":\"page_view\",\"timestamp\":%d,\"anonymous_id\":\"%s\"}"
        .formatted(time, visitor)
        .getBytes(StandardCharsets.UTF_8);
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Stops to send. */
  void stop() {
    traffic.stop();
  }

  /** Stops, and waits until all that was sent has arrived. */
  void end() throws InterruptedException {
    traffic.stop();
    try {
      ended.get(END.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the load did not end well", e);
    }
  }

  /** The same, and closes all sessions. */
  void finish(int partitions) throws InterruptedException {
    end();
    long time = System.currentTimeMillis() + Duration.ofHours(1).toMillis();
    List<Integer> all = IntStream.range(0, partitions).boxed().toList();
    sendInto(all, "closer", time);
  }

  /** Sends a click of now into each of some partitions, beside the others. */
  void sendInto(List<Integer> partitions) {
    sendInto(partitions, "beside", System.currentTimeMillis());
    beside.addAndGet(partitions.size());
  }

  private void sendInto(List<Integer> partitions, String visitors, long time) {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int partition : partitions) {
        String visitor = visitors + "-" + partition;
        var unused =
            producer.send(
                new ProducerRecord<>(
                    topic,
                    partition,
                    visitor.getBytes(StandardCharsets.UTF_8),
                    click(visitor, time)));
      }
      producer.flush();
    }
  }
}
