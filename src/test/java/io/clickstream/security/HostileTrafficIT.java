package io.clickstream.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.reconcile.Reconciliation;
import io.clickstream.reconcile.Reconciliation.Report;
import io.clickstream.reconcile.Reconciliation.Scope;
import io.clickstream.topology.RunningJob;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What somebody can do to the job who may write to its topic: a broker with the limits that brokers
 * have, which take a megabyte, however much comes of it.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class HostileTrafficIT {

  /** What a broker takes by default. */
  private static final int MAX_MESSAGE_BYTES = 1_048_588;

  /** Behind what the job reckons with. */
  private static final long START = 1_767_225_600_000L;

  private static EmbeddedBroker broker;

  @TempDir private Path directory;

  private final Random random = new Random(7);

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start();
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  private static KafkaProducer<byte[], byte[]> producer(String compression) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "compression.type",
            compression,
            "max.request.size",
            100 << 20,
            "buffer.memory",
            200 << 20,
            "batch.size",
            32 << 20,
            "linger.ms",
            1_000),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static void send(String compression, List<ProducerRecord<byte[], byte[]>> records)
      throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer(compression)) {
      List<Future<?>> sent = new ArrayList<>();
      records.forEach(record -> sent.add(producer.send(record)));
      for (Future<?> each : sent) {
        each.get(60, TimeUnit.SECONDS);
      }
    }
  }

  private static void send(String compression, byte @Nullable [] key, byte[] value)
      throws Exception {
    send(compression, List.of(new ProducerRecord<>("raw-clicks", 0, key, value)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] click(String visitor, long time, String more) {
    return bytes(
        "{\"event_type\":\"page_view\",\"timestamp\":%d,\"anonymous_id\":\"%s\"%s}"
            .formatted(time, visitor, more));
  }

  /** What nothing makes smaller. */
  private byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  /** Half as long for zstd, and as long as it is for lz4. */
  private byte[] digits(int length) {
    byte[] digits = new byte[length];
    for (int i = 0; i < length; i++) {
      digits[i] = (byte) "0123456789abcdef".charAt(random.nextInt(16));
    }
    return digits;
  }

  // ---- the job

  @Test
  void shouldGoOnAndAccountForEverything() throws Exception {
    // Given
    for (String topic :
        List.of("raw-clicks", "enriched-sessions", "late-clicks", "rejected-clicks")) {
      broker.createTopic(topic, 1);
    }
    for (String topic : List.of("user-profiles", "product-catalog")) {
      broker.createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
    }
    ClickstreamSettings settings =
        SettingsReader.read(
                Invocation.of(
                    "--kafka.bootstrap-servers=" + broker.bootstrapServers(),
                    "--sink.transactional-id-prefix=hostile",
                    "--session.allowed-lateness=1s"),
                Map.of())
            .settings();
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(
                    new Configuration()
                        .set(RestOptions.BIND_PORT, "0")
                        .set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64))
                        .set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofSeconds(50)))
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .build());
    cluster.start();
    try {
      RunningJob job = RunningJob.start(cluster, settings, 1, directory, null);

      // When
      Map<Long, String> rejects = sendWhatIsHostile();
      Report report = awaitAgreement(settings, 1);

      // Then it has not failed once
      assertThat(job.checkpoints().getNumberOfRestoredCheckpoints()).isZero();
      job.cancel();
      assertThat(report.differences()).isEmpty();
      assertThat(report.rejected()).isEqualTo(rejects.size());
      assertThat(report.late()).isEqualTo(2);
      assertThat(report.duplicates()).isEqualTo(99_999);
      assertThat(omitted("rejected-clicks")).isEqualTo(rejects);
      assertThat(omitted("late-clicks").values())
          .containsExactlyInAnyOrder("all there", "no key of 1900000");
      assertThat(sessions())
          .as("the largest session that a visitor can have")
          .anySatisfy(
              session ->
                  assertThat(session.value().length)
                      .isBetween(600_000, MAX_MESSAGE_BYTES - 10_000));
    } finally {
      cluster.closeAsync().get(60, TimeUnit.SECONDS);
    }
  }

  /** Returns what has to be rejected, by offset, with what is missing of it in the end. */
  private Map<Long, String> sendWhatIsHostile() throws Exception {
    Map<Long, String> rejects = new TreeMap<>();
    send("none", null, click("first", START, ""));
    long offset = 1;
    // As large as the topic takes: with our headers it is larger than that.
    int largest = MAX_MESSAGE_BYTES - 61 - 16;
    send("none", null, noise(largest));
    rejects.put(offset++, "no value of " + largest);
    send("none", noise(largest), bytes("none"));
    rejects.put(offset++, "no key of " + largest);
    // Larger than any request of a producer.
    send("zstd", null, new byte[40 << 20]);
    rejects.put(offset++, "no value of " + (40 << 20));
    send("zstd", new byte[20 << 20], new byte[15 << 20]);
    rejects.put(offset++, "no key of " + (20 << 20));
    // Compressed by another method than ours.
    send("zstd", null, digits(1_900_000));
    rejects.put(offset++, "no value of 1900000");
    // Large, and small enough on its way.
    send("gzip", null, bytes("x".repeat(10 << 20)));
    rejects.put(offset++, "all there");
    send("gzip", new byte[10 << 20], bytes("none"));
    rejects.put(offset++, "all there");
    // Headers do not come out again.
    ProducerRecord<byte[], byte[]> headers =
        new ProducerRecord<>("raw-clicks", 0, null, bytes("none"));
    for (int i = 0; i < 100_000; i++) {
      headers.headers().add("h", new byte[0]);
    }
    send("zstd", List.of(headers));
    rejects.put(offset++, "all there");
    // Twenty megabytes in a batch of a few kilobytes.
    List<ProducerRecord<byte[], byte[]>> copies = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      copies.add(
          new ProducerRecord<>(
              "raw-clicks",
              0,
              null,
              click("bomb", START, ",\"event_id\":\"e\",\"page_url\":\"" + "x".repeat(100) + '"')));
    }
    send("zstd", copies);
    largestSession();
    // All that is closed, and what is late by then.
    send("none", null, click("last", START + 7_200_000, ""));
    awaitSessions(3);
    send("zstd", digits(1_900_000), click("late", START, ""));
    send("none", null, click("late", START, ""));
    return rejects;
  }

  /** Everything that a session keeps of its clicks, as long as it can be, and longer as JSON. */
  private void largestSession() throws Exception {
    String control = "\\u0001";
    String text = control.repeat(4_096);
    StringBuilder texts = new StringBuilder();
    for (String field :
        List.of(
            "page_url",
            "referrer",
            "utm_source",
            "utm_medium",
            "utm_campaign",
            "user_agent",
            "device_type",
            "country")) {
      texts.append(",\"%s\":\"%s\"".formatted(field, text));
    }
    String id = control.repeat(1_000);
    List<ProducerRecord<byte[], byte[]>> clicks = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String product = "%s-%02d".formatted(id, i);
      clicks.add(
          new ProducerRecord<>(
              "raw-clicks",
              0,
              null,
              bytes(
                  "{\"event_type\":\"purchase\",\"timestamp\":%d,\"anonymous_id\":\"%s\",\"user_id\":\"%s\",\"app_id\":\"%s\",\"product_id\":\"%s\",\"price\":1,\"currency\":\"%s\"%s}"
                      .formatted(
                          START + i,
                          id,
                          id,
                          id,
                          product,
                          "%s-%d".formatted(id, i % 8),
                          i == 0 || i == 99 ? texts : ""))));
    }
    send("zstd", clicks);
  }

  private static void awaitSessions(int count) {
    await("sessions")
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> sessions().size() >= count);
  }

  private static Report awaitAgreement(ClickstreamSettings settings, int slices) {
    Report[] report = new Report[1];
    await("all that was sent")
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(250))
        .until(
            () -> {
              report[0] = Reconciliation.compare(settings, Scope.inShares(slices));
              return report[0].agrees();
            });
    return report[0];
  }

  private static List<ConsumerRecord<byte[], byte[]>> sessions() {
    return read("enriched-sessions", Map.of());
  }

  /** What is missing of the records of a topic, by the offset of the input. */
  private static Map<Long, String> omitted(String topic) {
    Map<Long, String> omitted = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : read(topic, Map.of())) {
      String key = header(record, "omitted_key_bytes");
      String value = header(record, "omitted_value_bytes");
      assertThat(key == null || record.key() == null).isTrue();
      assertThat(value == null || record.value() == null).isTrue();
      omitted.put(
          Long.valueOf(header(record, "source_offset")),
          key == null && value == null
              ? "all there"
              : (key == null ? "" : "no key of " + key)
                  + (value == null ? "" : "no value of " + value));
    }
    return omitted;
  }

  private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(String topic, Map<String, Object> more) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(topic, more)) {
      TopicPartition partition = new TopicPartition(topic, 0);
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String topic, Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("bootstrap.servers", broker.bootstrapServers());
    properties.put("isolation.level", "read_committed");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    TopicPartition partition = new TopicPartition(topic, 0);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    return consumer;
  }

  // ---- batches that inflate

  /** 200 records of a megabyte in a batch of a few kilobytes. */
  private static List<ProducerRecord<byte[], byte[]>> bomb(String topic) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    byte[] megabyte = new byte[1 << 20];
    for (int i = 0; i < 100; i++) {
      records.add(new ProducerRecord<>(topic, 0, null, megabyte));
    }
    return records;
  }

  @Test
  void shouldHaveNoMoreThanAPollOfABatchInMemory() throws Exception {
    // Given
    broker.createTopic("bomb", 1);
    send("zstd", bomb("bomb"));

    // Then
    for (int most : List.of(5, 20)) {
      try (KafkaConsumer<byte[], byte[]> consumer =
          consumer("bomb", Map.of("max.poll.records", most))) {
        ConsumerRecords<byte[], byte[]> first = ConsumerRecords.empty();
        while (first.isEmpty()) {
          first = consumer.poll(Duration.ofSeconds(1));
        }
        assertThat(first.count()).isEqualTo(most);
      }
    }
    assertThat(read("bomb", Map.of())).hasSize(100);
  }

  @Test
  void shouldNotTakeBatchThatInflatesWhenTheTopicIsNotCompressed() throws Exception {
    // Given
    broker.createTopic("plain", 1, Map.of("compression.type", "uncompressed"));

    // Then
    assertThatThrownBy(
            () ->
                send(
                    "zstd",
                    List.of(new ProducerRecord<>("plain", 0, null, new byte[MAX_MESSAGE_BYTES]))))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(RecordTooLargeException.class);
    send(
        "zstd", List.of(new ProducerRecord<>("plain", 0, null, new byte[MAX_MESSAGE_BYTES - 100])));
  }
}
