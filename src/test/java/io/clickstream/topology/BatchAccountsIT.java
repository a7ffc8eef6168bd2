package io.clickstream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.local.SharedBroker;
import io.clickstream.reconcile.Reconciliation.Report;
import io.clickstream.reconcile.Reconciliation.Scope;
import io.clickstream.topology.BatchTraffic.Fate;
import io.clickstream.topology.BatchTraffic.Sent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The accounts of records of several clicks, of which each is counted and kept by itself. */
class BatchAccountsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String DUPLICATES = "batches-duplicates";

  @TempDir Path directory;

  private MiniCluster cluster;

  @BeforeEach
  void startCluster() throws Exception {
    cluster = OwnCluster.start(2);
  }

  @AfterEach
  void stopCluster() throws Exception {
    cluster.closeAsync().get(60, TimeUnit.SECONDS);
  }

  private static ClickstreamSettings settings(Topics topics) {
    List<String> arguments = new ArrayList<>(topics.arguments());
    arguments.addAll(
        List.of(
            "--topics.duplicates=" + DUPLICATES,
            "--ingest.group-id=batches",
            "--ingest.start-from=earliest",
            "--ingest.clicks-at=" + BatchTraffic.CLICKS_AT,
            "--ingest.framing=lines",
            "--ingest.skip=" + BatchTraffic.SKIP,
            "--ingest.idle-timeout=10min",
            "--session.cache-size=1mb",
            "--sink.transactional-id-prefix=batches"));
    return SettingsReader.read(Invocation.of(arguments.toArray(String[]::new)), Map.of())
        .settings();
  }

  @Test
  @DisplayName("S22: of records of many clicks too, through killed tasks and a killed job")
  void shouldAccountForEveryClickOfABatchWhenKilled() throws Exception {
    try (Topics topics = new Topics(SharedBroker.get(), "batches", 2)) {
      SharedBroker.get().createTopic(DUPLICATES, 1);
      ClickstreamSettings settings = settings(topics);
      BatchTraffic traffic = new BatchTraffic(71, topics.names.clicks().get(0), 2);
      RunningJob job = RunningJob.start(cluster, settings, 2, directory, null);

      // When tasks are killed, on both of the first TaskManagers
      for (int round = 0; round < 2; round++) {
        topics.send(traffic.next(300));
        job.awaitCheckpointInProgress();
        job.killTaskManager(round);
        topics.send(traffic.next(100));
        closeRound(topics, traffic);
      }
      // And when the job is, and goes on from what it has left
      topics.send(traffic.next(300));
      job.cancel();
      String left = RetainedCheckpoints.newest(directory);
      topics.send(traffic.next(100));
      job = RunningJob.start(cluster, settings, 2, directory, left);
      closeRound(topics, traffic);
      job.stopWithSavepoint(directory);

      // Then
      Map<String, Long> expected = expectedTotals(traffic);
      assertThat(expected.values()).allSatisfy(total -> assertThat(total).isGreaterThan(10));
      Map<String, Long> totals = job.result();
      assertThat(totals).containsAllEntriesOf(expected);
      assertThat(totals.get("clickstream.read"))
          .isEqualTo(
              totals.get("clickstream.in-sessions")
                  + totals.get("clickstream.duplicates")
                  + totals.get("clickstream.late")
                  + totals.get("clickstream.rejected")
                  + totals.get("clickstream.skipped"));
      assertRejected(topics, traffic);
      assertLate(topics, traffic);
      assertDuplicates(topics, traffic);
      assertToolAgrees(settings, expected);
      assertToolNamesTheClick(topics, settings);
    }
  }

  /** Returns when its sessions are there: what comes of it from now on is late. */
  private static void closeRound(Topics topics, BatchTraffic traffic) throws Exception {
    topics.send(traffic.nextRound());
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(published(topics))
                    .containsExactlyInAnyOrderElementsOf(traffic.sessions()));
  }

  private static List<String> published(Topics topics) throws Exception {
    return topics.sessions().values().stream()
        .map(
            session ->
                BatchTraffic.session(
                    session.get("visitor_id").asText(),
                    session.get("session_start").asLong(),
                    session.get("session_end").asLong(),
                    session.get("event_count").asLong(),
                    session.get("duplicate_count").asLong()))
        .toList();
  }

  private static List<Sent> sent(BatchTraffic traffic, Fate fate) {
    return traffic.sent().stream().filter(click -> click.fate() == fate).toList();
  }

  /** The accepted clicks, by id. */
  private static Map<String, List<Sent>> byId(BatchTraffic traffic) {
    return sent(traffic, Fate.ACCEPTED).stream().collect(groupingBy(Sent::about));
  }

  private static Map<String, Long> expectedTotals(BatchTraffic traffic) {
    Map<String, Long> totals = new TreeMap<>();
    long accepted = sent(traffic, Fate.ACCEPTED).size();
    long different = byId(traffic).size();
    totals.put("clickstream.records", traffic.records());
    totals.put("clickstream.read", (long) traffic.sent().size());
    totals.put("clickstream.in-sessions", different);
    totals.put("clickstream.duplicates", accepted - different);
    totals.put("clickstream.late", (long) sent(traffic, Fate.LATE).size());
    totals.put("clickstream.skipped", (long) sent(traffic, Fate.SKIPPED).size());
    totals.put("clickstream.rejected", (long) sent(traffic, Fate.REJECTED).size());
    sent(traffic, Fate.REJECTED).stream()
        .collect(groupingBy(Sent::about, counting()))
        .forEach(
            (reason, count) ->
                totals.put(
                    "clickstream.rejected-" + reason.toLowerCase(Locale.ROOT).replace('_', '-'),
                    count));
    return totals;
  }

  private static void assertRejected(Topics topics, BatchTraffic traffic) {
    Map<String, ConsumerRecord<byte[], byte[]>> rejected =
        byPlace(topics, topics.names.rejected(), sent(traffic, Fate.REJECTED));
    for (Sent click : sent(traffic, Fate.REJECTED)) {
      assertThat(header(rejected.get(click.where()), "reason"))
          .as(click.where())
          .isEqualTo(click.about());
    }
  }

  private static void assertLate(Topics topics, BatchTraffic traffic) {
    Map<String, ConsumerRecord<byte[], byte[]>> late =
        byPlace(topics, topics.names.late(), sent(traffic, Fate.LATE));
    for (Sent click : sent(traffic, Fate.LATE)) {
      ConsumerRecord<byte[], byte[]> record = late.get(click.where());
      assertThat(number(record, "watermark") - number(record, "lateness_ms"))
          .as(click.where())
          .isEqualTo(click.time());
    }
  }

  /** Of the clicks of one id, the first to come is kept, and the job alone knows which it was. */
  private static void assertDuplicates(Topics topics, BatchTraffic traffic) {
    Map<String, List<Sent>> byId = byId(traffic);
    Map<String, Sent> byPlace = new HashMap<>();
    sent(traffic, Fate.ACCEPTED).forEach(click -> byPlace.put(click.where(), click));
    List<Sent> dropped =
        topics.read(DUPLICATES).stream()
            .map(record -> byPlace.get(where(record)))
            .toList();
    assertThat(dropped).doesNotContainNull();
    Map<String, Long> droppedOf = dropped.stream().collect(groupingBy(Sent::about, counting()));
    byId.forEach(
        (id, copies) ->
            assertThat(droppedOf.getOrDefault(id, 0L)).as(id).isEqualTo(copies.size() - 1));
    byPlace(topics, DUPLICATES, dropped);
  }

  /**
   * The records of a side topic by the places in their headers, which must be those of some clicks,
   * each once and with the value that has this click alone.
   */
  private static Map<String, ConsumerRecord<byte[], byte[]>> byPlace(
      Topics topics, String topic, List<Sent> clicks) {
    Map<String, ConsumerRecord<byte[], byte[]>> records = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : topics.read(topic)) {
      assertThat(header(record, "source_topic")).isEqualTo(topics.names.clicks().get(0));
      assertThat(records.put(where(record), record)).as("twice: %s", where(record)).isNull();
    }
    assertThat(records.keySet())
        .containsExactlyInAnyOrderElementsOf(clicks.stream().map(Sent::where).toList());
    for (Sent click : clicks) {
      ConsumerRecord<byte[], byte[]> record = records.get(click.where());
      assertThat(record.value()).as(click.where()).asString(UTF_8).isEqualTo(click.alone());
      assertThat(record.key() == null ? null : new String(record.key(), UTF_8))
          .as(click.where())
          .isEqualTo(click.key());
    }
    return records;
  }

  private static String where(ConsumerRecord<byte[], byte[]> record) {
    return Sent.where(
        header(record, "source_partition") + "/" + header(record, "source_offset"),
        header(record, "source_index"));
  }

  private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), UTF_8);
  }

  private static long number(ConsumerRecord<byte[], byte[]> record, String name) {
    return Long.parseLong(String.valueOf(header(record, name)));
  }

  /** The record alone would leave open which of its clicks is meant. */
  private static void assertToolNamesTheClick(Topics topics, ClickstreamSettings settings)
      throws Exception {
    ConsumerRecord<byte[], byte[]> late =
        topics.read(topics.names.late()).stream()
            .filter(record -> header(record, "source_index") != null)
            .findFirst()
            .orElseThrow();
    topics.send(
        List.of(
            new ProducerRecord<>(late.topic(), null, late.key(), late.value(), late.headers())));
    assertThat(compare(settings).differences())
        .containsExactly("duplicated: %s is in %s twice".formatted(where(late), late.topic()));
  }

  private static void assertToolAgrees(ClickstreamSettings settings, Map<String, Long> expected) {
    Report report = compare(settings);
    assertThat(report.differences()).isEmpty();
    assertThat(report.agrees()).isTrue();
    assertThat(
            Map.of(
                "clickstream.read", report.read(),
                "clickstream.in-sessions", report.inSessions(),
                "clickstream.duplicates", report.duplicates(),
                "clickstream.late", report.late(),
                "clickstream.rejected", report.rejected(),
                "clickstream.skipped", report.skipped()))
        .allSatisfy((total, count) -> assertThat(expected).containsEntry(total, count));
  }

  private static Report compare(ClickstreamSettings settings) {
    return io.clickstream.reconcile.Reconciliation.compare(settings, Scope.everything());
  }
}
