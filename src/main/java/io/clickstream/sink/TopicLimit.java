package io.clickstream.sink;

import io.clickstream.config.KafkaSettings;
import io.clickstream.kafka.KafkaAnswers;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.record.CompressionType;
import org.jspecify.annotations.Nullable;

/**
 * The largest record that a topic takes.
 *
 * @param bytes of a batch, as it is sent and as it is stored
 * @param decompressed bytes of one record, if it is compressed
 * @param stored how it is stored; null if as it was sent
 */
record TopicLimit(int bytes, int decompressed, @Nullable CompressionType stored) {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** Brokers that do not know the limit of a compressed record take any. */
  private static final int NO_LIMIT = Integer.MAX_VALUE;

  /** The limit of brokers and topics that were made without one. */
  private static final TopicLimit USUAL = new TopicLimit(1_048_588, NO_LIMIT, null);

  /**
   * Asks the brokers; a topic whose configuration may not be looked at is taken for a usual one.
   *
   * @throws IOException if they do not answer
   */
  static Map<String, TopicLimit> ask(Admin admin, KafkaSettings kafka, Collection<String> topics)
      throws IOException {
    Map<String, TopicLimit> limits = new HashMap<>();
    for (Map.Entry<ConfigResource, KafkaFuture<Config>> asked :
        admin
            .describeConfigs(
                topics.stream()
                    .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                    .toList())
            .values()
            .entrySet()) {
      limits.put(asked.getKey().name(), of(asked.getKey().name(), asked.getValue(), kafka));
    }
    return limits;
  }

  /** The limit of one topic, by the answer about its configuration. */
  static TopicLimit of(String topic, KafkaFuture<Config> asked, KafkaSettings kafka)
      throws IOException {
    try {
      Config config = KafkaAnswers.within(TIMEOUT).get(asked);
      String stored = config.get(TopicConfig.COMPRESSION_TYPE_CONFIG).value();
      ConfigEntry decompressed = config.get(TopicConfig.MAX_DECOMPRESSED_MESSAGE_BYTES_CONFIG);
      return new TopicLimit(
          Integer.parseInt(config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value()),
          decompressed == null ? NO_LIMIT : Integer.parseInt(decompressed.value()),
          switch (stored) {
            case "producer" -> null;
            case "uncompressed" -> CompressionType.NONE;
            default -> CompressionType.forName(stored);
          });
    } catch (AuthorizationException | UnknownTopicOrPartitionException e) {
      return USUAL;
    } catch (KafkaException e) {
      throw new IOException(
          "topic %s: its configuration could not be looked at: %s"
              .formatted(topic, KafkaAnswers.reason(e, kafka)),
          e);
    }
  }
}
