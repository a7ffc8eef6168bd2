package io.clickstream.config;

import java.io.Serializable;
import java.util.Map;
import java.util.Properties;

/**
 * How Kafka is reached.
 *
 * @param properties passed on to every client: TLS, SASL and the like; values may be secret
 */
public record KafkaSettings(String bootstrapServers, Map<String, String> properties)
    implements Serializable {

  public KafkaSettings {
    properties = Map.copyOf(properties);
  }

  /** What every Kafka client of the job is made with. */
  public Properties clientProperties() {
    Properties all = new Properties();
    all.putAll(properties);
    all.setProperty("bootstrap.servers", bootstrapServers);
    return all;
  }

  /** Names the properties but not their values. */
  @Override
  public String toString() {
    return "KafkaSettings[bootstrapServers="
        + bootstrapServers
        + ", properties="
        + properties.keySet()
        + "]";
  }
}
