package io.clickstream.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.TimeUtils;

/** The kinds of values that several settings have. */
public final class Kinds {

  static final Duration MILLISECOND = Duration.ofMillis(1);

  static final long MEBIBYTE = 1L << 20;

  /** Ten years: the sums of a few such durations in milliseconds are far from overflowing. */
  private static final Duration LONGEST = Duration.ofDays(3650);

  private static final Pattern NUMBER_ONLY = Pattern.compile("[0-9]+");
  private static final Pattern ZERO = Pattern.compile("0+");

  private Kinds() {}

  static Kind<Duration> duration(Duration min) {
    return duration(min, LONGEST);
  }

  static Kind<Duration> duration(Duration min, Duration max) {
    Kind<Duration> kind =
        Kind.of(
                "duration",
                "a duration of %s to %s in whole milliseconds and with its unit, such as 30min, 10s or 500ms"
                    .formatted(written(min), written(max)),
                TimeUtils::parseDuration,
                "it is not a duration",
                "soon",
                Kinds::written)
            .refusingText(
                "it has no unit",
                text -> NUMBER_ONLY.matcher(text).matches() && !ZERO.matcher(text).matches(),
                "30")
            .suchAs(written(max), written(min));
    if (!min.isZero()) {
      kind = kind.refusing("it is too short", value -> value.compareTo(min) < 0, "0");
    }
    return kind.refusing(
            "it is too long", value -> value.compareTo(max) > 0, max.toMillis() + 1 + "ms")
        .refusing(
            "it is not in whole milliseconds",
            value -> value.toNanosPart() % 1_000_000 != 0,
            min.toMillis() * 1_000 + 1 + "micro");
  }

  static Kind<Integer> integer(int min, int max) {
    return Kind.of(
            "integer",
            "an integer from %d to %d".formatted(min, max),
            Integer::parseInt,
            "it is not an integer of 32 bits",
            "1.5",
            value -> Integer.toString(value))
        .refusing("it is too small", value -> value < min, Integer.toString(min - 1))
        .refusing("it is too large", value -> value > max, Integer.toString(max + 1))
        .suchAs(Integer.toString(max), Integer.toString(min));
  }

  /** Sizes in bytes. */
  static Kind<Long> size(long min, long max) {
    Kind<Long> kind =
        Kind.of(
                "size",
                "a size of %s to %s, such as 1mb".formatted(size(min), size(max)),
                text -> MemorySize.parse(text).getBytes(),
                "it is not a size",
                "large",
                bytes -> size(bytes))
            .suchAs(size(max), size(min));
    if (min > 0) {
      kind = kind.refusing("it is too small", bytes -> bytes < min, size(min - 1));
    }
    return kind.refusing("it is too large", bytes -> bytes > max, size(max + 1));
  }

  private static String size(long bytes) {
    return written(new MemorySize(bytes));
  }

  /** The constants of an enum, in lower case and with dashes. */
  static <E extends Enum<E>> Kind<E> choice(Class<E> values) {
    E[] constants = values.getEnumConstants();
    String names = Arrays.stream(constants).map(Kinds::written).collect(Collectors.joining(", "));
    return Kind.of(
            "one of " + names,
            "one of " + names,
            text -> Enum.valueOf(values, text.toUpperCase(Locale.ROOT).replace('-', '_')),
            "it is none of them",
            "another",
            Kinds::written)
        .suchAs(Arrays.stream(constants).map(Kinds::written).toArray(String[]::new));
  }

  static Kind<Boolean> bool() {
    return Kind.of(
            "true or false",
            "true or false",
            text -> {
              if (!text.equals("true") && !text.equals("false")) {
                throw new IllegalArgumentException(text);
              }
              return text.equals("true");
            },
            "it is neither",
            "yes",
            value -> Boolean.toString(value))
        .suchAs("true", "false");
  }

  /** Lists of texts. A single text is a list of one; one in brackets is a list as in YAML. */
  static Kind<List<String>> texts(String expected) {
    return Kind.tree(
        "list",
        expected,
        Kinds::textsOf,
        "it is neither a text nor a list of texts",
        "{a: b}",
        List::toString);
  }

  static List<String> textsOf(Object written) {
    if (written instanceof List<?> list) {
      return list.stream().map(Kinds::textOf).toList();
    }
    String text = textOf(written).strip();
    if (!text.startsWith("[") || !text.endsWith("]")) {
      return List.of(text);
    }
    String inside = text.substring(1, text.length() - 1);
    return inside.isBlank()
        ? List.of()
        : Arrays.stream(inside.split(",", -1)).map(String::strip).toList();
  }

  private static String textOf(Object written) {
    if (written instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("no text");
  }

  /** Texts with something in them. */
  static Kind<String> notBlank(String expected) {
    return Kind.text(expected).refusing("it is empty", String::isBlank, "", " ").suchAs("a", "b c");
  }

  /** Texts that match a pattern as a whole. */
  static Kind<String> matching(Pattern pattern, String expected, String wrong) {
    return Kind.text(expected)
        .refusing("it is empty", String::isBlank, "", " ")
        .refusing("it is not legal", text -> !pattern.matcher(text).matches(), wrong);
  }

  /** A value as it would be written in a file. */
  public static String written(Object value) {
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
