package io.clickstream.clickhouse;

import io.clickstream.columns.Column;
import io.clickstream.columns.Columns;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The columns of the sessions table in ClickHouse, which follow from the table of columns. */
public final class SessionColumns {

  /** Those whose type says more than that of all others of their kind. */
  private static final Map<String, String> OVERRIDES =
      Map.of(
          // What ReplacingMergeTree asks for.
          "is_deleted", "UInt8",
          // Half the size, in every row of every query that folds revisions.
          "revision", "UInt32");

  private SessionColumns() {}

  /** The type of each column of a table, in its order. */
  public static Map<String, String> types(Columns columns) {
    Map<String, String> types = new LinkedHashMap<>();
    for (Column column : columns.all()) {
      types.put(column.name(), type(column));
    }
    return Collections.unmodifiableMap(types);
  }

  private static String type(Column column) {
    String override = OVERRIDES.get(column.name());
    if (override != null) {
      return override;
    }
    return switch (column.type()) {
      case ID, TEXT -> repeating(column, nullable(column, "String"));
      case WORD -> "LowCardinality(" + nullable(column, "String") + ")";
      case INTEGER -> nullable(column, "UInt64");
      case TIME -> nullable(column, "DateTime64(3, 'UTC')");
      case BOOLEAN -> nullable(column, "Bool");
      // Prices have at most 18 decimals.
      case DECIMAL -> nullable(column, "Decimal(38, 18)");
      case DECIMALS -> "Map(LowCardinality(String), Decimal(38, 18))";
      case INTEGERS -> "Map(LowCardinality(String), UInt64)";
      case PRODUCTS -> "Array(Tuple(id String, views UInt64, cart_adds UInt64, purchases UInt64))";
      case TEXTS, GOAL -> throw new UnsupportedOperationException(column.name());
    };
  }

  private static String nullable(Column column, String type) {
    return column.nullable() ? "Nullable(" + type + ")" : type;
  }

  private static String repeating(Column column, String type) {
    return column.repeats() ? "LowCardinality(" + type + ")" : type;
  }
}
