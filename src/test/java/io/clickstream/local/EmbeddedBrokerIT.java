package io.clickstream.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class EmbeddedBrokerIT {

  @Test
  void shouldServeOnlyCommittedRecordsWhenReaderAsksForThem() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      // Given
      broker.createTopic("clicks", 2, Map.of("message.timestamp.type", "LogAppendTime"));
      try (KafkaProducer<byte[], byte[]> producer = producer(broker, "shop")) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("clicks", 0, null, bytes("committed"))).get();
        producer.commitTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("clicks", 0, null, bytes("aborted"))).get();
        producer.abortTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("clicks", 1, null, bytes("committed too"))).get();
        producer.commitTransaction();
      }

      // When
      List<String> values = values(broker, 2);

      // Then
      assertThat(values).containsExactlyInAnyOrder("committed", "committed too");
    }
  }

  @Test
  void shouldLeaveNoFileThreadOrPortWhenClosed() throws Exception {
    // Given
    Set<Thread> before = brokerThreads();
    EmbeddedBroker broker = EmbeddedBroker.start();
    broker.createTopic("clicks", 1);
    Path directory = broker.directory();
    int port = port(broker);
    assertThat(directory).exists();
    assertThat(brokerThreads()).hasSizeGreaterThan(before.size());

    // When
    long start = System.nanoTime();
    broker.close();
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    // Then
    assertThat(took).isLessThan(Duration.ofSeconds(35));
    assertThat(directory).doesNotExist();
    assertThatThrownBy(() -> new Socket(InetAddress.getByName("127.0.0.1"), port).close())
        .isInstanceOf(IOException.class);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(brokerThreads()).isSubsetOf(before));
  }

  @Test
  void shouldServeEarlierRecordsAtTheSameAddressWhenRestartedInItsDirectory(@TempDir Path directory)
      throws Exception {
    // Given
    String address;
    try (EmbeddedBroker first = EmbeddedBroker.start(directory, Map.of())) {
      address = first.bootstrapServers();
      first.createTopic("clicks", 2);
      try (KafkaProducer<byte[], byte[]> producer = producer(first, "shop")) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("clicks", 0, null, bytes("kept"))).get();
        producer.commitTransaction();
      }
    }
    assertThat(Files.exists(directory)).isTrue();

    // When
    try (EmbeddedBroker second = EmbeddedBroker.start(directory, Map.of())) {

      // Then
      assertThat(second.bootstrapServers()).isEqualTo(address);
      assertThat(values(second, 1)).containsExactly("kept");
    }
  }

  @Test
  void shouldRunBesideAnotherBrokerWhenBothTakeFreePorts() {
    try (EmbeddedBroker one = EmbeddedBroker.start();
        EmbeddedBroker other = EmbeddedBroker.start()) {
      // When
      one.createTopic("clicks", 1);

      // Then
      assertThat(topics(one)).containsExactly("clicks");
      assertThat(topics(other)).isEmpty();
    }
  }

  @Test
  void shouldNameTheTopicWhenItExistsAlready() {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      // Given
      broker.createTopic("clicks", 1);

      // When / Then
      assertThatThrownBy(() -> broker.createTopic("clicks", 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("topic clicks exists already");
    }
  }

  @Test
  void shouldLeaveNothingBehindWhenASettingIsRefused() throws Exception {
    // Given
    Set<Path> before = brokerDirectories();

    // When / Then
    assertThatThrownBy(() -> EmbeddedBroker.start(Map.of("log.segment.bytes", "a lot")))
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage(
            "Invalid value a lot for configuration log.segment.bytes: Not a number of type INT");
    assertThat(brokerDirectories()).isEqualTo(before);
  }

  private static Set<String> topics(EmbeddedBroker broker) {
    try {
      return broker.admin().listTopics().names().get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("topics could not be listed", e);
    }
  }

  /** Those of this JVM. */
  private static Set<Path> brokerDirectories() throws IOException {
    String own = "clickstream-broker-" + ProcessHandle.current().pid() + "-";
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(own))
          .collect(Collectors.toSet());
    }
  }

  /**
   * The threads of brokers, this one's and those of other tests; the JVM's own and those of the
   * clients' libraries are not among them.
   */
  private static Set<Thread> brokerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .filter(thread -> isOfBroker(thread.getName()))
        .collect(Collectors.toSet());
  }

  private static boolean isOfBroker(String thread) {
    return thread.startsWith("data-plane-kafka")
        || thread.startsWith("kafka-")
        || thread.startsWith("quorum-controller")
        || thread.startsWith("broker-1")
        || thread.contains("raft-")
        || thread.contains("ExpirationReaper");
  }

  private static int port(EmbeddedBroker broker) {
    String address = broker.bootstrapServers();
    return Integer.parseInt(address.substring(address.indexOf(':') + 1));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static KafkaProducer<byte[], byte[]> producer(EmbeddedBroker broker, String id) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", id),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static List<String> values(EmbeddedBroker broker, int count) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "isolation.level",
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          List.of(new TopicPartition("clicks", 0), new TopicPartition("clicks", 1));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<String> values = new ArrayList<>();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                for (ConsumerRecord<byte[], byte[]> record :
                    consumer.poll(Duration.ofMillis(200))) {
                  values.add(new String(record.value(), UTF_8));
                }
                return values.size() >= count;
              });
      return values;
    }
  }
}
