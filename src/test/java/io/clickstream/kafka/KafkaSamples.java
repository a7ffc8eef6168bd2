package io.clickstream.kafka;

import io.clickstream.config.IngestSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.SinkSettings;
import io.clickstream.config.TopicSettings;
import java.time.Duration;

/** Settings for tests. */
public final class KafkaSamples {

  public static final TopicSettings TOPICS = TopicSettings.defaults();

  public static final IngestSettings INGEST =
      IngestSettings.defaults().with(IngestSettings.GROUP_ID, "test-group");

  public static final SinkSettings SINK =
      SinkSettings.defaults()
          .with(SinkSettings.TRANSACTIONAL_ID_PREFIX, "test-prefix")
          .with(SinkSettings.TRANSACTION_TIMEOUT, Duration.ofMinutes(10));

  private KafkaSamples() {}

  public static KafkaSettings kafka(String bootstrapServers) {
    return KafkaSettings.at(bootstrapServers);
  }
}
