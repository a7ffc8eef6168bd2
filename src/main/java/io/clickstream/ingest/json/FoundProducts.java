package io.clickstream.ingest.json;

import java.util.Arrays;

/** The findings in the elements of an array of products, one after the other. */
final class FoundProducts {

  private long[] values = {};
  private int width;
  private int count;

  /** Forgets all. */
  void clear() {
    count = 0;
  }

  /** How many there are. */
  int count() {
    return count;
  }

  /**
   * Keeps a product.
   *
   * @param found form and slice of every cell
   * @param cells those that are kept; as many of each product of a record
   */
  void add(long[] found, int[] cells) {
    width = cells.length;
    if ((count + 1) * width > values.length) {
      values = Arrays.copyOf(values, 2 * values.length + 16 * width);
    }
    for (int i = 0; i < width; i++) {
      values[count * width + i] = found[cells[i]];
    }
    count++;
  }

  /** Form and slice of a product's kept cell. */
  long get(int product, int cell) {
    return values[product * width + cell];
  }
}
