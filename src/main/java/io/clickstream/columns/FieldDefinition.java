package io.clickstream.columns;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A field of the sessions that {@code session.fields} defines.
 *
 * @param name under {@code fields} in a session: small letters, digits and {@code _}
 * @param how how the clicks' values become the session's
 * @param value of a click; null where a condition alone is asked
 * @param type of the value; a text unless numbers are asked or it says otherwise
 * @param where the clicks that count; for {@link How#COUNT} and {@link How#ANY} there always is one
 */
public record FieldDefinition(
    String name,
    How how,
    @Nullable ValueSource value,
    Type type,
    @Nullable Condition where)
    implements Serializable {

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
  }

  /** What values are. */
  public enum Type {
    TEXT,
    NUMBER,
    BOOLEAN
  }
}
