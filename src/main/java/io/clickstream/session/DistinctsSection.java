package io.clickstream.session;

import io.clickstream.columns.Aggregate;
import io.clickstream.columns.Aggregate.Distinct;
import io.clickstream.columns.Aggregate.Pings;
import io.clickstream.columns.Mark;
import io.clickstream.columns.Source;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import java.util.Arrays;
import java.util.List;

/**
 * The fingerprints of different texts, or of pages and of their signs of life, in ascending order.
 * At the limit they are forgotten: the number is the limit from there on. Bounded by it.
 */
final class DistinctsSection extends ChunksSection {

  /** Instead of the fingerprints at the limit; shorter than any of them. */
  private static final int FULL = 1;

  private static final long NO_PAGE = Fingerprint.of("");

  /** The kind of the values. */
  private sealed interface Counted {

    /** The clicks that have it. */
    ClickFilter filter();
  }

  private record OfTexts(Source source) implements Counted {
    @Override
    public ClickFilter filter() {
      return ClickFilter.of(source);
    }
  }

  private record OfPages(Mark mark) implements Counted {
    @Override
    public ClickFilter filter() {
      return ClickFilter.of(mark);
    }
  }

  private record OfPairs(Mark mark, long heartbeatMs) implements Counted {
    @Override
    public ClickFilter filter() {
      return ClickFilter.of(mark);
    }
  }

  /**
   * One number of different things.
   *
   * @param key names it in every version
   */
  private record Entry(String key, Counted what, int limit) {}

  private final Entry[] entries;

  DistinctsSection(List<StoredColumn> columns) {
    this(columns.stream().flatMap(column -> entries(column).stream()).toArray(Entry[]::new));
  }

  private DistinctsSection(Entry[] entries) {
    super(
        "distincts",
        Arrays.stream(entries).map(Entry::key).toList(),
        Arrays.stream(entries).map(entry -> entry.what.filter()).toList());
    this.entries = entries;
  }

  private static List<Entry> entries(StoredColumn column) {
    Aggregate aggregate = column.aggregate();
    if (aggregate instanceof Pings pings) {
      return List.of(
          new Entry(pairs(column), new OfPairs(pings.mark(), pings.heartbeatMs()), pings.limit()),
          new Entry(pages(column), new OfPages(pings.mark()), pings.limit()));
    }
    Distinct distinct = (Distinct) aggregate;
    return List.of(new Entry(column.key(), new OfTexts(distinct.source()), distinct.limit()));
  }

  /** The key of the pairs of signs of life. */
  static String pairs(StoredColumn pings) {
    return pings.key() + " pairs";
  }

  /** The key of the pages of signs of life. */
  static String pages(StoredColumn pings) {
    return pings.key() + " pages";
  }

  private static long fingerprint(Counted what, Click click) {
    if (what instanceof OfTexts texts) {
      return Fingerprint.of(click.texts(), texts.source.index());
    }
    return what instanceof OfPairs pairs
        ? Fingerprint.of(page(click), Math.floorDiv(click.timestamp(), pairs.heartbeatMs))
        : page(click);
  }

  private static long page(Click click) {
    return click.texts().has(ClickText.PAGE_URL)
        ? Fingerprint.of(click.texts(), ClickText.PAGE_URL.ordinal())
        : NO_PAGE;
  }

  @Override
  boolean change(int column, Click click, byte[] bytes, int at, int length) {
    if (length == FULL) {
      return false;
    }
    long fingerprint = fingerprint(entries[column].what, click);
    int place = SortedLongs.placeOf(bytes, at, length, fingerprint);
    if (place == SortedLongs.PRESENT) {
      return false;
    }
    if (length / Long.BYTES + 1 >= entries[column].limit) {
      chunk.putByte(0);
      return true;
    }
    chunk.put(bytes, at, place);
    chunk.putLong(fingerprint);
    chunk.put(bytes, at + place, length - place);
    return true;
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
    if (length == FULL) {
      return false;
    }
    if (otherLength == FULL) {
      chunk.putByte(0);
      return true;
    }
    int left = at;
    int right = otherAt;
    while (left < at + length || right < otherAt + otherLength) {
      boolean hasLeft = left < at + length;
      boolean hasRight = right < otherAt + otherLength;
      long fromLeft = hasLeft ? Scratch.longAt(bytes, left) : Long.MAX_VALUE;
      long fromRight = hasRight ? Scratch.longAt(otherBytes, right) : Long.MAX_VALUE;
      boolean takesLeft = !hasRight || (hasLeft && fromLeft <= fromRight);
      boolean takesRight = !hasLeft || (hasRight && fromRight <= fromLeft);
      chunk.putLong(takesLeft ? fromLeft : fromRight);
      left += takesLeft ? Long.BYTES : 0;
      right += takesRight ? Long.BYTES : 0;
    }
    if (chunk.size() / Long.BYTES >= entries[column].limit) {
      chunk.clear();
      chunk.putByte(0);
    }
    return true;
  }

  /** How many different ones each entry has, exact below its limit. */
  long[] values(Block block) {
    long[] values = new long[count()];
    if (!isEmpty(block)) {
      byte[] bytes = block.sessions().bytes;
      int[] places = places(block);
      for (int i = 0; i < values.length; i++) {
        int length = Scratch.lengthAt(bytes, places[i]);
        values[i] = length == FULL ? entries[i].limit : length / Long.BYTES;
      }
    }
    return values;
  }
}
