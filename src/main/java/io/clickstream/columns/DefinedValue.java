package io.clickstream.columns;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A value that definitions read from clicks, beside the fields that every click has.
 *
 * @param name of the field of the click, such as {@code fields.plan}
 * @param from where it is
 * @param reading how it is read
 * @param where only clicks that fulfil it have the value; null for all
 */
public record DefinedValue(
    String name, ValueSource from, Reading reading, @Nullable Condition where)
    implements Serializable {

  /**
   * The field of ours whose text is the value, so that the record is not read twice for it. Null if
   * there is none.
   */
  public @Nullable ClickField ofText() {
    ClickField field = from.field();
    boolean isText =
        field != null && field.isText() && (reading == Reading.TEXT || reading == field.reading());
    return isText ? field : null;
  }

  /** Names what is read, in every version: a value that is read in another way is another one. */
  String key() {
    String value = "%s as %s".formatted(from.yaml(), reading);
    return where == null ? value : value + " where " + where;
  }
}
