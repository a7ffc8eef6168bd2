package io.clickstream.tools.traffic;

import java.io.IOException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records to a topic, each once and those of a key in order, tuned for throughput: what a
 * web shop's collector would do.
 */
final class KafkaOutput implements RecordOutput {

  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /**
   * @param properties how the cluster is reached; they override the tuning
   * @throws IOException if the topic cannot be reached
   */
  KafkaOutput(Properties properties, String topic) throws IOException {
    this.topic = topic;
    Properties all = new Properties();
    all.setProperty("compression.type", "lz4");
    all.setProperty("batch.size", "1048576");
    all.setProperty("linger.ms", "5");
    all.setProperty("buffer.memory", "67108864");
    all.setProperty("enable.idempotence", "true");
    all.setProperty("acks", "all");
    all.setProperty("max.request.size", "4194304");
    all.setProperty("max.block.ms", "15000");
    all.putAll(properties);
    try {
      this.producer =
          new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException("The Kafka producer was refused: " + cause.getMessage(), e);
    }
    try {
      producer.partitionsFor(topic);
    } catch (KafkaException e) {
      producer.close(Duration.ZERO);
      throw new IOException(
          "Topic "
              + topic
              + " at "
              + all.getProperty("bootstrap.servers")
              + " cannot be reached: "
              + e.getMessage()
              + ". Check --bootstrap-servers, that the topic exists, and the --property of TLS and"
              + " SASL.",
          e);
    }
  }

  @Override
  public void write(byte[] key, byte[] value) throws IOException {
    check();
    try {
      var unused =
          producer.send(
              new ProducerRecord<>(topic, key, value),
              (metadata, exception) -> {
                if (exception != null) {
                  failure.compareAndSet(null, exception);
                }
              });
    } catch (KafkaException e) {
      throw new IOException("Topic " + topic + " took no record: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    producer.flush();
    producer.close(Duration.ofSeconds(10));
    check();
  }

  private void check() throws IOException {
    Exception cause = failure.get();
    if (cause != null) {
      throw new IOException("Topic " + topic + " refused a record: " + cause.getMessage(), cause);
    }
  }
}
