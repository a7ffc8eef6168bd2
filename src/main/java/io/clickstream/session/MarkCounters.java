package io.clickstream.session;

import io.clickstream.columns.Aggregate.Marked;
import io.clickstream.model.ClickMarks;
import java.util.Arrays;
import java.util.List;

/** Counts clicks by the conditions that they fulfil. */
final class MarkCounters {

  private static final int[] NONE = {};

  // The conditions that are counted, a bit each.
  private final long first;
  private final long second;

  /** By condition, which counters of a block count it. */
  private final int[][] counters = new int[ClickMarks.MAX][];

  /**
   * The counters of a layout.
   *
   * @param columns of all counters, by their number; others may be among them
   */
  MarkCounters(List<StoredColumn> columns) {
    Arrays.fill(counters, NONE);
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).aggregate() instanceof Marked marked) {
        int index = marked.mark().index();
        int[] others = counters[index];
        counters[index] = Arrays.copyOf(others, others.length + 1);
        counters[index][others.length] = i;
      }
    }
    this.first = bits(0);
    this.second = bits(Long.SIZE);
  }

  private long bits(int from) {
    long bits = 0;
    for (int i = 0; i < Long.SIZE; i++) {
      bits |= counters[from + i].length == 0 ? 0 : 1L << i;
    }
    return bits;
  }

  /** Counts a click that joins a session. */
  void count(Block block, ClickMarks marks) {
    if (!marks.isEmpty()) {
      count(block, marks.first() & first, 0);
      count(block, marks.second() & second, Long.SIZE);
    }
  }

  private void count(Block block, long bits, int from) {
    for (long rest = bits; rest != 0; rest &= rest - 1) {
      for (int counter : counters[from + Long.numberOfTrailingZeros(rest)]) {
        block.counter(counter, block.counter(counter) + 1);
      }
    }
  }
}
