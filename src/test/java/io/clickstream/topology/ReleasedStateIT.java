package io.clickstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.local.EmbeddedBroker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Savepoints of every release, kept as files with all records of their topics: a job goes on from
 * each, and what it makes together with what was made then is right.
 *
 * <p>{@code ./mvnw verify -Dit.test=KeepReleasedState -Dclickstream.release=0.1.0} keeps one more.
 */
@Timeout(300)
class ReleasedStateIT {

  private static final Path RELEASES = Path.of("src", "test", "resources", "state", "savepoints");
  private static final String TIME = "time";
  private static final String RECORDS = "records.jsonl.gz";

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int PARTITIONS = 3;
  private static final int PARALLELISM = 2;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private EmbeddedBroker broker;
  private MiniCluster cluster;

  @BeforeEach
  void start() throws Exception {
    broker = EmbeddedBroker.start();
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(
                    new Configuration()
                        .set(RestOptions.BIND_PORT, "0")
                        .set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64)))
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(3)
                .build());
    cluster.start();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.closeAsync().get(60, TimeUnit.SECONDS);
    broker.close();
  }

  static List<String> releases() throws IOException {
    try (Stream<Path> found = Files.list(RELEASES)) {
      return found.map(release -> release.getFileName().toString()).sorted().toList();
    }
  }

  /**
   * A record of one of the topics, as it stands in a file.
   *
   * @param headers name and value, one after the other
   */
  private record Kept(
      String topic,
      int partition,
      long timestamp,
      byte @Nullable [] key,
      byte @Nullable [] value,
      List<String> headers) {

    static Kept of(ConsumerRecord<byte[], byte[]> record) {
      List<String> headers = new ArrayList<>();
      record
          .headers()
          .forEach(
              header -> {
                headers.add(header.key());
                headers.add(new String(header.value(), StandardCharsets.UTF_8));
              });
      return new Kept(
          record.topic(),
          record.partition(),
          record.timestamp(),
          record.key(),
          record.value(),
          headers);
    }

    ProducerRecord<byte[], byte[]> toSend() {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topic, partition, timestamp, key, value);
      for (int i = 0; i < headers.size(); i += 2) {
        record.headers().add(headers.get(i), headers.get(i + 1).getBytes(StandardCharsets.UTF_8));
      }
      return record;
    }
  }

  @ParameterizedTest
  @MethodSource("releases")
  @DisplayName("S23: a job goes on from the state of every release")
  void shouldGoOnFromEveryRelease(String release) throws Exception {
    Path kept = RELEASES.resolve(release);
    try (Topics topics = new Topics(broker, "released", PARTITIONS)) {
      topics.send(read(kept.resolve(RECORDS)));
      ClickstreamSettings settings = settings(topics);
      RunningJob job =
          RunningJob.start(
              cluster, settings, 3, directory, kept.toAbsolutePath().toUri().toString());
      ClickTraffic traffic =
          ClickTraffic.after(
              Long.parseLong(Files.readString(kept.resolve(TIME)).strip()),
              24,
              topics.names.clicks(),
              PARTITIONS);
      topics.send(traffic.next(500));
      topics.send(traffic.closing());

      Reconciliation.Result result =
          new Reconciliation(topics, settings).awaitAgreement(traffic.now() - 3_000_000, PATIENCE);
      job.stopWithSavepoint(directory);

      assertThat(job.result()).containsEntry("clickstream.read", result.totals().read());
      assertThat(result.sessions()).isGreaterThan(200);
    }
  }

  /** Keeps the present state under the name of a release. */
  void keep(String release) throws Exception {
    Path kept = RELEASES.resolve(release);
    assertThat(kept).as("kept already, and never changed").doesNotExist();
    try (Topics topics = new Topics(broker, "released", PARTITIONS)) {
      ClickTraffic traffic = new ClickTraffic(23, topics.names.clicks(), PARTITIONS, 6_000);
      RunningJob job = RunningJob.start(cluster, settings(topics), PARALLELISM, directory, null);
      topics.send(traffic.next(1_500));
      job.awaitCheckpoints(3);
      String savepoint = job.stopWithSavepoint(directory);
      job.result();

      Files.createDirectories(kept);
      try (Stream<Path> files = Files.list(Path.of(URI.create(savepoint)))) {
        for (Path file : files.toList()) {
          Files.copy(file, kept.resolve(file.getFileName()));
        }
      }
      Files.writeString(kept.resolve(TIME), traffic.now() + "\n");
      write(
          kept.resolve(RECORDS),
          Stream.of(
                  topics.names.clicks(),
                  topics.names.sessions(),
                  topics.names.late(),
                  topics.names.rejected())
              .flatMap(topic -> topics.read(topic).stream())
              .map(Kept::of)
              .toList());
    }
  }

  private static void write(Path file, List<Kept> records) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      for (Kept record : records) {
        out.write(JSON.writeValueAsBytes(record));
        out.write('\n');
      }
    }
  }

  private static List<ProducerRecord<byte[], byte[]>> read(Path file) throws IOException {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        records.add(JSON.readValue(line, Kept.class).toSend());
      }
    }
    return records;
  }

  /** What they were then; all that is not said here may get another default. */
  private static ClickstreamSettings settings(Topics topics) {
    List<String> arguments = new ArrayList<>(topics.arguments());
    arguments.addAll(
        List.of(
            "--ingest.start-from=earliest",
            "--ingest.max-out-of-orderness=200ms",
            "--ingest.idle-timeout=10min",
            "--session.gap=700ms",
            "--session.allowed-lateness=500ms",
            "--sink.transactional-id-prefix=released"));
    return SettingsReader.read(Invocation.of(arguments.toArray(String[]::new)), Map.of())
        .settings();
  }
}
