package io.clickstream.config;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
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

  static final Section<KafkaSettings> SECTION = new Section<>(KafkaSettings.class);

  private static final Pattern SERVER =
      Pattern.compile(
          "(?:[A-Za-z][A-Za-z0-9_]*://)?(?:\\[[0-9A-Fa-f:.%a-z]+]|[^\\s:,/\\[\\]]+):([0-9]{1,5})");

  public static final Setting<String> BOOTSTRAP_SERVERS =
      SECTION
          .setting(
              "kafka.bootstrap-servers",
              "The brokers to connect to first: host:port, separated by commas.",
              Kind.text("host:port, several separated by commas")
                  .refusing(
                      "a part of it is not host:port",
                      anyServer(server -> !SERVER.matcher(server).matches()),
                      "broker",
                      "a:9092,")
                  .refusing(
                      "a port is not between 1 and 65535",
                      anyServer(server -> port(server) < 1 || port(server) > 65_535),
                      "a:0",
                      "a:65536")
                  .suchAs("a:1", "[::1]:65535, SASL_SSL://b-1.example.com:9093"))
          .requiredBy("", Job.SESSIONIZER, Job.LOADER);

  public static final Setting<Map<String, String>> PROPERTIES =
      SECTION
          .group(
              "kafka.properties",
              List.of(),
              "Passed on to every Kafka client under the name that follows: TLS, SASL, tuning."
                  + " What the job itself sets cannot be given here.",
              Kind.text("a property of Kafka's clients and its value").suchAs("5", "a=b c"))
          .reserving(ownedByTheJob())
          .optional();

  /** An option of a line of JAAS: its name, and its value in or without quotes. */
  private static final Pattern JAAS_OPTION =
      Pattern.compile(
          "([\\w.-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|'((?:[^'\\\\]|\\\\.)*)'|[\"']?([^\"';\\s]+))");

  /** A shorter text is looked for as a word only: it is a part of many others. */
  private static final int WORD = 5;

  public KafkaSettings {
    properties = Map.copyOf(properties);
  }

  private static Predicate<String> anyServer(Predicate<String> wrong) {
    return servers -> Arrays.stream(servers.split(",", -1)).map(String::strip).anyMatch(wrong);
  }

  private static int port(String server) {
    Matcher matcher = SERVER.matcher(server);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  private static Map<String, String> ownedByTheJob() {
    Map<String, String> owned = new LinkedHashMap<>();
    owned.put("bootstrap.servers", "set kafka.bootstrap-servers");
    owned.put("group.id", "set ingest.group-id");
    owned.put("auto.offset.reset", "set ingest.start-from");
    owned.put("transactional.id", "set sink.transactional-id-prefix");
    owned.put("transaction.timeout.ms", "set sink.transaction-timeout");
    String fixed = "remove it: ";
    String bytes = fixed + "the job reads and writes bytes";
    owned.put("key.serializer", bytes);
    owned.put("value.serializer", bytes);
    owned.put("key.deserializer", bytes);
    owned.put("value.deserializer", bytes);
    owned.put("isolation.level", fixed + "the job decides what it may read");
    owned.put("enable.auto.commit", fixed + "offsets are committed with the checkpoints");
    owned.put("commit.offsets.on.checkpoint", fixed + "offsets are committed with the checkpoints");
    owned.put("enable.idempotence", fixed + "exactly-once needs it to be on");
    owned.put("acks", fixed + "exactly-once needs all");
    owned.put("partitioner.class", fixed + "sessions are partitioned by visitor");
    owned.put("partitioner.ignore.keys", fixed + "sessions are partitioned by visitor");
    return Collections.unmodifiableMap(owned);
  }

  /** The settings when nothing is given, the brokers an empty text. */
  public static KafkaSettings defaults() {
    return SECTION.defaults();
  }

  /** Some brokers, reached without further properties. */
  public static KafkaSettings at(String bootstrapServers) {
    return defaults().with(BOOTSTRAP_SERVERS, bootstrapServers);
  }

  /** The same with another value. */
  public <T> KafkaSettings with(Setting<T> setting, @Nullable T value) {
    return SECTION.with(this, setting, value);
  }

  /** The properties of every Kafka client of the job. */
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
