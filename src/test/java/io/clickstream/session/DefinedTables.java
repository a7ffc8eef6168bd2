package io.clickstream.session;

import io.clickstream.columns.Column;
import io.clickstream.columns.Columns;
import io.clickstream.columns.ValuesBuilder;
import io.clickstream.model.Click;
import io.clickstream.model.SessionValues;
import io.clickstream.reconcile.BatchSessions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Tables with definitions, which change with restarts. A column that a table has and the one before
 * had not, or made in another way, knows only the clicks that came since.
 */
public final class DefinedTables implements Tables {

  /**
   * A click that was read.
   *
   * @param number counts all of them
   */
  private record Arrived(Click click, DefinedClicks.Values values, int number) {}

  private final List<Columns> tables;
  private final List<DefinedClicks.Reader> readers;

  /** By table, the keys of the columns that have a state. */
  private final List<Map<String, String>> keys;

  private final Function<Click, DefinedClicks.Values> values;
  private final Map<Click, Arrived> arrived = new IdentityHashMap<>();

  /** By table: from which click on each column knows them. */
  private final List<Map<String, Integer>> since = new ArrayList<>();

  /**
   * These tables, of which the last one stays.
   *
   * @param values what the clicks have that definitions ask for
   */
  public DefinedTables(List<Columns> tables, Function<Click, DefinedClicks.Values> values) {
    this.tables = tables;
    this.readers = tables.stream().map(DefinedClicks.Reader::new).toList();
    this.keys = tables.stream().map(DefinedTables::keys).toList();
    this.values = values;
    addTable(Map.of(), 0);
  }

  private void addTable(Map<String, Integer> before, int clicks) {
    Map<String, Integer> next = new HashMap<>();
    for (String key : keys.get(since.size()).values()) {
      next.put(key, before.getOrDefault(key, clicks));
    }
    since.add(next);
  }

  private static Map<String, String> keys(Columns table) {
    Map<String, String> keys = new HashMap<>();
    StoredColumn.of(table).forEach(column -> keys.put(column.name(), column.key()));
    return keys;
  }

  @Override
  public Columns columns() {
    return tables.get(number());
  }

  @Override
  public int number() {
    return since.size() - 1;
  }

  @Override
  public boolean restart() {
    if (since.size() == tables.size()) {
      return false;
    }
    addTable(since.get(number()), arrived.size());
    return true;
  }

  @Override
  public Click read(Click click) {
    DefinedClicks.Values read = values.apply(click);
    Click given = readers.get(number()).read(click, read);
    if (click.texts().areInValue()) {
      given = click.texts().extra() == null ? Clicks.inValue(given) : Clicks.besideValue(given);
    }
    arrived.put(given, new Arrived(click, read, arrived.size()));
    return given;
  }

  @Override
  public SessionValues expected(int table, List<String> ownHosts, List<Click> session) {
    Columns columns = tables.get(table);
    Map<String, Integer> known = since.get(table);
    Map<Integer, SessionValues> bySince = new TreeMap<>();
    for (int from : new TreeSet<>(known.values())) {
      bySince.put(from, of(table, from, ownHosts, session));
    }
    SessionValues all = bySince.computeIfAbsent(0, from -> of(table, from, ownHosts, session));
    if (bySince.size() == 1) {
      return all;
    }
    ValuesBuilder expected = ValuesBuilder.from(all);
    for (Column column : columns.all()) {
      String key = keys.get(table).get(column.name());
      int from = key == null ? 0 : known.get(key);
      if (from > 0) {
        copy(column, columns, bySince.get(from), expected);
      }
    }
    return expected.build();
  }

  /** The values of the clicks of a session that came as that one or later. */
  private SessionValues of(int table, int from, List<String> ownHosts, List<Click> session) {
    List<Click> clicks = new ArrayList<>();
    for (Click click : session) {
      Arrived of = arrived.get(click);
      if (of.number >= from) {
        clicks.add(readers.get(table).read(of.click, of.values));
      }
    }
    return clicks.isEmpty()
        ? ValuesBuilder.values(tables.get(table)).build()
        : BatchSessions.values(tables.get(table), ownHosts, clicks);
  }

  private static void copy(Column column, Columns columns, SessionValues from, ValuesBuilder to) {
    String name = column.name();
    if (columns.numbers().contains(column)) {
      to.number(name, from.number(name));
    } else if (columns.texts().contains(column)) {
      to.text(name, from.text(name));
    } else if (columns.decimals().contains(column)) {
      to.decimal(name, from.decimal(columns.layout().decimalSlot(name)));
    } else if (columns.sets().contains(column)) {
      to.set(name, from.set(columns.layout().setSlot(name)));
    } else if (columns.goals().contains(column)) {
      to.goal(name, from.goal(columns.layout().goalSlot(name)));
    }
  }
}
