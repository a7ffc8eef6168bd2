package io.clickstream.topology;

import static io.clickstream.topology.GraphRuns.GAP;
import static io.clickstream.topology.GraphRuns.PARTITIONS;
import static io.clickstream.topology.GraphRuns.PATIENCE;
import static io.clickstream.topology.GraphRuns.assertAccounts;
import static io.clickstream.topology.GraphRuns.assertEnriched;
import static io.clickstream.topology.GraphRuns.awaitAgreement;
import static io.clickstream.topology.GraphRuns.compare;
import static io.clickstream.topology.GraphRuns.sendReferenceData;
import static io.clickstream.topology.GraphRuns.settings;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.ClickstreamInputs;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.SharedBroker;
import io.clickstream.reconcile.Reconciliation.Report;
import io.clickstream.reconcile.Reconciliation.Scope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole graph against a real broker, restored with other settings and replayed. */
class RestoredJobIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static EmbeddedBroker broker;

  private MiniCluster cluster;

  @TempDir Path directory;

  @BeforeAll
  static void startBroker() {
    broker = SharedBroker.get();
  }

  @AfterEach
  void stopCluster() throws Exception {
    cluster.closeAsync().get(60, TimeUnit.SECONDS);
  }

  @Test
  @DisplayName(
      "S23, S25: stopped with a savepoint and restored at other parallelisms, sessions go on")
  void shouldContinueWhenRestoredAtOtherParallelism() throws Exception {
    cluster = OwnCluster.start(3);
    try (Topics topics = new Topics(broker, "s23", PARTITIONS)) {
      ClickstreamSettings settings = settings(topics, GAP);
      ClickTraffic traffic = new ClickTraffic(23, topics.names.clicks().get(0), PARTITIONS, 6_000);
      String savepoint = null;
      Map<String, Long> counted = Map.of();
      for (int parallelism : new int[] {2, 3, 1}) {
        RunningJob job = RunningJob.start(cluster, settings, parallelism, directory, savepoint);
        topics.send(traffic.next(2_000));
        job.awaitCheckpoints(2);
        if (parallelism == 1) {
          topics.send(traffic.closing());
          Reconciliation.Result result = awaitAgreement(topics, settings, traffic);
          job.stopWithSavepoint(directory);
          counted = job.result();
          assertThat(result.sessions()).isGreaterThan(400);
          assertAccounts(counted, result.totals());
        } else {
          savepoint = job.stopWithSavepoint(directory);
          job.result();
          // Open sessions wait in the savepoint, and what comes meanwhile is read later.
          topics.send(traffic.next(500));
        }
      }
      assertThat(counted).isNotEmpty();
    }
  }

  @Test
  @DisplayName("S24: restored with another gap and lateness, spans stay apart and no click is lost")
  void shouldKeepSpansApartWhenGapChanges() throws Exception {
    cluster = OwnCluster.start(2);
    try (Topics topics = new Topics(broker, "s24", PARTITIONS)) {
      ClickTraffic traffic = new ClickTraffic(24, topics.names.clicks().get(0), PARTITIONS, 6_000);
      String savepoint = null;
      Map<String, Long> counted = Map.of();
      for (int gap : new int[] {700, 1_400, 350}) {
        ClickstreamSettings settings = settings(topics, Duration.ofMillis(gap));
        RunningJob job = RunningJob.start(cluster, settings, 2, directory, savepoint);
        topics.send(traffic.next(2_000));
        job.awaitCheckpoints(2);
        if (gap == 350) {
          topics.send(traffic.closing());
          Awaitility.await()
              .atMost(PATIENCE)
              .pollInterval(Duration.ofMillis(250))
              .until(() -> closedEvents(topics) == acceptedEvents(topics));
        }
        savepoint = job.stopWithSavepoint(directory);
        counted = job.result();
      }

      Map<String, TreeMap<Long, Long>> spans = new TreeMap<>();
      topics
          .sessions()
          .values()
          .forEach(
              session ->
                  spans
                      .computeIfAbsent(
                          session.get("visitor_id").asText(), visitor -> new TreeMap<>())
                      .put(
                          session.get("session_start").asLong(),
                          session.get("session_end").asLong()));
      assertThat(spans).hasSizeGreaterThan(50);
      spans
          .values()
          .forEach(
              own ->
                  own.forEach(
                      (start, end) -> {
                        Long next = own.higherKey(start);
                        assertThat(next == null ? Long.MAX_VALUE : next).isGreaterThan(end + 350);
                      }));
      assertThat(counted.get("clickstream.read"))
          .isEqualTo(
              counted.get("clickstream.in-sessions")
                  + counted.get("clickstream.duplicates")
                  + counted.get("clickstream.late")
                  + counted.get("clickstream.rejected"));
      assertThat(counted.get("clickstream.in-sessions"))
          .isEqualTo(closedEvents(topics) + PARTITIONS);
      assertToolKnowsOfChange(settings(topics, Duration.ofMillis(350)), counted);
    }
  }

  /** With the gaps that there were all agrees, and with the last one alone it does not. */
  private static void assertToolKnowsOfChange(
      ClickstreamSettings settings, Map<String, Long> counted) {
    List<Duration> others = List.of(Duration.ofMillis(700), Duration.ofMillis(1_400));
    Report report =
        io.clickstream.reconcile.Reconciliation.compare(
            settings,
            new Scope(
                Long.MIN_VALUE, Long.MAX_VALUE, 2, 20, others, List.of(), false, Long.MIN_VALUE));
    assertThat(report.differences()).isEmpty();
    assertThat(report.agrees()).isTrue();
    assertThat(report.sessions()).isGreaterThan(500);
    assertThat(report.inSessions()).isEqualTo(counted.get("clickstream.in-sessions"));
    assertThat(compare(settings).agrees()).isFalse();
  }

  private static long closedEvents(Topics topics) throws Exception {
    return topics.sessions().values().stream()
        .mapToLong(session -> session.get("event_count").asLong())
        .sum();
  }

  /** Without late, rejected and repeated ones, and without those that closed all others. */
  private static long acceptedEvents(Topics topics) throws Exception {
    Set<String> late = new HashSet<>();
    topics
        .read(topics.names.late())
        .forEach(
            record ->
                late.add(
                    new String(
                            record.headers().lastHeader("source_partition").value(),
                            StandardCharsets.UTF_8)
                        + "/"
                        + new String(
                            record.headers().lastHeader("source_offset").value(),
                            StandardCharsets.UTF_8)));
    Set<String> ids = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : topics.read(topics.names.clicks().get(0))) {
      try {
        JsonNode click = JSON.readTree(record.value());
        if (click.isObject()
            && click.has("anonymous_id")
            && click.get("timestamp").asLong() < record.timestamp()
            && !late.contains(record.partition() + "/" + record.offset())) {
          ids.add(click.get("event_id").asText());
        }
      } catch (IOException e) {
        // A broken record is in no session.
      }
    }
    return ids.size() - PARTITIONS;
  }

  @Test
  @DisplayName("S23, S28: restored at other parallelisms, every subtask knows the reference data")
  void shouldKnowReferenceDataWhenRestoredAtOtherParallelism() throws Exception {
    cluster = OwnCluster.start(3);
    try (Topics topics = new Topics(broker, "s23r", PARTITIONS)) {
      sendReferenceData(topics);
      ClickstreamSettings settings = settings(topics, GAP);
      ClickTraffic traffic = new ClickTraffic(29, topics.names.clicks().get(0), PARTITIONS, 6_000);
      String savepoint = null;
      for (int parallelism : new int[] {2, 3, 1}) {
        RunningJob job = RunningJob.start(cluster, settings, parallelism, directory, savepoint);
        topics.send(traffic.next(1_000));
        job.awaitCheckpoints(2);
        if (parallelism == 1) {
          topics.send(traffic.closing());
          awaitAgreement(topics, settings, traffic);
        }
        // Once loaded, nothing is read again: what is known comes from the savepoint.
        savepoint = job.stopWithSavepoint(directory);
        job.result();
      }

      assertEnriched(topics);
    }
  }

  @Test
  @DisplayName("S26: a replay from the beginning into empty topics gives the same final records")
  void shouldGiveSameFinalRecordsWhenReplayed() throws Exception {
    cluster = OwnCluster.start(1);
    try (Topics topics = new Topics(broker, "s26a", 1);
        Topics again = topics.withOutputs("s26b")) {
      ClickTraffic traffic = new ClickTraffic(26, topics.names.clicks().get(0), 1, 6_000);
      topics.send(traffic.next(4_000));

      for (Topics each : List.of(topics, again)) {
        ClickstreamSettings settings = settings(each, GAP);
        Map<String, Long> counted =
            RunningJob.start(
                    cluster, settings, ClickstreamInputs.bounded(settings), 1, directory, null)
                .result();
        Reconciliation.Result result = new Reconciliation(each, settings).compare(Long.MAX_VALUE);

        assertThat(result.differences()).isEmpty();
        assertAccounts(counted, result.totals());
      }

      assertThat(withoutEmissionTime(again)).isEqualTo(withoutEmissionTime(topics));
    }
  }

  private static List<String> withoutEmissionTime(Topics topics) throws Exception {
    return topics.read(topics.names.sessions()).stream()
        .map(
            record ->
                new String(record.value(), StandardCharsets.UTF_8)
                    .replaceAll("\"emitted_at\":[0-9]+", ""))
        .sorted()
        .toList();
  }
}
