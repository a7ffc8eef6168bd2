package io.clickstream.session;

import io.clickstream.columns.Aggregate;
import io.clickstream.columns.Aggregate.First;
import io.clickstream.columns.Aggregate.Last;
import io.clickstream.columns.Source;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import java.io.DataInput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first, or the last, texts that definitions ask for. Of clicks of one time the smallest event
 * id decides, those without coming last, then the smallest text, by code points.
 *
 * <p>Many of them come from the same click, so each click is written once; {@link StampedView} says
 * how. Two numbers tell of most clicks that they change nothing.
 */
final class StampedSection extends Section {

  /** No text comes from behind it, or from before it if they are the last ones. */
  private static final int BOUND = 0;

  /** The texts of a click that columns without a text take, a bit each. */
  private static final int MISSING = 8;

  // Where a column has its text from.
  private static final byte NOWHERE = 0;
  private static final byte OWN = 1;
  private static final byte OTHER = 2;
  private static final byte CLICK = 3;

  private static final byte[] EMPTY = {};

  private final boolean isLast;
  private final List<String> columns;
  private final int[] sources;
  private final ClickFilter filter;
  private final StampedView own;

  /** The same section of another session, or of another layout. */
  private StampedView other;

  // Of the click that is added.
  private final TextBytes id = new TextBytes();
  private final TextBytes[] texts;
  private long time;

  // Of the section after a click or a merge.
  private final byte[] from;
  private final int[] otherColumn;
  private final int[] ownStamps;
  private int[] otherStamps = {};
  private final Scratch rewritten = new Scratch();
  private int stamps;
  private long bound;
  private long missing;

  /**
   * A section of some columns.
   *
   * @param isLast whether they are the last ones
   */
  StampedSection(boolean isLast, List<StoredColumn> stored) {
    super(isLast ? "last texts" : "first texts");
    int count = stored.size();
    List<Source> all = stored.stream().map(column -> sourceOf(column.aggregate())).toList();
    this.isLast = isLast;
    this.columns = stored.stream().map(StoredColumn::key).toList();
    this.sources = all.stream().mapToInt(Source::index).toArray();
    this.filter = new ClickFilter(all, List.of());
    this.own = new StampedView(count);
    this.other = own;
    this.texts = new TextBytes[count];
    Arrays.setAll(texts, i -> new TextBytes());
    this.from = new byte[count];
    this.otherColumn = new int[count];
    this.ownStamps = new int[count];
  }

  private static Source sourceOf(Aggregate aggregate) {
    return aggregate instanceof First first ? first.source() : ((Last) aggregate).source();
  }

  /** Which one a column is. */
  int indexOf(String column) {
    return columns.indexOf(column);
  }

  @Override
  int headSize() {
    return 2 * Long.BYTES;
  }

  @Override
  int prepare(Block block, int at, int length, Click click) {
    ClickTexts given = click.texts();
    if (!filter.accepts(click) || (length > 0 && isBehindAll(block, click))) {
      return UNTOUCHED;
    }
    own.read(block.sessions().bytes, at, length);
    time = click.timestamp();
    boolean changes = false;
    for (int i = 0; i < sources.length; i++) {
      from[i] = own.has(i) ? OWN : NOWHERE;
      if (ClickFilter.has(given, sources[i])) {
        texts[i].take(given, sources[i]);
        if (!own.has(i) || wins(i, click)) {
          from[i] = CLICK;
          changes = true;
        }
      }
    }
    if (!changes) {
      return UNTOUCHED;
    }
    id.take(given, ClickText.EVENT_ID.ordinal());
    rewrite(length);
    return rewritten.size();
  }

  /** Whether its time alone says that it changes nothing. */
  private boolean isBehindAll(Block block, Click click) {
    long latest = block.longOf(this, BOUND);
    return (isLast ? click.timestamp() < latest : click.timestamp() > latest)
        && filter.isOfBits()
        && !click.texts().hasAny(block.longOf(this, MISSING));
  }

  /** Whether the click's text of a column, which has one, takes the place of that. */
  private boolean wins(int column, Click click) {
    int stamp = own.stampOf(column);
    int order = compareTimes(click.timestamp(), own.time(stamp));
    if (order == 0) {
      order = Stamp.compareNullable(click.eventId(), own.id(stamp));
    }
    if (order == 0) {
      TextBytes text = texts[column];
      order =
          Arrays.compareUnsigned(
              text.bytes(),
              text.start(),
              text.start() + text.length(),
              own.bytes(),
              own.textAt(column),
              own.behindText(column));
    }
    return order < 0;
  }

  private int compareTimes(long left, long right) {
    return isLast ? Long.compare(right, left) : Long.compare(left, right);
  }

  /**
   * Writes the section as {@link #from} says.
   *
   * @param taken bytes of the sections that texts are taken from
   */
  private void rewrite(int taken) {
    byte[] out = rewritten.room(taken + bytesOfClick() + 1 + 3 * from.length);
    resetBound();
    missing = 0;
    Arrays.fill(ownStamps, 0);
    Arrays.fill(otherStamps, 0);
    stamps = 0;
    int ofClick = 0;
    int to = 1;
    for (int i = 0; i < from.length; i++) {
      switch (from[i]) {
        case OWN -> to = putStamp(own, own.stampOf(i), ownStamps, out, to);
        case OTHER -> to = putStamp(other, other.stampOf(otherColumn[i]), otherStamps, out, to);
        case CLICK -> {
          if (ofClick == 0) {
            ofClick = ++stamps;
            Scratch.setLong(out, to, time);
            Scratch.setShort(out, to + Long.BYTES, id.length() + 1);
            to = id.put(out, to + Long.BYTES + Short.BYTES);
            extendBound(time);
          }
        }
        default -> missing |= ClickFilter.bit(sources[i]);
      }
    }
    out[0] = (byte) stamps;
    for (int i = 0; i < from.length; i++) {
      switch (from[i]) {
        case OWN -> to = putText(own, i, ownStamps, out, to);
        case OTHER -> to = putText(other, otherColumn[i], otherStamps, out, to);
        case CLICK -> {
          out[to] = (byte) ofClick;
          Scratch.setShort(out, to + 1, texts[i].length());
          to = texts[i].put(out, to + 1 + Short.BYTES);
        }
        default -> out[to++] = 0;
      }
    }
    rewritten.size(to);
  }

  private int bytesOfClick() {
    int bytes = Long.BYTES + Short.BYTES + Math.max(0, id.length());
    for (int i = 0; i < from.length; i++) {
      bytes += from[i] == CLICK ? texts[i].length() : 0;
    }
    return bytes;
  }

  /** Writes a stamp unless it is written; returns the place behind. */
  private int putStamp(StampedView view, int stamp, int[] numbers, byte[] out, int to) {
    if (numbers[stamp - 1] > 0) {
      return to;
    }
    numbers[stamp - 1] = ++stamps;
    int at = view.stampAt(stamp);
    int length = view.behindStamp(stamp) - at;
    System.arraycopy(view.bytes(), at, out, to, length);
    extendBound(view.time(stamp));
    return to + length;
  }

  /** Writes the text of a column; returns the place behind. */
  private static int putText(StampedView view, int column, int[] numbers, byte[] out, int to) {
    out[to] = (byte) numbers[view.stampOf(column) - 1];
    int at = view.textAt(column) - Short.BYTES;
    int length = view.behindText(column) - at;
    System.arraycopy(view.bytes(), at, out, to + 1, length);
    return to + 1 + length;
  }

  private void resetBound() {
    bound = isLast ? Long.MAX_VALUE : Long.MIN_VALUE;
  }

  private void extendBound(long with) {
    bound = isLast ? Math.min(bound, with) : Math.max(bound, with);
  }

  @Override
  boolean isKept() {
    return false;
  }

  @Override
  void add(Block block, int at, Click click) {
    rewritten.copyTo(block.sessions().bytes, at);
    setMerged(block);
  }

  @Override
  byte[] merged(Block block, Block next) {
    own.read(block.sessions().bytes, block.section(index()), block.length(index()));
    readOther(this, next);
    for (int i = 0; i < from.length; i++) {
      otherColumn[i] = i;
      boolean takesOther = other.has(i) && (!own.has(i) || otherWins(i));
      from[i] = takesOther ? OTHER : own.has(i) ? OWN : NOWHERE;
    }
    return rewrittenCopy(block.length(index()) + next.length(index()));
  }

  private void readOther(StampedSection section, Block block) {
    other = new StampedView(section.columns.size());
    otherStamps = new int[section.columns.size()];
    other.read(
        block.sessions().bytes, block.section(section.index()), block.length(section.index()));
  }

  private byte[] rewrittenCopy(int taken) {
    for (byte place : from) {
      if (place != NOWHERE) {
        rewrite(taken);
        return rewritten.copy();
      }
    }
    bound = 0;
    missing = 0;
    return EMPTY;
  }

  private boolean otherWins(int column) {
    int stamp = own.stampOf(column);
    int otherStamp = other.stampOf(column);
    int order = compareTimes(other.time(otherStamp), own.time(stamp));
    if (order == 0) {
      order = Stamp.compareNullable(other.id(otherStamp), own.id(stamp));
    }
    if (order == 0) {
      order =
          Arrays.compareUnsigned(
              other.bytes(),
              other.textAt(column),
              other.behindText(column),
              own.bytes(),
              own.textAt(column),
              own.behindText(column));
    }
    return order < 0;
  }

  @Override
  void setMerged(Block block) {
    block.longOf(this, BOUND, bound);
    block.longOf(this, MISSING, missing);
  }

  @Override
  byte[] adopted(Block block, Section old, Block oldBlock) {
    StampedSection theirs = (StampedSection) old;
    readOther(theirs, oldBlock);
    for (int i = 0; i < from.length; i++) {
      otherColumn[i] = theirs.indexOf(columns.get(i));
      from[i] = otherColumn[i] >= 0 && other.has(otherColumn[i]) ? OTHER : NOWHERE;
    }
    byte[] adopted = rewrittenCopy(oldBlock.length(theirs.index()));
    setMerged(block);
    return adopted;
  }

  @Override
  int read(Block block, int at, DataInput in) throws IOException {
    int behind = super.read(block, at, in);
    own.read(block.sessions().bytes, at, behind - at);
    bound = 0;
    missing = 0;
    if (behind > at) {
      resetBound();
      for (int stamp = 1; stamp <= own.stamps(); stamp++) {
        extendBound(own.time(stamp));
      }
      for (int i = 0; i < sources.length; i++) {
        missing |= own.has(i) ? 0 : ClickFilter.bit(sources[i]);
      }
    }
    setMerged(block);
    return behind;
  }

  /** The texts of all columns, null for none. */
  @Nullable String[] values(Block block) {
    @Nullable String[] values = new String[from.length];
    own.read(block.sessions().bytes, block.section(index()), block.length(index()));
    for (int i = 0; i < values.length; i++) {
      values[i] = own.text(i);
    }
    return values;
  }
}
