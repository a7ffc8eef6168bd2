package io.clickstream.columns;

import io.clickstream.columns.Aggregate.Count;
import io.clickstream.columns.Aggregate.Distinct;
import io.clickstream.columns.Aggregate.First;
import io.clickstream.columns.Aggregate.Last;
import io.clickstream.columns.Aggregate.Max;
import io.clickstream.columns.Aggregate.Min;
import io.clickstream.columns.Aggregate.Own;
import io.clickstream.columns.Aggregate.Reached;
import io.clickstream.columns.Aggregate.Sum;
import io.clickstream.columns.Aggregate.Texts;
import io.clickstream.columns.Column.Basis;
import io.clickstream.columns.Column.Publisher;
import io.clickstream.model.ClickMarks;
import io.clickstream.model.ClickText;
import io.clickstream.model.Enrichment;
import io.clickstream.model.EventKind;
import io.clickstream.model.SessionValues;
import io.clickstream.model.TextSet;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a table, entry by entry. */
public final class ColumnsBuilder {

  /** JSON and SQL can write it as it is. */
  private static final Pattern NAME = Pattern.compile("((fields|goals)\\.)?[a-z][a-z0-9_]*");

  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> names = new LinkedHashSet<>();
  private final Map<String, Source> sources = new HashMap<>();
  private final List<Source> added = new ArrayList<>();
  private final Map<Integer, DefinedValue> defined = new HashMap<>();
  private final Map<String, Mark> marks = new LinkedHashMap<>();
  private final List<Condition> conditions = new ArrayList<>();
  private int numbers;
  private int texts;
  private int decimals;
  private int sets;
  private int goals;
  private Cuts cuts = Cuts.NONE;

  /** A table without entries. */
  public ColumnsBuilder() {
    for (ClickText text : ClickText.values()) {
      Source source = new Source(text.name().toLowerCase(Locale.ROOT), text.ordinal());
      sources.put(source.name(), source);
    }
  }

  /** A column that a retraction has as well. */
  public Entry frame(String name, ColumnType type, String meaning) {
    return entry(name, type, meaning, Basis.FRAME, null);
  }

  /** A column that is made of others, which come from clicks. */
  public Entry made(String name, ColumnType type, String meaning) {
    return entry(name, type, meaning, Basis.CLICKS, null);
  }

  /** A column that is made of reference data. */
  public Entry enriched(String name, ColumnType type, String meaning) {
    return entry(name, type, meaning, Basis.REFERENCE_DATA, null);
  }

  /** A text of the reference data. */
  public Entry enriched(String name, String meaning, EnrichedText value) {
    return enriched(name, ColumnType.TEXT, meaning)
        .nullable()
        .repeats()
        .publish(
            (session, out) -> out.text(value.of(Objects.requireNonNull(session.enrichment()))));
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
    aggregated(name, ColumnType.INTEGER, meaning, aggregate)
        .publish((session, out) -> out.number(column.of(session.values())));
    return column;
  }

  /** A number that is 0 or 1. */
  public NumberColumn flag(String name, Aggregate aggregate, String meaning) {
    NumberColumn column = new NumberColumn(numbers++);
    aggregated(name, ColumnType.BOOLEAN, meaning, aggregate)
        .publish((session, out) -> out.bool(column.of(session.values()) != 0));
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
    return aggregated(name, ColumnType.TEXT, meaning, aggregate)
        .text(slot)
        .nullable()
        .publish((session, out) -> out.text(session.values().text(slot)));
  }

  /** A number of any size and precision that there may be none of. */
  public Entry decimal(String name, Aggregate aggregate, String meaning) {
    int slot = decimals++;
    return aggregated(name, ColumnType.DECIMAL, meaning, aggregate)
        .nullable()
        .publish((session, out) -> out.canonical(session.values().decimal(slot)));
  }

  /** A sum of whole numbers that are not negative, 0 without any. */
  WholeColumn wholeSum(String name, Aggregate.Sum aggregate, String meaning) {
    WholeColumn column = new WholeColumn(decimals++);
    aggregated(name, ColumnType.INTEGER, meaning, aggregate)
        .publish((session, out) -> out.number(column.of(session.values())));
    return column;
  }

  /** Different texts. */
  public SetColumn set(String name, Aggregate.Texts aggregate, String meaning) {
    SetColumn column = new SetColumn(sets++);
    aggregated(name, ColumnType.TEXTS, meaning, aggregate)
        .publish((session, out) -> out.texts(column.of(session.values()).texts()));
    return column;
  }

  /** A goal. */
  public void goal(String name, Aggregate.Reached aggregate, String meaning) {
    int slot = goals++;
    aggregated(name, ColumnType.GOAL, meaning, aggregate)
        .publish((session, out) -> out.goal(session.values().goal(slot)));
  }

  /** The condition, which clicks are marked by. Equal ones share a mark. */
  public Mark mark(Condition condition) {
    return marks.computeIfAbsent(
        condition.toString(),
        written -> {
          if (conditions.size() == ClickMarks.MAX) {
            throw new IllegalArgumentException(
                "expected at most %d different conditions, found more".formatted(ClickMarks.MAX));
          }
          conditions.add(condition);
          return new Mark(written, conditions.size() - 1);
        });
  }

  /**
   * A value that is defined. Those that are read alike are one; a text that every click has is
   * another one, as its bound is another.
   */
  public Source source(DefinedValue value) {
    return sources.computeIfAbsent(
        value.key(),
        key -> {
          Source source = new Source(key, ClickText.values().length + added.size());
          added.add(source);
          defined.put(source.index(), value);
          return source;
        });
  }

  /** Lets clicks have what cuts ask for. */
  void cut(CutDefinitions definitions) {
    cuts =
        new Cuts(
            definitions.user(),
            definitions.campaign(),
            definitions.onChange().stream()
                .map(value -> new DefinedValue("cut.on-change", value, Reading.TEXT, null))
                .map(this::source)
                .distinct()
                .toList(),
            markOrNull(definitions.startAt()),
            markOrNull(definitions.endAfter()),
            definitions.midnight(),
            markOrNull(definitions.passive()),
            definitions.maxWaiting());
  }

  private @Nullable Mark markOrNull(@Nullable Condition condition) {
    return condition == null ? null : mark(condition);
  }

  /** A column with a state of its own. */
  public Entry own(String name, ColumnType type, Own aggregate, String meaning) {
    return aggregated(name, type, meaning, aggregate);
  }

  private Entry aggregated(String name, ColumnType type, String meaning, Aggregate aggregate) {
    return entry(name, type, meaning, Basis.CLICKS, aggregate);
  }

  private Entry entry(
      String name, ColumnType type, String meaning, Basis basis, @Nullable Aggregate aggregate) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "%s: expected small letters, digits and _ as the name of a column, a letter first"
              .formatted(name));
    }
    if (!names.add(name)) {
      throw new IllegalArgumentException(
          "%s: there are two columns of this name, expected one".formatted(name));
    }
    Entry entry = new Entry(name, type, meaning, basis, aggregate);
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
    List<Column> decimalColumns = new ArrayList<>();
    List<Column> setColumns = new ArrayList<>();
    List<Column> goalColumns = new ArrayList<>();
    for (Entry entry : entries) {
      Column column = entry.column();
      all.add(column);
      Aggregate aggregate = column.aggregate();
      if (aggregate instanceof Min || aggregate instanceof Max || aggregate instanceof Sum) {
        decimalColumns.add(column);
      } else if (aggregate instanceof Texts) {
        setColumns.add(column);
      } else if (aggregate instanceof Reached) {
        goalColumns.add(column);
      } else if (entry.isText) {
        textColumns.add(column);
      } else if (aggregate != null && aggregate != Own.REVENUE && aggregate != Own.PRODUCTS) {
        numberColumns.add(column);
      }
    }
    return new Columns(
        all,
        added,
        defined,
        conditions,
        numberColumns,
        textColumns,
        decimalColumns,
        setColumns,
        goalColumns,
        cuts);
  }

  /** Takes a text out of what reference data adds. */
  @FunctionalInterface
  public interface EnrichedText extends Serializable {

    /** The text, or null for none. */
    @Nullable String of(Enrichment enrichment);
  }

  /** A column with a number, for those that are made of it. */
  public static final class NumberColumn implements Serializable {

    private static final long serialVersionUID = 1L;

    private final int slot;

    private NumberColumn(int slot) {
      this.slot = slot;
    }

    /** Its value in a session. */
    public long of(SessionValues values) {
      return values.number(slot);
    }
  }

  /** A column with a sum of whole numbers, for those that are made of it. */
  static final class WholeColumn implements Serializable {

    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);

    private static final long serialVersionUID = 1L;

    private final int slot;

    private WholeColumn(int slot) {
      this.slot = slot;
    }

    /** Its value in a session; a larger one than a long can hold is the largest that it can. */
    long of(SessionValues values) {
      BigDecimal sum = values.decimal(slot);
      return sum == null ? 0 : sum.min(LARGEST).longValueExact();
    }
  }

  /** A column with texts, for those that are made of it. */
  public static final class SetColumn implements Serializable {

    private static final long serialVersionUID = 1L;

    private final int slot;

    private SetColumn(int slot) {
      this.slot = slot;
    }

    /** Its texts in a session. */
    public TextSet of(SessionValues values) {
      return values.set(slot);
    }
  }

  /** One entry, of which some may still be said. */
  public static final class Entry {

    private final String name;
    private final String meaning;
    private final Basis basis;
    private final @Nullable Aggregate aggregate;
    private ColumnType type;
    private boolean isText;
    private int textSlot;
    private boolean nullable;
    private boolean repeats;
    private @Nullable Publisher publisher;

    private Entry(
        String name, ColumnType type, String meaning, Basis basis, @Nullable Aggregate aggregate) {
      this.name = name;
      this.type = type;
      this.meaning = meaning;
      this.basis = basis;
      this.aggregate = aggregate;
    }

    private Entry text(int slot) {
      isText = true;
      textSlot = slot;
      return this;
    }

    /** The text is published as that of another type. */
    Entry as(ColumnType other) {
      type = other;
      return this;
    }

    /** The text is published as true or false. */
    Entry asFlag() {
      int slot = textSlot;
      return as(ColumnType.BOOLEAN)
          .publish(
              (session, out) -> {
                String text = session.values().text(slot);
                if (text == null) {
                  out.nothing();
                } else {
                  out.bool(text.equals("true"));
                }
              });
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
          basis,
          meaning,
          aggregate,
          Objects.requireNonNull(publisher, name));
    }
  }
}
