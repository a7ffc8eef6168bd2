package io.clickstream.session;

import io.clickstream.columns.Aggregate;
import io.clickstream.columns.Aggregate.Max;
import io.clickstream.columns.Aggregate.Min;
import io.clickstream.columns.Aggregate.Sum;
import io.clickstream.columns.Source;
import io.clickstream.model.Click;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The smallest, the largest and the sum of numbers. */
final class DecimalsSection extends ChunksSection {

  /** The result for two numbers. */
  private enum How {
    MIN,
    MAX,
    SUM
  }

  private final int[] sources;
  private final How[] hows;
  private final TextBytes text = new TextBytes();
  private final ExactNumber added = new ExactNumber();
  private final ExactNumber present = new ExactNumber();

  DecimalsSection(List<StoredColumn> columns) {
    super(
        "decimals",
        columns.stream().map(StoredColumn::key).toList(),
        columns.stream().map(column -> ClickFilter.of(sourceOf(column.aggregate()))).toList());
    this.sources =
        columns.stream().mapToInt(column -> sourceOf(column.aggregate()).index()).toArray();
    this.hows = columns.stream().map(column -> howOf(column.aggregate())).toArray(How[]::new);
  }

  /** Whether an aggregate is one of these. */
  static boolean isOne(Aggregate aggregate) {
    return aggregate instanceof Min || aggregate instanceof Max || aggregate instanceof Sum;
  }

  private static Source sourceOf(Aggregate aggregate) {
    if (aggregate instanceof Min min) {
      return min.source();
    }
    return aggregate instanceof Max max ? max.source() : ((Sum) aggregate).source();
  }

  private static How howOf(Aggregate aggregate) {
    if (aggregate instanceof Min) {
      return How.MIN;
    }
    return aggregate instanceof Max ? How.MAX : How.SUM;
  }

  @Override
  boolean change(int column, Click click, byte[] bytes, int at, int length) {
    text.take(click.texts(), sources[column]);
    added.parse(text);
    if (length == 0) {
      added.write(chunk);
      return true;
    }
    return addTo(column, bytes, at, length);
  }

  @Override
  boolean merge(
      int column,
      byte[] bytes,
      int at,
      int length,
      byte[] otherBytes,
      int otherAt,
      int otherLength) {
    added.read(otherBytes, otherAt, otherLength);
    return addTo(column, bytes, at, length);
  }

  private boolean addTo(int column, byte[] bytes, int at, int length) {
    present.read(bytes, at, length);
    boolean changes =
        switch (hows[column]) {
          case MIN -> added.compareTo(present) < 0;
          case MAX -> added.compareTo(present) > 0;
          case SUM -> !added.isZero();
        };
    if (changes) {
      if (hows[column] == How.SUM) {
        added.add(present);
      }
      added.write(chunk);
    }
    return changes;
  }

  /** The numbers of all columns, null for none. */
  @Nullable BigDecimal[] values(Block block) {
    @Nullable BigDecimal[] values = new BigDecimal[count()];
    if (!isEmpty(block)) {
      byte[] bytes = block.sessions().bytes;
      int[] places = places(block);
      for (int i = 0; i < values.length; i++) {
        int length = Scratch.lengthAt(bytes, places[i]);
        if (length > 0) {
          present.read(bytes, places[i] + Scratch.sizeOf(length), length);
          values[i] = ExactNumber.published(present.value());
        }
      }
    }
    return values;
  }
}
