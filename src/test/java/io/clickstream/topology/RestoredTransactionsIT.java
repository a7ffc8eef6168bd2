package io.clickstream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.JobDefaults;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.SharedBroker;
import io.clickstream.preflight.Preflight;
import io.clickstream.preflight.PreflightReport;
import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the preflight says of the transactions of jobs that run, and of those in a checkpoint. */
@Timeout(180)
class RestoredTransactionsIT {

  private static final int PARTITIONS = 2;
  private static final String PREFIX = "sink.transactional-id-prefix";
  private static final String PATH = StateRecoveryOptions.SAVEPOINT_PATH.key();

  private static EmbeddedBroker broker;

  @TempDir Path directory;
  private MiniCluster cluster;

  @BeforeAll
  static void startBroker() {
    broker = SharedBroker.get();
  }

  @BeforeEach
  void startCluster() throws Exception {
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(
                    new Configuration()
                        .set(RestOptions.BIND_PORT, "0")
                        // None goes while a test looks at it.
                        .set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 1_000)
                        .set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64)))
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(2)
                .build());
    cluster.start();
  }

  @AfterEach
  void stopCluster() throws Exception {
    cluster.closeAsync().get(60, TimeUnit.SECONDS);
  }

  @Test
  void shouldRefuseWhatARunningJobIsUsing() throws Exception {
    try (Topics topics = new Topics(broker, "used", PARTITIONS)) {
      ClickTraffic traffic = new ClickTraffic(1, topics.names.clicks().get(0), PARTITIONS, 0);
      RunningJob job = RunningJob.start(cluster, settings(topics, "used"), 2, directory, null);
      AtomicBoolean ended = new AtomicBoolean();
      Thread load = new Thread(() -> send(topics, traffic, job, ended), "load");
      load.start();
      try {
        job.awaitCheckpoints(5);
        String checkpoint = RetainedCheckpoints.newest(directory);

        // The same again.
        assertThat(errors(settings(topics, "used"), null))
            .extracting(Finding::subject, Finding::remedy)
            .containsExactly(
                tuple(
                    PREFIX,
                    "stop that job, or give this one a prefix of its own; with --check, --replaces-running says that it is to be replaced"));
        // A copy from its state, which would end its transactions.
        assertThat(errors(settings(topics, "copy"), checkpoint))
            .singleElement()
            .satisfies(
                finding ->
                    assertThat(finding.message())
                        .contains("comes from a job that still runs")
                        .contains("used"));
        assertThat(
                errors(settings(topics, "copy", "--sink.restored-transactions=leave"), checkpoint))
            .isEmpty();
      } finally {
        ended.set(true);
        load.join(60_000);
      }
      job.cancel();

      // Now that it is gone, its state may go on under the same name and under another one.
      assertThat(errors(settings(topics, "used"), RetainedCheckpoints.newest(directory))).isEmpty();
      assertThat(errors(settings(topics, "copy"), RetainedCheckpoints.newest(directory))).isEmpty();
    }
  }

  @Test
  void shouldRefuseAPrefixWithWhichAnotherBegins() throws Exception {
    try (Topics topics = new Topics(broker, "shop", PARTITIONS);
        Topics others = topics.withOutputs("shop-others");
        KafkaProducer<byte[], byte[]> other =
            new KafkaProducer<>(
                Map.of(
                    "bootstrap.servers",
                    broker.bootstrapServers(),
                    "transactional.id",
                    "shop-eu-0-1"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      other.initTransactions();
      other.beginTransaction();
      other
          .send(new ProducerRecord<>(topics.names.sessions(), new byte[] {1}))
          .get(30, TimeUnit.SECONDS);

      assertThat(errors(settings(topics, "shop"), null))
          .singleElement()
          .satisfies(
              finding ->
                  assertThat(finding.message())
                      .contains("also the beginning of")
                      .contains("shop-eu-0-1"));
      assertThat(errors(settings(topics, "shop-us"), null)).isEmpty();
      // On topics of its own it does not see the other's.
      assertThat(errors(settings(others, "shop"), null)).isEmpty();
    }
  }

  /** Some for each transaction, and no more: checkpoints are to stay fast. */
  private static void send(
      Topics topics, ClickTraffic traffic, RunningJob job, AtomicBoolean ended) {
    try {
      while (!ended.get()) {
        topics.send(traffic.next(200));
        job.awaitCheckpoints(1);
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldSayWhatBecameOfTheTransactionsInACheckpoint() throws Exception {
    try (Topics topics = new Topics(broker, "lost", PARTITIONS)) {
      ClickTraffic traffic = new ClickTraffic(2, topics.names.clicks().get(0), PARTITIONS, 0);
      RunningJob job = RunningJob.start(cluster, settings(topics, "lost"), 2, directory, null);
      // A checkpoint in which something was written: rejects are, at once.
      String checkpoint = null;
      while (checkpoint == null) {
        topics.send(traffic.next(500));
        job.awaitCheckpoints(1);
        String newest = RetainedCheckpoints.newest(directory);
        checkpoint = pending(topics, newest).isEmpty() ? null : newest;
      }
      job.cancel();
      assertThat(pending(topics, checkpoint)).singleElement().asString().contains("is committed");
      deleteOutputs(topics);
      assertThat(pending(topics, checkpoint))
          .singleElement()
          .satisfies(
              finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                assertThat(finding.message()).contains("can no longer be told").contains("lost-");
              });
    }
  }

  /** What is said of the transactions in a checkpoint. */
  private static List<Finding> pending(Topics topics, String checkpoint) {
    return preflight(settings(topics, "lost"), checkpoint).findings().stream()
        .filter(finding -> finding.subject().equals(PATH))
        .toList();
  }

  private static void deleteOutputs(Topics topics) throws Exception {
    Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
    for (String topic :
        List.of(topics.names.sessions(), topics.names.late(), topics.names.rejected())) {
      int partitions =
          broker
              .admin()
              .describeTopics(List.of(topic))
              .allTopicNames()
              .get(30, TimeUnit.SECONDS)
              .get(topic)
              .partitions()
              .size();
      for (int partition = 0; partition < partitions; partition++) {
        // Up to the end.
        all.put(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(-1));
      }
    }
    broker.admin().deleteRecords(all).all().get(30, TimeUnit.SECONDS);
  }

  private static List<Finding> errors(ClickstreamSettings settings, @Nullable String restored) {
    return preflight(settings, restored).of(Severity.ERROR);
  }

  private static PreflightReport preflight(
      ClickstreamSettings settings, @Nullable String restored) {
    Configuration flink = JobDefaults.additionsTo(new Configuration());
    flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
    if (restored != null) {
      flink.set(StateRecoveryOptions.SAVEPOINT_PATH, restored);
    }
    return Preflight.run(settings, flink);
  }

  private static ClickstreamSettings settings(Topics topics, String prefix, String... more) {
    List<String> arguments = new ArrayList<>(topics.arguments());
    arguments.addAll(
        List.of(
            "--ingest.start-from=earliest",
            "--ingest.max-out-of-orderness=200ms",
            "--session.gap=700ms",
            "--sink.transactional-id-prefix=" + prefix));
    arguments.addAll(List.of(more));
    return SettingsReader.read(Invocation.of(arguments.toArray(String[]::new)), Map.of())
        .settings();
  }
}
