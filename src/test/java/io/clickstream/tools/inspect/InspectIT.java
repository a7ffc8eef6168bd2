package io.clickstream.tools.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.CommandRun;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.SharedBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command over the topics of a real broker. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class InspectIT {

  private static final long T0 = 1_767_225_600_000L;

  private static EmbeddedBroker broker;

  @TempDir private Path directory;

  @BeforeAll
  static void start() {
    broker = SharedBroker.get();
  }

  @Test
  void shouldReadTheNewestRecordsOfAllPartitionsAndLeaveNothingBehind() throws Exception {
    // Given old records that are no clicks, and newer ones that are
    String topic = "inspect-newest";
    broker.createTopic(topic, 3);
    for (int partition = 0; partition < 3; partition++) {
      for (int i = 0; i < 40; i++) {
        send(topic, partition, "old");
      }
      for (int i = 0; i < (partition == 0 ? 2 : 30); i++) {
        send(
            topic,
            partition,
            "{\"event_type\":\"page_view\",\"timestamp\":%d,\"anonymous_id\":\"a\"}"
                .formatted(T0 + i));
      }
    }

    // When
    CommandRun run =
        CommandRun.of(
            "inspect",
            "--bootstrap-servers",
            broker.bootstrapServers(),
            "--topic",
            topic,
            "--sample",
            "60",
            "--save",
            directory.resolve("clicks.jsonl").toString());

    // Then: 20 of each partition
    assertThat(run.err())
        .startsWith("60 records of topic inspect-newest, 3 partitions")
        .containsPattern("(?m)^  json +42 of 60")
        .contains("18: not JSON at byte")
        .contains("Kept in " + directory.resolve("clicks.jsonl") + ", one a line, in the order");
    assertThat(Files.readAllLines(directory.resolve("clicks.jsonl")))
        .hasSize(60)
        .filteredOn(line -> line.startsWith("{"))
        .hasSize(42);
    assertThat(run.out())
        .contains("bootstrap-servers: '" + broker.bootstrapServers() + "'")
        .contains("clicks: inspect-newest");
    assertThat(run.exitCode()).isZero();
    assertThat(broker.admin().listGroups().all().get(30, TimeUnit.SECONDS))
        .noneMatch(group -> group.groupId().contains("inspect"));
  }

  @Test
  void shouldNotReadWhatWasNotCommitted() throws Exception {
    String topic = "inspect-committed";
    broker.createTopic(topic, 1);
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", topic))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, "aborted".getBytes(UTF_8))).get();
      producer.abortTransaction();
    }

    CommandRun run = inspect(topic);

    assertFails(
        run,
        "topic inspect-committed: there is no record in it; send some clicks first, or look into"
            + " another topic.");
  }

  @Test
  void shouldSayThatATopicIsMissingAndWhichThereAre() {
    broker.createTopic("inspect-other", 1);

    CommandRun run = inspect("inspect-missing");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith(
            "topic inspect-missing: there is none of this name that may be read; there are ")
        .doesNotContain("\n");
  }

  @Test
  void shouldSayThatATopicIsEmpty() {
    broker.createTopic("inspect-empty", 2);

    assertFails(
        inspect("inspect-empty"),
        "topic inspect-empty: there is no record in it; send some clicks first, or look into"
            + " another topic.");
  }

  @Test
  void shouldSayThatNoBrokerCanBeReached() {
    CommandRun run =
        CommandRun.of("inspect", "--bootstrap-servers", "127.0.0.1:1", "--topic", "clicks");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("topic clicks could not be read: brokers at 127.0.0.1:1: none could be reached")
        .contains("remedy: start Kafka, or correct kafka.bootstrap-servers")
        .doesNotContain("\tat ");
  }

  private static CommandRun inspect(String topic) {
    return CommandRun.of(
        "inspect", "--bootstrap-servers", broker.bootstrapServers(), "--topic", topic);
  }

  private static void assertFails(CommandRun run, String message) {
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).isEqualTo(message);
  }

  private static void send(String topic, int partition, String value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      producer.send(new ProducerRecord<>(topic, partition, null, value.getBytes(UTF_8))).get();
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, String> more) {
    Map<String, Object> properties = new java.util.HashMap<>(more);
    properties.put("bootstrap.servers", broker.bootstrapServers());
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
