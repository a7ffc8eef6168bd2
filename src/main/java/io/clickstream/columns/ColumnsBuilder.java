package io.clickstream.columns;

import io.clickstream.columns.Aggregate.Count;
import io.clickstream.columns.Aggregate.Distinct;
import io.clickstream.columns.Aggregate.First;
import io.clickstream.columns.Aggregate.Last;
import io.clickstream.columns.Aggregate.Own;
import io.clickstream.columns.Column.Publisher;
import io.clickstream.model.ClickText;
import io.clickstream.model.EnrichedSession;
import io.clickstream.model.Enrichment;
import io.clickstream.model.EventKind;
import io.clickstream.model.SessionValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes a table, entry by entry. */
public final class ColumnsBuilder {

  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> names = new LinkedHashSet<>();
  private final Map<String, Source> sources = new HashMap<>();
  private final List<Source> added = new ArrayList<>();
  private int numbers;
  private int texts;

  /** A table without entries. */
  public ColumnsBuilder() {
    for (ClickText text : ClickText.values()) {
      Source source = new Source(text.name().toLowerCase(Locale.ROOT), text.ordinal());
      sources.put(source.name(), source);
    }
  }

  /** A column that a retraction has as well. */
  public Entry frame(String name, ColumnType type, String meaning) {
    Entry entry = entry(name, type, meaning, null);
    entry.frame = true;
    return entry;
  }

  /** A column that is made of others, or of reference data. */
  public Entry made(String name, ColumnType type, String meaning) {
    return entry(name, type, meaning, null);
  }

  /** A text of the reference data. */
  public Entry enriched(String name, String meaning, Function<Enrichment, @Nullable String> value) {
    return made(name, ColumnType.TEXT, meaning)
        .nullable()
        .repeats()
        .publish(
            (session, out) -> out.text(value.apply(Objects.requireNonNull(session.enrichment()))));
  }

  /** How many clicks of a kind there are. */
  public NumberColumn count(String name, EventKind kind, String meaning) {
    return number(name, new Count(kind), meaning);
  }

  /** How many different texts there are. */
  public NumberColumn distinct(
      String name, String source, @Nullable EventKind kind, int limit, String meaning) {
    return number(name, new Distinct(source(source), kind, limit), meaning);
  }

  /** A number. */
  public NumberColumn number(String name, Aggregate aggregate, String meaning) {
    NumberColumn column = new NumberColumn(numbers++);
    entry(name, ColumnType.INTEGER, meaning, aggregate)
        .publish((session, out) -> out.number(column.of(values(session))));
    return column;
  }

  /** A number that is 0 or 1. */
  public NumberColumn flag(String name, Aggregate aggregate, String meaning) {
    NumberColumn column = new NumberColumn(numbers++);
    entry(name, ColumnType.BOOLEAN, meaning, aggregate)
        .publish((session, out) -> out.bool(column.of(values(session)) != 0));
    return column;
  }

  /** The first text of the clicks' field of the same name. */
  public Entry first(String name, String meaning) {
    return first(name, name, null, meaning);
  }

  /** The first text of a field, of clicks of a kind. */
  public Entry first(String name, String source, @Nullable EventKind kind, String meaning) {
    return text(name, new First(source(source), kind), meaning);
  }

  /** The last text of the clicks' field of the same name. */
  public Entry last(String name, String meaning) {
    return last(name, name, null, meaning);
  }

  /** The last text of a field, of clicks of a kind. */
  public Entry last(String name, String source, @Nullable EventKind kind, String meaning) {
    return text(name, new Last(source(source), kind), meaning);
  }

  /** A text that there may be none of. */
  public Entry text(String name, Aggregate aggregate, String meaning) {
    int slot = texts++;
    return entry(name, ColumnType.TEXT, meaning, aggregate)
        .nullable()
        .publish((session, out) -> out.text(values(session).text(slot)));
  }

  /** A column with a state of its own. */
  public Entry own(String name, ColumnType type, Own aggregate, String meaning) {
    return entry(name, type, meaning, aggregate);
  }

  private Entry entry(String name, ColumnType type, String meaning, @Nullable Aggregate aggregate) {
    if (!names.add(name)) {
      throw new IllegalArgumentException(
          "%s: there are two columns of this name, expected one".formatted(name));
    }
    Entry entry = new Entry(name, type, meaning, aggregate);
    entries.add(entry);
    return entry;
  }

  /** A field of the click: one that the rules know, or one that columns alone read. */
  private Source source(String name) {
    Source known = sources.get(name);
    if (known == null) {
      known = new Source(name, ClickText.values().length + added.size());
      sources.put(name, known);
      added.add(known);
    }
    return known;
  }

  /** The table. */
  public Columns build() {
    List<Column> all = new ArrayList<>();
    List<Column> numberColumns = new ArrayList<>();
    List<Column> textColumns = new ArrayList<>();
    for (Entry entry : entries) {
      Column column = entry.column();
      all.add(column);
      Aggregate aggregate = column.aggregate();
      if (aggregate != null && aggregate != Own.REVENUE && aggregate != Own.PRODUCTS) {
        (column.type() == ColumnType.TEXT ? textColumns : numberColumns).add(column);
      }
    }
    return new Columns(all, added, numberColumns, textColumns);
  }

  private static SessionValues values(EnrichedSession session) {
    return Objects.requireNonNull(session.values());
  }

  /** A column with a number, for those that are made of it. */
  public static final class NumberColumn {

    private final int slot;

    private NumberColumn(int slot) {
      this.slot = slot;
    }

    /** Its value in a session. */
    public long of(SessionValues values) {
      return values.number(slot);
    }
  }

  /** One entry, of which some may still be said. */
  public static final class Entry {

    private final String name;
    private final ColumnType type;
    private final String meaning;
    private final @Nullable Aggregate aggregate;
    private boolean nullable;
    private boolean repeats;
    private boolean frame;
    private @Nullable Publisher publisher;

    private Entry(String name, ColumnType type, String meaning, @Nullable Aggregate aggregate) {
      this.name = name;
      this.type = type;
      this.meaning = meaning;
      this.aggregate = aggregate;
    }

    /** A session may be without a value. */
    public Entry nullable() {
      nullable = true;
      return this;
    }

    /** A few values are those of most sessions. */
    public Entry repeats() {
      repeats = true;
      return this;
    }

    /** Says how it is published. */
    public Entry publish(Publisher how) {
      publisher = how;
      return this;
    }

    private Column column() {
      return new Column(
          name,
          type,
          nullable,
          repeats,
          frame,
          meaning,
          aggregate,
          Objects.requireNonNull(publisher, name));
    }
  }
}
