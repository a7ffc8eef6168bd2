package io.clickstream.config;

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

  /** By name: the settings by full key, as they would be written. */
  private static final Map<String, Map<String, Object>> PRESETS =
      Map.of(JSON, Map.of(), AVRO, Map.of());

  static final Kind<String> KIND =
      Kind.of(
              "one of " + String.join(", ", names()),
              "one of " + String.join(", ", names()),
              ClickFormats::named,
              "it is none of them",
              "another",
              name -> name)
          .suchAs(JSON, JSON.toUpperCase(Locale.ROOT));

  private ClickFormats() {}

  /** All formats, in alphabetical order. */
  public static List<String> names() {
    return PRESETS.keySet().stream().sorted().toList();
  }

  /** What a format sets. */
  static Map<String, Object> presets(String format) {
    return PRESETS.getOrDefault(format, Map.of());
  }

  private static String named(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    if (!PRESETS.containsKey(name)) {
      throw new IllegalArgumentException();
    }
    return name;
  }
}
