package io.clickstream.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The topics of a benchmark: creates, fills and deletes them. */
final class Topics implements AutoCloseable {

  /** Of the clicks, and of the sessions. */
  static final int PARTITIONS = 4;

  static final String PROFILES = "user-profiles";
  static final String PRODUCTS = "product-catalog";

  private static final Map<String, String> COMPACTED = Map.of("cleanup.policy", "compact");
  private static final Map<String, String> BULK =
      Map.of(
          "batch.size", Integer.toString(512 << 10),
          "linger.ms", "50",
          "max.in.flight.requests.per.connection", "1");
  private static final Map<String, String> PROMPT =
      Map.of("batch.size", Integer.toString(64 << 10), "linger.ms", "1");
  private static final long TIMEOUT_SECONDS = 30;

  private final String bootstrapServers;
  private final Admin admin;

  Topics(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  /** Fills one topic with clicks. */
  @FunctionalInterface
  interface Filling {
    Expected fill(R1Clicks.Output output) throws IOException;
  }

  /** Sends clicks as they come. */
  @FunctionalInterface
  interface Sending {
    void send(R1Clicks.Output output) throws IOException;
  }

  void create(String name, int partitions) throws Exception {
    create(name, partitions, Map.of());
  }

  private void create(String name, int partitions, Map<String, String> configs) throws Exception {
    admin
        .createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(configs)))
        .all()
        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    Awaitility.await()
        .atMost(Duration.ofSeconds(TIMEOUT_SECONDS))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> isServed(name));
    // The leaders are known; whether they know it as well, only they can tell.
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      ends.put(new TopicPartition(name, partition), OffsetSpec.latest());
    }
    admin.listOffsets(ends).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private boolean isServed(String topic) throws InterruptedException, TimeoutException {
    try {
      return admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
          .get(topic)
          .partitions()
          .stream()
          .allMatch(partition -> partition.leader() != null);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw new IllegalStateException("topic " + topic + " was not created", e.getCause());
    }
  }

  void delete(List<String> names) throws Exception {
    admin.deleteTopics(names).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /** The reference topics with R1's profiles and products. */
  void createReferences() throws Exception {
    create(PROFILES, 1, COMPACTED);
    create(PRODUCTS, 1, COMPACTED);
    R1Json json = new R1Json();
    try (Sender sender = new Sender(BULK)) {
      for (int user = 0; user < R1Json.PROFILES; user++) {
        sender.send(PROFILES, 0, ("u" + user).getBytes(UTF_8), json.profile(user));
      }
      for (int product = 0; product < R1Json.PRODUCTS; product++) {
        sender.send(PRODUCTS, 0, ("p" + product).getBytes(UTF_8), json.product(product));
      }
    }
  }

  /** A topic with clicks; all of them are in it when this returns. */
  Expected createClicks(String topic, Filling filling) throws Exception {
    create(topic, PARTITIONS);
    try (Sender sender = new Sender(BULK)) {
      return filling.fill((partition, key, value) -> sender.send(topic, partition, key, value));
    }
  }

  /** Sends clicks to a topic for as long as it takes. */
  void send(String topic, Sending sending) throws IOException {
    try (Sender sender = new Sender(PROMPT)) {
      sending.send((partition, key, value) -> sender.send(topic, partition, key, value));
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }

  /** Sends in lz4 batches; what could not be sent fails the next call. */
  private final class Sender implements AutoCloseable {

    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final KafkaProducer<byte[], byte[]> producer;

    Sender(Map<String, String> tuning) {
      Map<String, Object> properties = new HashMap<>(tuning);
      properties.put("bootstrap.servers", bootstrapServers);
      properties.put("compression.type", "lz4");
      properties.put("buffer.memory", Integer.toString(64 << 20));
      properties.put("max.request.size", Integer.toString(16 << 20));
      properties.put("enable.idempotence", "true");
      producer =
          new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    void send(String topic, int partition, byte[] key, byte[] value) throws IOException {
      producer.send(
          new ProducerRecord<>(topic, partition, key, value),
          (metadata, exception) -> {
            if (exception != null) {
              failure.compareAndSet(null, exception);
            }
          });
      check();
    }

    private void check() throws IOException {
      Exception cause = failure.get();
      if (cause != null) {
        throw new IOException("topics could not be filled", cause);
      }
    }

    @Override
    public void close() throws IOException {
      producer.close();
      check();
    }
  }
}
