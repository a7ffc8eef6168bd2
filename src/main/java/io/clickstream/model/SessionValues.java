package io.clickstream.model;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of a session, independent of the order in which its events arrived: one for each
 * column of the table, by its slot among those of its kind.
 *
 * <p>The arrays belong to this object and are not modified.
 */
public final class SessionValues {

  private final SessionLayout layout;
  private final long end;
  private final EndReason endReason;
  private final long[] numbers;
  private final @Nullable String[] texts;
  private final @Nullable BigDecimal[] decimals;
  private final List<TextSet> sets;
  private final List<Goal> goals;
  private final List<Money> revenue;
  private final List<ProductActivity> products;

  /**
   * The values of a session.
   *
   * @param layout which slot belongs to which column
   * @param end event time of the last event, epoch ms
   * @param endReason why it ended there
   * @param numbers by the slots of the layout
   * @param texts by the slots of the layout
   * @param decimals by the slots of the layout
   * @param sets by the slots of the layout
   * @param goals by the slots of the layout
   * @param revenue purchases per currency, the largest sum first
   * @param products in the order of their ids
   */
  public SessionValues(
      SessionLayout layout,
      long end,
      EndReason endReason,
      long[] numbers,
      @Nullable String[] texts,
      @Nullable BigDecimal[] decimals,
      List<TextSet> sets,
      List<Goal> goals,
      List<Money> revenue,
      List<ProductActivity> products) {
    require(layout.numbers(), numbers.length, "numbers");
    require(layout.texts(), texts.length, "texts");
    require(layout.decimals(), decimals.length, "decimals");
    require(layout.sets(), sets.size(), "sets");
    require(layout.goals(), goals.size(), "goals");
    this.layout = layout;
    this.end = end;
    this.endReason = endReason;
    this.numbers = numbers;
    this.texts = texts;
    this.decimals = decimals;
    this.sets = List.copyOf(sets);
    this.goals = List.copyOf(goals);
    this.revenue = List.copyOf(revenue);
    this.products = List.copyOf(products);
  }

  private static void require(List<String> columns, int found, String what) {
    if (columns.size() != found) {
      throw new IllegalArgumentException(
          "expected %d %s, found %d".formatted(columns.size(), what, found));
    }
  }

  /** Event time of the last event, epoch ms. */
  public long end() {
    return end;
  }

  public EndReason endReason() {
    return endReason;
  }

  /** The number in a slot. */
  public long number(int slot) {
    return numbers[slot];
  }

  /** The text in a slot, null for none. */
  public @Nullable String text(int slot) {
    return texts[slot];
  }

  /**
   * The number of a column.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public long number(String column) {
    return numbers[layout.numberSlot(column)];
  }

  /**
   * The text of a column, null for none.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public @Nullable String text(String column) {
    return texts[layout.textSlot(column)];
  }

  /** The decimal in a slot, null for none. */
  public @Nullable BigDecimal decimal(int slot) {
    return decimals[slot];
  }

  /** The set of texts in a slot. */
  public TextSet set(int slot) {
    return sets.get(slot);
  }

  /** The goal in a slot. */
  public Goal goal(int slot) {
    return goals.get(slot);
  }

  /** All goals, by the slots of the layout. */
  public List<Goal> goals() {
    return goals;
  }

  /** Which slot belongs to which column. */
  public SessionLayout layout() {
    return layout;
  }

  /**
   * The same values by the slots of another layout: of columns that are not in it they are dropped,
   * and a column that is new has 0 or no text.
   */
  public SessionValues under(SessionLayout other) {
    return layout.equals(other)
        ? this
        : new SessionValues(
            other,
            end,
            endReason,
            other.numbers(layout, numbers),
            other.texts(layout, texts),
            other.decimals(layout, decimals),
            other.sets(layout, sets),
            other.goals(layout, goals),
            revenue,
            products);
  }

  public List<Money> revenue() {
    return revenue;
  }

  public List<ProductActivity> products() {
    return products;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SessionValues that
        && end == that.end
        && endReason == that.endReason
        && layout.equals(that.layout)
        && Arrays.equals(numbers, that.numbers)
        && Arrays.equals(texts, that.texts)
        && Arrays.equals(decimals, that.decimals)
        && sets.equals(that.sets)
        && goals.equals(that.goals)
        && revenue.equals(that.revenue)
        && products.equals(that.products);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        end,
        endReason,
        Arrays.hashCode(numbers),
        Arrays.hashCode(texts),
        Arrays.hashCode(decimals),
        sets,
        goals,
        revenue,
        products);
  }

  /** The names and values of all columns that have one. */
  @Override
  public String toString() {
    StringBuilder shown = new StringBuilder("SessionValues[end=").append(end);
    shown.append(", end_reason=").append(endReason);
    for (int slot = 0; slot < numbers.length; slot++) {
      if (numbers[slot] != 0) {
        shown.append(", ").append(layout.numbers().get(slot)).append('=').append(numbers[slot]);
      }
    }
    for (int slot = 0; slot < texts.length; slot++) {
      if (texts[slot] != null) {
        shown.append(", ").append(layout.texts().get(slot)).append('=').append(texts[slot]);
      }
    }
    for (int slot = 0; slot < decimals.length; slot++) {
      if (decimals[slot] != null) {
        shown.append(", ").append(layout.decimals().get(slot)).append('=').append(decimals[slot]);
      }
    }
    for (int slot = 0; slot < sets.size(); slot++) {
      shown.append(", ").append(layout.sets().get(slot)).append('=').append(sets.get(slot));
    }
    for (int slot = 0; slot < goals.size(); slot++) {
      shown.append(", ").append(layout.goals().get(slot)).append('=').append(goals.get(slot));
    }
    return shown.append(", revenue=" + revenue + ", products=" + products + "]").toString();
  }
}
