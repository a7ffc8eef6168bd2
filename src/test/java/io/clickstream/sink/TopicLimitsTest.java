package io.clickstream.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.KafkaSettings;
import io.clickstream.kafka.KafkaSamples;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.CompressionType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TopicLimitsTest {

  private static final String TOPIC = "late-clicks";
  private static final int LIMIT = 10_000;

  /** A batch and a record in it, around a value of this length. */
  private static final int FRAME = 61 + 11;

  private final Random random = new Random(1);

  private static TopicLimits limits(@Nullable CompressionType stored, String... more) {
    return limitedTo(new TopicLimit(LIMIT, Integer.MAX_VALUE, stored), more);
  }

  private static TopicLimits limitedTo(TopicLimit limit, String... more) {
    Properties producer =
        ClickstreamSink.producerProperties(KafkaSettings.at("b:1"), KafkaSamples.SINK);
    for (int i = 0; i < more.length; i += 2) {
      producer.setProperty(more[i], more[i + 1]);
    }
    return new TopicLimits(Map.of(TOPIC, limit), producer);
  }

  private static ProducerRecord<byte[], byte[]> record(
      byte @Nullable [] key, byte @Nullable [] value, Header... headers) {
    return new ProducerRecord<>(TOPIC, null, null, key, value, List.of(headers));
  }

  private static Header header(String name, int value) {
    return new RecordHeader(name, Integer.toString(value).getBytes(StandardCharsets.UTF_8));
  }

  private byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  @Test
  void shouldLeaveWhatFitsAsItIs() {
    for (ProducerRecord<byte[], byte[]> record :
        List.of(
            record(null, null),
            record(noise(10), noise(7_000)),
            record(null, noise(LIMIT - FRAME)),
            record(null, new byte[1 << 20]))) {
      String compression = record.value() != null && record.value().length > LIMIT ? "lz4" : "none";
      assertThat(limits(null, "compression.type", compression).fitting(record)).isSameAs(record);
    }
  }

  @Test
  void shouldLeaveOutTheLargerOfKeyAndValue() {
    byte[] small = noise(100);
    byte[] large = noise(LIMIT);
    byte[] larger = noise(LIMIT + 1);
    Header header = header("lateness_ms", 5);

    assertThat(limits(null).fitting(record(small, large, header)))
        .isEqualTo(record(small, null, header, header("omitted_value_bytes", LIMIT)));
    assertThat(limits(null).fitting(record(large, small, header)))
        .isEqualTo(record(null, small, header, header("omitted_key_bytes", LIMIT)));
    assertThat(limits(null).fitting(record(larger, large)))
        .isEqualTo(
            record(
                null,
                null,
                header("omitted_key_bytes", LIMIT + 1),
                header("omitted_value_bytes", LIMIT)));
  }

  @Test
  void shouldMeasureTheBatchAsItIsSent() {
    // Just what fits, and one byte more.
    TopicLimits plain = limits(null, "compression.type", "none");
    int most = LIMIT - FRAME;
    assertThat(plain.fitting(record(null, noise(most))).value()).isNotNull();
    assertThat(plain.fitting(record(null, noise(most + 1))).value()).isNull();
    // Compression makes it larger.
    assertThat(limits(null).fitting(record(null, noise(most))).value()).isNull();
    for (String compression : List.of("gzip", "snappy", "lz4", "zstd")) {
      assertThat(
              limits(null, "compression.type", compression)
                  .fitting(record(null, new byte[3 * LIMIT]))
                  .value())
          .as(compression)
          .isNotNull();
    }
  }

  @Test
  void shouldMeasureTheBatchAsItIsStoredToo() {
    ProducerRecord<byte[], byte[]> record = record(null, new byte[3 * LIMIT]);

    assertThat(limits(CompressionType.NONE).fitting(record).value()).isNull();
    assertThat(limits(CompressionType.ZSTD).fitting(record)).isSameAs(record);
  }

  @Test
  void shouldMeasureTheRecordInItselfWhereItIsCompressed() {
    // What a batch adds to a record is not part of it; what its place in one adds, at most, is.
    int most = LIMIT - 21 - 5;
    TopicLimit limit = new TopicLimit(1 << 20, LIMIT, null);
    for (String compression : List.of("gzip", "snappy", "lz4", "zstd")) {
      TopicLimits compressed = limitedTo(limit, "compression.type", compression);
      ProducerRecord<byte[], byte[]> fits = record(null, new byte[most]);
      assertThat(compressed.fitting(fits)).as(compression).isSameAs(fits);
      assertThat(compressed.fitting(record(null, new byte[most + 1])))
          .as(compression)
          .isEqualTo(record(null, null, header("omitted_value_bytes", most + 1)));
    }
    ProducerRecord<byte[], byte[]> larger = record(null, new byte[most + 1]);
    assertThat(limitedTo(limit, "compression.type", "none").fitting(larger)).isSameAs(larger);
    for (CompressionType stored : List.of(CompressionType.NONE, CompressionType.ZSTD)) {
      assertThat(
              limitedTo(new TopicLimit(1 << 20, LIMIT, stored), "compression.type", "none")
                      .fitting(record(null, new byte[most + 1]))
                      .value()
                  == null)
          .as("stored as %s", stored)
          .isEqualTo(stored != CompressionType.NONE);
    }
  }

  @Test
  void shouldTakeARecordForUnlimitedWhereBrokersDoNotKnowTheLimit() throws Exception {
    List<ConfigEntry> before =
        List.of(
            new ConfigEntry("max.message.bytes", "10000"),
            new ConfigEntry("compression.type", "zstd"));
    List<ConfigEntry> since = new ArrayList<>(before);
    since.add(new ConfigEntry("max.decompressed.message.bytes", "20000"));

    assertThat(told(before))
        .isEqualTo(new TopicLimit(10_000, Integer.MAX_VALUE, CompressionType.ZSTD));
    assertThat(told(since)).isEqualTo(new TopicLimit(10_000, 20_000, CompressionType.ZSTD));
  }

  private static TopicLimit told(List<ConfigEntry> entries) throws Exception {
    return TopicLimit.of(
        TOPIC, KafkaFuture.completedFuture(new Config(entries)), KafkaSettings.at("b:1"));
  }

  @Test
  void shouldNotAskMoreOfTheProducerThanItSends() {
    ProducerRecord<byte[], byte[]> record = record(null, new byte[3 * LIMIT]);

    assertThat(limits(null, "max.request.size", "20000").fitting(record).value()).isNull();
    assertThat(limits(null, "buffer.memory", "20000").fitting(record).value()).isNull();
  }

  @Test
  void shouldLeaveOtherTopicsAlone() {
    ProducerRecord<byte[], byte[]> session =
        new ProducerRecord<>("enriched-sessions", noise(LIMIT), noise(LIMIT));

    assertThat(limits(null).fitting(session)).isSameAs(session);
  }
}
