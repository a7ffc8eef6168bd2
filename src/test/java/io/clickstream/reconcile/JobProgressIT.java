package io.clickstream.reconcile;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.UserErrorException;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.local.EmbeddedBroker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said when it does not come; that it comes, {@code ClickstreamIT} shows. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class JobProgressIT {

  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration ENOUGH = Duration.ofSeconds(30);

  private static EmbeddedBroker broker;
  private static ClickstreamSettings settings;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start();
    for (String topic :
        List.of("raw-clicks", "enriched-sessions", "late-clicks", "rejected-clicks")) {
      broker.createTopic(topic, 2);
    }
    settings =
        SettingsReader.read(
                Invocation.of(
                    "--kafka.bootstrap-servers=" + broker.bootstrapServers(),
                    "--sink.transactional-id-prefix=clickstream"),
                Map.of())
            .settings();
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      producer.send(new ProducerRecord<>("raw-clicks", 1, null, new byte[1])).get();
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("bootstrap.servers", broker.bootstrapServers());
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static TopicRange clicks() {
    return TopicRange.of(settings.kafka(), List.of("raw-clicks"), Long.MIN_VALUE, Long.MAX_VALUE);
  }

  @Test
  void shouldSayWhatTheJobHasNotRead() {
    assertThatThrownBy(() -> JobProgress.awaitEventTime(settings, clicks(), PATIENCE))
        .isInstanceOf(UserErrorException.class)
        .hasMessageMatching(
            "nothing was compared: for 1 s group clickstream has not committed that it has read up"
                + " to \\{(raw-clicks-0=2, )?raw-clicks-1=1}: the job does not run, is behind, or completes no"
                + " checkpoint; leave --while-running out if it has stopped");
  }

  @Test
  void shouldNotWaitForTheEndOfATransactionToBeRead() throws Exception {
    try (KafkaProducer<byte[], byte[]> clicks = producer(Map.of("transactional.id", "clicks"))) {
      clicks.initTransactions();
      clicks.beginTransaction();
      clicks.send(new ProducerRecord<>("raw-clicks", 0, null, new byte[1])).get();
      clicks.commitTransaction();
    }
    // The broker answers before it has written where the transaction ends.
    TopicRange range =
        await()
            .atMost(ENOUGH)
            .until(
                JobProgressIT::clicks,
                found ->
                    Long.valueOf(2).equals(found.ends().get(new TopicPartition("raw-clicks", 0))));
    commit(1, 1);
    try {
      JobProgress.awaitWritten(settings, range, ENOUGH);
      commit(0, 1);
      assertThatThrownBy(() -> JobProgress.awaitWritten(settings, range, PATIENCE))
          .hasMessageContaining("{raw-clicks-0=2}");
    } finally {
      forget();
    }
  }

  @Test
  void shouldSayWhichTransactionsHoldBackReaders() throws Exception {
    commit(2, 1);
    try (KafkaProducer<byte[], byte[]> open = producer(Map.of("transactional.id", "open"))) {
      JobProgress.awaitWritten(settings, clicks(), ENOUGH);
      open.initTransactions();
      open.beginTransaction();
      open.send(new ProducerRecord<>("late-clicks", 0, null, new byte[1])).get();
      assertThatThrownBy(() -> JobProgress.awaitWritten(settings, clicks(), PATIENCE))
          .isInstanceOf(UserErrorException.class)
          .hasMessageContaining("readers of committed records back before {late-clicks-0=1}");
      open.abortTransaction();
    } finally {
      forget();
    }
  }

  /** As the job's group would, for the two partitions. */
  private static void commit(long first, long second) throws Exception {
    broker
        .admin()
        .alterConsumerGroupOffsets(
            "clickstream",
            Map.of(
                new TopicPartition("raw-clicks", 0), new OffsetAndMetadata(first),
                new TopicPartition("raw-clicks", 1), new OffsetAndMetadata(second)))
        .all()
        .get(30, TimeUnit.SECONDS);
  }

  private static void forget() throws Exception {
    broker.admin().deleteConsumerGroups(List.of("clickstream")).all().get(30, TimeUnit.SECONDS);
  }
}
