package io.clickstream.session;

import io.clickstream.model.Click;
import java.util.List;

/**
 * The states of several columns of one kind, each in a chunk of its own behind its length; a column
 * without a value has an empty one. If no column has a value, the section is empty.
 *
 * <p>A click that changes none costs no object, and mostly no look at the bytes.
 */
abstract class ChunksSection extends Section {

  private static final byte[] EMPTY = {};

  private final List<String> columns;

  /** By column, the clicks that may change it. */
  private final ClickFilter[] filters;

  /** The clicks that may change any. */
  private final ClickFilter any;

  /** The bytes of a section whose columns have no value. */
  private final byte[] none;

  /** The section after a click or a merge. */
  private final Scratch rewritten = new Scratch();

  /** Where {@link #change} and {@link #merge} put the chunk of a column. */
  final Scratch chunk = new Scratch();

  /**
   * A section of some columns.
   *
   * @param columns what identifies each of them in every version
   * @param filters for each of them, the clicks that may change it
   */
  ChunksSection(String key, List<String> columns, List<ClickFilter> filters) {
    super(key);
    this.columns = List.copyOf(columns);
    this.filters = filters.toArray(new ClickFilter[0]);
    this.any = ClickFilter.any(filters);
    this.none = new byte[columns.size()];
  }

  /**
   * Adds a click to a column, one that its filter lets through.
   *
   * @param at where its chunk is
   * @param length of its chunk, 0 without a value
   * @return whether it changes the chunk, which then is in {@link #chunk}
   */
  abstract boolean change(int column, Click click, byte[] bytes, int at, int length);

  /**
   * Adds the chunk of another session to that of a column; none is empty.
   *
   * @return whether it changes the chunk, which then is in {@link #chunk}
   */
  abstract boolean merge(
      int column,
      byte[] bytes,
      int at,
      int length,
      byte[] otherBytes,
      int otherAt,
      int otherLength);

  /** Which one a column is. */
  final int indexOf(String column) {
    return columns.indexOf(column);
  }

  final int count() {
    return none.length;
  }

  @Override
  final int prepare(Block block, int at, int length, Click click) {
    if (!any.accepts(click)) {
      return UNTOUCHED;
    }
    byte[] bytes = length == 0 ? none : block.sessions().bytes;
    int from = length == 0 ? 0 : at;
    int copied = from;
    rewritten.clear();
    for (int column = 0; column < none.length; column++) {
      int chunkLength = Scratch.lengthAt(bytes, from);
      int chunkAt = from + Scratch.sizeOf(chunkLength);
      if (filters[column].accepts(click) && changes(column, click, bytes, chunkAt, chunkLength)) {
        rewritten.put(bytes, copied, from - copied);
        putChunk();
        copied = chunkAt + chunkLength;
      }
      from = chunkAt + chunkLength;
    }
    if (rewritten.size() == 0) {
      return UNTOUCHED;
    }
    rewritten.put(bytes, copied, from - copied);
    return rewritten.size();
  }

  private boolean changes(int column, Click click, byte[] bytes, int at, int length) {
    chunk.clear();
    return change(column, click, bytes, at, length);
  }

  private void putChunk() {
    rewritten.putLength(chunk.size());
    rewritten.put(chunk);
  }

  @Override
  final boolean isKept() {
    return false;
  }

  @Override
  final void add(Block block, int at, Click click) {
    rewritten.copyTo(block.sessions().bytes, at);
  }

  @Override
  final byte[] merged(Block block, Block other) {
    if (other.length(index()) == 0) {
      return bytes(block);
    }
    if (block.length(index()) == 0) {
      return bytes(other);
    }
    byte[] bytes = block.sessions().bytes;
    byte[] otherBytes = other.sessions().bytes;
    int from = block.section(index());
    int otherFrom = other.section(index());
    rewritten.clear();
    for (int column = 0; column < none.length; column++) {
      int length = Scratch.lengthAt(bytes, from);
      int at = from + Scratch.sizeOf(length);
      int otherLength = Scratch.lengthAt(otherBytes, otherFrom);
      int otherAt = otherFrom + Scratch.sizeOf(otherLength);
      chunk.clear();
      if (length == 0) {
        chunk.put(otherBytes, otherAt, otherLength);
      } else if (otherLength == 0
          || !merge(column, bytes, at, length, otherBytes, otherAt, otherLength)) {
        chunk.clear();
        chunk.put(bytes, at, length);
      }
      putChunk();
      from = at + length;
      otherFrom = otherAt + otherLength;
    }
    return rewritten.copy();
  }

  /** Where the length of each column's chunk is; null if none has a value. */
  final int[] places(Block block) {
    int[] places = new int[none.length];
    byte[] bytes = block.sessions().bytes;
    int from = block.section(index());
    for (int column = 0; column < places.length; column++) {
      places[column] = from;
      int length = Scratch.lengthAt(bytes, from);
      from += Scratch.sizeOf(length) + length;
    }
    return places;
  }

  /** Whether no column has a value. */
  final boolean isEmpty(Block block) {
    return block.length(index()) == 0;
  }

  @Override
  final byte[] adopted(Block block, Section old, Block oldBlock) {
    ChunksSection theirs = (ChunksSection) old;
    if (theirs.isEmpty(oldBlock)) {
      return EMPTY;
    }
    int[] places = theirs.places(oldBlock);
    byte[] bytes = oldBlock.sessions().bytes;
    boolean isEmpty = true;
    rewritten.clear();
    for (String column : columns) {
      int there = theirs.indexOf(column);
      int length = there < 0 ? 0 : Scratch.lengthAt(bytes, places[there]);
      rewritten.putLength(length);
      if (length > 0) {
        rewritten.put(bytes, places[there] + Scratch.sizeOf(length), length);
        isEmpty = false;
      }
    }
    return isEmpty ? EMPTY : rewritten.copy();
  }
}
