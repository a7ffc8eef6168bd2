package io.clickstream.ingest.json;

import static io.clickstream.ingest.IngestSamples.MAX_RECORD_SIZE;
import static io.clickstream.ingest.IngestSamples.NOW;
import static io.clickstream.ingest.IngestSamples.bareClick;
import static io.clickstream.ingest.IngestSamples.bytes;
import static io.clickstream.ingest.IngestSamples.rejected;
import static io.clickstream.ingest.IngestSamples.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.LogLines;
import io.clickstream.columns.Columns;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.FieldDefinition.Type;
import io.clickstream.config.Identity;
import io.clickstream.ingest.ClickDeserializer;
import io.clickstream.ingest.DefinitionSamples;
import io.clickstream.ingest.Mutation;
import io.clickstream.ingest.WallClock;
import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import io.clickstream.wire.ClickSerializer;
import io.clickstream.wire.IngestTypes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.Collector;
import org.apache.flink.util.InstantiationUtil;
import org.apache.flink.util.function.ThrowingConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ClickDeserializerTest {

  private static ConsumerRecord<byte[], byte[]> kafkaRecord(
      long timestamp, byte @Nullable [] key, byte @Nullable [] value) {
    return new ConsumerRecord<>(
        "raw-clicks",
        3,
        42,
        timestamp,
        TimestampType.CREATE_TIME,
        0,
        0,
        key,
        value,
        new RecordHeaders(),
        Optional.empty());
  }

  private static Collector<Ingested> into(List<Ingested> list) {
    return new Collector<>() {
      @Override
      public void collect(Ingested ingested) {
        list.add(ingested);
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void shouldEmitClickWithOriginWhenRecordIsClick() {
    // Given
    byte[] key = bytes("k");
    byte[] value =
        bytes("{\"event_type\":\"search\",\"timestamp\":%d,\"user_id\":7}".formatted(NOW));
    List<Ingested> out = new ArrayList<>();
    // When
    new ClickDeserializer(new JsonClickFormat(settings()), () -> NOW)
        .deserialize(kafkaRecord(NOW, key, value), into(out));
    // Then
    assertThat(out)
        .containsExactly(
            Ingested.of(
                bareClick(
                    new Visitor(null, VisitorKind.USER, "7"),
                    EventKind.SEARCH,
                    NOW,
                    new Origin("raw-clicks", 3, 42, key, value))));
  }

  @DisplayName("S21: a tombstone is rejected")
  @Test
  void shouldEmitRejectionWhenRecordHasNeitherKeyNorValue() {
    // Given
    List<Ingested> out = new ArrayList<>();
    // When
    new ClickDeserializer(new JsonClickFormat(settings()), () -> NOW)
        .deserialize(kafkaRecord(NOW, null, null), into(out));
    // Then
    assertThat(out)
        .containsExactly(
            rejected(
                RejectionReason.NOT_AN_OBJECT,
                "no value",
                new Origin("raw-clicks", 3, 42, null, null)));
  }

  @Test
  void shouldJudgeFutureByGivenClockWhenRecordTimestampIsLater() {
    // Given
    byte[] value =
        bytes("{\"event_type\":\"x\",\"timestamp\":%d,\"user_id\":7}".formatted(NOW + 300_001));
    List<Ingested> out = new ArrayList<>();
    JsonClickFormat format = new JsonClickFormat(settings());
    // When
    new ClickDeserializer(format, () -> NOW)
        .deserialize(kafkaRecord(NOW + 300_001, null, value), into(out));
    new ClickDeserializer(format, () -> NOW + 1)
        .deserialize(kafkaRecord(NOW + 300_001, null, value), into(out));
    // Then
    assertThat(out).extracting(ingested -> ingested.click() != null).containsExactly(false, true);
  }

  @Test
  void shouldLetFailureOfTheJobThroughWhenDownstreamFails() {
    // Given
    Collector<Ingested> failing =
        new Collector<>() {
          @Override
          public void collect(Ingested ingested) {
            throw new IllegalStateException("downstream");
          }

          @Override
          public void close() {}
        };
    ClickDeserializer deserializer =
        new ClickDeserializer(new JsonClickFormat(settings()), () -> NOW);
    // When, Then
    assertThatThrownBy(() -> deserializer.deserialize(kafkaRecord(NOW, null, null), failing))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("downstream");
  }

  @Test
  void shouldNameEachFieldOnceInTheLogWhenItCannotBeRead() {
    // Given
    LogLines lines = LogLines.of(ClickDeserializer.class);
    ClickDeserializer deserializer =
        new ClickDeserializer(
            new JsonClickFormat(
                settings(Identity.DEVICE, Map.of("currency", "money.unit"), Map.of())),
            () -> NOW);
    List<Ingested> out = new ArrayList<>();
    // When
    try (lines) {
      for (String more :
          List.of(
              "",
              ",\"price\":\"SeCrEt\"",
              ",\"price\":true,\"money\":\"SeCrEt\"",
              ",\"money\":7,\"country\":\"SeCrEt\\ud800\"",
              ",\"timestamp\":true,\"referrer\":true")) {
        String record =
            "{\"event_type\":\"x\",\"timestamp\":%d,\"user_id\":\"SeCrEt\"%s}".formatted(NOW, more);
        deserializer.deserialize(kafkaRecord(NOW, null, bytes(record)), into(out));
      }
    }
    // Then
    assertThat(out).extracting(ingested -> ingested.click() != null).hasSize(5).contains(false);
    assertThat(lines.texts())
        .extracting(line -> line.substring(line.indexOf("field=")))
        .containsExactly(
            "field=price expected=a number of at most 15 digits before and 18 after the point"
                + " found=other text",
            "field=currency (money.unit) expected=text or a number found=no object on the path to"
                + " it",
            "field=country expected=text or a number found=text with half a surrogate pair");
    assertThat(lines.texts()).noneMatch(line -> line.contains("SeCrEt"));
  }

  @Test
  void shouldGiveSameVerdictsWhenShippedToAnotherJvm() throws Exception {
    // Given it was used before it was shipped
    byte[] value = bytes("{\"type\":\"view\",\"timestamp\":%d,\"who\":{\"id\":7}}".formatted(NOW));
    ClickDeserializer original =
        new ClickDeserializer(
            new JsonClickFormat(
                settings(
                    Identity.DEVICE,
                    Map.of("user_id", "who.id", "event_type", "type"),
                    Map.of("page_view", "view"))),
            () -> NOW);
    List<Ingested> out = new ArrayList<>();
    original.deserialize(kafkaRecord(NOW, null, value), into(out));
    // When
    ClickDeserializer shipped = InstantiationUtil.clone(original);
    shipped.deserialize(kafkaRecord(NOW, null, value), into(out));
    // Then
    assertThat(out.get(0).click()).isNotNull();
    assertThat(out.get(1)).isEqualTo(out.get(0));
    assertThat(shipped.getProducedType()).isEqualTo(IngestTypes.INGESTED);
  }

  @Test
  void shouldReadTheClockOfTheMachineWhenItIsTheSystemClock() {
    // Given
    long before = System.currentTimeMillis();
    // When
    long now = WallClock.system().now();
    // Then
    assertThat(now).isBetween(before, System.currentTimeMillis());
  }

  // ---------------------------------------------------------------------------------- fuzz

  @DisplayName("S21: 100 000 mutated records each become a click or a rejection")
  @Test
  @Timeout(600)
  void shouldNeverThrowWhenRecordsAreMutated() throws Exception {
    readMutated(Columns.BUILT_IN);
  }

  @DisplayName("S21: the same with definitions that read what is mutated")
  @Test
  @Timeout(600)
  void shouldNeverThrowWhenDefinitionsReadMutatedRecords() throws Exception {
    // What is no number and no boolean in all of them counts only in a few.
    Map<String, Object> where = Map.of("page_url", Map.of("starts-with", Mutation.MARK));
    Map<String, Object> seldom = Map.of("user_agent", "absent");
    readMutated(
        new DefinitionSamples()
            .last("price", Type.NUMBER, "price")
            .last("title", Type.TEXT, "page_title")
            .field("member", How.LAST, Type.BOOLEAN, List.of("country", "quantity"), seldom)
            .field("items", How.SUM, Type.NUMBER, List.of("device_type", "quantity"), seldom)
            .field("campaign", How.SET, Type.TEXT, "utm_source", where)
            .goal("any", Map.of("price", Map.of("above", "1")), "price", "app_id", "order_id")
            .milliseconds("quantity")
            .table());
  }

  private static void readMutated(Columns table) throws Exception {
    // Given
    ClickDeserializer deserializer =
        new ClickDeserializer(new JsonClickFormat(settings(), table), () -> NOW);
    JsonClickFormat byParser = new JsonClickFormat(settings(), table);
    Map<RejectionReason, Integer> rejections = new EnumMap<>(RejectionReason.class);
    int clicks = 0;
    int plain = 0;
    for (int seed = 0; seed < 100_000; seed++) {
      byte[] value = new Mutation(new Random(seed)).mutated();
      byte[] before = value == null ? null : value.clone();
      ConsumerRecord<byte[], byte[]> input = kafkaRecord(NOW, null, value);
      List<Ingested> out = new ArrayList<>(1);
      // When
      deserializer.deserialize(input, into(out));
      // Then
      if (out.size() != 1) {
        assertThat(out).as("seed %d", seed).hasSize(1);
      }
      Click click = out.get(0).click();
      Rejection rejection = out.get(0).rejection();
      Origin origin = click != null ? click.origin() : rejection.origin();
      if (origin.value() != value || !Arrays.equals(before, value)) {
        assertThat(origin.value()).as("seed %d", seed).isSameAs(value).isEqualTo(before);
      }
      if (!byParser.parseAny(origin, NOW, NOW).equals(out.get(0))) {
        assertThat(out.get(0)).as("seed %d", seed).isEqualTo(byParser.parseAny(origin, NOW, NOW));
      }
      if (click != null) {
        clicks++;
        plain += click.texts().areInValue() ? 1 : 0;
        assertSurvivesTheWire(click, seed);
      } else {
        rejections.merge(rejection.reason(), 1, Integer::sum);
        if (rejection.detail().isBlank() || rejection.detail().contains(Mutation.MARK)) {
          assertThat(rejection.detail())
              .as("seed %d", seed)
              .isNotBlank()
              .doesNotContain(Mutation.MARK);
        }
      }
    }
    // The mutations reach every verdict often enough to mean something.
    assertThat(clicks).isGreaterThan(10_000);
    assertThat(plain).isGreaterThan(10_000).isLessThan(clicks - 1_000);
    Set<RejectionReason> ofJson = EnumSet.allOf(RejectionReason.class);
    ofJson.removeAll(List.of(RejectionReason.MALFORMED_AVRO, RejectionReason.SCHEMA_UNKNOWN));
    assertThat(rejections).containsOnlyKeys(ofJson);
    assertThat(rejections.values()).allSatisfy(count -> assertThat(count).isGreaterThan(20));
  }

  /** What is read back has the same key and the same bytes, so it is routed and kept as it was. */
  private static void assertSurvivesTheWire(Click click, int seed) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(512);
    ClickSerializer.INSTANCE.serialize(click, out);
    Click read =
        ClickSerializer.INSTANCE.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    DataOutputSerializer again = new DataOutputSerializer(512);
    ClickSerializer.INSTANCE.serialize(read, again);
    if (!read.visitor().equals(click.visitor())
        || read.visitor().hashCode() != click.visitor().hashCode()
        || !Arrays.equals(out.getCopyOfBuffer(), again.getCopyOfBuffer())
        || !read.withOrigin(click.origin()).equals(click)) {
      assertThat(read.withOrigin(click.origin())).as("seed %d", seed).isEqualTo(click);
      throw new AssertionError("seed " + seed + ": differs in key or bytes only");
    }
  }

  @DisplayName("S21: hostile records cost no more than their length")
  @Test
  @Timeout(600)
  void shouldStayFastWhenRecordsAreHostile() throws Exception {
    // Given a million bytes each
    int size = MAX_RECORD_SIZE - 200;
    StringBuilder names = new StringBuilder("{");
    for (int i = 0; names.length() < size - 30; i++) {
      names.append("\"n").append(i).append("\":1,");
    }
    List<String> records =
        List.of(
            names.append("\"z\":1}").toString(),
            "{\"timestamp\":" + "9".repeat(size) + "}",
            "{\"price\":" + "9".repeat(size) + ",\"event_type\":\"x\"}",
            "{\"price\":\"" + "9".repeat(size) + "\",\"event_type\":\"x\"}",
            "{\"timestamp\":\"2026-01-01T00:00:00." + "9".repeat(size) + "Z\"}",
            "{\"event_type\":\"" + "\\u0020".repeat(size / 6) + "\"}",
            "{" + "\"user_id\":1,".repeat(size / 12) + "\"z\":1}",
            "[".repeat(size),
            "{\"" + "n".repeat(size) + "\":1}");
    JsonClickFormat format = new JsonClickFormat(settings());
    ThrowingConsumer<String, Exception> parse =
        record ->
            assertThat(
                    format.parse(new Origin("t", 0, 0, null, bytes(record)), NOW, NOW).rejection())
                .isNotNull();
    // When
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < 10; i++) {
      for (String record : records) {
        parse.accept(record);
      }
    }
    // Then 90 MB cost seconds of one core; a cost that grew with the square would take hours
    assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - start))
        .isLessThan(Duration.ofSeconds(30));
  }
}
