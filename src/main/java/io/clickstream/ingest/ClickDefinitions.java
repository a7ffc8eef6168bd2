package io.clickstream.ingest;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.columns.Condition;
import io.clickstream.columns.DefinedValue;
import io.clickstream.columns.FieldPath;
import io.clickstream.columns.FieldSource;
import io.clickstream.config.MissingWords;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a click that definitions read: values, and conditions that it may fulfil.
 *
 * @param values in the order of the table
 * @param conditions those that clicks are marked by, and behind them others, which decide whether a
 *     value counts
 * @param marks how many clicks are marked by
 */
public record ClickDefinitions(List<Value> values, ClickConditions conditions, int marks)
    implements Serializable {

  /** In place of an index. */
  public static final int NONE = -1;

  /**
   * One value.
   *
   * @param field of the click
   * @param ofText the text of the click that it is where it counts, or {@link #NONE}
   * @param slots places where it is looked for, of which the first that has a value counts; none if
   *     it is a text of the click
   * @param from the field of ours whose place it is, or null
   * @param condition without which it does not count, or {@link #NONE}
   */
  public record Value(
      ClickField field, int ofText, int[] slots, @Nullable ClickField from, int condition)
      implements Serializable {}

  public ClickDefinitions {
    values = List.copyOf(values);
  }

  /** The values that a table defines. */
  static List<DefinedValue> values(Columns table) {
    List<DefinedValue> values = new ArrayList<>();
    table
        .added()
        .forEach(
            source -> {
              DefinedValue value = table.defined(source.index());
              if (value != null) {
                values.add(value);
              }
            });
    return values;
  }

  /** All conditions that a table needs; those that clicks are marked by are the first. */
  static List<Condition> conditions(Columns table) {
    List<Condition> conditions = new ArrayList<>(table.conditions());
    for (DefinedValue value : values(table)) {
      if (value.where() != null && !conditions.contains(value.where())) {
        conditions.add(value.where());
      }
    }
    return conditions;
  }

  /**
   * The parts of records that the definitions of a table read; null if there are none.
   *
   * @throws IllegalArgumentException naming a value or a condition that needs what is not in the
   *     records
   */
  static @Nullable ClickDefinitions of(
      Columns table,
      ClickFields fields,
      FieldMapping mapping,
      MissingWords missing,
      SlotTests.Compiler compiler) {
    List<Condition> conditions = conditions(table);
    List<ClickField> defined = fields.defined();
    if (conditions.isEmpty() && defined.isEmpty()) {
      return null;
    }
    List<Value> values = new ArrayList<>();
    for (ClickField field : defined) {
      DefinedValue definition = Objects.requireNonNull(field.definition());
      ClickField text = definition.ofText();
      values.add(
          new Value(
              field,
              text == null ? NONE : text.text(),
              text == null ? slots(definition, mapping) : new int[0],
              definition.from().field(),
              definition.where() == null ? NONE : conditions.indexOf(definition.where())));
    }
    return new ClickDefinitions(
        values, ClickConditions.of(conditions, missing, compiler), table.conditions().size());
  }

  private static int[] slots(DefinedValue value, FieldMapping mapping) {
    ClickField field = value.from().field();
    if (field != null) {
      requireInRecord(value, field, mapping.source(field));
      return new int[] {field.index()};
    }
    FieldSource paths = value.from().paths();
    if (paths == null || paths.canBeKafka() || paths.inRecord().isEmpty()) {
      throw new IllegalArgumentException(
          "session.%s: expected paths in the record, found %s".formatted(value.name(), paths));
    }
    List<FieldPath> all = paths.inRecord();
    return all.stream().mapToInt(mapping::slotOf).toArray();
  }

  private static void requireInRecord(
      DefinedValue value, ClickField field, @Nullable FieldSource source) {
    if (source == null) {
      throw new IllegalArgumentException(
          "session.%s: %s is in no record, as no setting maps it; set ingest.fields.%s, or name a path"
              .formatted(value.name(), field.name(), field.name()));
    }
    if (source instanceof FieldSource.KafkaTimestamp) {
      throw new IllegalArgumentException(
          "session.%s: %s is Kafka's time, which is no value of a record; name a path"
              .formatted(value.name(), field.name()));
    }
  }
}
