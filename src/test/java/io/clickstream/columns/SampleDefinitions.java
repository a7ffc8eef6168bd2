package io.clickstream.columns;

import io.clickstream.columns.Definitions.Bounce;
import io.clickstream.columns.Definitions.Engaged;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.FieldDefinition.Type;
import io.clickstream.model.Goal;
import io.clickstream.model.TextSet;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** One field of each aggregate and type, and two goals. */
public final class SampleDefinitions {

  /** Clicks of a type. */
  private static final Condition ERRORS = Condition.parse(Map.of("event_type", "error"));

  private static final Condition PURCHASES = Condition.parse(Map.of("event_type", "purchase"));

  /** All of them. */
  public static final Definitions ALL =
      new Definitions(
          List.of(
              field("plan", How.LAST, Type.TEXT),
              field("score", How.FIRST, Type.NUMBER),
              field("trial", How.LAST, Type.BOOLEAN),
              field("fastest", How.MIN, Type.NUMBER),
              field("scroll", How.MAX, Type.NUMBER),
              field("items", How.SUM, Type.NUMBER),
              new FieldDefinition("errors", How.COUNT, null, Type.TEXT, ERRORS),
              new FieldDefinition("failed", How.ANY, null, Type.TEXT, ERRORS),
              field("experiments", How.SET, Type.TEXT),
              field("tags", How.SET, Type.TEXT),
              field("screens", How.DISTINCT, Type.TEXT)),
          List.of(
              new GoalDefinition(
                  "order",
                  PURCHASES,
                  value("properties.total"),
                  value("properties.currency"),
                  value("properties.order")),
              new GoalDefinition("signup", ERRORS, null, null, null)),
          null,
          Engaged.GA4,
          Bounce.SINGLE_VIEW);

  /** Their table. */
  public static final Columns COLUMNS = Columns.of(ALL);

  private SampleDefinitions() {}

  /** Definitions of fields alone. */
  public static Definitions withFields(FieldDefinition... fields) {
    return new Definitions(List.of(fields), List.of(), null, Engaged.GA4, Bounce.SINGLE_VIEW);
  }

  /** A field of the property of the same name. */
  public static FieldDefinition field(String name, How how, Type type) {
    return new FieldDefinition(name, how, value("properties." + name), type, null);
  }

  /** A place in the click. */
  public static ValueSource value(String path) {
    return new ValueSource(null, FieldSource.parse(path));
  }

  /** A session that has something of everything. */
  public static ValuesBuilder full() {
    return empty()
        .text("fields.plan", "pro")
        .text("fields.score", "-7.25")
        .text("fields.trial", "true")
        .decimal("fields.fastest", new BigDecimal("0.50"))
        .decimal("fields.scroll", new BigDecimal("1E+2"))
        .decimal("fields.items", new BigDecimal("9".repeat(38) + "." + "9".repeat(18)))
        .number("fields.errors", 3)
        .number("fields.failed", 1)
        .set("fields.experiments", new TextSet(List.of("a", "b"), true))
        .set("fields.tags", new TextSet(List.of("\"x\", {y}"), false))
        .number("fields.screens", 4)
        .goal("goals.order", new Goal(2, new BigDecimal("120.00"), "EUR", 1_704_067_201_000L))
        .goal("goals.signup", Goal.NOT_REACHED);
  }

  /** A session that has nothing of what is defined. */
  public static ValuesBuilder empty() {
    return ValuesBuilder.values(COLUMNS);
  }
}
