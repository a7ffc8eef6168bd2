package io.clickstream.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.config.ClickHouseSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.TopicSettings;
import io.clickstream.local.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The protocol and the loss of a server, on one of 2018: it lacks most of the schema's types, so
 * that the table holds what it can.
 */
@Tag("full")
class OldServerIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private Path directory;

  @Test
  void shouldLoadEverythingThoughTheServerIsKilled() throws Exception {
    try (ClickHouseServer server = ClickHouseServer.startOld(directory.resolve("clickhouse"));
        EmbeddedBroker broker = EmbeddedBroker.start();
        MiniCluster cluster =
            new MiniCluster(
                new MiniClusterConfiguration.Builder()
                    .setConfiguration(new Configuration())
                    .setNumTaskManagers(1)
                    .setNumSlotsPerTaskManager(2)
                    .build())) {
      cluster.start();
      server.ask("CREATE DATABASE old", "default");
      server.ask(
          "CREATE TABLE sessions (session_id String, revision UInt32, visitor_id String,"
              + " session_start Int64) ENGINE = ReplacingMergeTree(revision)"
              + " PARTITION BY toYYYYMM(toDateTime(intDiv(session_start, 1000)))"
              + " ORDER BY session_id",
          "old");
      TopicSettings topics =
          TopicSettings.defaults()
              .with(TopicSettings.CLICKS, List.of("clicks"))
              .with(TopicSettings.SESSIONS, "sessions")
              .with(TopicSettings.LATE, "late")
              .with(TopicSettings.REJECTED, "rejected")
              .with(TopicSettings.REJECTED_SESSIONS, "refused");
      broker.createTopic(topics.sessions(), 3);
      broker.createTopic(topics.rejectedSessions(), 1);
      SessionRecords records = new SessionRecords(5, topics.sessions());
      ClickHouseSettings target = server.settings("old", 200, Duration.ofMillis(200));
      List<ProducerRecord<byte[], byte[]>> first = records.next(2_000);
      List<ProducerRecord<byte[], byte[]>> second = records.next(2_000);
      Map<String, JsonNode> expected =
          SessionRecords.latest(
              Stream.concat(first.stream(), second.stream()).map(ProducerRecord::value).toList());
      KafkaSettings kafka = KafkaSettings.at(broker.bootstrapServers());
      send(broker, first);
      try (RunningLoader loader =
          RunningLoader.start(cluster, kafka, topics, "old", target, directory)) {
        Awaitility.await("some rows").atMost(PATIENCE).until(() -> rows(server) > 400);
        server.kill();
        send(broker, second);
        server.restart();
        Awaitility.await("all rows")
            .atMost(PATIENCE)
            .untilAsserted(
                () -> {
                  List<JsonNode> found =
                      server.rows(
                          "SELECT session_id, max(revision) AS revision FROM sessions"
                              + " GROUP BY session_id",
                          "old");
                  assertThat(found).hasSize(expected.size());
                  assertThat(found)
                      .allSatisfy(
                          row ->
                              assertThat(row.get("revision").asInt())
                                  .isEqualTo(
                                      expected
                                          .get(row.get("session_id").asText())
                                          .get("revision")
                                          .asInt()));
                });
        assertThat(loader.failure()).isEmpty();
      }
    }
  }

  private static long rows(ClickHouseServer server) throws Exception {
    return server.rows("SELECT count() AS n FROM sessions", "old").get(0).get("n").asLong();
  }

  private static void send(EmbeddedBroker broker, List<ProducerRecord<byte[], byte[]>> records)
      throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (ProducerRecord<byte[], byte[]> record : records) {
        Future<?> unused = producer.send(record);
      }
      producer.flush();
    }
  }
}
