package io.clickstream.model;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a session holds, independent of the order in which its events arrived: one value for each
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
   * @param revenue purchases per currency, the largest sum first
   * @param products in the order of their ids
   */
  public SessionValues(
      SessionLayout layout,
      long end,
      EndReason endReason,
      long[] numbers,
      @Nullable String[] texts,
      List<Money> revenue,
      List<ProductActivity> products) {
    if (numbers.length != layout.numbers().size() || texts.length != layout.texts().size()) {
      throw new IllegalArgumentException(
          "expected %d numbers and %d texts, found %d and %d"
              .formatted(
                  layout.numbers().size(), layout.texts().size(), numbers.length, texts.length));
    }
    this.layout = layout;
    this.end = end;
    this.endReason = endReason;
    this.numbers = numbers;
    this.texts = texts;
    this.revenue = List.copyOf(revenue);
    this.products = List.copyOf(products);
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
        && revenue.equals(that.revenue)
        && products.equals(that.products);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        end, endReason, Arrays.hashCode(numbers), Arrays.hashCode(texts), revenue, products);
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
    return shown.append(", revenue=" + revenue + ", products=" + products + "]").toString();
  }
}
