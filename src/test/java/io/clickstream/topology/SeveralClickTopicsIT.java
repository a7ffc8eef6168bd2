package io.clickstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.SessionSettings;
import io.clickstream.config.SinkSettings;
import io.clickstream.config.StartFrom;
import io.clickstream.config.TopicSettings;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.SharedBroker;
import io.clickstream.reconcile.Reconciliation.Report;
import io.clickstream.reconcile.Reconciliation.Scope;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that reads clicks from two topics and keeps what it drops as duplicates. */
class SeveralClickTopicsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  private static ClickstreamSettings settings(EmbeddedBroker broker, TopicSettings names) {
    return ClickstreamSettings.defaults()
        .with(KafkaSettings.BOOTSTRAP_SERVERS, broker.bootstrapServers())
        .with(names)
        .with(IngestSettings.GROUP_ID, names.sessions())
        .with(IngestSettings.START_FROM, StartFrom.EARLIEST)
        .with(IngestSettings.MAX_OUT_OF_ORDERNESS, Duration.ofMillis(200))
        .with(IngestSettings.IDLE_TIMEOUT, Duration.ofMinutes(10))
        .with(SessionSettings.GAP, Duration.ofMillis(700))
        .with(SessionSettings.ALLOWED_LATENESS, Duration.ofMillis(500))
        .with(SessionSettings.CACHE_SIZE, 1L << 20)
        .with(SinkSettings.TRANSACTIONAL_ID_PREFIX, names.sessions())
        .with(SinkSettings.TRANSACTION_TIMEOUT, Duration.ofMinutes(10));
  }

  @Test
  void shouldReadAllTopicsAndKeepDuplicatesAsTheyWere() throws Exception {
    EmbeddedBroker broker = SharedBroker.get();
    try (Topics topics = new Topics(broker, "several", 2)) {
      // Given two topics of clicks, with ids of their own and copies in each
      String more = "several-more";
      String duplicates = "several-duplicates";
      broker.createTopic(more, 1, Map.of("retention.ms", "-1"));
      broker.createTopic(duplicates, 1);
      String first = topics.names.clicks().get(0);
      ClickstreamSettings settings =
          settings(
              broker,
              topics
                  .names
                  .with(TopicSettings.CLICKS, List.of(first, more))
                  .with(TopicSettings.DUPLICATES, duplicates));
      ClickTraffic web = new ClickTraffic(41, first, 2, 6_000);
      ClickTraffic app = ClickTraffic.after(ClickTraffic.START, 42, more, 1);
      RunningJob job = RunningJob.start(SharedCluster.get(), settings, 2, directory, null);
      for (int i = 0; i < 10; i++) {
        topics.send(web.next(200));
        topics.send(app.next(200));
      }
      List<ProducerRecord<byte[], byte[]>> closing = new ArrayList<>(web.closing());
      closing.addAll(app.closing());
      topics.send(closing);

      // When
      Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(250))
          .until(() -> compare(settings).agrees());
      job.stopWithSavepoint(directory);

      // Then the tool's accounts are the job's
      Report report = compare(settings);
      assertThat(report.differences()).isEmpty();
      assertThat(report.read()).isEqualTo(4_003);
      assertThat(report.sessions()).isGreaterThan(50);
      assertThat(report.range()).contains(first + " 0:0-").contains(more + " 0:0-2001");
      assertThat(job.result())
          .containsEntry("clickstream.read", report.read())
          .containsEntry("clickstream.in-sessions", report.inSessions())
          .containsEntry("clickstream.duplicates", report.duplicates());
      List<ConsumerRecord<byte[], byte[]>> kept = topics.read(duplicates);
      assertThat(kept).hasSize((int) report.duplicates());
      assertThat(kept).extracting(record -> header(record, "source_topic")).contains(first, more);
      assertThat(kept).allSatisfy(record -> assertThat(record.value()).isNotEmpty());

      // And it finds out about one that is missing, and one that is none
      broker.admin().deleteTopics(List.of(duplicates)).all().get();
      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> !broker.admin().listTopics().names().get().contains(duplicates));
      broker.createTopic(duplicates, 1);
      ConsumerRecord<byte[], byte[]> click = topics.read(more).get(0);
      ProducerRecord<byte[], byte[]> none =
          new ProducerRecord<>(duplicates, click.key(), click.value());
      none.headers()
          .add("source_topic", more.getBytes(StandardCharsets.UTF_8))
          .add("source_partition", "0".getBytes(StandardCharsets.UTF_8))
          .add("source_offset", "0".getBytes(StandardCharsets.UTF_8));
      topics.send(List.of(none));
      assertThat(compare(settings).lost()).isGreaterThanOrEqualTo(report.duplicates() / 2);
    }
  }

  private static Report compare(ClickstreamSettings settings) {
    return io.clickstream.reconcile.Reconciliation.compare(settings, Scope.everything());
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }
}
