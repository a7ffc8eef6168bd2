package io.clickstream.preflight;

import io.clickstream.clickhouse.ClickHouse;
import io.clickstream.clickhouse.InsertException;
import io.clickstream.clickhouse.Migrations;
import io.clickstream.clickhouse.SessionColumns;
import io.clickstream.columns.Columns;
import io.clickstream.config.ClickHouseSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Whether the server takes the loader's rows, and the table keeps all that is in them. */
final class ClickHouseCheck implements Check {

  private static final String TABLE = "clickhouse.table";
  private static final String DATABASE = "clickhouse.database";

  private static final int UNKNOWN_DATABASE = 81;
  private static final int NO_DATA_TO_INSERT = 108;
  private static final int AUTHENTICATION_FAILED = 516;
  private static final int ACCESS_DENIED = 497;

  private static final String MIGRATE = "run clickstream migrate with the same settings";

  private final ClickHouseSettings target;
  private final Columns columns;

  ClickHouseCheck(ClickHouseSettings target, Columns columns) {
    this.target = target;
    this.columns = columns;
  }

  @Override
  public String name() {
    return "clickhouse.url";
  }

  @Override
  public void run(Findings findings) {
    try (ClickHouse server = ClickHouse.connect(target)) {
      findings.ok(name(), "the server runs " + server.query("SELECT version()").get(0).get(0));
      checkTable(server, findings);
    } catch (InsertException e) {
      report(e, findings);
    }
  }

  private void report(InsertException e, Findings findings) {
    switch (e.code()) {
      case AUTHENTICATION_FAILED ->
          findings.error(
              "clickhouse.user",
              "the server does not accept " + target.user() + " with this password",
              "correct clickhouse.user, and CLICKSTREAM_CLICKHOUSE_PASSWORD");
      case UNKNOWN_DATABASE ->
          findings.error(DATABASE, "there is no database " + target.database(), MIGRATE);
      default -> {
        if (e.code() == 0 && e.kind() == InsertException.Kind.TEMPORARY) {
          findings.error(
              name(),
              "no server answers at " + target.url() + ": " + e.getMessage(),
              "start ClickHouse, or correct the address: it is that of the HTTP interface, port 8123"
                  + " or 8443");
        } else {
          findings.error(name(), String.valueOf(e.getMessage()), "correct what the message says");
        }
      }
    }
  }

  private void checkTable(ClickHouse server, Findings findings) throws InsertException {
    String where =
        " WHERE database = '%s' AND %s = '%s'".formatted(target.database(), "%s", target.table());
    List<List<String>> tables =
        server.query("SELECT engine, engine_full FROM system.tables" + where.formatted("name"));
    if (tables.isEmpty()) {
      reportMissing(server, findings);
      return;
    }
    String engine = tables.get(0).get(0);
    String full = tables.get(0).get(1);
    if (!engine.endsWith("ReplacingMergeTree") || !full.contains("revision, is_deleted)")) {
      findings.error(
          TABLE,
          "%s is a %s; expected ReplacingMergeTree(revision, is_deleted), or readers see every revision"
              .formatted(table(), full.isEmpty() ? engine : full),
          "make it as config/clickhouse/001_sessions.sql does");
    }
    checkColumns(server, where.formatted("table"), findings);
    checkVersion(server, findings);
    checkInsert(server, findings);
  }

  private void reportMissing(ClickHouse server, Findings findings) throws InsertException {
    String databases = "SELECT name FROM system.databases WHERE name = '%s'";
    if (server.query(databases.formatted(target.database())).isEmpty()) {
      findings.error(DATABASE, "there is no database " + target.database(), MIGRATE);
    } else {
      findings.error(TABLE, "there is no table " + table(), MIGRATE);
    }
  }

  private void checkColumns(ClickHouse server, String where, Findings findings)
      throws InsertException {
    Map<String, String> found = new TreeMap<>();
    for (List<String> column : server.query("SELECT name, type FROM system.columns" + where)) {
      found.put(column.get(0), column.get(1));
    }
    Map<String, String> types = SessionColumns.types(columns);
    List<String> missing = new ArrayList<>();
    List<String> redefined = new ArrayList<>();
    List<String> other = new ArrayList<>();
    types.forEach(
        (name, type) -> {
          String actual = found.get(name);
          String shown = SessionColumns.shownName(name, type);
          if (actual == null) {
            missing.add(shown + " is missing");
          } else if (SessionColumns.isDefined(name, type)) {
            if (!SessionColumns.isAlike(actual, type)) {
              redefined.add("%s is %s, expected %s".formatted(shown, actual, type));
            }
          } else if (!actual.replace(" ", "").equals(type.replace(" ", ""))) {
            other.add(name + " is " + actual + " instead of " + type);
          }
        });
    if (!missing.isEmpty()) {
      findings.error(
          TABLE,
          "%s lacks columns, whose values would be dropped: %s"
              .formatted(table(), String.join(", ", missing)),
          MIGRATE);
    }
    if (!redefined.isEmpty()) {
      findings.error(
          TABLE,
          "columns of %s have other types than their definitions: %s"
              .formatted(table(), String.join(", ", redefined)),
          "give the changed definition another name, or " + MIGRATE + " and --drop");
    }
    if (!other.isEmpty()) {
      findings.warning(
          TABLE,
          "columns have other types than ours, and may refuse rows: " + String.join(", ", other),
          "compare with config/clickhouse");
    }
    if (missing.isEmpty() && redefined.isEmpty() && other.isEmpty()) {
      findings.ok(TABLE, table() + " has all columns");
    }
    tellOfUndefined(found, types, findings);
  }

  private void tellOfUndefined(
      Map<String, String> found, Map<String, String> types, Findings findings) {
    List<String> undefined = new ArrayList<>();
    found.forEach(
        (name, type) -> {
          if (!types.containsKey(name) && SessionColumns.isDefined(name, type)) {
            undefined.add(SessionColumns.shownName(name, type));
          }
        });
    if (!undefined.isEmpty()) {
      findings.info(
          TABLE,
          "%s has columns that no setting defines any more, which stay as they are: %s"
              .formatted(table(), String.join(", ", undefined)));
    }
  }

  /** Of tables that were made by the files of this project. */
  private void checkVersion(ClickHouse server, Findings findings) throws InsertException {
    String ledger =
        "SELECT name FROM system.tables WHERE database = '%s' AND name = 'schema_migrations'"
            .formatted(target.database());
    if (server.query(ledger).isEmpty()) {
      return;
    }
    List<String> applied =
        server
            .query(
                "SELECT name FROM `%s`.schema_migrations ORDER BY name"
                    .formatted(target.database()))
            .stream()
            .map(row -> row.get(0))
            .toList();
    List<String> missing =
        Migrations.FILES.stream().filter(file -> !applied.contains(file)).toList();
    if (missing.isEmpty()) {
      findings.ok(DATABASE, "the schema is that of " + applied.get(applied.size() - 1));
    } else {
      findings.error(
          DATABASE,
          target.database() + " lacks the migrations " + String.join(", ", missing),
          MIGRATE);
    }
  }

  /** Without any row. */
  private void checkInsert(ClickHouse server, Findings findings) throws InsertException {
    try {
      server.insert(List.of());
    } catch (InsertException e) {
      if (e.code() == NO_DATA_TO_INSERT) {
        return;
      }
      if (e.code() != ACCESS_DENIED) {
        throw e;
      }
      findings.error(
          "clickhouse.user",
          "%s may not insert into %s".formatted(target.user(), table()),
          "GRANT INSERT ON %s TO %s".formatted(table(), target.user()));
    }
  }

  private String table() {
    return target.database() + "." + target.table();
  }
}
