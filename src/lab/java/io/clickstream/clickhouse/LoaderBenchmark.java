package io.clickstream.clickhouse;

import io.clickstream.columns.Columns;
import io.clickstream.config.ClickHouseSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.TopicSettings;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.model.Origin;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How fast the loader is when everything is there, beside the same rows inserted from a file over
 * HTTP in batches of the same size.
 */
@Command(
    name = "loader",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Loads sessions from a topic, and the same from a file over HTTP, in turn; prints rows a second,",
      "and how many parts the table has afterwards. The server is that of CLICKHOUSE_URL or",
      "the one that .ci/install installs.",
      ""
    })
final class LoaderBenchmark implements Callable<Integer> {

  private static final String DATABASE = "loader_benchmark";
  private static final int CONNECTIONS = 2;

  @Option(names = "--rows", defaultValue = "2000000", description = "Default: ${DEFAULT-VALUE}.")
  private int rows;

  @Option(names = "--batch", defaultValue = "5000", description = "Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--runs",
      defaultValue = "3",
      description = "Of each, in turn; the first is not counted. Default: ${DEFAULT-VALUE}.")
  private int runs;

  private final PrintStream console =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  private LoaderBenchmark() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new LoaderBenchmark()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Path directory = Files.createTempDirectory("clickstream-loader-");
    try (ClickHouseServer server = ClickHouseServer.start(directory.resolve("clickhouse"));
        EmbeddedBroker broker = EmbeddedBroker.start();
        MiniCluster cluster = cluster()) {
      cluster.start();
      TopicSettings topics =
          TopicSettings.defaults()
              .with(TopicSettings.CLICKS, List.of("clicks"))
              .with(TopicSettings.SESSIONS, "sessions")
              .with(TopicSettings.LATE, "late")
              .with(TopicSettings.REJECTED, "rejected")
              .with(TopicSettings.REJECTED_SESSIONS, "refused");
      broker.createTopic(topics.sessions(), 12);
      broker.createTopic(topics.rejectedSessions(), 1);
      Path file = directory.resolve("rows.jsonl");
      long bytes = write(broker, topics.sessions(), file);
      console.printf("%,d rows of %,d bytes%n", rows, bytes / rows);
      KafkaSettings kafka = KafkaSettings.at(broker.bootstrapServers());
      ClickHouseSettings target = server.settings(DATABASE, batch, Duration.ofSeconds(1));
      List<Double> direct = new ArrayList<>();
      List<Double> loaded = new ArrayList<>();
      for (int run = 0; run <= runs; run++) {
        prepare(server, target);
        double file1 = insertFile(target, file);
        prepare(server, target);
        double topic = load(server, cluster, kafka, topics, target, directory, run);
        console.printf(
            "run %d: file %,.0f rows/s, loader %,.0f rows/s = %.2f, %d parts%n",
            run, file1, topic, topic / file1, parts(server));
        if (run > 0) {
          direct.add(file1);
          loaded.add(topic);
        }
      }
      console.printf(
          "medians: file %,.0f rows/s, loader %,.0f rows/s = %.2f%n",
          median(direct), median(loaded), median(loaded) / median(direct));
    }
    return 0;
  }

  private static MiniCluster cluster() {
    Configuration configuration =
        new Configuration().set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
    return new MiniCluster(
        new MiniClusterConfiguration.Builder()
            .setConfiguration(configuration)
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(2)
            .build());
  }

  private long write(EmbeddedBroker broker, String topic, Path file) throws IOException {
    long bytes = 0;
    SessionRecords records = new SessionRecords(1, topic);
    try (KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of(
                    "bootstrap.servers",
                    broker.bootstrapServers(),
                    "compression.type",
                    "lz4",
                    "batch.size",
                    131_072,
                    "linger.ms",
                    5),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int written = 0; written < rows; ) {
        for (ProducerRecord<byte[], byte[]> record :
            records.fresh(Math.min(1_000, rows - written))) {
          var unused = producer.send(record);
          out.write(new String(record.value(), StandardCharsets.UTF_8));
          out.write('\n');
          bytes += record.value().length;
          written++;
        }
      }
      producer.flush();
    }
    return bytes;
  }

  private static void prepare(ClickHouseServer server, ClickHouseSettings target) throws Exception {
    server.ask("DROP DATABASE IF EXISTS " + DATABASE, "default");
    Migrate.migrate(target, Columns.BUILT_IN);
  }

  /** By as many connections as a subtask of the loader has. */
  private double insertFile(ClickHouseSettings target, Path file) throws Exception {
    long start = System.nanoTime();
    try (ClickHouse server = ClickHouse.connect(target);
        BufferedReader in = Files.newBufferedReader(file)) {
      Thread[] connections = new Thread[CONNECTIONS];
      List<Exception> failures = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        connections[i] = new Thread(() -> insert(server, in, failures), "file-" + i);
        connections[i].start();
      }
      for (Thread connection : connections) {
        connection.join();
      }
      if (!failures.isEmpty()) {
        throw failures.get(0);
      }
    }
    return rows / seconds(start);
  }

  private void insert(ClickHouse server, BufferedReader in, List<Exception> failures) {
    try {
      while (true) {
        List<Origin> next = new ArrayList<>(batch);
        synchronized (in) {
          for (String line; next.size() < batch && (line = in.readLine()) != null; ) {
            next.add(new Origin("", 0, 0, null, line.getBytes(StandardCharsets.UTF_8)));
          }
        }
        if (next.isEmpty()) {
          return;
        }
        server.insert(next);
      }
    } catch (IOException e) {
      synchronized (failures) {
        failures.add(e);
      }
    }
  }

  private double load(
      ClickHouseServer server,
      MiniCluster cluster,
      KafkaSettings kafka,
      TopicSettings topics,
      ClickHouseSettings target,
      Path directory,
      int run)
      throws Exception {
    try (RunningLoader loader =
        RunningLoader.start(cluster, kafka, topics, "run-" + run, target, directory)) {
      // A job takes a while to start; what is measured is loading.
      long before = awaitRows(server, 1);
      long start = System.nanoTime();
      long after = awaitRows(server, rows);
      double rate = (after - before) / seconds(start);
      if (!loader.failure().isEmpty()) {
        throw new IllegalStateException(loader.failure());
      }
      return rate;
    }
  }

  private static long awaitRows(ClickHouseServer server, long wanted) throws Exception {
    while (true) {
      // A count of all rows is a look at the parts.
      long count =
          server
              .rows(
                  "SELECT sum(rows) AS n FROM system.parts WHERE active AND table = 'sessions'"
                      + " AND database = '"
                      + DATABASE
                      + "'",
                  DATABASE)
              .get(0)
              .get("n")
              .asLong();
      if (count >= wanted) {
        return count;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static long parts(ClickHouseServer server) throws Exception {
    return server
        .rows(
            "SELECT count() AS n FROM system.parts WHERE active AND table = 'sessions' AND database ="
                + " '"
                + DATABASE
                + "'",
            DATABASE)
        .get(0)
        .get("n")
        .asLong();
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
