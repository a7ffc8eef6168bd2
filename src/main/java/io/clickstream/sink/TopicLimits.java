package io.clickstream.sink;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.DefaultRecordBatch;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.SimpleRecord;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Makes records as small as their topic takes them: a record that a broker refuses would fail the
 * job after every restart.
 *
 * <p>A record that came in need not be able to go out. Limits hold for batches as they are sent: a
 * megabyte that came in may be hundreds of them once it is inflated, which our compression does not
 * make as small as that of the one who sent it; and our headers come on top. So a record is
 * measured as it will be sent, and as it is in itself: brokers from 4.2.2 on can refuse a record of
 * a compressed batch by its own size ({@code max.decompressed.message.bytes}), which they took from
 * somebody who did not compress it. One that does not fit goes without its value, its key or both,
 * whichever is larger first, and {@code omitted_value_bytes} and {@code omitted_key_bytes} say how
 * much that was; the whole record still lies in the input topic, at the place in the other headers.
 */
final class TopicLimits {

  static final String OMITTED_VALUE = "omitted_value_bytes";
  static final String OMITTED_KEY = "omitted_key_bytes";

  private final Map<String, TopicLimit> byTopic;
  private final Compression compression;
  private final long request;

  /**
   * For a producer.
   *
   * @param byTopic other topics take everything
   * @param producer its properties
   */
  TopicLimits(Map<String, TopicLimit> byTopic, Properties producer) {
    this.byTopic = Map.copyOf(byTopic);
    this.compression = compression(producer);
    this.request =
        Math.min(
            Long.parseLong(producer.getProperty(ProducerConfig.MAX_REQUEST_SIZE_CONFIG)),
            Long.parseLong(producer.getProperty(ProducerConfig.BUFFER_MEMORY_CONFIG)));
  }

  private static Compression compression(Properties producer) {
    CompressionType type =
        CompressionType.forName(producer.getProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG));
    return switch (type) {
      case GZIP ->
          Compression.gzip()
              .level(level(producer, ProducerConfig.COMPRESSION_GZIP_LEVEL_CONFIG, type))
              .build();
      case LZ4 ->
          Compression.lz4()
              .level(level(producer, ProducerConfig.COMPRESSION_LZ4_LEVEL_CONFIG, type))
              .build();
      case ZSTD ->
          Compression.zstd()
              .level(level(producer, ProducerConfig.COMPRESSION_ZSTD_LEVEL_CONFIG, type))
              .build();
      default -> Compression.of(type).build();
    };
  }

  private static int level(Properties producer, String key, CompressionType type) {
    String level = producer.getProperty(key);
    return level == null ? type.defaultLevel() : Integer.parseInt(level.strip());
  }

  /** The record, or as much of it as its topic takes. */
  ProducerRecord<byte[], byte[]> fitting(ProducerRecord<byte[], byte[]> record) {
    TopicLimit limit = byTopic.get(record.topic());
    if (limit == null || fits(record, limit)) {
      return record;
    }
    boolean value = length(record.value()) >= length(record.key());
    ProducerRecord<byte[], byte[]> smaller = value ? withoutValue(record) : withoutKey(record);
    if (fits(smaller, limit)) {
      return smaller;
    }
    return value ? withoutKey(smaller) : withoutValue(smaller);
  }

  private boolean fits(ProducerRecord<byte[], byte[]> record, TopicLimit limit) {
    Header[] headers = record.headers().toArray();
    if ((long) length(record.key()) + length(record.value()) > request) {
      return false;
    }
    // As the producer reckons.
    long most =
        AbstractRecords.estimateSizeInBytesUpperBound(
            RecordBatch.CURRENT_MAGIC_VALUE,
            compression.type(),
            record.key(),
            record.value(),
            headers);
    if (most > request) {
      return false;
    }
    // A topic that compresses what it gets takes more, but can then not be searched by time.
    if (isCompressed(limit)
        && most - DefaultRecordBatch.RECORD_BATCH_OVERHEAD > limit.decompressed()) {
      return false;
    }
    // Bytes that cannot be compressed grow by a sixth at most.
    if (most + most / 5 <= limit.bytes()) {
      return true;
    }
    SimpleRecord sent =
        new SimpleRecord(RecordBatch.NO_TIMESTAMP, record.key(), record.value(), headers);
    CompressionType stored = limit.stored();
    return size(sent, compression) <= limit.bytes()
        && (stored == null || size(sent, Compression.of(stored).build()) <= limit.bytes());
  }

  private boolean isCompressed(TopicLimit limit) {
    CompressionType stored = limit.stored();
    return compression.type() != CompressionType.NONE
        || (stored != null && stored != CompressionType.NONE);
  }

  /** As a batch of its own. */
  private static int size(SimpleRecord record, Compression compression) {
    return MemoryRecords.withRecords(
            RecordBatch.CURRENT_MAGIC_VALUE, 0, compression, TimestampType.CREATE_TIME, record)
        .sizeInBytes();
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static ProducerRecord<byte[], byte[]> withoutValue(ProducerRecord<byte[], byte[]> from) {
    return from.value() == null
        ? from
        : new ProducerRecord<>(
            from.topic(),
            from.partition(),
            from.timestamp(),
            from.key(),
            null,
            with(from.headers(), OMITTED_VALUE, from.value().length));
  }

  /** In any partition, as a record that never had one. */
  private static ProducerRecord<byte[], byte[]> withoutKey(ProducerRecord<byte[], byte[]> from) {
    return from.key() == null
        ? from
        : new ProducerRecord<>(
            from.topic(),
            from.partition(),
            from.timestamp(),
            null,
            from.value(),
            with(from.headers(), OMITTED_KEY, from.key().length));
  }

  private static Headers with(Headers headers, String name, int length) {
    return headers.add(
        new RecordHeader(name, Integer.toString(length).getBytes(StandardCharsets.UTF_8)));
  }
}
