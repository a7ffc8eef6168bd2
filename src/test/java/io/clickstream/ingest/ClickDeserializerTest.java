package io.clickstream.ingest;

import static io.clickstream.ingest.IngestSamples.MAX_RECORD_SIZE;
import static io.clickstream.ingest.IngestSamples.NOW;
import static io.clickstream.ingest.IngestSamples.bareClick;
import static io.clickstream.ingest.IngestSamples.bytes;
import static io.clickstream.ingest.IngestSamples.rejected;
import static io.clickstream.ingest.IngestSamples.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.config.Identity;
import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import io.clickstream.types.ClickSerializer;
import io.clickstream.types.IngestTypes;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
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

  /** Stands in every text of the records that are mutated, and must stand in no detail. */
  private static final String MARK = "SeCrEt";

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
    // Given
    ClickDeserializer deserializer =
        new ClickDeserializer(new JsonClickFormat(settings()), () -> NOW);
    JsonClickFormat withoutHistory = new JsonClickFormat(settings());
    Map<RejectionReason, Integer> rejections = new EnumMap<>(RejectionReason.class);
    int clicks = 0;
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
      if (!withoutHistory.parse(origin, NOW, NOW).equals(out.get(0))) {
        assertThat(withoutHistory.parse(origin, NOW, NOW))
            .as("seed %d", seed)
            .isEqualTo(out.get(0));
      }
      if (click != null) {
        clicks++;
        assertSurvivesTheWire(click, seed);
      } else {
        rejections.merge(rejection.reason(), 1, Integer::sum);
        if (rejection.detail().isBlank() || rejection.detail().contains(MARK)) {
          assertThat(rejection.detail()).as("seed %d", seed).isNotBlank().doesNotContain(MARK);
        }
      }
    }
    // The mutations reach every verdict often enough to mean something.
    assertThat(clicks).isGreaterThan(10_000);
    assertThat(rejections).containsOnlyKeys(RejectionReason.values());
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
        || !Arrays.equals(out.getCopyOfBuffer(), again.getCopyOfBuffer())) {
      assertThat(read).as("seed %d", seed).usingRecursiveComparison().isEqualTo(click);
      throw new AssertionError("seed " + seed + ": differs in bytes only");
    }
  }

  /** One broken record, decided by a seed. */
  private static final class Mutation {

    private static final String[] VALUES = {
      "null",
      "true",
      "false",
      "0",
      "-1",
      "1e999999999",
      "-1e-999999999",
      "{}",
      "[]",
      "\"\"",
      "[{}]",
      "\"null\"",
      "\"undefined\"",
      "1767268800",
      "1767268800000000",
      "\"2026-01-01T00:00:00Z\"",
      "\"2026-01-01\"",
      "1.5",
      "\"\\ud800\"",
      "\"\\u0000\"",
      "\"" + MARK + "\"",
      "4000000000000",
      "9".repeat(500),
      "\"" + "9".repeat(500) + "\"",
      "1".repeat(30) + ".5",
      "\"\\ud83d\\ude00\"",
      "{\"" + MARK + "\":[1,2,{\"x\":null}]}"
    };

    private static final String[] NAMES =
        Arrays.stream(ClickField.values()).map(ClickField::text).toArray(String[]::new);

    private static final byte[][] NO_UTF8 = {
      {(byte) 0xFF},
      {(byte) 0xC0, (byte) 0x80},
      {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
      {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
      {(byte) 0xE2, (byte) 0x82}
    };

    private final Random random;

    Mutation(Random random) {
      this.random = random;
    }

    byte @Nullable [] mutated() {
      if (random.nextInt(500) == 0) {
        return extreme();
      }
      byte[] value = bytes(record());
      for (int i = random.nextInt(3); i >= 0; i--) {
        value = mutate(value);
      }
      return value;
    }

    private String record() {
      StringBuilder json = new StringBuilder("{");
      for (String name : NAMES) {
        String value =
            switch (name) {
              case "timestamp" -> "1767268799000";
              case "quantity" -> "2";
              case "price" -> "19.90";
              default -> "\"" + MARK + "ü漢😀 " + name + "\"";
            };
        if (random.nextInt(40) == 0) {
          value = VALUES[random.nextInt(VALUES.length)];
        }
        if (random.nextInt(25) > 0) {
          json.append('"').append(name).append("\":").append(value).append(',');
        }
        if (random.nextInt(200) == 0) {
          json.append('"').append(NAMES[random.nextInt(NAMES.length)]).append("\":");
          json.append(VALUES[random.nextInt(VALUES.length)]).append(',');
        }
      }
      return json.append("\"z\":[]}").toString();
    }

    private byte[] mutate(byte[] value) {
      int at = value.length == 0 ? 0 : random.nextInt(value.length);
      switch (random.nextInt(20)) {
        case 0 -> {
          byte[] flipped = value.clone();
          if (flipped.length > 0) {
            flipped[at] ^= (byte) (1 << random.nextInt(8));
          }
          return flipped;
        }
        case 1 -> {
          return Arrays.copyOf(value, at);
        }
        case 2 -> {
          return insert(value, at, bytes(VALUES[random.nextInt(VALUES.length)]));
        }
        case 3 -> {
          return insert(value, at, NO_UTF8[random.nextInt(NO_UTF8.length)]);
        }
        case 4 -> {
          // two parts of the record change places
          int middle = at / 2;
          byte[] swapped = Arrays.copyOf(Arrays.copyOfRange(value, middle, at), value.length);
          System.arraycopy(value, 0, swapped, at - middle, middle);
          System.arraycopy(value, at, swapped, at, value.length - at);
          return swapped;
        }
        case 5 -> {
          byte[] doubled = Arrays.copyOf(value, value.length * 2);
          System.arraycopy(value, 0, doubled, value.length, value.length);
          return doubled;
        }
        case 6 -> {
          int depth = random.nextInt(300);
          return insert(
              value,
              Math.min(1, value.length),
              bytes("\"x\":" + "[".repeat(depth) + "]".repeat(depth) + ","));
        }
        default -> {
          return value;
        }
      }
    }

    private byte @Nullable [] extreme() {
      return switch (random.nextInt(6)) {
        case 0 -> null;
        case 1 -> {
          byte[] noise = new byte[random.nextInt(2_000)];
          random.nextBytes(noise);
          yield noise;
        }
        case 2 -> record().getBytes(StandardCharsets.UTF_16LE);
        case 3 -> bytes(record() + " ".repeat(MAX_RECORD_SIZE));
        case 4 -> bytes("[" + record() + "]");
        default -> bytes("{\"a\":".repeat(100_000));
      };
    }

    private static byte[] insert(byte[] value, int at, byte[] inserted) {
      byte[] longer = Arrays.copyOf(value, value.length + inserted.length);
      System.arraycopy(inserted, 0, longer, at, inserted.length);
      System.arraycopy(value, at, longer, at + inserted.length, value.length - at);
      return longer;
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
