package io.clickstream.columns;

import io.clickstream.columns.Aggregate.Distinct;
import io.clickstream.columns.Aggregate.First;
import io.clickstream.columns.Aggregate.Last;
import io.clickstream.columns.Aggregate.Marked;
import io.clickstream.columns.Aggregate.Max;
import io.clickstream.columns.Aggregate.Min;
import io.clickstream.columns.Aggregate.Reached;
import io.clickstream.columns.Aggregate.Sum;
import io.clickstream.columns.Aggregate.Texts;
import io.clickstream.columns.ColumnsBuilder.SetColumn;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The fields and goals that settings define, as entries of the table. */
final class DefinedColumns {

  /** Of more texts, the smallest are kept. */
  static final int MAX_TEXTS = 100;

  /** Different texts are counted exactly up to here. */
  static final int MAX_DISTINCT = 1_000;

  static final String FIELDS = "fields.";
  static final String GOALS = "goals.";

  private DefinedColumns() {}

  static void addFields(ColumnsBuilder table, Definitions definitions) {
    for (FieldDefinition field : definitions.fields()) {
      add(table, field);
    }
  }

  private static void add(ColumnsBuilder table, FieldDefinition field) {
    String name = FIELDS + field.name();
    String meaning = meaning(field);
    switch (field.how()) {
      case COUNT ->
          table.number(
              name, new Marked(table.mark(Objects.requireNonNull(field.where()))), meaning);
      case ANY ->
          table.flag(name, new Marked(table.mark(Objects.requireNonNull(field.where()))), meaning);
      case FIRST -> typed(table, field, name, new First(source(table, field), null), meaning);
      case LAST -> typed(table, field, name, new Last(source(table, field), null), meaning);
      case MIN -> table.decimal(name, new Min(source(table, field)), meaning);
      case MAX -> table.decimal(name, new Max(source(table, field)), meaning);
      case SUM -> table.decimal(name, new Sum(source(table, field)), meaning);
      case SET -> {
        SetColumn texts = table.set(name, new Texts(source(table, field), MAX_TEXTS), meaning);
        table
            .made(
                Definitions.truncated(name),
                ColumnType.BOOLEAN,
                "There were more texts than are kept.")
            .publish((s, out) -> out.bool(texts.of(s.values()).isTruncated()));
      }
      case DISTINCT ->
          table.number(name, new Distinct(source(table, field), null, MAX_DISTINCT), meaning);
    }
  }

  private static void typed(
      ColumnsBuilder table, FieldDefinition field, String name, Aggregate how, String meaning) {
    ColumnsBuilder.Entry entry = table.text(name, how, meaning);
    if (field.type() == FieldDefinition.Type.NUMBER) {
      entry.as(ColumnType.DECIMAL);
    } else if (field.type() == FieldDefinition.Type.BOOLEAN) {
      entry.asFlag();
    }
  }

  private static Source source(ColumnsBuilder table, FieldDefinition field) {
    Reading reading =
        field.how().isOfNumbers() || field.type() == FieldDefinition.Type.NUMBER
            ? Reading.DECIMAL
            : field.type() == FieldDefinition.Type.BOOLEAN ? Reading.FLAG : Reading.TEXT;
    return table.source(
        new DefinedValue(
            FIELDS + field.name(), Objects.requireNonNull(field.value()), reading, field.where()));
  }

  private static String meaning(FieldDefinition field) {
    String how = field.how().name().toLowerCase(Locale.ROOT);
    Condition where = field.where();
    String of = field.value() == null ? "" : " of " + field.value();
    return "By your definition: %s%s%s.".formatted(how, of, where == null ? "" : " where " + where);
  }

  static void addGoals(ColumnsBuilder table, Definitions definitions) {
    for (GoalDefinition goal : definitions.goals()) {
      String name = GOALS + goal.name();
      Condition where = goal.where();
      table.goal(
          name,
          new Reached(
              table.mark(where),
              source(table, name + ".value", goal.value(), Reading.DECIMAL, where),
              source(table, name + ".currency", goal.currency(), Reading.CODE, where),
              source(table, name + ".once-per", goal.oncePer(), Reading.ID, where)),
          "By your definition: clicks where %s.".formatted(where));
    }
  }

  private static @Nullable Source source(
      ColumnsBuilder table,
      String name,
      @Nullable ValueSource from,
      Reading reading,
      @Nullable Condition where) {
    return from == null ? null : table.source(new DefinedValue(name, from, reading, where));
  }
}
