package io.clickstream.columns;

import io.clickstream.model.ClickText;
import io.clickstream.model.SessionLayout;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table: every field of a session is one entry. Parsing, the click's way over the wire, state,
 * output, the schema of the topic, ClickHouse's columns, {@code reconcile} and the reference of the
 * fields read it.
 *
 * <p>Immutable. Entries are published in the order in which they are listed. Names are unique and
 * never change: state and ClickHouse know a column by its name. It travels with the job to where
 * the job runs.
 */
public final class Columns implements Serializable {

  /** The fields that every session has. */
  public static final Columns BUILT_IN = of(Definitions.NONE);

  private static final long serialVersionUID = 1L;

  private final List<Column> all;
  private final List<Source> added;
  private final Map<Integer, DefinedValue> defined;
  private final List<Condition> conditions;
  private final List<Column> numbers;
  private final List<Column> texts;
  private final List<Column> decimals;
  private final List<Column> sets;
  private final List<Column> goals;
  private final Cuts cuts;
  private final SessionLayout layout;

  Columns(
      List<Column> all,
      List<Source> added,
      Map<Integer, DefinedValue> defined,
      List<Condition> conditions,
      List<Column> numbers,
      List<Column> texts,
      List<Column> decimals,
      List<Column> sets,
      List<Column> goals,
      Cuts cuts) {
    this.all = List.copyOf(all);
    this.added = List.copyOf(added);
    this.defined = Map.copyOf(defined);
    this.conditions = List.copyOf(conditions);
    this.numbers = List.copyOf(numbers);
    this.texts = List.copyOf(texts);
    this.decimals = List.copyOf(decimals);
    this.sets = List.copyOf(sets);
    this.goals = List.copyOf(goals);
    this.cuts = cuts;
    this.layout =
        new SessionLayout(names(numbers), names(texts), names(decimals), names(sets), names(goals));
  }

  /** The table of a job: the fields that every session has, and those that settings define. */
  public static Columns of(Definitions definitions) {
    return BuiltInColumns.table(definitions);
  }

  private static List<String> names(List<Column> columns) {
    return columns.stream().map(Column::name).toList();
  }

  /** All entries, in the order in which they are published. */
  public List<Column> all() {
    return all;
  }

  /** Texts of a click that only columns read; the first comes behind those of the rules. */
  public List<Source> added() {
    return added;
  }

  /**
   * How the text of a click is read that definitions alone need, or null if it is another one.
   *
   * @param index of the text
   */
  public @Nullable DefinedValue defined(int index) {
    return defined.get(index);
  }

  /** The conditions that clicks are marked by, in the order of their marks. */
  public List<Condition> conditions() {
    return conditions;
  }

  /** How many texts a click has. */
  public int clickTexts() {
    return ClickText.values().length + added.size();
  }

  /** The columns whose aggregate is a number, by slot. */
  public List<Column> numbers() {
    return numbers;
  }

  /** The columns whose aggregate is a text, by slot. */
  public List<Column> texts() {
    return texts;
  }

  /** The columns whose aggregate is a decimal, by slot. */
  public List<Column> decimals() {
    return decimals;
  }

  /** The columns whose aggregate is a set of texts, by slot. */
  public List<Column> sets() {
    return sets;
  }

  /** The columns that are goals, by slot. */
  public List<Column> goals() {
    return goals;
  }

  /** Where sessions end although the next click is near. */
  public Cuts cuts() {
    return cuts;
  }

  /** Which column has which slot. */
  public SessionLayout layout() {
    return layout;
  }

  /**
   * The slot of a column among the numbers.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public int numberSlot(String column) {
    return layout.numberSlot(column);
  }

  /**
   * The slot of a column among the texts.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public int textSlot(String column) {
    return layout.textSlot(column);
  }
}
