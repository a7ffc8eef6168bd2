package io.clickstream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.LogLines;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.local.SharedBroker;
import io.clickstream.registry.RegistryStub;
import io.clickstream.registry.WaitingRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A schema registry that is away while a job reads Avro. */
class RegistryOutageIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long START = ClickTraffic.START;
  private static final long CLOSING = START + Duration.ofHours(3).toMillis();
  private static final int PARTITIONS = 2;
  private static final int VISITORS = 10;

  private static final Schema FIRST =
      schema(
          """
          {'type':'record','name':'Click','fields':[
            {'name':'event_type','type':'string'},
            {'name':'timestamp','type':'long'},
            {'name':'anonymous_id','type':'string'}]}
          """);

  /** Of which bytes mean nothing to a reader of the first. */
  private static final Schema SECOND =
      schema(
          """
          {'type':'record','name':'Click','fields':[
            {'name':'anonymous_id','type':'string'},
            {'name':'page_url','type':'string','default':''},
            {'name':'event_type','type':'string'},
            {'name':'timestamp','type':'long'}]}
          """);

  @TempDir Path directory;

  private MiniCluster cluster;
  private RegistryStub registry;
  private LogLines log;
  private int sent;

  @BeforeEach
  void start() throws Exception {
    cluster = OwnCluster.start(PARTITIONS);
    registry = RegistryStub.start();
    log = LogLines.of(WaitingRegistry.class);
  }

  @AfterEach
  void stop() throws Exception {
    log.close();
    cluster.closeAsync().get(60, TimeUnit.SECONDS);
    registry.close();
  }

  private ClickstreamSettings settings(Topics topics) {
    List<String> arguments = new ArrayList<>(topics.arguments());
    arguments.addAll(
        List.of(
            "--ingest.group-id=" + topics.names.sessions(),
            "--ingest.start-from=earliest",
            "--ingest.format=avro",
            "--ingest.schema-registry.url=" + registry.url(),
            "--ingest.idle-timeout=10min",
            "--session.cache-size=1mb",
            "--sink.transactional-id-prefix=registry"));
    return SettingsReader.read(Invocation.of(arguments.toArray(String[]::new)), Map.of())
        .settings();
  }

  @Test
  void shouldWaitAndLoseNothingWhenTheRegistryIsAwayThroughAFailover() throws Exception {
    try (Topics topics = new Topics(SharedBroker.get(), "registry", PARTITIONS)) {
      // Given a job that knows one schema, and has rejected a click of one that nobody knew
      registry.register(1, FIRST.toString());
      RunningJob job = RunningJob.start(cluster, settings(topics), PARTITIONS, directory, null);
      send(topics, 1, FIRST, 100);
      send(topics, 3, SECOND, 1);
      job.awaitPosition(sent);
      ConsumerRecord<byte[], byte[]> unknown =
          Awaitility.await()
              .atMost(PATIENCE)
              .until(() -> rejected(topics), rejected -> rejected.size() == 1)
              .get(0);
      assertThat(header(unknown, "reason")).isEqualTo("SCHEMA_UNKNOWN");

      // When the registry is away, then the schemas that are known do not need it
      registry.register(2, SECOND.toString());
      registry.register(3, SECOND.toString());
      registry.fail(503, "");
      send(topics, 1, FIRST, 100);
      job.awaitPosition(sent);
      assertThat(log.texts()).isEmpty();

      // And for a new one each subtask waits, and says so
      long read = job.position();
      send(topics, 2, SECOND, 100);
      send(topics, 1, FIRST, 100);
      awaitWaiting(PARTITIONS);
      assertThat(log.texts())
          .allSatisfy(
              line ->
                  assertThat(line)
                      .contains("Waiting for the schema registry, nothing is read meanwhile")
                      .contains("schema_id=2 ")
                      .contains(
                          "reason=the schema registry at %s cannot answer (HTTP 503)"
                              .formatted(registry.url())));
      // At most one more than the newest: that for which both subtasks have done their part.
      assertThat(checkpointsWhileAsked(5 * PARTITIONS)).hasSizeLessThanOrEqualTo(2);

      // And so do those of a failover, which know no schema any more
      registry.stop();
      int before = waiting();
      job.killTaskManager(0);
      awaitWaiting(before + PARTITIONS);
      assertThat(log.texts().get(log.texts().size() - 1))
          .contains("reason=the schema registry at %s cannot be reached".formatted(registry.url()));
      assertThat(job.position()).isEqualTo(read);

      // Then all is read when it is back
      registry.recover();
      registry.startAgain();
      job.awaitPosition(sent);
      assertThat(log.texts())
          .anySatisfy(
              line ->
                  assertThat(line)
                      .contains("The schema registry has answered, reading goes on: waited_ms="));

      // And the click of the schema that was unknown is taken when it is sent again
      send(
          topics,
          List.of(
              new ProducerRecord<>(
                  topics.names.clicks().get(0),
                  null,
                  unknown.key(),
                  unknown.value(),
                  unknown.headers())));
      job.awaitPosition(sent);
      send(
          topics,
          IntStream.range(0, PARTITIONS)
              .mapToObj(i -> record(topics, i, 2, click(SECOND, "closing-" + i, CLOSING)))
              .toList());
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(topics.sessions()).hasSize(VISITORS));
      assertThat(
              topics.sessions().values().stream()
                  .mapToLong(session -> session.get("event_count").asLong())
                  .sum())
          .isEqualTo(401);
      job.stopWithSavepoint(directory);
      assertThat(rejected(topics)).hasSize(1);
      assertThat(job.result())
          .containsEntry("clickstream.read", 402L + PARTITIONS)
          .containsEntry("clickstream.in-sessions", 401L + PARTITIONS)
          .containsEntry("clickstream.rejected", 1L)
          .containsEntry("clickstream.late", 0L)
          .containsEntry("clickstream.duplicates", 0L);
    }
  }

  private void awaitWaiting(int lines) {
    Awaitility.await().atMost(PATIENCE).until(() -> waiting() >= lines);
  }

  private int waiting() {
    return (int) log.texts().stream().filter(line -> line.startsWith("Waiting")).count();
  }

  /** The newest checkpoints, one by one, until the registry is asked so many times more. */
  private Set<String> checkpointsWhileAsked(int times) {
    Set<String> newest = new HashSet<>();
    int before = registry.asked().size();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> {
              newest.add(RetainedCheckpoints.newest(directory));
              return registry.asked().size() >= before + times;
            });
    return newest;
  }

  private static List<ConsumerRecord<byte[], byte[]>> rejected(Topics topics) {
    return topics.read(topics.names.rejected());
  }

  /** Clicks of all visitors, in all partitions in turn. */
  private void send(Topics topics, int id, Schema schema, int count) throws Exception {
    send(
        topics,
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    record(
                        topics, i % PARTITIONS, id, click(schema, "v" + i % VISITORS, START + i)))
            .toList());
  }

  private void send(Topics topics, List<ProducerRecord<byte[], byte[]>> records) throws Exception {
    topics.send(records);
    sent += records.size();
  }

  private static ProducerRecord<byte[], byte[]> record(
      Topics topics, int partition, int id, GenericData.Record click) {
    return new ProducerRecord<>(topics.names.clicks().get(0), partition, null, encoded(id, click));
  }

  private static GenericData.Record click(Schema schema, String visitor, long time) {
    GenericData.Record click = new GenericData.Record(schema);
    click.put("event_type", "page_view");
    click.put("timestamp", time);
    click.put("anonymous_id", visitor);
    if (schema.getField("page_url") != null) {
      click.put("page_url", "https://shop.example/");
    }
    return click;
  }

  private static Schema schema(String json) {
    return new Schema.Parser().parse(json.replace('\'', '"'));
  }

  /** With the id of its schema in front. */
  private static byte[] encoded(int id, GenericData.Record click) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new GenericDatumWriter<GenericData.Record>(click.getSchema()).write(click, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }
}
