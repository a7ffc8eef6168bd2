package io.clickstream.model;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a session holds, independent of the order in which its events arrived: one value for each
 * column of the table, by its slot among those of its kind.
 *
 * <p>The arrays belong to this object: whoever makes it gives them away.
 */
public final class SessionValues {

  private final long end;
  private final EndReason endReason;
  private final long[] numbers;
  private final @Nullable String[] texts;
  private final List<Money> revenue;
  private final List<ProductActivity> products;

  /**
   * The values of a session.
   *
   * @param end event time of the last event, epoch ms
   * @param endReason why it ended there
   * @param numbers by the slots of the table
   * @param texts by the slots of the table
   * @param revenue purchases per currency, the largest sum first
   * @param products in the order of their ids
   */
  public SessionValues(
      long end,
      EndReason endReason,
      long[] numbers,
      @Nullable String[] texts,
      List<Money> revenue,
      List<ProductActivity> products) {
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

  /** How many slots for numbers there are. */
  public int numbers() {
    return numbers.length;
  }

  /** How many slots for texts there are. */
  public int texts() {
    return texts.length;
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

  @Override
  public String toString() {
    return "SessionValues[end=%d, endReason=%s, numbers=%s, texts=%s, revenue=%s, products=%s]"
        .formatted(
            end, endReason, Arrays.toString(numbers), Arrays.toString(texts), revenue, products);
  }
}
