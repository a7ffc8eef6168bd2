package io.clickstream.clickhouse;

import io.clickstream.config.KafkaSettings;
import io.clickstream.model.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The topic for what ClickHouse refuses: key and value byte for byte, with the reason and where the
 * record was read in the headers. At least once.
 */
final class RejectedSessions implements AutoCloseable {

  /** As much of a server's message as fits into any record. */
  private static final int DETAIL = 1_000;

  /** Why a record is no row. */
  enum Reason {
    /** Not a JSON object from its first byte to its last. */
    NOT_AN_OBJECT,
    /** Larger than any row may be. */
    TOO_LARGE,
    /** The server does not take it; its message is the detail. */
    REFUSED
  }

  private final KafkaSettings kafka;
  private final String topic;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private @Nullable KafkaProducer<byte[], byte[]> producer;
  private boolean closed;

  RejectedSessions(KafkaSettings kafka, String topic) {
    this.kafka = kafka;
    this.topic = topic;
  }

  /** Begins to send; {@link #flush} tells whether it arrived. */
  synchronized void send(Origin origin, Reason reason, String detail) {
    KafkaProducer<byte[], byte[]> used = producer;
    if (closed) {
      throw new IllegalStateException("the writer is closed");
    }
    if (used == null) {
      used = connect();
      producer = used;
    }
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic, null, origin.key(), origin.value(), headers(origin, reason, detail));
    var unused =
        used.send(
            record,
            (metadata, exception) -> {
              if (exception != null) {
                failure.compareAndSet(null, exception);
              }
            });
  }

  private KafkaProducer<byte[], byte[]> connect() {
    Properties properties = kafka.clientProperties();
    // A record that fitted into one topic has to fit into the other.
    properties.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    properties.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(64 << 20));
    properties.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.toString(64 << 20));
    properties.setProperty(ProducerConfig.ACKS_CONFIG, "all");
    properties.setProperty(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static List<Header> headers(Origin origin, Reason reason, String detail) {
    return List.of(
        header("reason", reason.name()),
        header("detail", detail.length() > DETAIL ? detail.substring(0, DETAIL) : detail),
        header("source_topic", origin.topic()),
        header("source_partition", Integer.toString(origin.partition())),
        header("source_offset", Long.toString(origin.offset())));
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns when everything has arrived.
   *
   * @throws IOException if something has not
   */
  void flush() throws IOException {
    KafkaProducer<byte[], byte[]> used;
    synchronized (this) {
      used = producer;
    }
    if (used == null) {
      return;
    }
    try {
      used.flush();
    } catch (KafkaException e) {
      failure.compareAndSet(null, e);
    }
    Exception first = failure.get();
    if (first != null) {
      throw new IOException(
          "a record that is no row could not be written to "
              + topic
              + ": "
              + kafka.withoutSecrets(String.valueOf(first.getMessage()))
              + "; its max.message.bytes, and on brokers from 4.2.2 on its"
              + " max.decompressed.message.bytes, should be those of the sessions topic",
          first);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (producer != null) {
      producer.close(java.time.Duration.ZERO);
    }
  }
}
