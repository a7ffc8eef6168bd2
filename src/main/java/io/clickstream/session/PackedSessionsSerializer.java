package io.clickstream.session;

import static io.clickstream.wire.Wire.readSigned;
import static io.clickstream.wire.Wire.readSize;
import static io.clickstream.wire.Wire.readUnsigned;
import static io.clickstream.wire.Wire.writeSigned;
import static io.clickstream.wire.Wire.writeUnsigned;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a visitor as they lie in state: the numbers of a block's head as integers of
 * variable length, many of them relative to others, and its sections as they are.
 *
 * <p>Every value begins with the version of its format, and every released version stays readable,
 * so that a savepoint needs no migration: a value is read as it was written and written in the
 * newest format when it next changes. To add a field, raise {@link #VERSION}, write the field at
 * the end of a session, and read it only from values of that version on.
 *
 * <p>Format 2 remembers events by their ids and types, keeps orders among the rare parts, and of
 * page views alone what it keeps of pages.
 */
class PackedSessionsSerializer extends TypeSerializer<PackedSessions> {

  static final PackedSessionsSerializer INSTANCE = new PackedSessionsSerializer();

  /** The format that is written. */
  static final int VERSION = 2;

  private static final long serialVersionUID = 1L;

  /** The numbers of a head that are small in most sessions, in the order of the format. */
  private static final int[] LONGS = longs();

  private static final int[] INTS = {
    PackedSessions.ORDINAL,
    PackedSessions.REVISION,
    PackedSessions.MISSING_FIRST,
    PackedSessions.FIRST_LENGTH,
    PackedSessions.RARE_LENGTH,
    PackedSessions.PRODUCTS_LENGTH,
    PackedSessions.PRODUCTS,
    PackedSessions.PAGES,
    PackedSessions.EVENT_IDS
  };

  private static int[] longs() {
    int[] longs = new int[3 + Contents.COUNTERS];
    longs[0] = PackedSessions.EVENTS;
    longs[1] = PackedSessions.DUPLICATES;
    longs[2] = PackedSessions.LATE_EVENTS;
    for (int i = 0; i < Contents.COUNTERS; i++) {
      longs[3 + i] = PackedSessions.COUNTS + i * Long.BYTES;
    }
    return longs;
  }

  int version() {
    return VERSION;
  }

  @Override
  public void serialize(PackedSessions sessions, DataOutputView out) throws IOException {
    out.writeByte(version());
    writeSigned(out, sessions.timer);
    writeUnsigned(out, sessions.count);
    for (int block = 0;
        block < sessions.size;
        block += sessions.intAt(block + PackedSessions.SIZE)) {
      writeSession(sessions, block, out);
    }
  }

  @Override
  public PackedSessions deserialize(DataInputView in) throws IOException {
    int version = in.readUnsignedByte();
    if (version < 1 || version > version()) {
      throw new IOException(
          "session state has format version "
              + version
              + ", this release reads 1 to "
              + version()
              + ": start the release that wrote it, or a newer one");
    }
    PackedSessions sessions = createInstance();
    sessions.timer = readSigned(in);
    int count = readSize(in);
    for (int i = 0; i < count; i++) {
      readSession(sessions, version, in);
    }
    return sessions;
  }

  /** Writes a session. */
  void writeSession(PackedSessions sessions, int block, DataOutputView out) throws IOException {
    long start = sessions.longAt(block + PackedSessions.START);
    out.writeByte(sessions.intAt(block + PackedSessions.FLAGS));
    out.writeLong(start);
    writeUnsigned(out, sessions.longAt(block + PackedSessions.END) - start);
    writeTime(sessions.longAt(block + PackedSessions.NEWEST_FIRST), start, out);
    for (int at : LONGS) {
      writeUnsigned(out, sessions.longAt(block + at));
    }
    for (int at : INTS) {
      writeUnsigned(out, sessions.intAt(block + at));
    }
    writeLast(sessions, block, PackedSessions.EXIT_TIME, PackedSessions.EXIT_TEXTS, start, out);
    writeLast(sessions, block, PackedSessions.USER_TIME, PackedSessions.USER_TEXTS, start, out);
    out.write(
        sessions.bytes,
        block + PackedSessions.HEAD,
        sessions.intAt(block + PackedSessions.SIZE) - PackedSessions.HEAD);
  }

  private static void writeLast(
      PackedSessions sessions, int block, int timeAt, int lengthsAt, long start, DataOutputView out)
      throws IOException {
    long time = sessions.longAt(block + timeAt);
    writeTime(time, start, out);
    if (time != PackedSessions.NO_EVENT) {
      for (int i = 0; i < 3; i++) {
        writeUnsigned(out, (long) sessions.intAt(block + lengthsAt + 4 * i) - LastEvent.ABSENT);
      }
    }
  }

  /** A time that may not be there. */
  private static void writeTime(long time, long start, DataOutputView out) throws IOException {
    out.writeBoolean(time != PackedSessions.NO_EVENT);
    if (time != PackedSessions.NO_EVENT) {
      writeSigned(out, time - start);
    }
  }

  private static long readTime(long start, DataInputView in) throws IOException {
    return in.readBoolean() ? start + readSigned(in) : PackedSessions.NO_EVENT;
  }

  /** Reads a session and puts it behind the others. */
  void readSession(PackedSessions sessions, int version, DataInputView in) throws IOException {
    if (version > 1) {
      readBlock(sessions, version, in);
      return;
    }
    PackedSessions old = createInstance();
    readBlock(old, version, in);
    SessionState session = old.unpack(0);
    session.idsWithoutTypes = true;
    session.contents.readFormat1();
    sessions.append(session);
  }

  @SuppressWarnings("UnusedVariable") // The next field is read from values of its version on.
  private static void readBlock(PackedSessions sessions, int version, DataInputView in)
      throws IOException {
    int block = sessions.size;
    sessions.reserve(block + PackedSessions.HEAD);
    sessions.setInt(block + PackedSessions.FLAGS, in.readUnsignedByte());
    long start = in.readLong();
    sessions.setLong(block + PackedSessions.START, start);
    sessions.setLong(block + PackedSessions.END, start + readUnsigned(in));
    sessions.setLong(block + PackedSessions.NEWEST_FIRST, readTime(start, in));
    for (int at : LONGS) {
      sessions.setLong(block + at, readUnsigned(in));
    }
    for (int at : INTS) {
      sessions.setInt(block + at, readSize(in));
    }
    readLast(sessions, block, PackedSessions.EXIT_TIME, PackedSessions.EXIT_TEXTS, start, in);
    readLast(sessions, block, PackedSessions.USER_TIME, PackedSessions.USER_TEXTS, start, in);
    int end = sessions.user(block) + sessions.textsLength(block + PackedSessions.USER_TEXTS);
    sessions.setInt(block + PackedSessions.SIZE, end - block);
    sessions.reserve(end);
    in.readFully(sessions.bytes, block + PackedSessions.HEAD, end - block - PackedSessions.HEAD);
    sessions.added(end - block);
  }

  private static void readLast(
      PackedSessions sessions, int block, int timeAt, int lengthsAt, long start, DataInputView in)
      throws IOException {
    long time = readTime(start, in);
    sessions.setLong(block + timeAt, time);
    for (int i = 0; i < 3; i++) {
      sessions.setInt(
          block + lengthsAt + 4 * i,
          time == PackedSessions.NO_EVENT ? LastEvent.ABSENT : readSize(in) + LastEvent.ABSENT);
    }
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public TypeSerializer<PackedSessions> duplicate() {
    return this;
  }

  @Override
  public PackedSessions createInstance() {
    return new PackedSessions();
  }

  @Override
  public PackedSessions copy(PackedSessions from) {
    return from.copy();
  }

  @Override
  public PackedSessions copy(PackedSessions from, PackedSessions reuse) {
    return copy(from);
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public PackedSessions deserialize(PackedSessions reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PackedSessionsSerializer that && that.version() == version();
  }

  @Override
  public int hashCode() {
    return version();
  }

  @Override
  public TypeSerializerSnapshot<PackedSessions> snapshotConfiguration() {
    return new PackedSessionsSerializerSnapshot(version());
  }
}
