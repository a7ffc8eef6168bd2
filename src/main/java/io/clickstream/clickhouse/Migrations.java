package io.clickstream.clickhouse;

import io.clickstream.columns.Columns;
import io.clickstream.config.UserErrorException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The numbered files of {@code config/clickhouse}, applied in order and once, then the columns of
 * the table of columns that the sessions table still lacks. A file that was applied never changes;
 * what it made is changed by the next one. Nothing is dropped unless that is asked for.
 */
public final class Migrations {

  /** In order; the JAR has them. */
  public static final List<String> FILES =
      List.of(
          "001_sessions.sql",
          "002_sessions_latest.sql",
          "003_sessions_hourly.sql",
          "004_loader_metrics.sql",
          "005_bounces_and_orders.sql",
          "006_click_ids.sql",
          "007_engagement_and_goals.sql");

  /** The name that they give the loader's table. */
  static final String TABLE = "sessions";

  private static final Pattern END = Pattern.compile(";\\s*(?:\\n|$)");

  private static final String LEDGER =
      """
      CREATE TABLE IF NOT EXISTS `schema_migrations`
      (
          name       String,
          checksum   String,
          applied_at DateTime DEFAULT now()
      )
      ENGINE = MergeTree ORDER BY name
      """;

  /**
   * The outcome.
   *
   * @param applied files
   * @param present files that were there
   * @param columns of the sessions table
   */
  record Result(List<String> applied, List<String> present, TableColumns.Result columns) {}

  /** The state of a database is not what the files say. */
  static final class MigrationException extends UserErrorException {
    private static final long serialVersionUID = 1L;

    MigrationException(String message) {
      super(message);
    }
  }

  private Migrations() {}

  /**
   * Applies what is missing.
   *
   * @param columns those that the loader writes
   * @param drop whether columns are dropped that no setting defines any more
   * @throws MigrationException if a file that was applied has changed, one is not accepted, or a
   *     column has another type
   */
  static Result apply(ClickHouse server, Columns columns, boolean drop) throws InsertException {
    server.execute(LEDGER);
    Map<String, String> ledger = new TreeMap<>();
    for (List<String> row : server.query("SELECT name, checksum FROM `schema_migrations`")) {
      ledger.put(row.get(0), row.get(1));
    }
    List<String> applied = new ArrayList<>();
    List<String> present = new ArrayList<>();
    for (String file : FILES) {
      String text = text(file);
      String checksum = checksum(text);
      String known = ledger.get(file);
      if (known == null) {
        apply(server, file, text, checksum);
        applied.add(file);
      } else if (known.equals(checksum)) {
        present.add(file);
      } else {
        throw new MigrationException(
            file
                + " was applied with another content than this release has; expected that a file"
                + " never changes: use the JAR that applied it, or compare both and correct the row"
                + " of schema_migrations");
      }
    }
    return new Result(applied, present, new TableColumns(server, columns).apply(drop));
  }

  /** Every statement can be repeated: what broke off begins anew. */
  private static void apply(ClickHouse server, String file, String text, String checksum)
      throws InsertException {
    for (String statement : statements(text)) {
      execute(server, file, statement);
    }
    server.execute(
        "INSERT INTO `schema_migrations` (name, checksum) VALUES ('%s', '%s')"
            .formatted(file, checksum));
  }

  /**
   * Runs one statement.
   *
   * @param what it is, for the message
   * @throws MigrationException if it is not accepted
   */
  static void execute(ClickHouse server, String what, String statement) throws InsertException {
    try {
      server.execute(statement);
    } catch (InsertException e) {
      if (e.kind() == InsertException.Kind.TEMPORARY) {
        throw e;
      }
      throw new MigrationException(what + " is not accepted: " + e.getMessage());
    }
  }

  /** Each ends with a semicolon at the end of a line. */
  static List<String> statements(String text) {
    return END.splitAsStream(text)
        .filter(
            statement ->
                statement.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("--")))
        .map(String::strip)
        .toList();
  }

  static String text(String file) {
    try (InputStream in = Migrations.class.getResourceAsStream("/clickhouse/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the JAR lacks clickhouse/" + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String checksum(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
