package io.clickstream.columns;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A goal that {@code session.goals} defines.
 *
 * @param name under {@code goals} in a session: small letters, digits and {@code _}; empty before
 *     it is {@link #named}
 * @param where the clicks that reach it
 * @param value a number that such a click is worth, or null
 * @param currency of the value, or null
 * @param oncePer of clicks that have the same text here only the first counts; null if all count
 */
public record GoalDefinition(
    String name,
    Condition where,
    @Nullable ValueSource value,
    @Nullable ValueSource currency,
    @Nullable ValueSource oncePer)
    implements Serializable {

  /** A definition that is right, for messages. */
  public static final String EXAMPLE = "{where: {event_type: signup_completed}}";

  private static final String WHERE = "where";
  private static final String VALUE = "value";
  private static final String CURRENCY = "currency";
  private static final String ONCE_PER = "once-per";

  private static final List<String> KEYS = List.of(WHERE, VALUE, CURRENCY, ONCE_PER);

  /**
   * Reads a definition. It has no name yet.
   *
   * @param written texts, lists and maps, as they are in YAML
   * @throws IllegalArgumentException if it is none; the message says all that is wrong
   */
  public static GoalDefinition parse(Object written) {
    DefinitionMap map = DefinitionMap.of(written, EXAMPLE);
    map.hasOnly(KEYS, key -> null);
    Condition where = map.read(WHERE, Condition::parse);
    ValueSource value = map.read(VALUE, ValueSource::ofNumbers);
    ValueSource currency = map.read(CURRENCY, ValueSource::parse);
    ValueSource oncePer = map.read(ONCE_PER, ValueSource::parse);
    if (!map.has(WHERE)) {
      map.mistake("it has no where, which says what clicks reach the goal: " + EXAMPLE);
    }
    if (map.has(CURRENCY) && !map.has(VALUE)) {
      map.mistake("currency: it is that of a value, and there is none; add value, or remove it");
    }
    map.check();
    return new GoalDefinition("", Objects.requireNonNull(where), value, currency, oncePer);
  }

  /** The same under a name. */
  public GoalDefinition named(String given) {
    return new GoalDefinition(given, where, value, currency, oncePer);
  }

  /** As it is written in YAML, without the name. */
  public String yaml() {
    return "{%s: %s%s%s%s}"
        .formatted(
            WHERE, where, part(VALUE, value), part(CURRENCY, currency), part(ONCE_PER, oncePer));
  }

  private static String part(String key, @Nullable ValueSource source) {
    return source == null ? "" : ", %s: %s".formatted(key, source.yaml());
  }
}
