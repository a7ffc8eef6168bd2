package io.clickstream.columns;

import io.clickstream.model.ClickText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table: every field of a session is one entry. Parsing, the click's way over the wire, state,
 * output, the schema of the topic, ClickHouse's columns, {@code reconcile} and the reference of the
 * fields read it.
 *
 * <p>Immutable. Entries are published in the order in which they are listed. Names are unique and
 * never change: state and ClickHouse know a column by its name.
 */
public final class Columns {

  /** The fields that every session has. */
  public static final Columns BUILT_IN = BuiltInColumns.table();

  private final List<Column> all;
  private final List<Source> added;
  private final List<Column> numbers;
  private final List<Column> texts;
  private final Map<String, Integer> numberSlots;
  private final Map<String, Integer> textSlots;

  Columns(List<Column> all, List<Source> added, List<Column> numbers, List<Column> texts) {
    this.all = List.copyOf(all);
    this.added = List.copyOf(added);
    this.numbers = List.copyOf(numbers);
    this.texts = List.copyOf(texts);
    this.numberSlots = slots(numbers);
    this.textSlots = slots(texts);
  }

  private static Map<String, Integer> slots(List<Column> columns) {
    Map<String, Integer> slots = new HashMap<>();
    for (Column column : columns) {
      slots.put(column.name(), slots.size());
    }
    return slots;
  }

  /** All entries, in the order in which they are published. */
  public List<Column> all() {
    return all;
  }

  /** Texts of a click that only columns read; the first stands behind those of the rules. */
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

  /**
   * The slot of a column among the numbers.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public int numberSlot(String column) {
    return slot(numberSlots, column);
  }

  /**
   * The slot of a column among the texts.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public int textSlot(String column) {
    return slot(textSlots, column);
  }

  private static int slot(Map<String, Integer> slots, String column) {
    @Nullable Integer slot = slots.get(column);
    if (slot == null) {
      throw new IllegalArgumentException(
          "%s: no such column, expected one of %s".formatted(column, slots.keySet()));
    }
    return slot;
  }
}
