package io.clickstream.tools.inspect;

import io.clickstream.columns.FieldSource;
import io.clickstream.config.Declarations;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.Setting;
import io.clickstream.tools.inspect.PathValues.Look;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which settings might read records of a shape that no format knows: guessed by the names in the
 * records, and by what stands there. Only a proposal for people; a job never guesses.
 */
final class GuessedMapping {

  /** Below this nothing is guessed. */
  private static final double LEAST = 0.5;

  /** A type field has few different texts: at most so many, or a fifth of the clicks. */
  private static final int FEW_TYPES = 50;

  /** Texts of a type that are mapped at most. */
  private static final int MOST_TEXTS = 10;

  /** In the order in which they choose a path; no path is taken twice. */
  private static final List<String> FIELDS =
      List.of(
          "timestamp",
          "event_type",
          "anonymous_id",
          "user_id",
          "event_id",
          "page_url",
          "referrer",
          "utm_source",
          "utm_medium",
          "utm_campaign",
          "product_id",
          "quantity",
          "price",
          "currency",
          "order_id",
          "user_agent",
          "device_type",
          "country",
          "app_id");

  private final SampledPaths paths;
  private final Map<String, Guess> guesses = new TreeMap<>();

  /** By our field. */
  private final Map<String, PathValues> taken = new HashMap<>();

  /**
   * The guess of one setting.
   *
   * @param value as YAML
   * @param why what speaks for it
   */
  record Guess(String value, String why) {}

  private GuessedMapping(SampledPaths paths) {
    this.paths = paths;
  }

  /** Guesses by key; none if the records are no JSON, or nothing in them is like a click. */
  static Map<String, Guess> of(Sample sample) {
    GuessedMapping mapping = new GuessedMapping(SampledPaths.of(sample));
    mapping.guess();
    return mapping.guesses;
  }

  private void guess() {
    if (paths.clicks() == 0) {
      return;
    }
    String clicksAt = paths.clicksAt();
    if (clicksAt != null) {
      put("ingest.clicks-at", Yaml.scalar(clicksAt), "an array of objects in most records");
    }
    for (String field : FIELDS) {
      PathValues best = best(field);
      if (best != null) {
        take(field, best);
      }
    }
    if (!taken.containsKey("timestamp") && !taken.isEmpty()) {
      put(
          "ingest.fields.timestamp",
          Yaml.scalar(FieldSource.KAFKA),
          "no field looks like a time, so that of the Kafka record");
    }
    if (!taken.containsKey("event_type") && taken.containsKey("page_url")) {
      put(
          "ingest.constants.event_type",
          "page_view",
          "no field looks like a type, and the records have pages");
    }
  }

  private void take(String field, PathValues values) {
    taken.put(field, values);
    String path = values.path();
    if (!path.equals(field)) {
      put(
          "ingest.fields." + field,
          Yaml.scalar(path),
          String.format(Locale.ROOT, "%,d of %,d have it", values.count(), paths.clicks()));
    }
    if (field.equals("timestamp")) {
      guessUnit(values);
    } else if (field.equals("event_type")) {
      guessTypes(values);
    }
  }

  private @Nullable PathValues best(String field) {
    return paths.all().stream()
        .filter(values -> !taken.containsValue(values) && score(field, values) >= LEAST)
        .max(Comparator.comparingDouble(values -> score(field, values)))
        .orElse(null);
  }

  /** How much speaks for a path, from 0 to about 1.4. */
  private double score(String field, PathValues values) {
    if (!isPlausible(field, values)) {
      return 0;
    }
    double coverage = Math.min(1, (double) values.count() / paths.clicks());
    double name = name(field, values.names());
    if (name == 0 && field.equals("timestamp")) {
      name = coverage > 0.9 ? 0.3 : 0; // A time in nearly all clicks can hardly be anything else.
    }
    return name == 0 ? 0 : name + 0.4 * coverage - 0.03 * values.names().size();
  }

  /** How much the name speaks for it: the whole path more than its end, and by rank. */
  private static double name(String field, List<String> names) {
    String whole = PathValues.plain(String.join("", names));
    if (whole.equals(PathValues.plain(field))) {
      return 1;
    }
    List<String> known = FieldNames.of(field);
    String last = PathValues.plain(names.get(names.size() - 1));
    String lastTwo = names.size() < 2 ? last : PathValues.plain(names.get(names.size() - 2)) + last;
    double best = 0;
    for (int rank = 0; rank < known.size(); rank++) {
      String each = known.get(rank);
      double share = 1.0 - 0.4 * rank / known.size();
      if (whole.equals(each) || lastTwo.equals(each)) {
        best = Math.max(best, 0.9 * share);
      } else if (last.equals(each)) {
        best = Math.max(best, 0.75 * share);
      }
    }
    return best;
  }

  private boolean isPlausible(String field, PathValues values) {
    return switch (field) {
      case "timestamp" -> values.share(times()) > 0.9;
      case "event_type" ->
          values.share(Look.WORD) > 0.9
              && (values.different() <= FEW_TYPES || 5L * values.different() <= values.count());
      case "event_id" -> values.different() >= Math.min(values.count(), 1_900) * 0.95;
      case "page_url", "referrer" -> values.share(Look.URL) > 0.5;
      case "currency" -> values.share(Look.CURRENCY) > 0.9;
      case "country" -> values.share(Look.COUNTRY) > 0.5 || values.share(Look.WORD) > 0.9;
      case "user_agent" -> values.share(Look.USER_AGENT) > 0.3;
      case "quantity", "price" -> values.share(Look.NUMBER) > 0.9;
      case "anonymous_id", "user_id", "product_id", "order_id", "app_id" ->
          values.share(Look.URL, Look.TIME_WITH_OFFSET, Look.USER_AGENT) < 0.1;
      default -> values.share(Look.WORD, Look.NUMBER) > 0.5;
    };
  }

  private static Look[] times() {
    return new Look[] {
      Look.SECONDS,
      Look.MILLISECONDS,
      Look.MICROSECONDS,
      Look.NANOSECONDS,
      Look.TIME_WITH_OFFSET,
      Look.TIME_WITHOUT_OFFSET
    };
  }

  private void guessUnit(PathValues values) {
    Map<Look, String> units =
        Map.of(Look.SECONDS, "s", Look.MICROSECONDS, "us", Look.NANOSECONDS, "ns");
    units.forEach(
        (look, unit) -> {
          if (values.share(look) > 0.5) {
            put(
                "ingest.timestamp-unit",
                unit,
                "as another unit its numbers would be in no year from 2000 to 2099");
          }
        });
    if (values.share(Look.TIME_WITHOUT_OFFSET) > 0.5) {
      put("ingest.timestamp-zone", "UTC", "its texts have no offset; see which zone is meant");
    }
  }

  private void guessTypes(PathValues values) {
    types(values.texts()).forEach((key, guess) -> put(key, guess.value(), guess.why()));
  }

  /**
   * Settings for the types of ours that others call otherwise.
   *
   * @param texts of the records, and how many clicks have each
   */
  static Map<String, Guess> types(Map<String, Long> texts) {
    Setting<?> setting = IngestSettings.EVENT_TYPES;
    Map<String, Guess> guesses = new TreeMap<>();
    for (String type : setting.names()) {
      List<String> ours =
          texts.entrySet().stream()
              .filter(text -> FieldNames.ofType(type).contains(PathValues.plain(text.getKey())))
              .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
              .limit(setting.kind().isTree() ? MOST_TEXTS : 1)
              .map(Map.Entry::getKey)
              .toList();
      if (!ours.isEmpty() && !ours.equals(List.of(type))) {
        long clicks = ours.stream().mapToLong(text -> texts.getOrDefault(text, 0L)).sum();
        guesses.put(
            setting.key() + "." + type,
            new Guess(
                ours.size() == 1
                    ? Yaml.scalar(ours.get(0))
                    : ours.stream().map(Yaml::scalar).collect(Collectors.joining(", ", "[", "]")),
                String.format(Locale.ROOT, "called alike; %,d clicks", clicks)));
      }
    }
    return guesses;
  }

  /** Nothing that this release has no setting for. */
  private void put(String key, String value, String why) {
    boolean exists =
        Declarations.all().stream()
            .anyMatch(
                setting ->
                    setting.key().equals(key)
                        || setting.names().contains(String.valueOf(setting.nameIn(key))));
    if (exists) {
      guesses.put(key, new Guess(value, why));
    }
  }
}
