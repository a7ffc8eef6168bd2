package io.clickstream.model;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which slot of {@link SessionValues} belongs to which column, by name. Two are equal if all names
 * are in the same slots.
 */
public final class SessionLayout implements Serializable {

  private static final long serialVersionUID = 1L;

  private final List<String> numbers;
  private final List<String> texts;
  private final Map<String, Integer> numberSlots;
  private final Map<String, Integer> textSlots;

  /**
   * The layout of a table.
   *
   * @param numbers the columns whose values are numbers, by slot
   * @param texts the columns whose values are texts, by slot
   */
  public SessionLayout(List<String> numbers, List<String> texts) {
    this.numbers = List.copyOf(numbers);
    this.texts = List.copyOf(texts);
    this.numberSlots = slots(this.numbers);
    this.textSlots = slots(this.texts);
  }

  private static Map<String, Integer> slots(List<String> columns) {
    Map<String, Integer> slots = new HashMap<>();
    for (String column : columns) {
      slots.put(column, slots.size());
    }
    return slots;
  }

  /** The columns whose values are numbers, by slot. */
  public List<String> numbers() {
    return numbers;
  }

  /** The columns whose values are texts, by slot. */
  public List<String> texts() {
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

  /** Values of another layout, moved by name: those of no column here are dropped. */
  long[] numbers(SessionLayout from, long[] values) {
    long[] moved = new long[numbers.size()];
    for (int slot = 0; slot < moved.length; slot++) {
      @Nullable Integer before = from.numberSlots.get(numbers.get(slot));
      moved[slot] = before == null ? 0 : values[before];
    }
    return moved;
  }

  /** The same of texts. */
  @Nullable String[] texts(SessionLayout from, @Nullable String[] values) {
    @Nullable String[] moved = new String[texts.size()];
    for (int slot = 0; slot < moved.length; slot++) {
      @Nullable Integer before = from.textSlots.get(texts.get(slot));
      moved[slot] = before == null ? null : values[before];
    }
    return moved;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof SessionLayout that
            && numbers.equals(that.numbers)
            && texts.equals(that.texts));
  }

  @Override
  public int hashCode() {
    return 31 * numbers.hashCode() + texts.hashCode();
  }

  @Override
  public String toString() {
    return "SessionLayout[numbers=%s, texts=%s]".formatted(numbers, texts);
  }
}
