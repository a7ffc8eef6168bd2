package io.clickstream.session;

import io.clickstream.model.Click;
import io.clickstream.wire.Wire;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * A part of a block that varies in length: the state of one column, or of a few that belong
 * together.
 *
 * <p>A click is added in two steps. Each section first says how long it will be, then all move to
 * their new places at once, then each writes. What it found in the first step it remembers for the
 * second. So a section serves one thread.
 */
abstract class Section {

  /** Returned by {@link #prepare} if the click changes nothing. */
  static final int UNTOUCHED = -1;

  private final String key;
  private int index;
  private int headAt;

  /** A section that states of other tables are known to have as well if the key is the same. */
  Section(String key) {
    this.key = key;
  }

  /** Names its content in every version. */
  final String key() {
    return key;
  }

  final void place(int index, int headAt) {
    this.index = index;
    this.headAt = headAt;
  }

  /** Which one of its layout it is. */
  final int index() {
    return index;
  }

  /** Where its own numbers stand in a block. */
  final int headAt() {
    return headAt;
  }

  /** Bytes of its own numbers. */
  int headSize() {
    return 0;
  }

  /** Sets its own numbers in a block without events; all are 0. */
  void begin(Block block) {}

  /**
   * Looks at a click that joins.
   *
   * @param at where the section begins
   * @param length its bytes
   * @return its bytes afterwards, or {@link #UNTOUCHED}
   */
  abstract int prepare(Block block, int at, int length, Click click);

  /** Bytes at its beginning that fall away with the click. */
  int dropped() {
    return 0;
  }

  /** Whether its other bytes are to be moved along; else all of it is written anew. */
  boolean isKept() {
    return true;
  }

  /**
   * Writes the click that was prepared.
   *
   * @param at where the section begins now
   */
  abstract void add(Block block, int at, Click click);

  /** Its bytes once another session's events have joined; its own numbers follow. */
  abstract byte[] merged(Block block, Block other);

  /** Sets its own numbers after {@link #merged}. */
  void setMerged(Block block) {}

  /** Writes it to state. */
  void write(Block block, DataOutput out) throws IOException {
    int length = block.length(index);
    Wire.writeUnsigned(out, length);
    out.write(block.sessions().bytes, block.section(index), length);
  }

  /**
   * Reads it from state.
   *
   * @param at where it begins; all behind it is free
   * @return where it ends
   */
  int read(Block block, int at, DataInput in) throws IOException {
    return readBytes(block, at, Wire.readSize(in), in);
  }

  final int readBytes(Block block, int at, int length, DataInput in) throws IOException {
    VisitorSessions sessions = block.sessions();
    sessions.reserveBehind(at, length);
    in.readFully(sessions.bytes, at, length);
    block.length(index, length);
    return at + length;
  }

  /** The bytes that it has in the block of another layout, and sets its own numbers. */
  byte[] adopted(Block block, Section old, Block oldBlock) {
    for (int i = 0; i < headSize(); i += Integer.BYTES) {
      block.intOf(this, i, oldBlock.intOf(old, i));
    }
    return old.bytes(oldBlock);
  }

  /** A copy of its bytes. */
  final byte[] bytes(Block block) {
    int at = block.section(index);
    return Arrays.copyOfRange(block.sessions().bytes, at, at + block.length(index));
  }
}
