package io.clickstream.model;

/**
 * Which conditions of the settings a click fulfils, a bit for each by its index in the table of
 * columns.
 *
 * @param first those of the indices 0 to 63
 * @param second those of the indices 64 to 127
 */
public record ClickMarks(long first, long second) {

  /** The most conditions that there can be. */
  public static final int MAX = 2 * Long.SIZE;

  /** No condition holds. */
  public static final ClickMarks NONE = new ClickMarks(0, 0);

  /** Marks with these bits; none are always the same object. */
  public static ClickMarks of(long first, long second) {
    return (first | second) == 0 ? NONE : new ClickMarks(first, second);
  }

  /**
   * Whether a condition holds.
   *
   * @param index 0 to {@link #MAX} - 1
   */
  public boolean has(int index) {
    return ((index < Long.SIZE ? first : second) >>> index & 1) != 0;
  }

  /** Whether no condition holds. */
  public boolean isEmpty() {
    return (first | second) == 0;
  }
}
