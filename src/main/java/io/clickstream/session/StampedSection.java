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

  /** That of another session, or of another layout. */
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
    rewrite();
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

  /** Writes the section as {@link #from} says. */
  private void rewrite() {
    rewritten.clear();
    resetBound();
    missing = 0;
    Arrays.fill(ownStamps, 0);
    Arrays.fill(otherStamps, 0);
    rewritten.putByte(0);
    int stamps = 0;
    int ofClick = 0;
    for (int i = 0; i < from.length; i++) {
      switch (from[i]) {
        case OWN -> stamps = putStamp(own, own.stampOf(i), ownStamps, stamps);
        case OTHER -> stamps = putStamp(other, other.stampOf(otherColumn[i]), otherStamps, stamps);
        case CLICK -> {
          if (ofClick == 0) {
            ofClick = ++stamps;
            rewritten.putLong(time);
            rewritten.putShort(id.length() + 1);
            rewritten.put(id.bytes(), id.start(), Math.max(0, id.length()));
            extendBound(time);
          }
        }
        default -> missing |= ClickFilter.bit(sources[i]);
      }
    }
    rewritten.setByte(0, stamps);
    for (int i = 0; i < from.length; i++) {
      switch (from[i]) {
        case OWN -> putText(own, i, ownStamps);
        case OTHER -> putText(other, otherColumn[i], otherStamps);
        case CLICK -> {
          rewritten.putByte(ofClick);
          rewritten.putText(texts[i]);
        }
        default -> rewritten.putByte(0);
      }
    }
  }

  /** Writes a stamp unless it is written; returns how many there are. */
  private int putStamp(StampedView view, int stamp, int[] numbers, int stamps) {
    if (numbers[stamp - 1] > 0) {
      return stamps;
    }
    numbers[stamp - 1] = stamps + 1;
    int at = view.stampAt(stamp);
    rewritten.put(view.bytes(), at, view.behindStamp(stamp) - at);
    extendBound(view.time(stamp));
    return stamps + 1;
  }

  private void resetBound() {
    bound = isLast ? Long.MAX_VALUE : Long.MIN_VALUE;
  }

  private void extendBound(long with) {
    bound = isLast ? Math.min(bound, with) : Math.max(bound, with);
  }

  private void putText(StampedView view, int column, int[] numbers) {
    rewritten.putByte(numbers[view.stampOf(column) - 1]);
    int at = view.textAt(column);
    rewritten.putText(view.bytes(), at, view.behindText(column) - at);
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
    return rewrittenCopy();
  }

  private void readOther(StampedSection section, Block block) {
    other = new StampedView(section.columns.size());
    otherStamps = new int[section.columns.size()];
    other.read(
        block.sessions().bytes, block.section(section.index()), block.length(section.index()));
  }

  private byte[] rewrittenCopy() {
    for (byte place : from) {
      if (place != NOWHERE) {
        rewrite();
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
    byte[] adopted = rewrittenCopy();
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
