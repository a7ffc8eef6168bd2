package io.clickstream.benchmark.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.benchmark.BenchmarkedSystem;
import io.clickstream.benchmark.Encoding;
import io.clickstream.benchmark.Run;
import io.clickstream.benchmark.RunningSystem;
import io.clickstream.benchmark.peers.ShopDay.Shown;
import io.clickstream.benchmark.peers.ShopDay.Summary;
import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.TopicReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every peer makes the sessions that a plain sort makes, enriched. */
@Tag("full")
class PeersIT {

  private static final String CLICKS = "raw-clicks";
  private static final String PROFILES = "user-profiles";
  private static final String PRODUCTS = "product-catalog";
  private static final String NO_CLICK = "{\"event_type\": \"page_view\"";

  private static final ShopDay DAY = new ShopDay();
  private static final Map<String, String> COMPACTED = Map.of("cleanup.policy", "compact");
  private static EmbeddedBroker broker;

  @TempDir private Path directory;

  @BeforeAll
  static void load() throws Exception {
    broker = EmbeddedBroker.start();
    broker.createTopic(CLICKS, DAY.partitions());
    broker.createTopic(PROFILES, 1, COMPACTED);
    broker.createTopic(PRODUCTS, 1, COMPACTED);
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int user = 0; user < ShopDay.PROFILES; user++) {
        producer.send(new ProducerRecord<>(PROFILES, bytes("u" + user), ShopDay.profile(user)));
      }
      for (int product = 0; product < ShopDay.PRODUCTS; product++) {
        producer.send(
            new ProducerRecord<>(PRODUCTS, bytes("p" + product), ShopDay.product(product)));
      }
      for (Shown click : DAY.clicks()) {
        producer.send(new ProducerRecord<>(CLICKS, bytes(click.visitor()), ShopDay.json(click)));
      }
      producer.send(new ProducerRecord<>(CLICKS, bytes("v0"), bytes(NO_CLICK)));
      long later = DAY.lastTime() + Duration.ofHours(3).toMillis();
      for (int partition = 0; partition < DAY.partitions(); partition++) {
        producer.send(
            new ProducerRecord<>(
                CLICKS, partition, bytes("closer-" + partition), ShopDay.closer(partition, later)));
      }
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void shouldMakeTheSessionsOfASortWhenAPlainFlinkJob() throws Exception {
    Run run = run("plain");

    drain(new PlainFlinkJob(), run);

    assertThat(sessions(run)).containsExactlyEntriesOf(DAY.sessions());
    assertThat(read(run.rejectedTopic())).extracting(PeersIT::text).containsExactly(NO_CLICK);
    assertThat(read(run.lateTopic())).isEmpty();
  }

  @Test
  void shouldMakeTheSessionsOfASortWhenKafkaStreams() throws Exception {
    Run run = run("streams");

    drain(new KafkaStreamsApplication(), run);

    assertThat(sessions(run)).containsExactlyEntriesOf(DAY.sessions());
    assertThat(read(run.rejectedTopic())).extracting(PeersIT::text).containsExactly(NO_CLICK);
  }

  @Test
  void shouldMakeTheSessionsOfASortWhenFlinkSql() throws Exception {
    Run run = run("sql");

    drain(new FlinkSqlJob(), run);

    assertThat(sessions(run)).containsExactlyEntriesOf(DAY.sessions());
  }

  private static void drain(BenchmarkedSystem system, Run run) throws Exception {
    assertThat(system.configuration(run)).isNotEmpty();
    try {
      try (RunningSystem running = system.start(run)) {
        running.awaitDrained(Duration.ofSeconds(60));

        // Without the record that is no click, and with one more a partition
        assertThat(running.read()).isEqualTo(DAY.clicks().size() + 1 + DAY.partitions());
      }
    } finally {
      system.close();
    }
  }

  private Run run(String name) {
    for (String kind : List.of("sessions", "late", "rejected")) {
      broker.createTopic(name + "-" + kind, DAY.partitions());
    }
    return new Run(
        broker.bootstrapServers(),
        CLICKS,
        PROFILES,
        PRODUCTS,
        name + "-sessions",
        name + "-late",
        name + "-rejected",
        Duration.ofMillis(500),
        2,
        ShopDay.GAP,
        ShopDay.OUT_OF_ORDERNESS,
        Duration.ofMinutes(2),
        true,
        Encoding.PLAIN,
        directory,
        name);
  }

  /** By visitor and start; every session was written once. */
  private static Map<String, Summary> sessions(Run run) throws Exception {
    Map<String, Summary> sessions = new TreeMap<>();
    Set<String> ids = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : read(run.sessionsTopic())) {
      JsonNode json = new ObjectMapper().readTree(record.value());
      assertThat(ids.add(json.required("session_id").textValue())).isTrue();
      assertThat(json.required("session_id").textValue())
          .isEqualTo(new String(record.key(), StandardCharsets.UTF_8));
      Summary session = summary(json);
      if (!session.visitor().startsWith("closer-")) {
        assertThat(sessions.put(session.visitor() + "@" + session.start(), session)).isNull();
      }
    }
    return sessions;
  }

  private static Summary summary(JsonNode json) {
    assertThat(json.required("revision").longValue()).isPositive();
    assertThat(json.required("is_deleted").booleanValue()).isFalse();
    assertThat(json.required("emitted_at").longValue()).isPositive();
    assertThat(json.required("duration_ms").longValue())
        .isEqualTo(
            json.required("session_end").longValue() - json.required("session_start").longValue());
    Map<String, Long> products = new TreeMap<>();
    for (JsonNode product : json.required("products")) {
      products.put(
          product.required("id").textValue(),
          product.required("views").longValue()
              + product.required("cart_adds").longValue()
              + product.required("purchases").longValue());
    }
    Map<String, Long> categories = new TreeMap<>();
    json.required("categories")
        .properties()
        .forEach(category -> categories.put(category.getKey(), category.getValue().longValue()));
    String revenue = json.required("revenue").textValue();
    return new Summary(
        json.required("visitor_id").textValue(),
        json.required("user_id").textValue(),
        json.required("session_start").longValue(),
        json.required("session_end").longValue(),
        json.required("event_count").longValue(),
        json.required("page_views").longValue(),
        json.required("unique_pages").longValue(),
        json.required("product_views").longValue(),
        json.required("searches").longValue(),
        json.required("cart_adds").longValue(),
        json.required("cart_removes").longValue(),
        json.required("checkouts").longValue(),
        json.required("purchases").longValue(),
        revenue == null ? null : new BigDecimal(revenue),
        json.required("is_bounce").booleanValue(),
        json.required("is_engaged").booleanValue(),
        json.required("entry_page").textValue(),
        json.required("exit_page").textValue(),
        json.required("utm_campaign").textValue(),
        json.required("user_segment").textValue(),
        json.required("user_tier").textValue(),
        products,
        categories,
        json.required("top_category").textValue(),
        json.required("top_brand").textValue());
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(String topic) throws IOException {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    new TopicReader(broker.bootstrapServers()).read(topic, records::add);
    return records;
  }

  private static KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", "20"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static @Nullable String text(ConsumerRecord<byte[], byte[]> record) {
    return record.value() == null ? null : new String(record.value(), StandardCharsets.UTF_8);
  }
}
