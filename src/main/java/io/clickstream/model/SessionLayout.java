package io.clickstream.model;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which slot of {@link SessionValues} belongs to which column, by name. Two are equal if all names
 * are in the same slots.
 */
public final class SessionLayout implements Serializable {

  private static final long serialVersionUID = 1L;

  private final List<String> numbers;
  private final List<String> texts;
  private final List<String> decimals;
  private final List<String> sets;
  private final List<String> goals;
  private final Map<String, Integer> numberSlots;
  private final Map<String, Integer> textSlots;
  private final Map<String, Integer> decimalSlots;
  private final Map<String, Integer> setSlots;
  private final Map<String, Integer> goalSlots;

  /**
   * The layout of a table.
   *
   * @param numbers the columns whose values are numbers, by slot
   * @param texts the columns whose values are texts, by slot
   * @param decimals the columns whose values are decimals, by slot
   * @param sets the columns whose values are sets of texts, by slot
   * @param goals the columns whose values are goals, by slot
   */
  public SessionLayout(
      List<String> numbers,
      List<String> texts,
      List<String> decimals,
      List<String> sets,
      List<String> goals) {
    this.numbers = List.copyOf(numbers);
    this.texts = List.copyOf(texts);
    this.decimals = List.copyOf(decimals);
    this.sets = List.copyOf(sets);
    this.goals = List.copyOf(goals);
    this.numberSlots = slots(this.numbers);
    this.textSlots = slots(this.texts);
    this.decimalSlots = slots(this.decimals);
    this.setSlots = slots(this.sets);
    this.goalSlots = slots(this.goals);
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

  /** The columns whose values are decimals, by slot. */
  public List<String> decimals() {
    return decimals;
  }

  /** The columns whose values are sets of texts, by slot. */
  public List<String> sets() {
    return sets;
  }

  /** The columns whose values are goals, by slot. */
  public List<String> goals() {
    return goals;
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

  /**
   * The slot of a column among the decimals.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public int decimalSlot(String column) {
    return slot(decimalSlots, column);
  }

  /**
   * The slot of a column among the sets of texts.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public int setSlot(String column) {
    return slot(setSlots, column);
  }

  /**
   * The slot of a column among the goals.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public int goalSlot(String column) {
    return slot(goalSlots, column);
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

  /** The same of decimals. */
  @Nullable BigDecimal[] decimals(SessionLayout from, @Nullable BigDecimal[] values) {
    @Nullable BigDecimal[] moved = new BigDecimal[decimals.size()];
    for (int slot = 0; slot < moved.length; slot++) {
      @Nullable Integer before = from.decimalSlots.get(decimals.get(slot));
      moved[slot] = before == null ? null : values[before];
    }
    return moved;
  }

  /** The same of sets of texts. */
  List<TextSet> sets(SessionLayout from, List<TextSet> values) {
    List<TextSet> moved = new ArrayList<>();
    for (String column : sets) {
      @Nullable Integer before = from.setSlots.get(column);
      moved.add(before == null ? TextSet.EMPTY : values.get(before));
    }
    return moved;
  }

  /** The same of goals. */
  List<Goal> goals(SessionLayout from, List<Goal> values) {
    List<Goal> moved = new ArrayList<>();
    for (String column : goals) {
      @Nullable Integer before = from.goalSlots.get(column);
      moved.add(before == null ? Goal.NOT_REACHED : values.get(before));
    }
    return moved;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof SessionLayout that
            && numbers.equals(that.numbers)
            && texts.equals(that.texts)
            && decimals.equals(that.decimals)
            && sets.equals(that.sets)
            && goals.equals(that.goals));
  }

  @Override
  public int hashCode() {
    return Objects.hash(numbers, texts, decimals, sets, goals);
  }

  @Override
  public String toString() {
    return "SessionLayout[numbers=%s, texts=%s, decimals=%s, sets=%s, goals=%s]"
        .formatted(numbers, texts, decimals, sets, goals);
  }
}
