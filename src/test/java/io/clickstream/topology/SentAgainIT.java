package io.clickstream.topology;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.local.SharedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clicks of batches that were rejected are sent again, when their cause is gone. */
class SentAgainIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long START = ClickTraffic.START;
  private static final int BATCHES = 20;

  /** As Confluent's serializers write it. */
  private static final String SCHEMA_ID = "\0\0\0\0\u00e7";

  @TempDir Path directory;

  private static ClickstreamSettings settings(Topics topics, String timestamp) {
    List<String> arguments = new ArrayList<>(topics.arguments());
    arguments.addAll(
        List.of(
            "--ingest.group-id=again",
            "--ingest.start-from=earliest",
            "--ingest.framing=confluent",
            "--ingest.clicks-at=batch",
            "--ingest.fields.anonymous_id=/device",
            "--ingest.fields.timestamp=" + timestamp,
            "--ingest.idle-timeout=10min",
            "--session.cache-size=1mb",
            "--sink.transactional-id-prefix=again"));
    return SettingsReader.read(Invocation.of(arguments.toArray(String[]::new)), Map.of())
        .settings();
  }

  @Test
  void shouldAcceptARejectedClickOfABatchWhenItsMappingOrItsValueIsMended() throws Exception {
    MiniCluster cluster = SharedCluster.get();
    try (Topics topics = new Topics(SharedBroker.get(), "again", 2)) {
      // Given a mapping that knows the name of one tracker only, and a value that is no time
      RunningJob job = RunningJob.start(cluster, settings(topics, "time"), 2, directory, null);
      topics.send(IntStream.range(0, BATCHES).mapToObj(i -> batch(topics, i)).toList());
      List<ConsumerRecord<byte[], byte[]>> rejected = awaitRejected(topics, 2 * BATCHES);
      String savepoint = job.stopWithSavepoint(directory);

      // When the mapping is mended
      job = RunningJob.start(cluster, settings(topics, "[time, at]"), 2, directory, savepoint);
      topics.send(again(topics, rejected, value -> value));

      // Then what it was about is accepted, and the rest rejected as what was sent again
      List<ConsumerRecord<byte[], byte[]>> still =
          awaitRejected(topics, 3 * BATCHES).subList(2 * BATCHES, 3 * BATCHES);
      assertThat(still)
          .allSatisfy(
              record -> {
                assertThat(text(record)).contains("soon");
                assertThat(headers(record, "source_index")).containsExactly("0");
                assertThat(headers(record, "source_offset"))
                    .singleElement()
                    .satisfies(
                        offset ->
                            assertThat(Long.parseLong(offset)).isGreaterThanOrEqualTo(BATCHES / 2));
              });

      // When its value is mended
      topics.send(
          again(topics, still, value -> value.replace("\"soon\"", Long.toString(START + 300))));

      // Then every click is in the session of its device, whose name is in the envelope
      topics.send(
          List.of(
              record(topics, 0, "closing-0", click("time", START + 10_000_000)),
              record(topics, 1, "closing-1", click("time", START + 10_000_000))));
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(topics.sessions()).hasSize(BATCHES));
      assertThat(topics.sessions().values())
          .allSatisfy(
              session -> {
                assertThat(session.get("event_count").asLong()).isEqualTo(3);
                assertThat(session.get("session_start").asLong()).isEqualTo(START);
                assertThat(session.get("session_end").asLong()).isEqualTo(START + 300);
              });
      job.stopWithSavepoint(directory);
      assertThat(topics.read(topics.names.rejected())).hasSize(3 * BATCHES);
      assertThat(job.result())
          .containsEntry("clickstream.records", 4L * BATCHES + 2)
          .containsEntry("clickstream.read", 6L * BATCHES + 2)
          .containsEntry("clickstream.in-sessions", 3L * BATCHES + 2)
          .containsEntry("clickstream.rejected", 3L * BATCHES)
          .containsEntry("clickstream.late", 0L)
          .containsEntry("clickstream.duplicates", 0L);
    }
  }

  /** Of one device, by two trackers, and with a time that is none. */
  private static ProducerRecord<byte[], byte[]> batch(Topics topics, int number) {
    return record(
        topics,
        number % 2,
        "d" + number,
        click("time", START),
        click("at", START + 100),
        click("time", "\"soon\""));
  }

  private static String click(String name, Object time) {
    return "{\"event_type\":\"page_view\",\"%s\":%s}".formatted(name, time);
  }

  private static ProducerRecord<byte[], byte[]> record(
      Topics topics, int partition, String device, String... clicks) {
    return new ProducerRecord<>(
        topics.names.clicks().get(0),
        partition,
        device.getBytes(UTF_8),
        "%s{\"batch\":[%s],\"device\":\"%s\"}"
            .formatted(SCHEMA_ID, String.join(",", clicks), device)
            .getBytes(ISO_8859_1));
  }

  /** With key, headers and frame, as the runbook has it. */
  private static List<ProducerRecord<byte[], byte[]>> again(
      Topics topics, List<ConsumerRecord<byte[], byte[]>> rejected, UnaryOperator<String> mended) {
    return rejected.stream()
        .map(
            record ->
                new ProducerRecord<>(
                    topics.names.clicks().get(0),
                    null,
                    record.key(),
                    mended.apply(text(record)).getBytes(ISO_8859_1),
                    record.headers()))
        .toList();
  }

  private static List<ConsumerRecord<byte[], byte[]>> awaitRejected(Topics topics, int count) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> topics.read(topics.names.rejected()), records -> records.size() == count);
  }

  private static String text(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.value(), ISO_8859_1);
  }

  private static List<String> headers(ConsumerRecord<byte[], byte[]> record, String name) {
    List<String> values = new ArrayList<>();
    for (Header header : record.headers().headers(name)) {
      values.add(new String(header.value(), UTF_8));
    }
    return values;
  }
}
