package io.clickstream.columns;

import io.clickstream.model.ClickText;
import io.clickstream.model.SessionLayout;
import java.io.Serializable;
import java.util.List;

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
  public static final Columns BUILT_IN = BuiltInColumns.table();

  private static final long serialVersionUID = 1L;

  private final List<Column> all;
  private final List<Source> added;
  private final List<Column> numbers;
  private final List<Column> texts;
  private final SessionLayout layout;

  Columns(List<Column> all, List<Source> added, List<Column> numbers, List<Column> texts) {
    this.all = List.copyOf(all);
    this.added = List.copyOf(added);
    this.numbers = List.copyOf(numbers);
    this.texts = List.copyOf(texts);
    this.layout = new SessionLayout(names(numbers), names(texts));
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
