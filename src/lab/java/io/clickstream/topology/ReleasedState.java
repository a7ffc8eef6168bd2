package io.clickstream.topology;

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
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

/**
 * A savepoint of a release, kept as files with all records of its topics, and the settings of the
 * job that took it.
 */
final class ReleasedState {

  static final Path RELEASES = Path.of("src", "test", "resources", "state", "savepoints");

  static final int PARTITIONS = 3;

  private static final String TIME = "time";
  private static final String RECORDS = "records.jsonl.gz";
  private static final int PARALLELISM = 2;
  private static final ObjectMapper JSON = new ObjectMapper();

  private ReleasedState() {}

  /** A cluster for the job that takes it, and for one that goes on from it; not yet started. */
  static MiniCluster cluster() {
    return new MiniCluster(
        new MiniClusterConfiguration.Builder()
            .setConfiguration(
                new Configuration()
                    .set(RestOptions.BIND_PORT, "0")
                    .set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64)))
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(3)
            .build());
  }

  /** When the newest click was made. */
  static long time(Path kept) throws IOException {
    return Long.parseLong(Files.readString(kept.resolve(TIME)).strip());
  }

  /** The settings of then, in full where a default may change. */
  static ClickstreamSettings settings(Topics topics) {
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

  /**
   * Keeps the present state under the name of a release.
   *
   * @param directory for checkpoints
   */
  static void keep(String release, EmbeddedBroker broker, MiniCluster cluster, Path directory)
      throws Exception {
    Path kept = RELEASES.resolve(release);
    if (Files.exists(kept)) {
      throw new FileAlreadyExistsException(
          kept.toString(), null, "the state of a release is kept once and never changed");
    }
    try (Topics topics = new Topics(broker, "released", PARTITIONS)) {
      ClickTraffic traffic = new ClickTraffic(23, topics.names.clicks().get(0), PARTITIONS, 6_000);
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
                  topics.names.clicks().get(0),
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

  /** The records of its topics. */
  static List<ProducerRecord<byte[], byte[]>> records(Path kept) throws IOException {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (InputStream in = new GZIPInputStream(Files.newInputStream(kept.resolve(RECORDS)))) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        records.add(JSON.readValue(line, Kept.class).toSend());
      }
    }
    return records;
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
}
