package io.clickstream.config;

import java.io.Serializable;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How Kafka is reached.
 *
 * @param properties passed on to every client: TLS, SASL and the like; values may be secret
 */
public record KafkaSettings(String bootstrapServers, Map<String, String> properties)
    implements Serializable {

  /** An option of a line of JAAS: its name, and its value in or without quotes. */
  private static final Pattern JAAS_OPTION =
      Pattern.compile(
          "([\\w.-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|'((?:[^'\\\\]|\\\\.)*)'|[\"']?([^\"';\\s]+))");

  /** A shorter text is looked for as a word only: it is a part of many others. */
  private static final int WORD = 5;

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
      if (!Secrets.isNotForOthers(property.getKey(), value) || value.isBlank()) {
        continue;
      }
      clean = hide(value, clean);
      // A line of JAAS holds several values, of which an error may name a single one.
      Matcher option = JAAS_OPTION.matcher(value);
      while (option.find()) {
        if (!option.group(1).equals("username")) {
          clean = hide(value(option), clean);
        }
      }
    }
    return clean;
  }

  private static String value(Matcher option) {
    String quoted = option.group(2) == null ? option.group(3) : option.group(2);
    return quoted == null ? option.group(4) : quoted.replaceAll("\\\\(.)", "$1");
  }

  private static String hide(String secret, String text) {
    if (secret.isBlank()) {
      return text;
    }
    return secret.length() >= WORD
        ? text.replace(secret, Secrets.HIDDEN)
        : Pattern.compile("(?<!\\w)" + Pattern.quote(secret) + "(?!\\w)")
            .matcher(text)
            .replaceAll(Matcher.quoteReplacement(Secrets.HIDDEN));
  }

  /** As whom the clients log in by SASL, or null if that does not stand in the properties. */
  public @Nullable String user() {
    Matcher option = JAAS_OPTION.matcher(properties.getOrDefault("sasl.jaas.config", ""));
    while (option.find()) {
      if (option.group(1).equals("username")) {
        return value(option);
      }
    }
    return null;
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
