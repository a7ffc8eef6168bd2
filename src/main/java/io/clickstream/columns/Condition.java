package io.clickstream.columns;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a click has to be like: lines that all must hold. The language is small and closed, so that
 * a mistake is found at the start and evaluation costs a bounded time.
 *
 * <p>A key is one of our field names, else a path in the click; in double quotes it is always a
 * path. A value is a text, number or boolean that equals what is there; a list of which one does;
 * {@code exists} or {@code absent}; or a map of {@code above}, {@code below} and {@code
 * starts-with} that all must hold. The words {@code exists} and {@code absent} themselves are meant
 * by a list: {@code [exists]}.
 *
 * <p>Numbers are compared as decimals, and digits in quotes are numbers where a number is asked.
 * Texts are compared exactly, case included, without surrounding white space. Nothing, in whatever
 * way it is written, is absent; {@code false} is not.
 *
 * @param lines at least one
 */
public record Condition(List<Line> lines) implements Serializable {

  private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?");

  /** Longer ones in a record are no numbers: their digits would cost more than their length. */
  private static final int MAX_NUMBER_LENGTH = 64;

  public Condition {
    lines = List.copyOf(lines);
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("it has no lines");
    }
  }

  /**
   * One line.
   *
   * @param field ours of which the value is tested, or null
   * @param path where the tested value is in the click, or null if it is a field's
   */
  public record Line(@Nullable ClickField field, @Nullable FieldPath path, Expectation test)
      implements Serializable {

    public Line {
      if ((field == null) == (path == null)) {
        throw new IllegalArgumentException("expected either a field or a path");
      }
    }

    String key() {
      return path == null ? Objects.requireNonNull(field).name() : ClickField.besideNames(path);
    }
  }

  /** What a value is compared with. */
  public sealed interface Expectation extends Serializable {

    /**
     * Whether a value is as it should be.
     *
     * @param form {@link Form#ABSENT} also for a text that means nothing
     * @param text without surrounding white space, or the number as it is written; anything for
     *     other forms
     */
    boolean holds(Form form, String text);
  }

  /** Whether there is a value. */
  public record Exists(boolean wanted) implements Expectation {

    @Override
    public boolean holds(Form form, String text) {
      return (form != Form.ABSENT && form != Form.UNREACHABLE) == wanted;
    }

    @Override
    public String toString() {
      return wanted ? "exists" : "absent";
    }
  }

  /**
   * Equal to one of some values.
   *
   * @param texts all of them
   * @param numbers those that are numbers
   */
  public record OneOf(Set<String> texts, NavigableSet<BigDecimal> numbers) implements Expectation {

    /** Equal to one of these. */
    public static OneOf of(List<String> wanted) {
      NavigableSet<BigDecimal> numbers = new TreeSet<>();
      for (String text : wanted) {
        if (text.length() <= MAX_NUMBER_LENGTH && NUMBER.matcher(text).matches()) {
          numbers.add(new BigDecimal(text));
        }
      }
      return new OneOf(Set.copyOf(wanted), numbers);
    }

    @Override
    public boolean holds(Form form, String text) {
      return switch (form) {
        case TEXT -> texts.contains(text) || isNumber(digits(text));
        case INTEGER, DECIMAL -> isNumber(number(text));
        case TRUE -> texts.contains("true");
        case FALSE -> texts.contains("false");
        case ABSENT, BYTES, OBJECT, ARRAY, UNREACHABLE -> false;
      };
    }

    private boolean isNumber(@Nullable BigDecimal number) {
      return number != null && !numbers.isEmpty() && numbers.contains(number);
    }

    @Override
    public String toString() {
      List<String> sorted = texts.stream().sorted().toList();
      boolean single = sorted.size() == 1 && !Set.of("exists", "absent").contains(sorted.get(0));
      return single ? YamlText.of(sorted.get(0)) : YamlText.of(sorted);
    }
  }

  /**
   * Between bounds.
   *
   * @param above what a number must be greater than, or null
   * @param below what a number must be less than, or null
   * @param start what a text must begin with, or null
   */
  public record Within(
      @Nullable BigDecimal above, @Nullable BigDecimal below, @Nullable String start)
      implements Expectation {

    @Override
    public boolean holds(Form form, String text) {
      boolean isNumber = form == Form.INTEGER || form == Form.DECIMAL;
      if (!isNumber && form != Form.TEXT) {
        return false;
      }
      if (start != null && !text.startsWith(start)) {
        return false;
      }
      if (above == null && below == null) {
        return true;
      }
      BigDecimal number = isNumber ? number(text) : digits(text);
      return number != null
          && (above == null || number.compareTo(above) > 0)
          && (below == null || number.compareTo(below) < 0);
    }

    @Override
    public String toString() {
      List<String> parts = new ArrayList<>();
      if (above != null) {
        parts.add("above: " + above.toPlainString());
      }
      if (below != null) {
        parts.add("below: " + below.toPlainString());
      }
      if (start != null) {
        parts.add("starts-with: " + YamlText.of(start));
      }
      return "{" + String.join(", ", parts) + "}";
    }
  }

  /**
   * Reads a condition.
   *
   * @param written texts, lists and maps, as they are in YAML
   * @throws IllegalArgumentException if it is none; the message says what is wrong and in which
   *     line
   */
  public static Condition parse(Object written) {
    if (!(written instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(
          "it is no condition, which is a map such as {event_type: purchase}");
    }
    if (map.isEmpty()) {
      throw new IllegalArgumentException("the condition has no lines");
    }
    List<Line> lines = new ArrayList<>();
    map.forEach((key, value) -> lines.add(line(String.valueOf(key), value)));
    return new Condition(lines);
  }

  private static Line line(String key, Object value) {
    try {
      ClickField field = ClickField.named(key);
      Expectation test = test(value);
      return field == null
          ? new Line(null, FieldPath.parse(key), test)
          : new Line(field, null, test);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
    }
  }

  private static Expectation test(Object value) {
    if (value instanceof String text) {
      boolean exists = text.equals("exists");
      return exists || text.equals("absent") ? new Exists(exists) : OneOf.of(List.of(wanted(text)));
    }
    if (value instanceof List<?> list) {
      List<String> texts = new ArrayList<>();
      for (Object item : list) {
        if (!(item instanceof String text)) {
          throw new IllegalArgumentException("the list has other things in it than values");
        }
        texts.add(wanted(text));
      }
      if (texts.isEmpty()) {
        throw new IllegalArgumentException("the list of values is empty");
      }
      return OneOf.of(texts.stream().distinct().toList());
    }
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      BigDecimal above = null;
      BigDecimal below = null;
      String start = null;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        String word = String.valueOf(entry.getKey());
        switch (word) {
          case "above" -> above = bound(word, entry.getValue());
          case "below" -> below = bound(word, entry.getValue());
          case "starts-with" -> start = beginning(entry.getValue());
          default ->
              throw new IllegalArgumentException(
                  "expected above, below or starts-with, found " + word);
        }
      }
      return new Within(above, below, start);
    }
    throw new IllegalArgumentException(
        "expected a value, a list of values, exists, absent, or a map of above, below and"
            + " starts-with");
  }

  private static String wanted(String text) {
    String stripped = text.strip();
    if (stripped.isEmpty()) {
      throw new IllegalArgumentException(
          "a value is empty; a click without one is meant by absent");
    }
    return stripped;
  }

  private static BigDecimal bound(String word, @Nullable Object value) {
    if (value instanceof String text
        && text.length() <= MAX_NUMBER_LENGTH
        && NUMBER.matcher(text).matches()) {
      return new BigDecimal(text);
    }
    throw new IllegalArgumentException(word + " needs a number, such as 0 or 9.90");
  }

  private static String beginning(@Nullable Object value) {
    if (value instanceof String text && !text.isBlank()) {
      return text.stripLeading();
    }
    throw new IllegalArgumentException("starts-with needs a text");
  }

  private static @Nullable BigDecimal digits(String text) {
    for (int i = 0; i < text.length(); i++) {
      char next = text.charAt(i);
      if ((next < '0' || next > '9') && next != '.' && !(next == '-' && i == 0)) {
        return null;
      }
    }
    return number(text);
  }

  private static @Nullable BigDecimal number(String text) {
    if (text.isEmpty() || text.length() > MAX_NUMBER_LENGTH) {
      return null;
    }
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** As it is written in YAML. */
  @Override
  public String toString() {
    return lines.stream()
        .map(line -> YamlText.of(line.key()) + ": " + line.test())
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
