package io.clickstream.config;

import java.io.Serializable;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How Kafka is reached.
 *
 * @param properties passed on to every client: TLS, SASL and the like; values may be secret
 */
public record KafkaSettings(String bootstrapServers, Map<String, String> properties)
    implements Serializable {

  private static final Pattern JAAS_VALUE = Pattern.compile("=\\s*[\"']?([^\"';\\s]+)");

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

  /**
   * A text of somebody else's, such as a client's error, without what is secret in the properties.
   */
  public String withoutSecrets(String text) {
    String clean = text;
    for (Map.Entry<String, String> property : properties.entrySet()) {
      String value = property.getValue();
      if (!Secrets.isSecret(property.getKey()) || value.isBlank()) {
        continue;
      }
      clean = clean.replace(value, Secrets.HIDDEN);
      // A line of JAAS holds several values, of which an error may name a single one.
      Matcher part = JAAS_VALUE.matcher(value);
      while (part.find()) {
        clean = clean.replace(part.group(1), Secrets.HIDDEN);
      }
    }
    return clean;
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
