package io.clickstream.session;

import io.clickstream.columns.Aggregate;
import io.clickstream.columns.Aggregate.Distinct;
import io.clickstream.columns.Aggregate.Pings;
import io.clickstream.columns.Mark;
import io.clickstream.columns.Source;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import java.util.ArrayList;
import java.util.List;

/**
 * The fingerprints of different texts, or of pages and of their signs of life, in ascending order.
 * At the limit they are forgotten: the number is the limit from there on. Bounded by it.
 */
final class DistinctsSection extends ChunksSection {

  /** Instead of the fingerprints at the limit; shorter than any of them. */
  private static final int FULL = 1;

  private static final long NO_PAGE = Fingerprint.of("");

  /** What is different. */
  private sealed interface Counted {}

  private record OfTexts(int source) implements Counted {}

  private record OfPages(Mark mark) implements Counted {}

  private record OfPairs(Mark mark, long heartbeatMs) implements Counted {}

  /**
   * One number of different things.
   *
   * @param key names it in every version
   */
  private record Entry(String key, Counted what, int limit) {}

  private final Entry[] entries;
  private long fingerprint;

  DistinctsSection(List<StoredColumn> columns) {
    this(
        columns.stream().flatMap(column -> entries(column).stream()).toList(),
        new ClickFilter(sources(columns), marks(columns)));
  }

  private DistinctsSection(List<Entry> entries, ClickFilter filter) {
    super("distincts", entries.stream().map(Entry::key).toList(), filter);
    this.entries = entries.toArray(new Entry[0]);
  }

  private static List<Entry> entries(StoredColumn column) {
    Aggregate aggregate = column.aggregate();
    if (aggregate instanceof Pings pings) {
      return List.of(
          new Entry(pairs(column), new OfPairs(pings.mark(), pings.heartbeatMs()), pings.limit()),
          new Entry(pages(column), new OfPages(pings.mark()), pings.limit()));
    }
    Distinct distinct = (Distinct) aggregate;
    return List.of(
        new Entry(column.key(), new OfTexts(distinct.source().index()), distinct.limit()));
  }

  /** The key of the pairs of signs of life. */
  static String pairs(StoredColumn pings) {
    return pings.key() + " pairs";
  }

  /** The key of the pages of signs of life. */
  static String pages(StoredColumn pings) {
    return pings.key() + " pages";
  }

  private static List<Source> sources(List<StoredColumn> columns) {
    List<Source> sources = new ArrayList<>();
    for (StoredColumn column : columns) {
      if (column.aggregate() instanceof Distinct distinct) {
        sources.add(distinct.source());
      }
    }
    return sources;
  }

  private static List<Mark> marks(List<StoredColumn> columns) {
    List<Mark> marks = new ArrayList<>();
    for (StoredColumn column : columns) {
      if (column.aggregate() instanceof Pings pings) {
        marks.add(pings.mark());
      }
    }
    return marks;
  }

  /** Takes what the click has for an entry; returns whether it has anything. */
  private boolean take(Counted what, Click click) {
    if (what instanceof OfTexts texts) {
      boolean has = ClickFilter.has(click.texts(), texts.source);
      fingerprint = has ? Fingerprint.of(click.texts(), texts.source) : 0;
      return has;
    }
    // Most clicks are no signs of life, and need no fingerprint of their page.
    if (what instanceof OfPages pages) {
      boolean has = click.marks().has(pages.mark.index());
      fingerprint = has ? page(click) : 0;
      return has;
    }
    OfPairs pairs = (OfPairs) what;
    boolean has = click.marks().has(pairs.mark.index());
    fingerprint =
        has ? Fingerprint.of(page(click), Math.floorDiv(click.timestamp(), pairs.heartbeatMs)) : 0;
    return has;
  }

  private static long page(Click click) {
    return click.texts().has(ClickText.PAGE_URL)
        ? Fingerprint.of(click.texts(), ClickText.PAGE_URL.ordinal())
        : NO_PAGE;
  }

  @Override
  boolean change(int column, Click click, byte[] bytes, int at, int length) {
    if (length == FULL || !take(entries[column].what, click)) {
      return false;
    }
    int place = placeOf(bytes, at, length);
    if (place < 0) {
      return false;
    }
    if (length / Long.BYTES + 1 >= entries[column].limit) {
      chunk.putByte(0);
      return true;
    }
    chunk.put(bytes, at, place - at);
    chunk.putLong(fingerprint);
    chunk.put(bytes, place, at + length - place);
    return true;
  }

  /** Where the fingerprint has its place, or -1 if it is there. */
  private int placeOf(byte[] bytes, int at, int length) {
    int low = 0;
    int high = length / Long.BYTES;
    while (low < high) {
      int middle = (low + high) >>> 1;
      long there = Scratch.longAt(bytes, at + Long.BYTES * middle);
      if (there == fingerprint) {
        return -1;
      }
      if (there < fingerprint) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return at + Long.BYTES * low;
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
