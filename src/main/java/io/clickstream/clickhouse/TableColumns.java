package io.clickstream.clickhouse;

import io.clickstream.clickhouse.Migrations.MigrationException;
import io.clickstream.columns.Columns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Brings the columns of the sessions table in line with the table of columns: adds those that it
 * lacks, and the views show them. A column of its owner's stays as it is. One that settings defined
 * once and do not define now stays, too, with its values, unless it is to be dropped.
 */
final class TableColumns {

  private final ClickHouse server;
  private final Columns columns;

  /**
   * The outcome, by the names that the views have.
   *
   * @param added columns
   * @param undefined columns that are there and that no setting defines now
   * @param dropped columns, of these or of another type than settings say now
   */
  record Result(List<String> added, List<String> undefined, List<String> dropped) {}

  TableColumns(ClickHouse server, Columns columns) {
    this.server = server;
    this.columns = columns;
  }

  /**
   * Changes what has to be changed.
   *
   * @param drop whether columns are dropped that no setting defines now, and those whose definition
   *     has another type now, which then begin anew without values
   * @throws MigrationException if the definition of a column has another type and nothing is to be
   *     dropped; then nothing was changed
   */
  Result apply(boolean drop) throws InsertException {
    Map<String, String> there = read();
    Map<String, String> types = SessionColumns.types(columns);
    Map<String, String> changed = changed(there, types);
    if (!changed.isEmpty() && !drop) {
      throw new MigrationException(describe(there, changed));
    }
    Map<String, String> undefined = undefined(there, types);
    Map<String, String> dropped = new LinkedHashMap<>();
    if (drop) {
      dropped.putAll(undefined);
      dropped.putAll(changed);
      undefined = Map.of();
    }
    SessionViews views = new SessionViews(server);
    if (!dropped.isEmpty()) {
      // First the views: at no time is there one that asks for a column that is gone.
      views.make(there, dropped.keySet());
      alter(dropped.keySet().stream().map("DROP COLUMN IF EXISTS `%s`"::formatted).toList());
      there.keySet().removeAll(dropped.keySet());
    }
    Map<String, String> added = new LinkedHashMap<>(types);
    added.keySet().removeAll(there.keySet());
    if (!added.isEmpty()) {
      alter(
          added.entrySet().stream()
              .map(
                  each ->
                      "ADD COLUMN IF NOT EXISTS `%s` %s".formatted(each.getKey(), each.getValue()))
              .toList());
      there.putAll(added);
    }
    views.makeIfTheyLack(there, types.keySet());
    return new Result(shown(added), shown(undefined), shown(dropped));
  }

  private Map<String, String> read() throws InsertException {
    Map<String, String> types = new LinkedHashMap<>();
    for (List<String> row :
        server.query(
            "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table ="
                + " '%s' ORDER BY position".formatted(Migrations.TABLE))) {
      types.put(row.get(0), row.get(1));
    }
    return types;
  }

  /** Those of definitions whose type is another one now; with the types that they should have. */
  private static Map<String, String> changed(Map<String, String> there, Map<String, String> types) {
    Map<String, String> changed = new LinkedHashMap<>();
    types.forEach(
        (name, type) -> {
          String found = there.get(name);
          if (found != null
              && SessionColumns.isDefined(name, type)
              && !SessionColumns.isAlike(found, type)) {
            changed.put(name, type);
          }
        });
    return changed;
  }

  private static String describe(Map<String, String> there, Map<String, String> changed) {
    return changed.entrySet().stream()
            .map(
                column ->
                    "%s is %s, expected %s by its definition"
                        .formatted(
                            SessionColumns.shownName(column.getKey(), column.getValue()),
                            there.get(column.getKey()),
                            column.getValue()))
            .collect(Collectors.joining("; "))
        + ": give the changed definition another name, convert the values with ALTER TABLE "
        + Migrations.TABLE
        + " MODIFY COLUMN, or let migrate --drop drop the column with its values and add it anew;"
        + " nothing was changed";
  }

  /** Those of former definitions. */
  private static Map<String, String> undefined(
      Map<String, String> there, Map<String, String> types) {
    Map<String, String> undefined = new LinkedHashMap<>();
    there.forEach(
        (name, type) -> {
          if (!types.containsKey(name) && SessionColumns.isDefined(name, type)) {
            undefined.put(name, type);
          }
        });
    return undefined;
  }

  private void alter(List<String> changes) throws InsertException {
    Migrations.execute(
        server,
        "a change of columns",
        "ALTER TABLE `%s` %s".formatted(Migrations.TABLE, String.join(", ", changes)));
  }

  private static List<String> shown(Map<String, String> types) {
    List<String> names = new ArrayList<>();
    types.forEach((name, type) -> names.add(SessionColumns.shownName(name, type)));
    return names;
  }
}
