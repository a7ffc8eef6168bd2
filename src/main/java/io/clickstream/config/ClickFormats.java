package io.clickstream.config;

import io.clickstream.columns.EventTypeRule;
import io.clickstream.columns.FieldSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The formats of {@code ingest.format}. Each is a set of values of other settings, which can still
 * be given one by one.
 */
public final class ClickFormats {

  /** Clicks under our own names. */
  public static final String JSON = "json";

  /** Records of Avro with clicks under our own names. */
  public static final String AVRO = "avro";

  public static final String AMPLITUDE = "amplitude";
  public static final String GA4 = "ga4";
  public static final String MATOMO = "matomo";
  public static final String MIXPANEL = "mixpanel";
  public static final String POSTHOG = "posthog";
  public static final String SEGMENT = "segment";
  public static final String SNOWPLOW = "snowplow";

  /** The formats with a file of settings. */
  private static final List<String> OF_TRACKERS =
      List.of(AMPLITUDE, GA4, MATOMO, MIXPANEL, POSTHOG, SEGMENT, SNOWPLOW);

  private static final List<String> NAMES =
      List.of(AMPLITUDE, AVRO, GA4, JSON, MATOMO, MIXPANEL, POSTHOG, SEGMENT, SNOWPLOW);

  static final Kind<String> KIND =
      Kind.of(
              "one of " + String.join(", ", names()),
              "one of " + String.join(", ", names()),
              ClickFormats::named,
              "it is none of them",
              "another",
              name -> name)
          .suchAs(JSON, JSON.toUpperCase(Locale.ROOT), SEGMENT);

  private ClickFormats() {}

  /** All formats, in alphabetical order. */
  public static List<String> names() {
    return NAMES;
  }

  /** The formats with a {@link #file}, in alphabetical order. */
  public static List<String> ofTrackers() {
    return OF_TRACKERS;
  }

  /** The settings that a format of a tracker stands for, as a settings file with comments. */
  public static String file(String format) {
    return FormatFile.text(format);
  }

  /** The settings of a format, by full key: texts, or trees as in YAML. */
  public static Map<String, Object> presets(String format) {
    return OF_TRACKERS.contains(format) ? FormatFile.settings(format) : Map.of();
  }

  /** The members of a group that a format sets. */
  private static Map<String, Object> members(String format, Setting<?> group) {
    Map<String, Object> members = new LinkedHashMap<>();
    presets(format)
        .forEach(
            (key, value) -> {
              if (key.startsWith(group.key() + ".")) {
                members.put(key.substring(group.key().length() + 1), value);
              }
            });
    return members;
  }

  /** Where a format looks for our fields. */
  public static Map<String, FieldSource> fields(String format) {
    Map<String, FieldSource> fields = new LinkedHashMap<>();
    members(format, IngestSettings.FIELDS)
        .forEach((name, written) -> fields.put(name, FieldSource.parse(written)));
    return fields;
  }

  /** The names of our event types in a format. */
  public static Map<String, EventTypeRule> eventTypes(String format) {
    Map<String, EventTypeRule> types = new LinkedHashMap<>();
    members(format, IngestSettings.EVENT_TYPES)
        .forEach((name, written) -> types.put(name, EventTypeRule.parse(written)));
    return types;
  }

  private static String named(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException();
    }
    return name;
  }
}
