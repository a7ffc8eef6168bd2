package io.clickstream.session;

import io.clickstream.columns.Aggregate.Distinct;
import io.clickstream.model.Click;
import io.clickstream.wire.Wire;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The fingerprints of different texts in ascending order. At the limit they are forgotten: the
 * number is the limit from there on. Bounded by it.
 */
final class DistinctSection extends Section {

  private static final int COUNT = 0;

  private final Distinct column;
  private long fingerprint;
  private int place;
  private int lengthBefore;
  private boolean saturates;

  DistinctSection(String key, Distinct column) {
    super(key);
    this.column = column;
  }

  /** How many there are, exact below the limit. */
  int count(Block block) {
    return block.intOf(this, COUNT);
  }

  @Override
  int headSize() {
    return Integer.BYTES;
  }

  @Override
  int prepare(Block block, int at, int length, Click click) {
    if ((column.kind() != null && click.kind() != column.kind())
        || !click.texts().has(column.source().index())
        || count(block) == column.limit()) {
      return UNTOUCHED;
    }
    fingerprint = Fingerprint.of(click.texts(), column.source().index());
    place = SortedLongs.placeOf(block.sessions().bytes, at, length, fingerprint);
    if (place == SortedLongs.PRESENT) {
      return UNTOUCHED;
    }
    lengthBefore = length;
    saturates = count(block) + 1 == column.limit();
    return saturates ? 0 : length + Long.BYTES;
  }

  @Override
  boolean isKept() {
    return !saturates;
  }

  @Override
  void add(Block block, int at, Click click) {
    block.intOf(this, COUNT, count(block) + 1);
    if (!saturates) {
      VisitorSessions sessions = block.sessions();
      sessions.move(at + place, lengthBefore - place, at + place + Long.BYTES);
      sessions.setLong(at + place, fingerprint);
    }
  }

  @Override
  byte[] merged(Block block, Block other) {
    if (count(block) == column.limit() || count(other) == column.limit()) {
      place = column.limit();
      return new byte[0];
    }
    long[] all = new long[(block.length(index()) + other.length(index())) / Long.BYTES];
    int size = union(block, other, all);
    place = Math.min(size, column.limit());
    if (size >= column.limit()) {
      return new byte[0];
    }
    VisitorSessions target = new VisitorSessions();
    target.reserve(size * Long.BYTES);
    for (int i = 0; i < size; i++) {
      target.setLong(i * Long.BYTES, all[i]);
    }
    return Arrays.copyOf(target.bytes, size * Long.BYTES);
  }

  private int union(Block block, Block other, long[] all) {
    int left = block.section(index());
    int leftEnd = left + block.length(index());
    int right = other.section(index());
    int rightEnd = right + other.length(index());
    int size = 0;
    while (left < leftEnd || right < rightEnd) {
      long fromLeft = left < leftEnd ? block.sessions().longAt(left) : Long.MAX_VALUE;
      long fromRight = right < rightEnd ? other.sessions().longAt(right) : Long.MAX_VALUE;
      boolean takesLeft = right == rightEnd || (left < leftEnd && fromLeft <= fromRight);
      boolean takesRight = left == leftEnd || (right < rightEnd && fromRight <= fromLeft);
      all[size++] = takesLeft ? fromLeft : fromRight;
      left += takesLeft ? Long.BYTES : 0;
      right += takesRight ? Long.BYTES : 0;
    }
    return size;
  }

  @Override
  void setMerged(Block block) {
    block.intOf(this, COUNT, place);
  }

  @Override
  void write(Block block, DataOutput out) throws IOException {
    Wire.writeUnsigned(out, count(block));
    super.write(block, out);
  }

  @Override
  int read(Block block, int at, DataInput in) throws IOException {
    block.intOf(this, COUNT, Wire.readSize(in));
    return super.read(block, at, in);
  }
}
