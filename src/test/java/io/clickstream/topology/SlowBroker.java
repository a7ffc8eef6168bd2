package io.clickstream.topology;

import io.clickstream.local.EmbeddedBroker;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.jspecify.annotations.Nullable;

/** Lets a job be stopped in the middle of what it reads: the broker delivers slowly. */
final class SlowBroker {

  /** Small fetches, so that a quota shows at once. */
  static final Map<String, String> CLIENT =
      Map.of("max.partition.fetch.bytes", "20000", "fetch.max.bytes", "50000");

  private SlowBroker() {}

  /**
   * Lets every consumer have so much.
   *
   * @param bytes a second; null: as much as it can take
   */
  static void deliver(EmbeddedBroker broker, @Nullable Double bytes) throws Exception {
    broker
        .admin()
        .alterClientQuotas(
            List.of(
                new ClientQuotaAlteration(
                    new ClientQuotaEntity(Collections.singletonMap("client-id", null)),
                    List.of(new ClientQuotaAlteration.Op("consumer_byte_rate", bytes)))))
        .all()
        .get(30, TimeUnit.SECONDS);
  }
}
