package io.clickstream.topology;

import static io.clickstream.topology.GraphRuns.GAP;
import static io.clickstream.topology.GraphRuns.PARTITIONS;
import static io.clickstream.topology.GraphRuns.assertAccounts;
import static io.clickstream.topology.GraphRuns.assertEnriched;
import static io.clickstream.topology.GraphRuns.awaitAgreement;
import static io.clickstream.topology.GraphRuns.compare;
import static io.clickstream.topology.GraphRuns.sendReferenceData;
import static io.clickstream.topology.GraphRuns.settings;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.ClickstreamInputs;
import io.clickstream.CommandRun;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.SharedBroker;
import io.clickstream.reconcile.Reconciliation.Report;
import io.clickstream.reconcile.Reconciliation.Scope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole graph against a real broker, through failures; {@link RestoredJobIT} goes on. */
class ClickstreamIT {

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
      "S22: killed at any moment, in the middle of checkpoints too, nothing is lost or twice")
  void shouldGiveBatchSessionsWhenKilled() throws Exception {
    cluster = OwnCluster.start(2);
    try (Topics topics = new Topics(broker, "s22", PARTITIONS)) {
      ClickstreamSettings settings = settings(topics, GAP);
      ClickTraffic traffic = new ClickTraffic(22, topics.names.clicks().get(0), PARTITIONS, 6_000);
      RunningJob job = RunningJob.start(cluster, settings, 2, directory, null);
      Random random = new Random(22);
      for (int round = 0; round < 4; round++) {
        topics.send(traffic.next(1_500));
        if (round % 2 == 0) {
          job.awaitCheckpointInProgress();
        } else {
          job.awaitCheckpoints(random.nextInt(3));
        }
        job.killTaskManager(round);
        topics.send(traffic.next(500));
      }
      topics.send(traffic.closing());
      awaitAgreement(topics, settings, traffic);
      // A fast machine reads a whole round between two watermarks, and nothing in it is late.
      topics.send(traffic.stragglers());

      Reconciliation.Result result = awaitAgreement(topics, settings, traffic);
      CommandRun stop = job.submitStopInRestart(4, directory);

      assertThat(stop.exitCode()).as(stop.err()).isZero();
      assertThat(stop.err()).containsOnlyOnce("no savepoint yet (").contains("); trying again");
      assertThat(result.sessions()).isGreaterThan(500);
      assertAccounts(job.result(), result.totals());
      assertToolAgrees(settings, result.totals());
      assertToolFindsWhatIsSeeded(topics, settings);
    }
  }

  @Tag("full")
  @Test
  void shouldFindNothingToComplainOfWhileClicksFlow() throws Exception {
    cluster = OwnCluster.start(1);
    try (Topics topics = new Topics(broker, "flow", PARTITIONS)) {
      ClickstreamSettings settings = settings(topics, GAP);
      RunningJob job = RunningJob.start(cluster, settings, 1, directory, null);
      ClickTraffic traffic = new ClickTraffic(23, topics.names.clicks().get(0), PARTITIONS, 6_000);
      ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
      Future<?> sending =
          sender.scheduleAtFixedRate(
              () -> topics.sendAll(traffic.next(100)), 0, 50, TimeUnit.MILLISECONDS);
      Scope running =
          new Scope(
              Long.MIN_VALUE, Long.MAX_VALUE, 1, 20, List.of(), List.of(), true, Long.MIN_VALUE);
      List<Report> reports = new ArrayList<>();
      try {
        for (int i = 0; i < 3; i++) {
          job.awaitCheckpoints(3);
          reports.add(io.clickstream.reconcile.Reconciliation.compare(settings, running));
        }
        deleteFirstHalf(topics);
        reports.add(io.clickstream.reconcile.Reconciliation.compare(settings, running));
      } finally {
        sender.shutdown();
        assertThat(sender.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        job.cancel();
      }

      assertThat(sending).isCancelled();
      assertThat(reports).allSatisfy(report -> assertThat(report.differences()).isEmpty());
      assertThat(reports.subList(0, 3)).extracting(Report::sessions).isSorted();
      assertThat(reports.get(3).read()).isLessThan(reports.get(2).read());
      assertThat(reports.get(2).sessions()).isGreaterThan(reports.get(0).sessions() + 100);
      assertThat(reports.get(2).late()).isPositive();
    }
  }

  /** As retention would. */
  private static void deleteFirstHalf(Topics topics) throws Exception {
    Map<TopicPartition, RecordsToDelete> middle = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : topics.read(topics.names.clicks().get(0))) {
      middle.put(
          new TopicPartition(record.topic(), record.partition()),
          RecordsToDelete.beforeOffset(record.offset() / 2));
    }
    broker.admin().deleteRecords(middle).all().get(30, TimeUnit.SECONDS);
  }

  /** The tool that users have knows nothing of the test's own reconciliation. */
  private static void assertToolAgrees(
      ClickstreamSettings settings, Reconciliation.Totals expected) {
    for (int slices : new int[] {1, 3}) {
      Report report =
          io.clickstream.reconcile.Reconciliation.compare(settings, Scope.inShares(slices));
      assertThat(report.differences()).isEmpty();
      assertThat(report.agrees()).isTrue();
      assertThat(report.sessions()).isGreaterThan(500);
      assertThat(
              List.of(
                  report.read(),
                  report.inSessions(),
                  report.duplicates(),
                  report.late(),
                  report.rejected()))
          .containsExactly(
              expected.read(),
              expected.inSessions(),
              expected.duplicates(),
              expected.late(),
              expected.rejected());
    }
  }

  /** One thing after the other: what the tool says of each shows what it looks at. */
  private static void assertToolFindsWhatIsSeeded(Topics topics, ClickstreamSettings settings)
      throws Exception {
    Report before = compare(settings);
    ConsumerRecord<byte[], byte[]> session = lastSession(topics);
    ObjectNode changed = (ObjectNode) JSON.readTree(session.value());

    // The same revision again.
    topics.send(List.of(copy(session, session.value())));
    Report twice = compare(settings);
    assertThat(twice.duplicated()).isEqualTo(before.duplicated() + 1);

    // A later revision that has lost three clicks.
    changed.put("revision", changed.get("revision").asInt() + 1);
    changed.put("event_count", changed.get("event_count").asInt() - 3);
    topics.send(List.of(copy(session, changed.toString().getBytes(StandardCharsets.UTF_8))));
    Report shorter = compare(settings);
    assertThat(shorter.lost()).isEqualTo(3);
    assertThat(shorter.wrong()).isEqualTo(1);
    assertThat(shorter.differences())
        .anyMatch(
            difference ->
                difference.contains("session_id=" + changed.get("session_id").asText())
                    && difference.contains("event_count=" + changed.get("event_count").asInt()));

    // Retracted, though nothing replaces it.
    changed.put("revision", changed.get("revision").asInt() + 1);
    changed.put("is_deleted", true);
    topics.send(List.of(copy(session, changed.toString().getBytes(StandardCharsets.UTF_8))));
    Report retracted = compare(settings);
    assertThat(retracted.lost()).isEqualTo(changed.get("event_count").asInt() + 3);

    // A session of nobody.
    ObjectNode invented = changed.deepCopy();
    invented.put("session_id", "0");
    invented.put("visitor_id", "nobody");
    invented.put("is_deleted", false);
    topics.send(
        List.of(
            new ProducerRecord<>(
                topics.names.sessions(),
                "0".getBytes(StandardCharsets.UTF_8),
                invented.toString().getBytes(StandardCharsets.UTF_8))));
    assertThat(compare(settings).wrong()).isEqualTo(retracted.wrong() + 1);

    // A click that is said to be late and is not, and that is not in a session either.
    ConsumerRecord<byte[], byte[]> late = topics.read(topics.names.late()).get(0);
    ConsumerRecord<byte[], byte[]> click = topics.read(topics.names.clicks().get(0)).get(0);
    ProducerRecord<byte[], byte[]> notLate =
        new ProducerRecord<>(topics.names.late(), click.key(), click.value());
    late.headers().forEach(header -> notLate.headers().add(header));
    notLate
        .headers()
        .add(
            "source_partition",
            Integer.toString(click.partition()).getBytes(StandardCharsets.UTF_8))
        .add("source_offset", Long.toString(click.offset()).getBytes(StandardCharsets.UTF_8));
    topics.send(List.of(notLate));
    Report falselyLate = compare(settings);
    assertThat(falselyLate.late()).isEqualTo(before.late() + 1);
    assertThat(falselyLate.lost()).isGreaterThan(retracted.lost());
    assertThat(falselyLate.agrees()).isFalse();
  }

  /** A session of several clicks that is not followed by another revision. */
  private static ConsumerRecord<byte[], byte[]> lastSession(Topics topics) throws IOException {
    ConsumerRecord<byte[], byte[]> last = null;
    for (ConsumerRecord<byte[], byte[]> record : topics.read(topics.names.sessions())) {
      JsonNode session = JSON.readTree(record.value());
      if (!session.get("is_deleted").asBoolean() && session.get("event_count").asInt() > 4) {
        last = record;
      } else if (last != null && Arrays.equals(last.key(), record.key())) {
        last = null;
      }
    }
    assertThat(last).isNotNull();
    return last;
  }

  private static ProducerRecord<byte[], byte[]> copy(
      ConsumerRecord<byte[], byte[]> record, byte[] value) {
    return new ProducerRecord<>(record.topic(), record.partition(), record.key(), value);
  }

  @Test
  void shouldNotReadAheadWhenDriftIsBounded() throws Exception {
    cluster = OwnCluster.start(1);
    try (Topics topics = new Topics(broker, "drift", 2)) {
      ClickstreamSettings settings =
          settings(topics, GAP, Duration.ofMinutes(10), Duration.ofSeconds(10));
      ClickTraffic ahead = new ClickTraffic(31, topics.names.clicks().get(0), 1, 0);
      ClickTraffic behind = new ClickTraffic(32, topics.names.clicks().get(0), 2, 0);
      RunningJob job = RunningJob.start(cluster, settings, 1, directory, null);

      // A minute and a half ahead of the other partition, which has nothing yet: read all the same.
      topics.send(ahead.next(20_000));
      job.awaitPosition(20_000);
      topics.send(List.of(behind.in(1, ClickTraffic.START)));
      job.awaitPosition(20_001);
      job.awaitCheckpoints(20);

      // What comes now waits in Kafka until the other has caught up.
      // Without a limit it is read within a few checkpoints.
      topics.send(ahead.next(1_000));
      job.awaitCheckpoints(20);
      assertThat(job.position()).isEqualTo(20_001);
      topics.send(List.of(behind.in(1, ahead.now())));
      job.awaitPosition(21_002);
      job.cancel();
    }
  }

  @Test
  @DisplayName("S18, S33: with an idle partition and one of rejects only, others' sessions close")
  void shouldCloseSessionsWhenPartitionsAreIdle() throws Exception {
    cluster = OwnCluster.start(4);
    // More subtasks than partitions, too: one of them never reads anything.
    try (Topics topics = new Topics(broker, "s18", PARTITIONS)) {
      ClickstreamSettings settings = settings(topics, GAP, Duration.ofSeconds(1));
      ClickTraffic traffic = new ClickTraffic(18, topics.names.clicks().get(0), 1, 0);
      RunningJob job = RunningJob.start(cluster, settings, 4, directory, null);
      topics.send(traffic.next(500));
      topics.send(traffic.closing());
      for (int i = 0; i < 20; i++) {
        topics.send(
            List.of(
                new ProducerRecord<>(
                    topics.names.clicks().get(0),
                    1,
                    null,
                    "no click".getBytes(StandardCharsets.UTF_8))));
        job.awaitCheckpoints(1);
      }

      Reconciliation.Result result = awaitAgreement(topics, settings, traffic);
      job.cancel();

      assertThat(result.sessions()).isGreaterThan(50);
    }
  }

  @Test
  @DisplayName("S28: what waited for the reference data is enriched in its first emitted record")
  void shouldEnrichFirstRecordWhenReferenceDataExists() throws Exception {
    cluster = OwnCluster.start(2);
    try (Topics topics = new Topics(broker, "s28", 1)) {
      sendReferenceData(topics);
      ClickTraffic traffic = new ClickTraffic(28, topics.names.clicks().get(0), 1, 0);
      topics.send(traffic.next(1_000));
      ClickstreamSettings settings = settings(topics, GAP);
      RunningJob.start(cluster, settings, ClickstreamInputs.bounded(settings), 2, directory, null)
          .result();

      assertEnriched(topics);
    }
  }
}
