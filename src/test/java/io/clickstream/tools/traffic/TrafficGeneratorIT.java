package io.clickstream.tools.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.CommandRun;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.SharedBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TrafficGeneratorIT {

  private static EmbeddedBroker broker;

  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void startBroker() {
    broker = SharedBroker.get();
    broker.createTopic("user-profiles", 1, Map.of("cleanup.policy", "compact"));
    broker.createTopic("product-catalog", 1, Map.of("cleanup.policy", "compact"));
  }

  @Test
  void shouldSendEventsByVisitorAndReferenceDataByIdWhenFlatOut() {
    // Given
    broker.createTopic("flat-out", 3);

    // When
    int exitCode =
        run(
            "--bootstrap-servers",
            broker.bootstrapServers(),
            "--topic",
            "flat-out",
            "--rate",
            "max",
            "--events",
            "5000",
            "--duplicates",
            "0",
            "--malformed",
            "0",
            "--future",
            "0",
            "--profiles",
            "100",
            "--catalog",
            "--products",
            "50");

    // Then
    assertThat(exitCode).as("%s", err).isZero();
    List<ConsumerRecord<String, String>> clicks = records("flat-out", 3);
    assertThat(clicks).hasSize(5000);
    long now = System.currentTimeMillis();
    for (ConsumerRecord<String, String> click : clicks) {
      assertThat(click.value()).contains("\"anonymous_id\":\"" + click.key() + "\"");
      assertThat(timestamp(click)).isLessThanOrEqualTo(now);
    }
    assertThat(records("user-profiles", 1))
        .hasSizeBetween(90, 100)
        .allMatch(record -> record.value().startsWith("{\"user_id\":\"" + record.key() + "\""));
    assertThat(records("product-catalog", 1))
        .hasSizeBetween(45, 50)
        .allMatch(record -> record.value().startsWith("{\"product_id\":\"" + record.key() + "\""));
  }

  @Test
  void shouldSendNoEventBeforeItsTimeWhenPaced() {
    // Given
    broker.createTopic("paced", 1);
    long before = System.nanoTime();

    // When
    int exitCode =
        run(
            "--bootstrap-servers",
            broker.bootstrapServers(),
            "--topic",
            "paced",
            "--rate",
            "100",
            "--events",
            "200",
            "--disorder",
            "0s",
            "--behind",
            "0",
            "--late",
            "0",
            "--future",
            "0",
            "--malformed",
            "0");

    // Then
    assertThat(exitCode).as("%s", err).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isGreaterThan(Duration.ofMillis(1_900));
    for (ConsumerRecord<String, String> click : records("paced", 1)) {
      assertThat(timestamp(click)).isLessThanOrEqualTo(click.timestamp() + 1);
    }
  }

  @Test
  void shouldNameTheTopicWhenItDoesNotExist() {
    int exitCode =
        run(
            "--bootstrap-servers",
            broker.bootstrapServers(),
            "--topic",
            "none",
            "--events",
            "1",
            "--property",
            "max.block.ms=500");

    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString().lines().toList())
        .singleElement()
        .asString()
        .startsWith("Topic none at " + broker.bootstrapServers() + " cannot be reached: ");
  }

  private int run(String... args) {
    CommandLine commandLine = CommandRun.commandLine();
    commandLine.setErr(new PrintWriter(err, true));
    List<String> all = new ArrayList<>(List.of("traffic"));
    all.addAll(List.of(args));
    return commandLine.execute(all.toArray(String[]::new));
  }

  private static long timestamp(ConsumerRecord<String, String> click) {
    return Long.parseLong(click.value().replaceFirst(".*\"timestamp\":(\\d+).*", "$1"));
  }

  private static List<ConsumerRecord<String, String>> records(String topic, int partitions) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new StringDeserializer(),
            new StringDeserializer())) {
      List<TopicPartition> all = new ArrayList<>();
      for (int partition = 0; partition < partitions; partition++) {
        all.add(new TopicPartition(topic, partition));
      }
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      List<ConsumerRecord<String, String>> records = new ArrayList<>();
      while (all.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }
}
