package io.clickstream.topology;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.config.TopicSettings;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.TopicReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One test's own set of topics on a broker. */
final class Topics implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  final TopicSettings names;
  final int clickPartitions;
  private final EmbeddedBroker broker;
  private final KafkaProducer<byte[], byte[]> producer;

  Topics(EmbeddedBroker broker, String prefix, int clickPartitions) {
    this(
        broker,
        TopicSettings.defaults()
            .with(TopicSettings.CLICKS, List.of(prefix + "-clicks"))
            .with(TopicSettings.SESSIONS, prefix + "-sessions")
            .with(TopicSettings.LATE, prefix + "-late")
            .with(TopicSettings.REJECTED, prefix + "-rejected")
            .with(TopicSettings.REJECTED_SESSIONS, prefix + "-rejected-sessions")
            .with(TopicSettings.PROFILES, prefix + "-profiles")
            .with(TopicSettings.PRODUCTS, prefix + "-products"),
        clickPartitions);
    // Event times of the past are Kafka timestamps in some tests: nothing is deleted for its age.
    broker.createTopic(names.clicks().get(0), clickPartitions, Map.of("retention.ms", "-1"));
    createOutputs();
    broker.createTopic(names.profiles(), 2, Map.of("cleanup.policy", "compact"));
    broker.createTopic(names.products(), 2, Map.of("cleanup.policy", "compact"));
  }

  private Topics(EmbeddedBroker broker, TopicSettings names, int clickPartitions) {
    this.broker = broker;
    this.names = names;
    this.clickPartitions = clickPartitions;
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 5),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** The same input with empty output topics. */
  Topics withOutputs(String prefix) {
    Topics other =
        new Topics(
            broker,
            names
                .with(TopicSettings.SESSIONS, prefix + "-sessions")
                .with(TopicSettings.LATE, prefix + "-late")
                .with(TopicSettings.REJECTED, prefix + "-rejected")
                .with(TopicSettings.REJECTED_SESSIONS, prefix + "-rejected-sessions"),
            clickPartitions);
    other.createOutputs();
    return other;
  }

  private void createOutputs() {
    broker.createTopic(names.sessions(), 3);
    broker.createTopic(names.late(), 1);
    broker.createTopic(names.rejected(), 1);
    broker.createTopic(names.rejectedSessions(), 1);
  }

  /** The settings that name them, as arguments of the job. */
  List<String> arguments() {
    return List.of(
        "--kafka.bootstrap-servers=" + broker.bootstrapServers(),
        "--topics.clicks=" + names.clicks().get(0),
        "--topics.sessions=" + names.sessions(),
        "--topics.late=" + names.late(),
        "--topics.rejected=" + names.rejected(),
        "--topics.profiles=" + names.profiles(),
        "--topics.products=" + names.products());
  }

  /** Returns once all are written. */
  void send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
    List<Future<?>> sent = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : records) {
      sent.add(producer.send(record));
    }
    for (Future<?> each : sent) {
      each.get();
    }
  }

  /** The same for a thread of its own. */
  void sendAll(List<ProducerRecord<byte[], byte[]>> records) {
    try {
      send(records);
    } catch (Exception e) {
      throw new IllegalStateException("the records could not be sent", e);
    }
  }

  /** The latest revision of each session that is not retracted, by id. */
  Map<String, JsonNode> sessions() throws IOException {
    Map<String, JsonNode> latest = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : read(names.sessions())) {
      JsonNode session = JSON.readTree(record.value());
      latest.put(session.get("session_id").asText(), session);
    }
    latest.values().removeIf(session -> session.get("is_deleted").asBoolean());
    return latest;
  }

  /** All committed records that a topic holds now, each partition's in order. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try {
      new TopicReader(broker.bootstrapServers()).read(topic, records::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
