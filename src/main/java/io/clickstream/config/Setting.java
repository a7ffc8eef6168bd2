package io.clickstream.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/**
 * An option together with what its values must be.
 *
 * @param type how the kind of value is called in help and messages
 * @param expected completes "expected: …" for a value that is none of these
 * @param mistake says what is wrong with a text, or null for one that is right
 * @param required whether the job cannot start without it
 * @param secret whether its value is never shown
 * @param names for a group of settings the names that may follow, empty for any; null for a single
 *     setting
 */
record Setting<T>(
    ConfigOption<T> option,
    String type,
    String expected,
    Function<String, @Nullable String> mistake,
    boolean required,
    boolean secret,
    @Nullable List<String> names) {

  /** Ten years: the sums of a few such durations in milliseconds are far from overflowing. */
  static final Duration LONGEST = Duration.ofDays(3650);

  private static final Pattern NUMBER_ONLY = Pattern.compile("[0-9]+");

  String key() {
    return option.key();
  }

  /** The typed value of a text that has no {@link #mistake}. */
  T parse(String text) {
    return parse(option, text);
  }

  /** The default as it would be written in a file, or null if there is none. */
  @Nullable String defaultText() {
    return option.hasDefaultValue() && names == null ? text(option.defaultValue()) : null;
  }

  Setting<T> asRequired() {
    return new Setting<>(option, type, expected, mistake, true, secret, names);
  }

  Setting<T> asSecret() {
    return new Setting<>(option, type, expected, mistake, required, true, names);
  }

  static Setting<Duration> duration(ConfigOption<Duration> option, Duration min) {
    return duration(option, min, LONGEST);
  }

  static Setting<Duration> duration(ConfigOption<Duration> option, Duration min, Duration max) {
    return new Setting<>(
        option,
        "duration",
        "a duration of %s to %s in whole milliseconds and with its unit, such as 30min, 10s or 500ms"
            .formatted(text(min), text(max)),
        text -> {
          if (NUMBER_ONLY.matcher(text).matches() && !text.matches("0+")) {
            return "it has no unit";
          }
          Duration value;
          try {
            value = parse(option, text);
          } catch (IllegalArgumentException e) {
            return "it is not a duration";
          }
          if (value.compareTo(min) < 0) {
            return "it is too short";
          }
          if (value.compareTo(max) > 0) {
            return "it is too long";
          }
          return value.toNanosPart() % 1_000_000 == 0 ? null : "it is not in whole milliseconds";
        },
        false,
        false,
        null);
  }

  static Setting<Integer> integer(ConfigOption<Integer> option, int min, int max) {
    return new Setting<>(
        option,
        "integer",
        "an integer from %d to %d".formatted(min, max),
        text -> {
          int value;
          try {
            value = parse(option, text);
          } catch (IllegalArgumentException e) {
            return "it is not an integer of 32 bits";
          }
          return value < min ? "it is too small" : value > max ? "it is too large" : null;
        },
        false,
        false,
        null);
  }

  static Setting<MemorySize> size(ConfigOption<MemorySize> option, MemorySize min, MemorySize max) {
    return new Setting<>(
        option,
        "size",
        "a size of %s to %s, such as 1mb".formatted(text(min), text(max)),
        text -> {
          MemorySize value;
          try {
            value = parse(option, text);
          } catch (IllegalArgumentException e) {
            return "it is not a size";
          }
          return value.compareTo(min) < 0
              ? "it is too small"
              : value.compareTo(max) > 0 ? "it is too large" : null;
        },
        false,
        false,
        null);
  }

  static <E extends Enum<E>> Setting<E> choice(ConfigOption<E> option, Class<E> values) {
    String names =
        Arrays.stream(values.getEnumConstants())
            .map(Setting::text)
            .collect(Collectors.joining(", "));
    return new Setting<>(
        option,
        "one of " + names,
        "one of " + names,
        text ->
            Arrays.stream(values.getEnumConstants())
                    .anyMatch(value -> value.name().equalsIgnoreCase(text))
                ? null
                : "it is none of them",
        false,
        false,
        null);
  }

  static Setting<String> text(
      ConfigOption<String> option, String expected, Function<String, @Nullable String> mistake) {
    return new Setting<>(option, "text", expected, mistake, false, false, null);
  }

  /**
   * A group of settings that share a prefix.
   *
   * @param names the names that may follow the prefix, or empty for any
   * @param mistake of a single value
   */
  static Setting<Map<String, String>> group(
      ConfigOption<Map<String, String>> option,
      List<String> names,
      String expected,
      Function<String, @Nullable String> mistake) {
    return new Setting<>(option, "text", expected, mistake, false, false, names);
  }

  private static <T> T parse(ConfigOption<T> option, String text) {
    Configuration single = new Configuration();
    single.setString(option.key(), text);
    return single.get(option);
  }

  /** A value as it would be written in a file. */
  static String text(Object value) {
    if (value instanceof Duration duration) {
      // A day of a session or a timeout is 24 hours, whatever the calendar says.
      return duration.equals(Duration.ofDays(1))
          ? "24h"
          : TimeUtils.formatWithHighestUnit(duration).replace(" ", "");
    }
    if (value instanceof MemorySize size) {
      return size.toString().replace(" bytes", "b").replace(" ", "");
    }
    if (value instanceof Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
    return value.toString();
  }
}
