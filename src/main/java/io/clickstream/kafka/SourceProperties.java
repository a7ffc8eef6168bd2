package io.clickstream.kafka;

import io.clickstream.config.ClickFormats;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.KafkaSettings;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** The properties of every source's consumers. */
final class SourceProperties {

  /**
   * Tuned for throughput; {@code kafka.properties} may override each.
   *
   * <p>Only committed records are read: a click that its producer rolled back never happened, and
   * producers without transactions are not affected. New partitions are found within a minute,
   * which is less than any sensible gap: clicks written to them until then are not late. A broker
   * that does not answer for ten seconds is left for the one that leads by then.
   */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
          Integer.toString(4 << 20),
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          "read_committed",
          ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
          "10000",
          "partition.discovery.interval.ms",
          "60000");

  /**
   * How many records of many clicks are read at once. Of such records Kafka's 500 are megabytes,
   * and several times as many wait beside those that are worked on: so long-lived that the
   * collector moves them, and then has to collect all of the heap.
   */
  private static final String RECORDS_OF_MANY_CLICKS = "50";

  private SourceProperties() {}

  /**
   * The same for clicks. Where the settings say that records have many of them, fewer records are
   * read at once; a preset says only that they may have many.
   */
  static Properties ofClicks(KafkaSettings kafka, IngestSettings ingest) {
    Properties properties = of(kafka);
    String key = IngestSettings.CLICKS_AT.key();
    if (ingest.clicksAt() != null && !ClickFormats.presets(ingest.format()).containsKey(key)) {
      properties.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_OF_MANY_CLICKS);
    }
    return properties;
  }

  /** The defaults with the settings' properties above them. */
  static Properties of(KafkaSettings kafka) {
    Properties properties = new Properties();
    properties.putAll(DEFAULTS);
    properties.putAll(kafka.clientProperties());
    return properties;
  }
}
