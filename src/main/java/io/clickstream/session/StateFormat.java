package io.clickstream.session;

import io.clickstream.wire.Wire;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The form that a visitor's sessions have in state. All that was written is read as it was, also
 * under another table of columns: a column that a value lacks begins empty, and one that the table
 * lacks is dropped.
 *
 * <p>A value begins with the number of its layout. The numbers of a block's head follow as integers
 * of variable length, many of them relative to others, then its sections nearly as they are.
 *
 * <p>A format serves one thread.
 */
public final class StateFormat {

  /** The first version in which campaigns have a click id, and orders a list of products. */
  static final int WITH_CLICK_IDS = 2;

  /** The first version in which columns can be defined by settings. */
  private static final int WITH_DEFINITIONS = 3;

  /** The version that is written where a session has a wall at either side. */
  public static final int WITH_WALLS = 4;

  /** In the byte of flags: another byte follows, with walls. */
  private static final int MORE_FLAGS = 0x80;

  /** The version that is written. */
  public static final int NEWEST = WITH_DEFINITIONS;

  /** By number: the columns of every layout that values may have. */
  private final List<List<StoredColumn>> history;

  /** The number of the layout that is written. */
  private final int current;

  /** By number, and of each by version of the format; made when first needed. */
  private final @Nullable BlockLayout[] layouts;

  /**
   * A format that reads several layouts and writes one of them.
   *
   * @param history the columns of every layout, by number
   * @param current the number of the layout that is written
   */
  public StateFormat(List<List<StoredColumn>> history, int current) {
    this.history = List.copyOf(history);
    this.current = current;
    this.layouts = new BlockLayout[history.size() * NEWEST];
  }

  private BlockLayout layout(int number, int version) {
    int at = number * NEWEST + version - 1;
    BlockLayout layout = layouts[at];
    if (layout == null) {
      layout = new BlockLayout(history.get(number), version);
      layouts[at] = layout;
    }
    return layout;
  }

  /** Writes the sessions of a visitor, in the current layout and the newest version. */
  public void write(VisitorSessions sessions, DataOutput out) throws IOException {
    Wire.writeUnsigned(out, current);
    Wire.writeSigned(out, sessions.timer);
    Wire.writeUnsigned(out, sessions.count());
    BlockLayout layout = layout(current, NEWEST);
    Block block = new Block(layout);
    for (int at = 0; at < sessions.size(); at += block.size()) {
      write(layout, block.to(sessions, at), out);
    }
  }

  private static void write(BlockLayout layout, Block block, DataOutput out) throws IOException {
    int walls = block.flags() >>> Byte.SIZE;
    out.writeByte(walls == 0 ? block.flags() : block.flags() | MORE_FLAGS);
    if (walls != 0) {
      out.writeByte(walls);
    }
    out.writeLong(block.start());
    Wire.writeUnsigned(out, block.end() - block.start());
    Wire.writeUnsigned(out, block.revision());
    Wire.writeUnsigned(out, block.ordinal());
    Wire.writeUnsigned(out, block.events());
    Wire.writeUnsigned(out, block.duplicates());
    Wire.writeUnsigned(out, block.lateEvents());
    for (int i = 0; i < layout.counters(); i++) {
      Wire.writeUnsigned(out, block.counter(i));
    }
    for (Section section : layout.sections()) {
      section.write(block, out);
    }
  }

  /**
   * Reads the sessions of a visitor, which have the current layout from then on.
   *
   * @param version in which they were written, 1 to the newest
   * @throws IOException if their layout is none of the history
   */
  public VisitorSessions read(int version, DataInput in) throws IOException {
    int number = Wire.readSize(in);
    if (number >= history.size()) {
      throw new IOException(
          "session state has layout %d, of which its snapshot knows %d: the data is corrupt"
              .formatted(number, history.size()));
    }
    BlockLayout written = layout(number, version);
    BlockLayout layout = layout(current, NEWEST);
    VisitorSessions sessions = new VisitorSessions();
    sessions.timer = Wire.readSigned(in);
    int count = Wire.readSize(in);
    Block block = new Block(layout);
    for (int i = 0; i < count; i++) {
      if (written == layout) {
        read(layout, sessions, block, in);
      } else {
        VisitorSessions alone = new VisitorSessions();
        Block old = new Block(written);
        read(written, alone, old, in);
        int at = sessions.size();
        sessions.insert(at, layout.head());
        layout.adopt(block.to(sessions, at), written, old);
        sessions.findLast();
      }
    }
    return sessions;
  }

  private static void read(BlockLayout layout, VisitorSessions sessions, Block block, DataInput in)
      throws IOException {
    int begins = sessions.size();
    sessions.reserveBehind(begins, layout.head());
    block.to(sessions, begins);
    int flags = in.readUnsignedByte();
    block.flags(
        (flags & MORE_FLAGS) == 0
            ? flags
            : (flags & ~MORE_FLAGS) | (in.readUnsignedByte() << Byte.SIZE));
    block.start(in.readLong());
    block.newEnd(block.start() + Wire.readUnsigned(in));
    block.revision(Wire.readSize(in));
    block.ordinal(Wire.readSize(in));
    block.events(Wire.readSize(in));
    block.duplicates(Wire.readSize(in));
    block.lateEvents(Wire.readSize(in));
    for (int i = 0; i < layout.counters(); i++) {
      block.counter(i, Wire.readSize(in));
    }
    int at = begins + layout.head();
    for (Section section : layout.sections()) {
      at = section.read(block, at, in);
    }
    block.size(at - begins);
    sessions.appended(at - begins);
  }
}
