package io.clickstream.clickhouse;

import io.clickstream.columns.Column;
import io.clickstream.columns.ColumnType;
import io.clickstream.columns.Columns;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The columns of the sessions table in ClickHouse, which follow from the table of columns.
 *
 * <p>What settings define has the name that it has in the topic, with dots: {@code fields.plan},
 * {@code goals.order.value}. Only texts of a set are stored as {@code fields_experiments}, which
 * the view shows as {@code fields.experiments}: ClickHouse takes arrays with one name before the
 * dot for the parts of one {@code Nested}, and refuses rows in which they have different lengths.
 */
public final class SessionColumns {

  /** Those whose type says more than that of all others of their kind. */
  private static final Map<String, String> OVERRIDES =
      Map.of(
          // ReplacingMergeTree asks for it.
          "is_deleted",
          "UInt8",
          // Half the size, in every row of every query that folds revisions.
          "revision",
          "UInt32",
          // Rows from before may have none, under any settings.
          "engaged_ms",
          "Nullable(UInt64)");

  /** Whole digits and decimals of any value, and of a sum of a billion of them. */
  private static final String WIDE = "Nullable(Decimal(76, 18))";

  private static final String TEXTS = "Array(String)";
  private static final String CONVERTED = "converted";

  private static final Pattern STORED_SET = Pattern.compile("fields_([a-z][a-z0-9_]*)");
  private static final Pattern GOAL = Pattern.compile("goals\\.([a-z][a-z0-9_]*)\\.count");
  private static final Pattern DEFINED = Pattern.compile("(fields|goals)\\..+");

  private SessionColumns() {}

  /** The type of each column of a table, in its order. */
  public static Map<String, String> types(Columns columns) {
    Map<String, String> types = new LinkedHashMap<>();
    for (Column column : columns.all()) {
      if (column.type() == ColumnType.GOAL) {
        goal(column.name()).forEach(types::put);
      } else if (column.type() == ColumnType.TEXTS) {
        types.put(column.name().replace('.', '_'), TEXTS);
      } else {
        types.put(column.name(), type(column));
      }
    }
    return Collections.unmodifiableMap(types);
  }

  private static Map<String, String> goal(String name) {
    Map<String, String> types = new LinkedHashMap<>();
    types.put(name + ".count", "UInt64");
    types.put(name + ".value", WIDE);
    types.put(name + ".currency", "LowCardinality(Nullable(String))");
    types.put(name + ".first_at", "Nullable(DateTime64(3, 'UTC'))");
    return types;
  }

  private static String type(Column column) {
    String override = OVERRIDES.get(column.name());
    if (override != null) {
      return override;
    }
    boolean isDefined = column.object() != null || column.name().equals(CONVERTED);
    return switch (column.type()) {
      case ID, TEXT -> repeating(column, nullable(column, "String"));
      case WORD -> "LowCardinality(" + nullable(column, "String") + ")";
      case INTEGER -> nullable(column, "UInt64");
      case TIME -> nullable(column, "DateTime64(3, 'UTC')");
      // Rows of before the definition say neither yes nor no.
      case BOOLEAN -> isDefined ? "Nullable(Bool)" : nullable(column, "Bool");
      // Prices have at most 18 decimals.
      case DECIMAL -> isDefined ? WIDE : nullable(column, "Decimal(38, 18)");
      case DECIMALS -> "Map(LowCardinality(String), Decimal(38, 18))";
      case INTEGERS -> "Map(LowCardinality(String), UInt64)";
      case PRODUCTS -> "Array(Tuple(id String, views UInt64, cart_adds UInt64, purchases UInt64))";
      case TEXTS, GOAL -> throw new IllegalStateException(column.name() + " is no single column");
    };
  }

  private static String nullable(Column column, String type) {
    return column.nullable() ? "Nullable(" + type + ")" : type;
  }

  private static String repeating(Column column, String type) {
    return column.repeats() ? "LowCardinality(" + type + ")" : type;
  }

  /** Whether settings, not this project, define a column that has this name in ClickHouse. */
  public static boolean isDefined(String name, String type) {
    return name.equals(CONVERTED)
        || DEFINED.matcher(name).matches()
        || (STORED_SET.matcher(name).matches() && type.equals(TEXTS));
  }

  /** Whether a column of a type takes and gives the values of another one. */
  public static boolean isAlike(String type, String other) {
    return plain(type).equals(plain(other));
  }

  /** Without what makes a column smaller. */
  private static String plain(String type) {
    String plain = type.replace(" ", "");
    String dictionary = "LowCardinality(";
    return plain.startsWith(dictionary)
        ? plain.substring(dictionary.length(), plain.length() - 1)
        : plain;
  }

  /** How the view names a column: as the topic does. */
  public static String shownName(String name, String type) {
    Matcher stored = STORED_SET.matcher(name);
    return stored.matches() && type.equals(TEXTS) ? "fields." + stored.group(1) : name;
  }

  /** The goals of which a table has all columns. */
  static List<String> goals(Set<String> columns) {
    List<String> goals = new ArrayList<>();
    for (String column : columns) {
      Matcher goal = GOAL.matcher(column);
      if (goal.matches() && columns.containsAll(goal("goals." + goal.group(1)).keySet())) {
        goals.add(goal.group(1));
      }
    }
    return goals;
  }
}
