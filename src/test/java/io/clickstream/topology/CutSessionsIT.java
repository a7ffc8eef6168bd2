package io.clickstream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.SharedBroker;
import io.clickstream.reconcile.Reconciliation;
import io.clickstream.reconcile.Reconciliation.Report;
import io.clickstream.reconcile.Reconciliation.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cuts and passive clicks from the settings file to the topic, over a savepoint and a rescaling.
 */
class CutSessionsIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PARTITIONS = 3;
  private static final int DEVICES = 60;

  /** Ten minutes before a midnight in Berlin. */
  private static final long START = Instant.parse("2026-11-26T22:50:00Z").toEpochMilli();

  private static final Duration TEN_HOURS = Duration.ofHours(10);

  private static final String SETTINGS =
      """
      session:
        gap: 30min
        cut:
          user: true
          campaign: change
          midnight: Europe/Berlin
        passive: {event_type: heartbeat}
      ingest:
        start-from: earliest
        max-out-of-orderness: 200ms
        idle-timeout: 10min
        # No partition waits for the others.
        max-drift: 24h
      """;

  private static final EmbeddedBroker BROKER = SharedBroker.get();

  @TempDir private Path directory;

  /** A click, and when it is delivered: a little later than others that are later. */
  private record Delivery(long at, int device, String json) {

    ProducerRecord<byte[], byte[]> record(String topic) {
      return new ProducerRecord<>(
          topic, device % PARTITIONS, ("d-" + device).getBytes(UTF_8), json.getBytes(UTF_8));
    }
  }

  private static final class Clicks {

    private final List<Delivery> deliveries = new ArrayList<>();
    private final Random random = new Random(45);

    void add(int device, long time, String type, String members) {
      String json =
          "{'event_type':'%s','timestamp':%d,'anonymous_id':'d-%d'%s}"
              .formatted(type, time, device, members)
              .replace('\'', '"');
      deliveries.add(new Delivery(time + random.nextInt(150), device, json));
    }

    List<ProducerRecord<byte[], byte[]>> records(String topic) {
      deliveries.sort(Comparator.comparingLong(Delivery::at));
      return deliveries.stream().map(delivery -> delivery.record(topic)).toList();
    }
  }

  private static List<ProducerRecord<byte[], byte[]>> clicks(String topic) {
    Clicks clicks = new Clicks();
    for (int device = 0; device < DEVICES; device++) {
      long start = START + device * 137L;
      String alice = ",'user_id':'alice'";
      String bob = ",'user_id':'bob'";
      clicks.add(device, start, "page_view", alice + ",'utm_source':'mail'");
      clicks.add(device, start + 1_000, "heartbeat", alice);
      clicks.add(device, start + 2_000, "purchase", alice + ",'price':100,'currency':'EUR'");
      clicks.add(device, start + 3_000, "page_view", "");
      clicks.add(device, start + 4_000, "page_view", bob);
      clicks.add(device, start + 5_000, "page_view", bob + ",'utm_source':'ads'");
      clicks.add(device, start + 6_000, "page_view", bob);
      clicks.add(device, start + 15 * 60_000, "page_view", bob);
      clicks.add(device, start + TEN_HOURS.toMillis(), "heartbeat", "");
    }
    return clicks.records(topic);
  }

  private ClickstreamSettings settings(Topics topics) throws Exception {
    Path file = Files.writeString(directory.resolve("clickstream.yaml"), SETTINGS);
    List<String> arguments = new ArrayList<>(topics.arguments());
    arguments.add("--config=" + file);
    arguments.add("--ingest.group-id=" + topics.names.sessions());
    arguments.add("--sink.transactional-id-prefix=" + topics.names.sessions());
    return SettingsReader.read(Invocation.of(arguments.toArray(String[]::new)), Map.of())
        .settings();
  }

  private static String shown(JsonNode session) {
    return "%s %d ms n=%d %s %s"
        .formatted(
            session.get("user_id").asText(),
            session.get("duration_ms").asLong(),
            session.get("event_count").asInt(),
            session.get("revenue").asText(),
            session.get("end_reason").asText());
  }

  /** By device, in the order of their starts. */
  private static Map<String, List<String>> byDevice(Topics topics) throws Exception {
    Map<String, List<String>> shown = new TreeMap<>();
    topics.sessions().values().stream()
        .sorted(Comparator.comparingLong(session -> session.get("session_start").asLong()))
        .forEach(
            session ->
                shown
                    .computeIfAbsent(
                        session.get("visitor_id").asText(), device -> new ArrayList<>())
                    .add(shown(session)));
    return shown;
  }

  @Test
  void shouldCutSessionsAsTheSettingsFileSays() throws Exception {
    MiniCluster cluster = SharedCluster.get();
    try (Topics topics = new Topics(BROKER, "cuts", PARTITIONS)) {
      // Given: a job that stops while clicks wait
      ClickstreamSettings settings = settings(topics);
      List<ProducerRecord<byte[], byte[]>> clicks = clicks(topics.names.clicks().get(0));
      int half = clicks.size() / 2;
      RunningJob job = RunningJob.start(cluster, settings, 2, directory, null);
      topics.send(clicks.subList(0, half));
      job.awaitPosition(half);
      String savepoint = job.stopWithSavepoint(directory);
      assertThat(job.result().get("clickstream.waiting")).isPositive();

      // When: it goes on with another parallelism, to the end of the input
      RunningJob again = RunningJob.start(cluster, settings, 3, directory, savepoint);
      topics.send(clicks.subList(half, clicks.size()));
      again.awaitPosition(clicks.size());
      again.drain(directory);

      // Then
      assertSessions(topics, again.result());
      assertReconcileAgrees(settings);
      assertReconcileFindsAnotherBorder(topics, settings);
    }
  }

  @Tag("full")
  @Test
  void shouldCutTheSameSessionsWhenTaskManagersAreKilledWhileClicksWait() throws Exception {
    MiniCluster cluster = OwnCluster.start(2);
    try (Topics topics = new Topics(BROKER, "cuts-killed", PARTITIONS)) {
      ClickstreamSettings settings = settings(topics);
      List<ProducerRecord<byte[], byte[]>> clicks = clicks(topics.names.clicks().get(0));
      RunningJob job = RunningJob.start(cluster, settings, 2, directory, null);
      int rounds = 4;
      for (int round = 0; round < rounds; round++) {
        int from = clicks.size() * round / rounds;
        int to = clicks.size() * (round + 1) / rounds;
        topics.send(clicks.subList(from, (from + to) / 2));
        if (round % 2 == 0) {
          job.awaitCheckpointInProgress();
        } else {
          job.awaitCheckpoints(2);
        }
        job.killTaskManager(round);
        topics.send(clicks.subList((from + to) / 2, to));
      }
      job.awaitPosition(clicks.size());
      job.drain(directory);

      assertSessions(topics, job.result());
      assertReconcileAgrees(settings);
    } finally {
      cluster.closeAsync().get(60, TimeUnit.SECONDS);
    }
  }

  private static void assertSessions(Topics topics, Map<String, Long> result) throws Exception {
    assertThat(byDevice(topics))
        .hasSize(DEVICES)
        .allSatisfy(
            (device, sessions) ->
                assertThat(sessions)
                    .containsExactly(
                        "alice 3000 ms n=4 100 USER",
                        "bob 0 ms n=1 null CAMPAIGN",
                        "bob 1000 ms n=2 null MIDNIGHT",
                        "bob 0 ms n=1 null TIMEOUT"));
    assertThat(result)
        .containsEntry("clickstream.read", 9L * DEVICES)
        .containsEntry("clickstream.in-sessions", 8L * DEVICES)
        .containsEntry("clickstream.skipped", (long) DEVICES)
        .containsEntry("clickstream.waiting", 0L)
        .containsEntry("clickstream.unmarked", 0L)
        .containsEntry("clickstream.duplicates", 0L)
        .containsEntry("clickstream.late", 0L)
        .containsEntry("clickstream.sessions", 4L * DEVICES)
        .containsEntry("clickstream.revisions", 0L)
        .containsEntry("clickstream.sessions-cut-user", (long) DEVICES)
        .containsEntry("clickstream.sessions-cut-campaign", (long) DEVICES)
        .containsEntry("clickstream.sessions-cut-midnight", (long) DEVICES)
        .containsEntry("clickstream.sessions-cut-changed", 0L);
  }

  private static void assertReconcileAgrees(ClickstreamSettings settings) {
    Report report = Reconciliation.compare(settings, Scope.inShares(2));
    assertThat(report.differences()).isEmpty();
    assertThat(report.agrees()).isTrue();
    assertThat(
            List.of(
                report.read(),
                report.inSessions(),
                report.skipped(),
                report.waiting(),
                report.sessions(),
                report.undecided()))
        .containsExactly(9L * DEVICES, 8L * DEVICES, (long) DEVICES, 0L, 4L * DEVICES, 0L);
  }

  /** As if the job had cut one session for another reason, and another one a click earlier. */
  private static void assertReconcileFindsAnotherBorder(Topics topics, ClickstreamSettings settings)
      throws Exception {
    List<ProducerRecord<byte[], byte[]>> spoilt = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : topics.read(topics.names.sessions())) {
      ObjectNode session = (ObjectNode) JSON.readTree(record.value());
      String device = session.get("visitor_id").asText();
      String reason = session.get("end_reason").asText();
      session.put("revision", 2);
      if (device.equals("d-1") && reason.equals("CAMPAIGN")) {
        spoilt.add(copy(record, session.put("end_reason", "CHANGED")));
      } else if (device.equals("d-2") && reason.equals("USER")) {
        spoilt.add(
            copy(
                record,
                session
                    .put("event_count", 3)
                    .put("session_end", session.get("session_end").asLong() - 1_000)));
      }
    }
    assertThat(spoilt).hasSize(2);
    topics.send(spoilt);

    Report report = Reconciliation.compare(settings, Scope.everything());

    assertThat(report.wrong()).isEqualTo(2);
    assertThat(report.lost()).isEqualTo(1);
    assertThat(report.differences())
        .anyMatch(difference -> difference.contains("end_reason=CHANGED expected=CAMPAIGN"));
  }

  private static ProducerRecord<byte[], byte[]> copy(
      ConsumerRecord<byte[], byte[]> record, ObjectNode session) {
    return new ProducerRecord<>(
        record.topic(), record.partition(), record.key(), session.toString().getBytes(UTF_8));
  }
}
