package io.clickstream.config;

import static io.clickstream.config.Setting.choice;
import static io.clickstream.config.Setting.duration;
import static io.clickstream.config.Setting.group;
import static io.clickstream.config.Setting.integer;
import static io.clickstream.config.Setting.size;
import static io.clickstream.config.Setting.text;

import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.columns.FieldPaths;
import io.clickstream.model.EventKind;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/** Every setting, with what its values must be, in the order in which they are documented. */
final class SettingCatalog {

  private static final Duration MILLISECOND = Duration.ofMillis(1);

  /** What the producer's transaction.timeout.ms, an int of milliseconds, can hold. */
  private static final Duration LONGEST_TRANSACTION = Duration.ofDays(24);

  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
  private static final Pattern SERVER =
      Pattern.compile(
          "(?:[A-Za-z][A-Za-z0-9_]*://)?(?:\\[[0-9A-Fa-f:.%a-z]+]|[^\\s:,/\\[\\]]+):([0-9]{1,5})");
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,200}");
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,199}");

  /** The fields of a click, as they are called in records of the default shape. */
  static final List<String> CLICK_FIELDS = ClickFields.of(Columns.BUILT_IN).names();

  /** The event types that can be called otherwise in the records. */
  static final List<String> EVENT_TYPES =
      Arrays.stream(EventKind.values())
          .filter(kind -> kind != EventKind.OTHER)
          .map(EventKind::text)
          .toList();

  static final Setting<String> KAFKA_BOOTSTRAP_SERVERS =
      text(
              ClickstreamOptions.KAFKA_BOOTSTRAP_SERVERS,
              "host:port, several separated by commas",
              SettingCatalog::serversMistake)
          .asRequired();
  static final Setting<Map<String, String>> KAFKA_PROPERTIES =
      group(
          ClickstreamOptions.KAFKA_PROPERTIES,
          List.of(),
          "a property of Kafka's clients and its value",
          text -> null);

  static final Setting<String> TOPICS_CLICKS = topic(ClickstreamOptions.TOPICS_CLICKS);
  static final Setting<String> TOPICS_SESSIONS = topic(ClickstreamOptions.TOPICS_SESSIONS);
  static final Setting<String> TOPICS_LATE = topic(ClickstreamOptions.TOPICS_LATE);
  static final Setting<String> TOPICS_REJECTED = topic(ClickstreamOptions.TOPICS_REJECTED);
  static final Setting<String> TOPICS_REJECTED_SESSIONS =
      topic(ClickstreamOptions.TOPICS_REJECTED_SESSIONS);
  static final Setting<String> TOPICS_PROFILES = topic(ClickstreamOptions.TOPICS_PROFILES);
  static final Setting<String> TOPICS_PRODUCTS = topic(ClickstreamOptions.TOPICS_PRODUCTS);

  static final Setting<String> INGEST_GROUP_ID =
      text(
          ClickstreamOptions.INGEST_GROUP_ID,
          "the name of a consumer group",
          SettingCatalog::blank);
  static final Setting<String> INGEST_START_FROM =
      text(
          ClickstreamOptions.INGEST_START_FROM,
          "one of committed, earliest, latest, or a time such as " + ReadTime.EXAMPLE,
          ReadTime::startMistake);
  static final Setting<String> INGEST_STOP_AT =
      text(
          ClickstreamOptions.INGEST_STOP_AT,
          "a time such as " + ReadTime.EXAMPLE,
          ReadTime::timestampMistake);
  static final Setting<Duration> INGEST_MAX_OUT_OF_ORDERNESS =
      duration(ClickstreamOptions.INGEST_MAX_OUT_OF_ORDERNESS, Duration.ZERO);
  static final Setting<Duration> INGEST_IDLE_TIMEOUT =
      duration(ClickstreamOptions.INGEST_IDLE_TIMEOUT, MILLISECOND);
  static final Setting<Duration> INGEST_MAX_DRIFT =
      duration(ClickstreamOptions.INGEST_MAX_DRIFT, Duration.ofSeconds(1));
  static final Setting<Duration> INGEST_MAX_FUTURE_SKEW =
      duration(ClickstreamOptions.INGEST_MAX_FUTURE_SKEW, Duration.ZERO);
  static final Setting<MemorySize> INGEST_MAX_RECORD_SIZE =
      size(
          ClickstreamOptions.INGEST_MAX_RECORD_SIZE,
          new MemorySize(1),
          MemorySize.ofMebiBytes(1024));
  static final Setting<Map<String, String>> INGEST_FIELDS =
      group(
          ClickstreamOptions.INGEST_FIELDS,
          CLICK_FIELDS,
          "the name of a field, or a path of names separated by dots",
          FieldPaths::mistake);
  static final Setting<Map<String, String>> INGEST_EVENT_TYPES =
      group(
          ClickstreamOptions.INGEST_EVENT_TYPES,
          EVENT_TYPES,
          "the text that stands for it in the records",
          SettingCatalog::blank);

  static final Setting<Duration> SESSION_GAP =
      duration(ClickstreamOptions.SESSION_GAP, MILLISECOND);
  static final Setting<Duration> SESSION_ALLOWED_LATENESS =
      duration(ClickstreamOptions.SESSION_ALLOWED_LATENESS, Duration.ZERO);
  // Nothing ties it to the gap: a limit below the gap is unusual, but the rules hold for it.
  static final Setting<Duration> SESSION_MAX_DURATION =
      duration(ClickstreamOptions.SESSION_MAX_DURATION, MILLISECOND);
  // Twice as many is still an int: a merge adds the counts of two sessions before it compares.
  static final Setting<Integer> SESSION_MAX_EVENTS =
      integer(ClickstreamOptions.SESSION_MAX_EVENTS, 1, 1_000_000_000);
  // Each costs 8 bytes of state in every session: half a megabyte at the limit.
  static final Setting<Integer> SESSION_DEDUP_WINDOW =
      integer(ClickstreamOptions.SESSION_DEDUP_WINDOW, 0, 65_536);
  static final Setting<MemorySize> SESSION_CACHE_SIZE =
      size(
          ClickstreamOptions.SESSION_CACHE_SIZE,
          MemorySize.ZERO,
          MemorySize.ofMebiBytes(1_048_576));
  static final Setting<Identity> SESSION_IDENTITY =
      choice(ClickstreamOptions.SESSION_IDENTITY, Identity.class);

  static final Setting<Duration> ENRICHMENT_MAX_WAIT =
      duration(ClickstreamOptions.ENRICHMENT_MAX_WAIT, Duration.ZERO);

  static final Setting<String> SINK_TRANSACTIONAL_ID_PREFIX =
      text(
              ClickstreamOptions.SINK_TRANSACTIONAL_ID_PREFIX,
              "1 to 200 letters, digits, dots, underscores and dashes, such as clickstream-prod",
              text -> matches(ID, text))
          .asRequired();
  static final Setting<Duration> SINK_TRANSACTION_TIMEOUT =
      duration(
          ClickstreamOptions.SINK_TRANSACTION_TIMEOUT, Duration.ofSeconds(1), LONGEST_TRANSACTION);
  static final Setting<OnLostTransaction> SINK_ON_LOST_TRANSACTION =
      choice(ClickstreamOptions.SINK_ON_LOST_TRANSACTION, OnLostTransaction.class);
  static final Setting<RestoredTransactions> SINK_RESTORED_TRANSACTIONS =
      choice(ClickstreamOptions.SINK_RESTORED_TRANSACTIONS, RestoredTransactions.class);
  // With a million revisions each they fit into 32 bits, which the table has for them.
  static final Setting<Integer> SINK_GENERATION =
      integer(ClickstreamOptions.SINK_GENERATION, 0, 4_000);

  static final Setting<String> CLICKHOUSE_URL =
      text(
          ClickstreamOptions.CLICKHOUSE_URL,
          "an address such as http://localhost:8123, without user and password",
          SettingCatalog::urlMistake);
  static final Setting<String> CLICKHOUSE_DATABASE =
      identifier(ClickstreamOptions.CLICKHOUSE_DATABASE);
  static final Setting<String> CLICKHOUSE_TABLE = identifier(ClickstreamOptions.CLICKHOUSE_TABLE);
  static final Setting<String> CLICKHOUSE_USER =
      text(ClickstreamOptions.CLICKHOUSE_USER, "the name of a user", SettingCatalog::blank);
  static final Setting<String> CLICKHOUSE_PASSWORD =
      text(ClickstreamOptions.CLICKHOUSE_PASSWORD, "a password", text -> null).asSecret();
  static final Setting<Integer> CLICKHOUSE_BATCH_SIZE =
      integer(ClickstreamOptions.CLICKHOUSE_BATCH_SIZE, 1, 100_000);
  static final Setting<Duration> CLICKHOUSE_FLUSH_INTERVAL =
      duration(ClickstreamOptions.CLICKHOUSE_FLUSH_INTERVAL, MILLISECOND, Duration.ofHours(1));

  static final List<Setting<?>> ALL =
      List.of(
          KAFKA_BOOTSTRAP_SERVERS,
          KAFKA_PROPERTIES,
          TOPICS_CLICKS,
          TOPICS_SESSIONS,
          TOPICS_LATE,
          TOPICS_REJECTED,
          TOPICS_REJECTED_SESSIONS,
          TOPICS_PROFILES,
          TOPICS_PRODUCTS,
          INGEST_GROUP_ID,
          INGEST_START_FROM,
          INGEST_STOP_AT,
          INGEST_MAX_OUT_OF_ORDERNESS,
          INGEST_IDLE_TIMEOUT,
          INGEST_MAX_DRIFT,
          INGEST_MAX_FUTURE_SKEW,
          INGEST_MAX_RECORD_SIZE,
          INGEST_FIELDS,
          INGEST_EVENT_TYPES,
          SESSION_GAP,
          SESSION_ALLOWED_LATENESS,
          SESSION_MAX_DURATION,
          SESSION_MAX_EVENTS,
          SESSION_DEDUP_WINDOW,
          SESSION_CACHE_SIZE,
          SESSION_IDENTITY,
          ENRICHMENT_MAX_WAIT,
          SINK_TRANSACTIONAL_ID_PREFIX,
          SINK_TRANSACTION_TIMEOUT,
          SINK_ON_LOST_TRANSACTION,
          SINK_RESTORED_TRANSACTIONS,
          SINK_GENERATION,
          CLICKHOUSE_URL,
          CLICKHOUSE_DATABASE,
          CLICKHOUSE_TABLE,
          CLICKHOUSE_USER,
          CLICKHOUSE_PASSWORD,
          CLICKHOUSE_BATCH_SIZE,
          CLICKHOUSE_FLUSH_INTERVAL);

  /** The properties of Kafka's clients that the job sets itself, and what to do instead. */
  static final Map<String, String> OWNED_KAFKA_PROPERTIES = ownedKafkaProperties();

  private static final Map<String, Setting<?>> SINGLE = new TreeMap<>();
  private static final Map<String, Setting<?>> GROUPS = new TreeMap<>();

  static {
    for (Setting<?> setting : ALL) {
      (setting.names() == null ? SINGLE : GROUPS).put(setting.key(), setting);
    }
  }

  private SettingCatalog() {}

  /** The setting that a full key belongs to, a group for one of its members, or null. */
  static @Nullable Setting<?> find(String key) {
    Setting<?> single = SINGLE.get(key);
    if (single != null) {
      return single;
    }
    for (Setting<?> group : GROUPS.values()) {
      String name = nameIn(group, key);
      if (name != null && (openEnded(group) || names(group).contains(name))) {
        return group;
      }
    }
    return null;
  }

  /** What follows the group's prefix in a key, or null if the key does not begin with it. */
  static @Nullable String nameIn(Setting<?> group, String key) {
    String prefix = group.key() + ".";
    return key.startsWith(prefix) && key.length() > prefix.length()
        ? key.substring(prefix.length())
        : null;
  }

  static List<Setting<?>> groups() {
    return List.copyOf(GROUPS.values());
  }

  static boolean openEnded(Setting<?> group) {
    return names(group).isEmpty();
  }

  static List<String> names(Setting<?> group) {
    List<String> names = group.names();
    return names == null ? List.of() : names;
  }

  /** Every key that can be written out: single settings and the members of closed groups. */
  static List<String> keys() {
    List<String> keys = new ArrayList<>(SINGLE.keySet());
    for (Setting<?> group : GROUPS.values()) {
      names(group).forEach(name -> keys.add(group.key() + "." + name));
    }
    return keys;
  }

  /**
   * Whether some setting's key begins with this and a dot: {@code session}, {@code ingest.fields}.
   */
  static boolean isSection(String key) {
    return GROUPS.containsKey(key)
        || ALL.stream().anyMatch(setting -> setting.key().startsWith(key + "."));
  }

  private static Setting<String> topic(ConfigOption<String> option) {
    return text(
        option,
        "the name of a topic: 1 to 249 letters, digits, dots, underscores and dashes",
        text -> text.equals(".") || text.equals("..") ? "it is not legal" : matches(TOPIC, text));
  }

  private static Setting<String> identifier(ConfigOption<String> option) {
    return text(
        option,
        "a name of letters, digits and underscores that does not begin with a digit",
        text -> matches(IDENTIFIER, text));
  }

  private static @Nullable String matches(Pattern pattern, String text) {
    return text.isBlank()
        ? "it is empty"
        : pattern.matcher(text).matches() ? null : "it is not legal";
  }

  private static @Nullable String blank(String text) {
    return text.isBlank() ? "it is empty" : null;
  }

  private static @Nullable String serversMistake(String text) {
    for (String server : text.split(",", -1)) {
      var matcher = SERVER.matcher(server.strip());
      if (!matcher.matches()) {
        return "a part of it is not host:port";
      }
      int port = Integer.parseInt(matcher.group(1));
      if (port < 1 || port > 65_535) {
        return "a port is not between 1 and 65535";
      }
    }
    return null;
  }

  private static @Nullable String urlMistake(String text) {
    try {
      URI uri = new URI(text);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      if (!scheme.equals("http") && !scheme.equals("https")) {
        return "it does not begin with http:// or https://";
      }
      return uri.getHost() == null
          ? "it names no host"
          : uri.getRawUserInfo() == null ? null : "it contains a user or a password";
    } catch (URISyntaxException e) {
      return "it is not an address";
    }
  }

  private static Map<String, String> ownedKafkaProperties() {
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
}
