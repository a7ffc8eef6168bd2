package io.clickstream.config;

import io.clickstream.columns.FieldPaths;
import io.clickstream.config.FlinkOptions.Kind;
import io.clickstream.config.InvalidSettingsException.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes validated settings of arguments, environment variables and a file, the earlier stronger
 * than the later, and reports everything that is wrong with any of them at once.
 *
 * <p>{@code session.gap} is also {@code CLICKSTREAM_SESSION_GAP}: dots and dashes become
 * underscores. In {@code CLICKSTREAM_KAFKA_PROPERTIES_…} an underscore is a dot and two are one
 * underscore. A variable that is empty counts as not set.
 */
public final class SettingsLoader {

  private static final Logger LOG = LoggerFactory.getLogger(SettingsLoader.class);

  static final String VARIABLE_PREFIX = "CLICKSTREAM_";

  /** What Kubernetes sets for a service whose name begins with "clickstream". */
  private static final Pattern SERVICE_VARIABLE =
      Pattern.compile(
          VARIABLE_PREFIX
              + "(?:\\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\\w+)?|PORT(?:_\\d+_(?:TCP|UDP|SCTP)(?:_\\w+)?)?)");

  /** Added to the group of the sessionizer, whose file the loader shares. */
  private static final String LOADER_GROUP = "-clickhouse";

  private final boolean loader;
  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, Given> ours = new TreeMap<>();
  private final Map<String, Given> flinks = new TreeMap<>();
  private final Set<String> invalid = new HashSet<>();
  private boolean complete = true;

  private SettingsLoader(boolean loader) {
    this.loader = loader;
  }

  /**
   * Returns settings with which the job can start, as far as they tell by themselves.
   *
   * @param environment variables of the process, as {@link System#getenv()} returns them
   * @throws InvalidSettingsException if there is any problem, with all of them
   */
  public static LoadedSettings load(Invocation invocation, Map<String, String> environment) {
    SettingsLoader loader = new SettingsLoader(false);
    loader.read(invocation, environment);
    ClickstreamSettings settings = loader.settings();
    Configuration flink = loader.flink();
    loader.checkTransactionTimeout(settings, flink);
    loader.checkRange(settings.ingest());
    loader.requireNoProblems();
    flink.addAll(JobDefaults.insistedOn());
    return new LoadedSettings(settings, flink);
  }

  /**
   * The same for the loader into ClickHouse, which shares file and variables with the sessionizer.
   *
   * @throws InvalidSettingsException if there is any problem, with all of them
   */
  public static LoaderSettings loadForLoader(
      Invocation invocation, Map<String, String> environment) {
    SettingsLoader loader = new SettingsLoader(true);
    loader.read(invocation, environment);
    ClickstreamSettings settings = loader.settings();
    ClickHouseSettings clickHouse = loader.clickHouse();
    Configuration flink = loader.flink();
    loader.requireNoProblems();
    flink.addAll(JobDefaults.insistedOn());
    return new LoaderSettings(
        settings.kafka(),
        settings.topics(),
        settings.ingest().groupId() + LOADER_GROUP,
        // Clicks may begin with the latest; sessions that are not loaded would never be.
        settings.ingest().startFrom().equals(StartFrom.EARLIEST)
            ? StartFrom.EARLIEST
            : StartFrom.COMMITTED,
        clickHouse,
        flink);
  }

  private void read(Invocation invocation, Map<String, String> environment) {
    problems.addAll(invocation.problems());
    if (invocation.config() != null) {
      List<Given> file = SettingsFile.read(invocation.config(), problems);
      complete = file != null;
      put(file == null ? List.of() : file);
    }
    put(variables(environment));
    invocation.settings().entrySet().stream()
        .filter(argument -> Secrets.isNotForOthers(argument.getKey(), argument.getValue()))
        .map(Map.Entry::getKey)
        .sorted()
        .forEach(
            key ->
                LOG.warn(
                    "A secret is an argument, which all on this machine and in Flink's web UI can"
                        + " see; give it as an environment variable: key={} variable={}",
                    key,
                    variable(key)));
    put(
        new TreeMap<>(invocation.settings())
            .entrySet().stream()
                .map(
                    argument ->
                        new Given(
                            argument.getKey(),
                            argument.getValue(),
                            "argument --" + argument.getKey(),
                            false))
                .toList());

    validate();
    checkFields();
    checkEventTypes();
    checkTopics();
    checkKafkaProperties();
  }

  private void requireNoProblems() {
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
  }

  // ---- where values come from

  private void put(List<Given> source) {
    Map<String, Given> former = new TreeMap<>();
    for (Given given : source) {
      String key = given.key();
      if (SettingCatalog.find(key) != null) {
        if (given.list()) {
          problem(given, "a single value, not a list", "write one value");
          invalid.add(key);
        } else {
          ours.put(key, given);
        }
        continue;
      }
      Kind kind = FlinkOptions.kindOf(key);
      if (kind instanceof Kind.OfJob job) {
        Given earlier = former.put(job.key(), given);
        if (earlier != null) {
          problem(
              given,
              "an option under one name; " + earlier.key() + " is the same",
              "keep " + job.key());
        }
        flinks.put(job.key(), given);
      } else {
        unknown(given, kind);
      }
    }
  }

  /** Says what a key is instead, without its value: a misspelt key may well be that of a secret. */
  private void unknown(Given given, @Nullable Kind kind) {
    String key = given.key();
    String expected;
    String remedy;
    if (kind instanceof Kind.OfCluster) {
      expected = "settings of the job; as a cluster's option it would silently do nothing here";
      remedy = "move it to the config.yaml of the Flink cluster";
    } else if (kind instanceof Kind.OfSubmission) {
      expected = "settings of the job; this one is read before the job's main runs";
      remedy = "give it to flink run as -D" + key + "=…, or put it into the cluster's config.yaml";
    } else if (SettingCatalog.isSection(key) || FlinkOptions.isSection(key)) {
      expected = "settings below it, such as " + exampleBelow(key);
      remedy = "write them one by one, each with its own value";
    } else if (kind instanceof Kind.Misspelt) {
      expected = "an option of Flink that a job can set";
      remedy = "the nearest is " + NearestName.of(key, FlinkOptions.jobKeys());
    } else {
      expected = "the key of a setting";
      remedy = "the nearest is " + nearest(key);
    }
    problems.add(new Problem(key, null, given.where(), expected, remedy));
  }

  private static String exampleBelow(String section) {
    return Stream.of(
            SettingCatalog.keys(),
            List.of(SettingCatalog.KAFKA_PROPERTIES.key() + ".sasl.mechanism"),
            FlinkOptions.jobKeys())
        .flatMap(List::stream)
        .filter(key -> key.startsWith(section + "."))
        .findFirst()
        .orElse(section + ".…");
  }

  private static String nearest(String key) {
    List<String> keys = new ArrayList<>(SettingCatalog.keys());
    keys.addAll(FlinkOptions.jobKeys());
    String nearest = NearestName.of(key, keys);
    if (NearestName.distance(key, nearest) > 3) {
      for (Setting<?> group : SettingCatalog.groups()) {
        int members = (int) group.key().chars().filter(c -> c == '.').count() + 1;
        String[] parts = key.split("\\.", members + 1);
        if (parts.length == members + 1
            && SettingCatalog.openEnded(group)
            && NearestName.distance(
                    key.substring(0, key.length() - parts[members].length() - 1), group.key())
                <= 3) {
          return group.key() + "." + parts[members];
        }
      }
      if (key.startsWith("kafka.")) {
        return SettingCatalog.KAFKA_PROPERTIES.key() + key.substring("kafka".length());
      }
    }
    return nearest;
  }

  private List<Given> variables(Map<String, String> environment) {
    Map<String, String> keyOfVariable = new TreeMap<>();
    FlinkOptions.jobKeys().forEach(key -> keyOfVariable.put(variable(key), key));
    SettingCatalog.keys().forEach(key -> keyOfVariable.put(variable(key), key));
    List<Given> variables = new ArrayList<>();
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (!name.startsWith(VARIABLE_PREFIX) || value.isEmpty()) {
                return;
              }
              String key = keyOfVariable.get(name);
              if (key == null) {
                key = keyInOpenGroup(name);
              }
              if (key != null) {
                variables.add(new Given(key, value, "environment " + name, false));
              } else if (!SERVICE_VARIABLE.matcher(name).matches()) {
                problems.add(
                    new Problem(
                        name,
                        null,
                        "environment",
                        "the variable of a setting",
                        "the nearest is " + NearestName.of(name, keyOfVariable.keySet())));
              }
            });
    return variables;
  }

  /** The variable of a setting. */
  static String variable(String key) {
    return VARIABLE_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private static @Nullable String keyInOpenGroup(String variable) {
    for (Setting<?> group : SettingCatalog.groups()) {
      String prefix = variable(group.key()) + "_";
      if (SettingCatalog.openEnded(group)
          && variable.startsWith(prefix)
          && variable.length() > prefix.length()) {
        String name = variable.substring(prefix.length()).toLowerCase(Locale.ROOT);
        return group.key() + "." + name.replace("__", "\0").replace('_', '.').replace('\0', '_');
      }
    }
    return null;
  }

  // ---- values

  private void validate() {
    for (Setting<?> setting : SettingCatalog.ALL) {
      if (setting.names() == null) {
        validate(setting, setting.key());
      } else {
        group(setting).keySet().forEach(name -> validate(setting, setting.key() + "." + name));
      }
    }
  }

  private boolean isRequired(Setting<?> setting) {
    return loader
        ? setting.key().equals(SettingCatalog.KAFKA_BOOTSTRAP_SERVERS.key())
            || setting.key().equals(SettingCatalog.CLICKHOUSE_URL.key())
        : setting.required();
  }

  private ClickHouseSettings clickHouse() {
    return new ClickHouseSettings(
        orElse(SettingCatalog.CLICKHOUSE_URL, ""),
        value(SettingCatalog.CLICKHOUSE_DATABASE),
        value(SettingCatalog.CLICKHOUSE_TABLE),
        value(SettingCatalog.CLICKHOUSE_USER),
        valueOrNull(SettingCatalog.CLICKHOUSE_PASSWORD),
        value(SettingCatalog.CLICKHOUSE_BATCH_SIZE),
        value(SettingCatalog.CLICKHOUSE_FLUSH_INTERVAL));
  }

  private ClickstreamSettings settings() {
    return new ClickstreamSettings(
        new KafkaSettings(
            orElse(SettingCatalog.KAFKA_BOOTSTRAP_SERVERS, ""),
            group(SettingCatalog.KAFKA_PROPERTIES)),
        new TopicSettings(
            value(SettingCatalog.TOPICS_CLICKS),
            value(SettingCatalog.TOPICS_SESSIONS),
            value(SettingCatalog.TOPICS_LATE),
            value(SettingCatalog.TOPICS_REJECTED),
            value(SettingCatalog.TOPICS_REJECTED_SESSIONS),
            value(SettingCatalog.TOPICS_PROFILES),
            value(SettingCatalog.TOPICS_PRODUCTS)),
        new IngestSettings(
            value(SettingCatalog.INGEST_GROUP_ID),
            ReadTime.start(value(SettingCatalog.INGEST_START_FROM)),
            stopAt(),
            value(SettingCatalog.INGEST_MAX_OUT_OF_ORDERNESS),
            value(SettingCatalog.INGEST_IDLE_TIMEOUT),
            valueOrNull(SettingCatalog.INGEST_MAX_DRIFT),
            value(SettingCatalog.INGEST_MAX_FUTURE_SKEW),
            value(SettingCatalog.INGEST_MAX_RECORD_SIZE).getBytes(),
            value(SettingCatalog.SESSION_IDENTITY),
            group(SettingCatalog.INGEST_FIELDS),
            group(SettingCatalog.INGEST_EVENT_TYPES)),
        new SessionSettings(
            value(SettingCatalog.SESSION_GAP),
            value(SettingCatalog.SESSION_ALLOWED_LATENESS),
            value(SettingCatalog.SESSION_MAX_DURATION),
            value(SettingCatalog.SESSION_MAX_EVENTS),
            value(SettingCatalog.SESSION_DEDUP_WINDOW),
            value(SettingCatalog.SESSION_CACHE_SIZE).getBytes()),
        new EnrichmentSettings(valueOrNull(SettingCatalog.ENRICHMENT_MAX_WAIT)),
        new SinkSettings(
            orElse(SettingCatalog.SINK_TRANSACTIONAL_ID_PREFIX, ""),
            value(SettingCatalog.SINK_TRANSACTION_TIMEOUT),
            value(SettingCatalog.SINK_ON_LOST_TRANSACTION),
            value(SettingCatalog.SINK_RESTORED_TRANSACTIONS),
            value(SettingCatalog.SINK_GENERATION)));
  }

  private @Nullable Long stopAt() {
    String text = valueOrNull(SettingCatalog.INGEST_STOP_AT);
    return text == null ? null : ReadTime.timestamp(text);
  }

  private void validate(Setting<?> setting, String key) {
    Given given = ours.get(key);
    if (given == null) {
      // With a file that could not be read, everything would seem to be missing.
      if (isRequired(setting) && complete && !invalid.contains(key)) {
        problems.add(
            new Problem(
                key,
                null,
                "not set",
                setting.expected(),
                "set it in the file, as --" + key + " or as " + variable(key)));
      }
      return;
    }
    String mistake = setting.mistake().apply(given.text());
    if (mistake != null) {
      invalid.add(key);
      String fallback = setting.defaultText();
      problem(
          given,
          setting.expected() + "; " + mistake,
          fallback == null ? "correct it" : "correct it, or remove it for the default " + fallback);
    }
  }

  /** The value, or the default if it is not set or not valid. */
  private <T> @Nullable T valueOrNull(Setting<T> setting) {
    Given given = ours.get(setting.key());
    if (given != null && !invalid.contains(setting.key())) {
      return setting.parse(given.text());
    }
    return setting.option().hasDefaultValue() ? setting.option().defaultValue() : null;
  }

  private <T> T value(Setting<T> setting) {
    T value = valueOrNull(setting);
    if (value == null) {
      throw new IllegalStateException("setting " + setting.key() + " has no default");
    }
    return value;
  }

  private <T> T orElse(Setting<T> setting, T other) {
    T value = valueOrNull(setting);
    return value == null ? other : value;
  }

  private Map<String, String> group(Setting<?> setting) {
    Map<String, String> members = new LinkedHashMap<>();
    ours.forEach(
        (key, given) -> {
          String name = SettingCatalog.nameIn(setting, key);
          if (name != null) {
            members.put(name, given.text());
          }
        });
    return members;
  }

  // ---- Flink's options

  private Configuration flink() {
    Configuration flink = new Configuration();
    flinks.forEach(
        (key, given) -> {
          Kind kind = FlinkOptions.kindOf(key);
          ConfigOption<?> option = kind instanceof Kind.OfJob job ? job.option() : null;
          if (option != null && !FlinkOptions.accepts(option, given.text())) {
            invalid.add(key);
            problem(
                given, "a value that Flink can read", "correct it as Flink's documentation says");
          } else {
            flink.setString(key, given.text());
            if (!JobDefaults.agrees(key, flink)) {
              problem(
                  given,
                  JobDefaults.required().get(key) + ", on which the job's guarantees rest",
                  "remove it");
            }
          }
        });
    mustBePositive(flink, CheckpointingOptions.CHECKPOINTING_INTERVAL, "nothing is ever committed");
    mustBePositive(flink, PipelineOptions.AUTO_WATERMARK_INTERVAL, "no session ever closes");
    return flink;
  }

  private void mustBePositive(
      Configuration flink, ConfigOption<Duration> option, String otherwise) {
    Given given = flinks.get(option.key());
    if (given != null
        && !invalid.contains(option.key())
        && flink.get(option).compareTo(Duration.ofMillis(1)) < 0) {
      invalid.add(option.key());
      problem(given, "at least 1ms; without it " + otherwise, "set it, or remove it");
    }
  }

  // ---- values that must fit together

  private void checkTopics() {
    Map<String, String> keyOfTopic = new LinkedHashMap<>();
    for (Setting<?> setting : SettingCatalog.ALL) {
      if (!setting.key().startsWith("topics.") || invalid.contains(setting.key())) {
        continue;
      }
      Given given = ours.get(setting.key());
      String topic = given == null ? String.valueOf(setting.defaultText()) : given.text();
      String other = keyOfTopic.putIfAbsent(topic, setting.key());
      if (other != null) {
        problems.add(
            new Problem(
                setting.key(),
                topic,
                given == null ? "default" : given.where(),
                "a topic of its own; " + other + " is the same",
                "name another topic in one of them"));
      }
    }
  }

  private void checkFields() {
    Map<String, String> paths = new LinkedHashMap<>();
    Map<String, String> given = group(SettingCatalog.INGEST_FIELDS);
    for (String field : SettingCatalog.CLICK_FIELDS) {
      if (!invalid.contains(SettingCatalog.INGEST_FIELDS.key() + "." + field)) {
        paths.put(field, given.getOrDefault(field, field));
      }
    }
    for (FieldPaths.Clash clash : FieldPaths.clashes(paths)) {
      boolean isGiven = given.containsKey(clash.field());
      String guilty = isGiven ? clash.field() : clash.through();
      String other = isGiven ? clash.through() : clash.field();
      mapped(
          SettingCatalog.INGEST_FIELDS,
          guilty,
          paths.getOrDefault(guilty, guilty),
          "a path that does not lead through another field; %s is at %s"
              .formatted(other, paths.get(other)),
          "name the value itself in both");
    }
  }

  private void checkEventTypes() {
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, String> given = group(SettingCatalog.INGEST_EVENT_TYPES);
    for (String type : SettingCatalog.EVENT_TYPES) {
      if (!invalid.contains(SettingCatalog.INGEST_EVENT_TYPES.key() + "." + type)) {
        texts.put(type, given.getOrDefault(type, type));
      }
    }
    Map<String, String> typeOfText = new LinkedHashMap<>();
    texts.forEach(
        (type, text) -> {
          String other = typeOfText.putIfAbsent(text, type);
          if (other != null) {
            String guilty = given.containsKey(type) ? type : other;
            mapped(
                SettingCatalog.INGEST_EVENT_TYPES,
                guilty,
                text,
                "a text of its own; %s has the same".formatted(guilty.equals(type) ? other : type),
                "map one of them to something else");
          }
        });
  }

  private void mapped(Setting<?> group, String name, String value, String expected, String remedy) {
    String key = group.key() + "." + name;
    Given given = ours.get(key);
    problems.add(
        new Problem(key, value, given == null ? "default" : given.where(), expected, remedy));
  }

  private void checkKafkaProperties() {
    SettingCatalog.OWNED_KAFKA_PROPERTIES.forEach(
        (property, remedy) -> {
          Given given = ours.get(SettingCatalog.KAFKA_PROPERTIES.key() + "." + property);
          if (given != null) {
            problem(given, "a property that the job does not set itself", remedy);
          }
        });
  }

  private void checkTransactionTimeout(ClickstreamSettings settings, Configuration flink) {
    Duration timeout = settings.sink().transactionTimeout();
    if (invalid.contains(SettingCatalog.SINK_TRANSACTION_TIMEOUT.key())
        || invalid.contains(CheckpointingOptions.CHECKPOINTING_INTERVAL.key())) {
      return;
    }
    Duration interval = JobDefaults.checkpointInterval(flink);
    if (timeout.compareTo(interval) <= 0) {
      Given given = ours.get(SettingCatalog.SINK_TRANSACTION_TIMEOUT.key());
      problems.add(
          new Problem(
              SettingCatalog.SINK_TRANSACTION_TIMEOUT.key(),
              Setting.text(timeout),
              given == null ? "default" : given.where(),
              "more than the %s between checkpoints (%s): a transaction lives from one to the next"
                  .formatted(
                      Setting.text(interval), CheckpointingOptions.CHECKPOINTING_INTERVAL.key()),
              "raise it, well above the interval and the time that a restart takes"));
    }
  }

  private void checkRange(IngestSettings ingest) {
    Given given = ours.get(SettingCatalog.INGEST_STOP_AT.key());
    if (ingest.stopAt() == null
        || given == null
        || invalid.contains(SettingCatalog.INGEST_START_FROM.key())) {
      return;
    }
    String start = SettingCatalog.INGEST_START_FROM.key();
    if (ingest.startFrom().kind() != StartFrom.Kind.TIMESTAMP) {
      problem(
          given,
          "a time, and another one in " + start + " at which the range of sessions begins",
          "set " + start + " to a time such as " + ReadTime.EXAMPLE);
    } else if (ingest.stopAt() <= ingest.startFrom().timestamp()) {
      problem(given, "a time after " + start, "exchange the two, or correct one");
    }
  }

  private void problem(Given given, String expected, String remedy) {
    problems.add(
        new Problem(
            given.key(),
            Secrets.shown(given.key(), given.text()),
            given.where(),
            expected,
            remedy));
  }
}
