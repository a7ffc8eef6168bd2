package io.clickstream.session;

import io.clickstream.columns.Aggregate.First;
import io.clickstream.model.Click;
import io.clickstream.wire.Wire;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * {@link FirstValues} as bytes, and two numbers by which most clicks are known to change nothing:
 * the time of the newest event that a value comes from, and the fields without one.
 */
final class FirstSection extends Section {

  private static final int NEWEST = 0;
  private static final int MISSING = 8;

  private final List<String> names;
  private final List<First> columns;
  private final int version;
  private final long all;

  /** The values after a click or a merge. */
  private FirstValues values;

  private byte[] rewritten = {};

  /**
   * The first values of some columns.
   *
   * @param names what identifies each of the columns in every version
   * @param version of the format of state in which blocks have them
   */
  FirstSection(List<String> names, List<First> columns, int version) {
    super("first");
    this.names = List.copyOf(names);
    this.columns = List.copyOf(columns);
    this.version = version;
    this.all = FirstValues.all(columns);
    this.values = new FirstValues(columns);
  }

  @Override
  int headSize() {
    return 2 * Long.BYTES;
  }

  @Override
  void begin(Block block) {
    block.longOf(this, NEWEST, Long.MIN_VALUE);
    block.longOf(this, MISSING, all);
  }

  @Override
  int prepare(Block block, int at, int length, Click click) {
    if (click.timestamp() > block.longOf(this, NEWEST)
        && !FirstValues.mayFill(block.longOf(this, MISSING), columns, click)) {
      return UNTOUCHED;
    }
    values = FirstValues.of(columns, version, block.sessions().bytes, at, length);
    values.add(click);
    rewritten = values.bytes();
    return rewritten.length;
  }

  @Override
  boolean isKept() {
    return false;
  }

  @Override
  void add(Block block, int at, Click click) {
    System.arraycopy(rewritten, 0, block.sessions().bytes, at, rewritten.length);
    setMerged(block);
  }

  /** Which one a column is. */
  int indexOf(String name) {
    return names.indexOf(name);
  }

  /** The values of a block. */
  FirstValues values(Block block) {
    return FirstValues.of(
        columns, version, block.sessions().bytes, block.section(index()), block.length(index()));
  }

  @Override
  byte[] merged(Block block, Block other) {
    values = values(block);
    values.addAll(values(other));
    return values.bytes();
  }

  @Override
  void setMerged(Block block) {
    block.longOf(this, NEWEST, values.newest());
    block.longOf(this, MISSING, values.missing());
  }

  @Override
  byte[] adopted(Block block, Section old, Block oldBlock) {
    FirstSection other = (FirstSection) old;
    FirstValues theirs = other.values(oldBlock);
    values = new FirstValues(columns);
    values.takeRest(theirs);
    for (int i = 0; i < names.size(); i++) {
      int there = other.names.indexOf(names.get(i));
      values.take(i, there < 0 ? null : theirs.value(there));
    }
    setMerged(block);
    return values.bytes();
  }

  @Override
  void write(Block block, DataOutput out) throws IOException {
    long newest = block.longOf(this, NEWEST);
    out.writeBoolean(newest != Long.MIN_VALUE);
    if (newest != Long.MIN_VALUE) {
      Wire.writeSigned(out, newest - block.start());
    }
    Wire.writeUnsigned(out, all ^ block.longOf(this, MISSING));
    super.write(block, out);
  }

  @Override
  int read(Block block, int at, DataInput in) throws IOException {
    block.longOf(
        this, NEWEST, in.readBoolean() ? block.start() + Wire.readSigned(in) : Long.MIN_VALUE);
    block.longOf(this, MISSING, all ^ Wire.readUnsigned(in));
    return super.read(block, at, in);
  }
}
