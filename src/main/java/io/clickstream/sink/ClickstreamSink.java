package io.clickstream.sink;

import io.clickstream.config.KafkaSettings;
import io.clickstream.config.SinkSettings;
import io.clickstream.config.TopicSettings;
import io.clickstream.model.OutputRecord;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The one sink of the job: every record exactly once to readers with {@code read_committed}, and
 * everything that a subtask writes between two checkpoints in one transaction, whichever topics it
 * goes to.
 *
 * <p>A retraction and its replacement become visible together, in that order, only if both reach
 * the same subtask: the stream into the sink is partitioned by {@link OutputRecord#hash()}, never
 * forwarded.
 */
public final class ClickstreamSink {

  /**
   * Tuned for throughput; {@code kafka.properties} may override each.
   *
   * <p>A batch holds one partition's records of a few milliseconds. As long as checkpoints fail,
   * every attempt leaves a producer with its batches, one a partition at least, until one
   * completes: larger ones exhaust the heap within a minute. {@code max.request.size} is far above
   * the largest click, because a record that is rejected for its size goes to the rejected topic
   * with its original bytes, and a producer that refused it would fail the job after every restart.
   * A broker that does not answer holds up every checkpoint until {@code request.timeout.ms}.
   */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          ProducerConfig.COMPRESSION_TYPE_CONFIG,
          "lz4",
          ProducerConfig.BATCH_SIZE_CONFIG,
          Integer.toString(128 << 10),
          ProducerConfig.LINGER_MS_CONFIG,
          "5",
          ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
          "10000",
          ProducerConfig.BUFFER_MEMORY_CONFIG,
          Integer.toString(SinkSettings.BUFFER_MEMORY),
          ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
          Integer.toString(SinkSettings.MAX_REQUEST_SIZE));

  private ClickstreamSink() {}

  /** The sink to sessions, late clicks and rejects. */
  public static Sink<OutputRecord> create(
      KafkaSettings kafka, TopicSettings topics, SinkSettings sink) {
    return new TransactionalSink(kafka, topics, sink);
  }

  /** The properties of the sink's producers: the defaults, with the settings above them. */
  static Properties producerProperties(KafkaSettings kafka, SinkSettings sink) {
    Properties properties = new Properties();
    properties.putAll(DEFAULTS);
    properties.putAll(kafka.clientProperties());
    properties.setProperty(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
        Long.toString(sink.transactionTimeout().toMillis()));
    return properties;
  }
}
