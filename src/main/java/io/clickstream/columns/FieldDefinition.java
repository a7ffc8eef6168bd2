package io.clickstream.columns;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A field of the sessions that {@code session.fields} defines.
 *
 * @param name under {@code fields} in a session: small letters, digits and {@code _}; empty before
 *     it is {@link #named}
 * @param how how the clicks' values become the session's
 * @param value of a click; null where a condition alone is asked
 * @param type of the value; a text unless numbers are asked or it says otherwise
 * @param where the clicks that count; for {@link How#COUNT} and {@link How#ANY} there always is one
 */
public record FieldDefinition(
    String name, How how, @Nullable ValueSource value, Type type, @Nullable Condition where)
    implements Serializable {

  /** A definition that is right, for messages. */
  public static final String EXAMPLE = "{last: properties.plan}";

  private static final String TYPE = "type";
  private static final String WHERE = "where";

  private static final List<String> KEYS =
      Stream.concat(Arrays.stream(How.values()).map(How::word), Stream.of(TYPE, WHERE)).toList();

  /** The aggregates that a field can have. */
  public enum How {
    FIRST,
    LAST,
    MIN,
    MAX,
    SUM,
    COUNT,
    ANY,
    SET,
    DISTINCT;

    /** Whether it is of numbers only. */
    public boolean isOfNumbers() {
      return this == MIN || this == MAX || this == SUM;
    }

    /** Whether it asks conditions, not values. */
    public boolean isOfConditions() {
      return this == COUNT || this == ANY;
    }

    /** Whether its values can be of several types. */
    boolean hasTypes() {
      return this == FIRST || this == LAST;
    }

    /** As it is written. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private String subject() {
      return isOfNumbers() ? "numbers" : isOfConditions() ? "clicks" : "texts";
    }
  }

  /** The kind of the values. */
  public enum Type {
    TEXT,
    NUMBER,
    BOOLEAN;

    /** As it is written. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static Type parse(Object written) {
      return Arrays.stream(values())
          .filter(type -> type.word().equals(written))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("expected text, number or boolean"));
    }
  }

  /**
   * Reads a definition: one aggregate with its value or condition, and what belongs to it. It has
   * no name yet.
   *
   * @param written texts, lists and maps, as they are in YAML
   * @throws IllegalArgumentException if it is none; the message says all that is wrong, and what is
   *     possible
   */
  public static FieldDefinition parse(Object written) {
    DefinitionMap map = DefinitionMap.of(written, EXAMPLE);
    boolean hasOnlyKnown = map.hasOnly(KEYS, OtherAggregates::instead);
    List<How> named = Arrays.stream(How.values()).filter(how -> map.has(how.word())).toList();
    Type type = map.read(TYPE, Type::parse);
    Condition where = map.read(WHERE, Condition::parse);
    ValueSource value = null;
    if (named.size() > 1) {
      map.mistake(
          "it has the aggregates %s; expected one, so define a field for each"
              .formatted(words(named, " and ")));
    } else if (named.isEmpty() && hasOnlyKnown) {
      map.mistake("it has no aggregate; expected one of " + words(List.of(How.values()), ", "));
    }
    for (How how : named) {
      if (map.has(TYPE) && !how.hasTypes()) {
        map.mistake(
            "type: it is for first and last; %s is of %s".formatted(how.word(), how.subject()));
      }
      if (!how.isOfConditions()) {
        value =
            map.read(how.word(), how.isOfNumbers() ? ValueSource::ofNumbers : ValueSource::parse);
      } else if (map.has(WHERE)) {
        map.mistake(
            "where: %s has its condition itself; write all lines of it there"
                .formatted(how.word()));
      } else {
        where = map.read(how.word(), FieldDefinition::condition);
      }
    }
    map.check();
    How how = named.get(0);
    return new FieldDefinition(
        "", how, value, how.isOfNumbers() ? Type.NUMBER : type == null ? Type.TEXT : type, where);
  }

  private static Condition condition(Object written) {
    if (!(written instanceof Map)) {
      throw new IllegalArgumentException(
          "it needs a condition, such as {event_type: error}; {properties.plan: exists} is one for"
              + " clicks that have a value");
    }
    return Condition.parse(written);
  }

  private static String words(List<How> hows, String between) {
    return hows.stream().map(How::word).collect(Collectors.joining(between));
  }

  /** The same under a name. */
  public FieldDefinition named(String given) {
    return new FieldDefinition(given, how, value, type, where);
  }

  /** As it is written in YAML, without the name. */
  public String yaml() {
    if (value == null) {
      return "{%s: %s}".formatted(how.word(), where);
    }
    return "{%s: %s%s%s}"
        .formatted(
            how.word(),
            value.yaml(),
            how.hasTypes() && type != Type.TEXT ? ", type: " + type.word() : "",
            where == null ? "" : ", where: " + where);
  }
}
