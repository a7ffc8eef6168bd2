package io.clickstream.clickhouse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The views that depend on which columns the sessions table has: {@code sessions_latest} with all
 * columns under the names of the topic, and, where there are goals, {@code goals_latest} with a row
 * for each goal and what {@code goals_hourly} is computed by.
 */
final class SessionViews {

  /** A view has the columns that its table had when it was made, with their types. */
  private static final String LATEST = "sessions_latest";

  private static final String GOALS = "goals_latest";
  private static final String GOALS_REFRESH = "goals_hourly_refresh";
  private static final String GOALS_FILE = "goals.sql";

  /** Where the file has a line for each goal. */
  private static final String GOALS_LIST = "/* goals */";

  /** Columns that the view leaves out: it has no retraction. */
  private static final List<String> NOT_SHOWN = List.of("is_deleted", "superseded_by");

  private static final String ALL = "* EXCEPT (" + String.join(", ", NOT_SHOWN) + ")";

  private static final Pattern MAKES_LATEST =
      Pattern.compile(
          "^CREATE (?:OR REPLACE )?VIEW (?:IF NOT EXISTS )?" + LATEST + " ", Pattern.MULTILINE);

  private static final Pattern GOAL_IN_VIEW = Pattern.compile("goals\\.([a-z0-9_]+)\\.count");

  private final ClickHouse server;

  SessionViews(ClickHouse server) {
    this.server = server;
  }

  /**
   * Makes all views.
   *
   * @param table the columns of the table, with their types
   * @param hidden those of them that the views must not have
   */
  void make(Map<String, String> table, Set<String> hidden) throws InsertException {
    Migrations.execute(server, LATEST, latest(table, hidden));
    Set<String> shown = new HashSet<>(table.keySet());
    shown.removeAll(hidden);
    makeGoals(SessionColumns.goals(shown));
  }

  /**
   * Makes those that lack a column or have one with the type of before. Not only if a column was
   * added now: a run before may have broken off in between.
   *
   * @param table the columns of the table, with their types
   * @param needed those of them that the views must have
   */
  void makeIfTheyLack(Map<String, String> table, Set<String> needed) throws InsertException {
    Map<String, String> shown = new HashMap<>();
    for (List<String> row :
        server.query(
            "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = '%s'"
                .formatted(LATEST))) {
      shown.put(row.get(0), row.get(1));
    }
    boolean all =
        needed.stream()
            .filter(name -> !NOT_SHOWN.contains(name))
            .allMatch(
                name -> {
                  String type = table.getOrDefault(name, "");
                  return isAs(type, shown.get(SessionColumns.shownName(name, type)));
                });
    if (!all) {
      Migrations.execute(server, LATEST, latest(table, Set.of()));
    }
    List<String> goals = SessionColumns.goals(table.keySet());
    if (!new HashSet<>(goals).equals(goalsInView())) {
      makeGoals(goals);
    }
  }

  private static boolean isAs(String type, @Nullable String other) {
    return other != null && other.replace(" ", "").equals(type.replace(" ", ""));
  }

  private Set<String> goalsInView() throws InsertException {
    Set<String> goals = new HashSet<>();
    for (List<String> row :
        server.query(
            "SELECT as_select FROM system.tables WHERE database = currentDatabase() AND name = '%s'"
                .formatted(GOALS))) {
      GOAL_IN_VIEW.matcher(row.get(0)).results().forEach(goal -> goals.add(goal.group(1)));
    }
    return goals;
  }

  private void makeGoals(List<String> goals) throws InsertException {
    if (goals.isEmpty()) {
      for (String view : List.of(GOALS_REFRESH, GOALS)) {
        Migrations.execute(server, view, "DROP VIEW IF EXISTS " + view);
      }
      return;
    }
    String list =
        goals.stream()
            .map(
                "('%1$s', `goals.%1$s.count`, `goals.%1$s.value`, `goals.%1$s.currency`, `goals.%1$s.first_at`)"
                    ::formatted)
            .collect(Collectors.joining(",\n     "));
    for (String statement : Migrations.statements(Migrations.text(GOALS_FILE))) {
      Migrations.execute(server, GOALS_FILE, statement.replace(GOALS_LIST, list));
    }
  }

  /** As the newest file makes it, and each column under the name that it has in the topic. */
  private static String latest(Map<String, String> table, Set<String> hidden) {
    List<String> left = new ArrayList<>(NOT_SHOWN);
    StringBuilder renamed = new StringBuilder();
    table.forEach(
        (name, type) -> {
          String shown = SessionColumns.shownName(name, type);
          if (hidden.contains(name)) {
            left.add('`' + name + '`');
          } else if (!shown.equals(name)) {
            left.add('`' + name + '`');
            renamed.append(", `%s` AS `%s`".formatted(name, shown));
          }
        });
    String statement = newestStatement();
    if (!statement.contains(ALL)) {
      throw new IllegalStateException("the newest file makes " + LATEST + " without " + ALL);
    }
    return statement.replace(ALL, "* EXCEPT (" + String.join(", ", left) + ")" + renamed);
  }

  private static String newestStatement() {
    String newest = "";
    for (String file : Migrations.FILES) {
      for (String statement : Migrations.statements(Migrations.text(file))) {
        Matcher matcher = MAKES_LATEST.matcher(statement);
        if (matcher.find()) {
          newest = matcher.replaceFirst("CREATE OR REPLACE VIEW " + LATEST + " ");
        }
      }
    }
    return newest;
  }
}
