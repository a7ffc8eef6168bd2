package io.clickstream.ingest;

import io.clickstream.columns.Aggregate;
import io.clickstream.columns.ClickField;
import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Column;
import io.clickstream.columns.Columns;
import io.clickstream.columns.Condition;
import io.clickstream.columns.CutDefinitions;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.Engagement;
import io.clickstream.columns.FieldDefinition;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.FieldDefinition.Type;
import io.clickstream.columns.FieldSource;
import io.clickstream.columns.GoalDefinition;
import io.clickstream.columns.Source;
import io.clickstream.columns.ValueSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Definitions for the tests of records, and where clicks have what they read. */
public final class DefinitionSamples {

  private final List<FieldDefinition> fields = new ArrayList<>();
  private final List<GoalDefinition> goals = new ArrayList<>();
  private @Nullable Engagement engagement;
  private CutDefinitions cuts = CutDefinitions.NONE;

  /** A field of ours, a path, or a list of paths. */
  public static ValueSource value(Object written) {
    ClickField field = ClickFields.of(Columns.BUILT_IN).named(String.valueOf(written));
    return field == null
        ? new ValueSource(null, FieldSource.parse(written))
        : new ValueSource(field, null);
  }

  private static @Nullable Condition condition(@Nullable Map<String, ?> where) {
    return where == null ? null : Condition.parse(where);
  }

  /** The last value of a type. */
  public DefinitionSamples last(String name, Type type, Object from) {
    return field(name, How.LAST, type, from, null);
  }

  /** A field that has a value. */
  public DefinitionSamples field(
      String name, How how, Type type, Object from, @Nullable Map<String, ?> where) {
    fields.add(new FieldDefinition(name, how, value(from), type, condition(where)));
    return this;
  }

  /** A field that counts. */
  public DefinitionSamples count(String name, Map<String, ?> where) {
    fields.add(new FieldDefinition(name, How.COUNT, null, Type.TEXT, condition(where)));
    return this;
  }

  /** A goal with what clicks are worth, the currency and the text by which it counts once. */
  public DefinitionSamples goal(
      String name,
      Map<String, ?> where,
      @Nullable Object value,
      @Nullable Object currency,
      @Nullable Object oncePer) {
    goals.add(
        new GoalDefinition(
            name,
            Condition.parse(where),
            value == null ? null : value(value),
            currency == null ? null : value(currency),
            oncePer == null ? null : value(oncePer)));
    return this;
  }

  /** Engaged time that clicks say. */
  public DefinitionSamples milliseconds(Object from) {
    engagement = new Engagement.Milliseconds(value(from));
    return this;
  }

  /** Cuts at other values, and by conditions. */
  public DefinitionSamples cut(
      List<String> onChange,
      @Nullable Map<String, ?> startAt,
      @Nullable Map<String, ?> endAfter,
      @Nullable Map<String, ?> passive) {
    cuts =
        new CutDefinitions(
            false,
            null,
            onChange.stream().map(DefinitionSamples::value).toList(),
            condition(startAt),
            condition(endAfter),
            null,
            condition(passive),
            CutDefinitions.MAX_WAITING);
    return this;
  }

  /** The table. */
  public Columns table() {
    return Columns.of(
        new Definitions(
                fields, goals, engagement, Definitions.Engaged.GA4, Definitions.Bounce.SINGLE_VIEW)
            .with(cuts));
  }

  /** Where clicks have the values that a column is made of. */
  public static int text(Columns table, String column) {
    return source(table, column).index();
  }

  private static Source source(Columns table, String column) {
    Aggregate aggregate = column(table, column).aggregate();
    if (aggregate instanceof Aggregate.Last last) {
      return last.source();
    }
    if (aggregate instanceof Aggregate.First first) {
      return first.source();
    }
    if (aggregate instanceof Aggregate.Sum sum) {
      return sum.source();
    }
    if (aggregate instanceof Aggregate.Max max) {
      return max.source();
    }
    if (aggregate instanceof Aggregate.Texts texts) {
      return texts.source();
    }
    throw new NoSuchElementException(column + " has no values");
  }

  /** What a goal is made of. */
  public static Aggregate.Reached goal(Columns table, String column) {
    if (column(table, column).aggregate() instanceof Aggregate.Reached reached) {
      return reached;
    }
    throw new NoSuchElementException(column + " is no goal");
  }

  private static Column column(Columns table, String name) {
    return table.all().stream()
        .filter(column -> column.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
