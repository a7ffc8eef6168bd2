package io.clickstream.session;

import io.clickstream.wire.Wire;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The sessions of a visitor in state: the numbers of a block's head as integers of variable length,
 * many of them relative to others, and its sections nearly as they are.
 *
 * <p>The columns of a block are those of its layout. State of another layout is read by {@link
 * BlockLayout#adopt}.
 */
final class StateFormat {

  private StateFormat() {}

  static void write(BlockLayout layout, VisitorSessions sessions, DataOutput out)
      throws IOException {
    Wire.writeSigned(out, sessions.timer);
    Wire.writeUnsigned(out, sessions.count());
    Block block = new Block(layout);
    for (int at = 0; at < sessions.size(); at += block.size()) {
      write(layout, block.to(sessions, at), out);
    }
  }

  private static void write(BlockLayout layout, Block block, DataOutput out) throws IOException {
    out.writeByte(block.flags());
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

  /** Reads sessions that were written in a layout, into one. */
  static VisitorSessions read(BlockLayout written, BlockLayout layout, DataInput in)
      throws IOException {
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
    block.flags(in.readUnsignedByte());
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
