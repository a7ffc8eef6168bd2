package io.clickstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.SessionSettings;
import io.clickstream.config.SinkSettings;
import io.clickstream.config.StartFrom;
import io.clickstream.local.SharedBroker;
import io.clickstream.reconcile.Reconciliation.Report;
import io.clickstream.reconcile.Reconciliation.Scope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Settings, input and checks of tests that run the whole graph. */
final class GraphRuns {

  static final Duration PATIENCE = Duration.ofSeconds(120);
  static final Duration GAP = Duration.ofMillis(700);
  static final int PARTITIONS = 3;

  private static final ObjectMapper JSON = new ObjectMapper();

  private GraphRuns() {}

  static ClickstreamSettings settings(Topics topics, Duration gap, Duration idleTimeout) {
    return settings(topics, gap, idleTimeout, null);
  }

  /** No partition is idle in these tests but one, however starved the machine is. */
  static ClickstreamSettings settings(Topics topics, Duration gap) {
    return settings(topics, gap, Duration.ofMinutes(10));
  }

  static ClickstreamSettings settings(
      Topics topics, Duration gap, Duration idleTimeout, @Nullable Duration maxDrift) {
    return ClickstreamSettings.defaults()
        .with(KafkaSettings.BOOTSTRAP_SERVERS, SharedBroker.get().bootstrapServers())
        .with(topics.names)
        .with(IngestSettings.GROUP_ID, topics.names.sessions())
        .with(IngestSettings.START_FROM, StartFrom.EARLIEST)
        .with(IngestSettings.MAX_OUT_OF_ORDERNESS, Duration.ofMillis(200))
        .with(IngestSettings.IDLE_TIMEOUT, idleTimeout)
        .with(IngestSettings.MAX_DRIFT, maxDrift)
        .with(SessionSettings.GAP, gap)
        .with(SessionSettings.ALLOWED_LATENESS, Duration.ofMillis(500))
        .with(SessionSettings.CACHE_SIZE, 1L << 20)
        .with(SinkSettings.TRANSACTIONAL_ID_PREFIX, topics.names.sessions())
        .with(SinkSettings.TRANSACTION_TIMEOUT, Duration.ofMinutes(10));
  }

  static Reconciliation.Result awaitAgreement(
      Topics topics, ClickstreamSettings settings, ClickTraffic traffic) throws Exception {
    return new Reconciliation(topics, settings).awaitAgreement(traffic.now() - 3_000_000, PATIENCE);
  }

  static void assertAccounts(Map<String, Long> counted, Reconciliation.Totals expected) {
    assertThat(counted)
        .containsEntry("clickstream.read", expected.read())
        .containsEntry("clickstream.in-sessions", expected.inSessions())
        .containsEntry("clickstream.duplicates", expected.duplicates())
        .containsEntry("clickstream.late", expected.late())
        .containsEntry("clickstream.rejected", expected.rejected());
    assertThat(
            expected.inSessions() + expected.duplicates() + expected.late() + expected.rejected())
        .isEqualTo(expected.read());
    assertThat(expected.duplicates()).isPositive();
    assertThat(expected.late()).isPositive();
    assertThat(expected.rejected()).isPositive();
  }

  static Report compare(ClickstreamSettings settings) {
    return io.clickstream.reconcile.Reconciliation.compare(settings, Scope.everything());
  }

  static void sendReferenceData(Topics topics) throws Exception {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      records.add(
          new ProducerRecord<>(
              topics.names.profiles(),
              ("u" + i).getBytes(StandardCharsets.UTF_8),
              "{\"user_id\":\"u%d\",\"segment\":\"s%d\",\"tier\":\"gold\"}"
                  .formatted(i, i % 5)
                  .getBytes(StandardCharsets.UTF_8)));
      records.add(
          new ProducerRecord<>(
              topics.names.products(),
              ("p" + i).getBytes(StandardCharsets.UTF_8),
              "{\"product_id\":\"p%d\",\"category\":\"c%d\",\"brand\":\"b\"}"
                  .formatted(i, i % 4)
                  .getBytes(StandardCharsets.UTF_8)));
    }
    topics.send(records);
  }

  static void assertEnriched(Topics topics) throws Exception {
    List<ConsumerRecord<byte[], byte[]>> sessions = topics.read(topics.names.sessions());
    assertThat(sessions).hasSizeGreaterThan(100);
    for (ConsumerRecord<byte[], byte[]> record : sessions) {
      JsonNode session = JSON.readTree(record.value());
      if (!session.get("is_deleted").asBoolean()) {
        assertThat(session.get("enrichment_status").asText()).isEqualTo("FULL");
        if (!session.get("user_id").isNull()) {
          int user = Integer.parseInt(session.get("user_id").asText().substring(1));
          assertThat(session.get("user_segment").asText()).isEqualTo("s" + user % 5);
        }
      }
    }
  }
}
