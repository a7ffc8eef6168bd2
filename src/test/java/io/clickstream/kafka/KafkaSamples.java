package io.clickstream.kafka;

import io.clickstream.config.Identity;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.KafkaSettings;
import io.clickstream.config.OnLostTransaction;
import io.clickstream.config.RestoredTransactions;
import io.clickstream.config.SinkSettings;
import io.clickstream.config.StartFrom;
import io.clickstream.config.TopicSettings;
import java.time.Duration;
import java.util.Map;

/** Settings for tests. */
public final class KafkaSamples {

  public static final TopicSettings TOPICS =
      new TopicSettings(
          "raw-clicks",
          "enriched-sessions",
          "late-clicks",
          "rejected-clicks",
          "rejected-sessions",
          "user-profiles",
          "product-catalog");

  public static final IngestSettings INGEST =
      new IngestSettings(
          "test-group",
          StartFrom.COMMITTED,
          null,
          Duration.ofSeconds(3),
          Duration.ofMinutes(1),
          null,
          Duration.ofMinutes(5),
          1 << 20,
          Identity.DEVICE,
          Map.of(),
          Map.of());

  public static final SinkSettings SINK =
      new SinkSettings(
          "test-prefix",
          Duration.ofMinutes(10),
          OnLostTransaction.FAIL,
          RestoredTransactions.FINISH,
          0);

  private KafkaSamples() {}

  public static KafkaSettings kafka(String bootstrapServers) {
    return new KafkaSettings(bootstrapServers, Map.of());
  }
}
