package io.clickstream.session;

import static io.clickstream.types.Wire.readBytes;
import static io.clickstream.types.Wire.readRequiredText;
import static io.clickstream.types.Wire.readSigned;
import static io.clickstream.types.Wire.readSize;
import static io.clickstream.types.Wire.readUnsigned;
import static io.clickstream.types.Wire.writeBytes;
import static io.clickstream.types.Wire.writeSigned;
import static io.clickstream.types.Wire.writeText;
import static io.clickstream.types.Wire.writeUnsigned;

import io.clickstream.model.ClickText;
import io.clickstream.model.EndReason;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * The state of a visitor as bytes.
 *
 * <p>Every value begins with the version of its format, and every released version stays readable,
 * so that a savepoint needs no migration: a value is read as it was written and written in the
 * newest format when it next changes. To add a field, raise {@link #VERSION}, write the field at
 * the end of a session, and read it only from values of that version on.
 */
class VisitorSessionsSerializer extends TypeSerializer<VisitorSessions> {

  static final VisitorSessionsSerializer INSTANCE = new VisitorSessionsSerializer();

  /** The format that is written. */
  static final int VERSION = 1;

  private static final long serialVersionUID = 1L;

  private static final int CHANGED = 1;
  private static final int PAGES_SATURATED = 1 << 1;
  private static final int PRODUCTS_TRUNCATED = 1 << 2;
  private static final int CUT_SHIFT = 3;

  private static final EndReason[] END_REASONS = EndReason.values();

  int version() {
    return VERSION;
  }

  @Override
  public void serialize(VisitorSessions visitor, DataOutputView out) throws IOException {
    out.writeByte(version());
    writeSigned(out, visitor.timer);
    writeUnsigned(out, visitor.sessions.size());
    long base = 0;
    for (SessionState session : visitor.sessions) {
      writeSigned(out, session.start - base);
      writeSession(session, out);
      base = session.start;
    }
  }

  @Override
  public VisitorSessions deserialize(DataInputView in) throws IOException {
    int version = in.readUnsignedByte();
    if (version < 1 || version > version()) {
      throw new IOException(
          "session state has format version "
              + version
              + ", this release reads 1 to "
              + version()
              + ": start the release that wrote it, or a newer one");
    }
    VisitorSessions visitor = new VisitorSessions();
    visitor.timer = readSigned(in);
    int count = readSize(in);
    long base = 0;
    for (int i = 0; i < count; i++) {
      base += readSigned(in);
      visitor.sessions.add(readSession(base, version, in));
    }
    return visitor;
  }

  /** Writes all of a session but its start. */
  void writeSession(SessionState session, DataOutputView out) throws IOException {
    Contents contents = session.contents;
    writeUnsigned(out, session.end - session.start);
    writeUnsigned(out, session.events);
    writeUnsigned(out, session.ordinal);
    writeUnsigned(out, session.revision);
    out.writeByte(
        (session.changed ? CHANGED : 0)
            | (contents.pages.isSaturated() ? PAGES_SATURATED : 0)
            | (contents.products.isTruncated() ? PRODUCTS_TRUNCATED : 0)
            | ((session.cut == null ? 0 : session.cut.ordinal() + 1) << CUT_SHIFT));
    writeUnsigned(out, session.replaced.size());
    for (SessionState.Replaced replaced : session.replaced) {
      out.writeLong(replaced.id().getMostSignificantBits());
      out.writeLong(replaced.id().getLeastSignificantBits());
      writeUnsigned(out, replaced.revision());
    }
    writeUnsigned(out, session.eventIds.size());
    for (int i = 0; i < session.eventIds.size(); i++) {
      out.writeLong(session.eventIds.get(i));
    }
    for (long count : contents.counts) {
      writeUnsigned(out, count);
    }
    writeUnsigned(out, contents.duplicates);
    writeUnsigned(out, contents.lateEvents);
    if (!contents.pages.isSaturated()) {
      writeUnsigned(out, contents.pages.size());
      for (int i = 0; i < contents.pages.size(); i++) {
        out.writeLong(contents.pages.get(i));
      }
    }
    writeUnsigned(out, contents.products.size());
    for (int i = 0; i < contents.products.size(); i++) {
      writeText(out, contents.products.id(i));
      writeUnsigned(out, contents.products.views(i));
      writeUnsigned(out, contents.products.cartAdds(i));
      writeUnsigned(out, contents.products.purchases(i));
    }
    if (contents.revenue == null) {
      writeUnsigned(out, 0);
    } else {
      writeUnsigned(out, contents.revenue.size());
      for (Map.Entry<String, BigDecimal> sum : contents.revenue.entrySet()) {
        writeText(out, sum.getKey());
        writeBytes(out, sum.getValue().unscaledValue().toByteArray());
        writeSigned(out, sum.getValue().scale());
      }
    }
    writeLast(contents.exit, out);
    writeLast(contents.user, out);
    writeUnsigned(out, contents.firstValues.length);
    if (contents.firstValues.length > 0) {
      out.write(contents.firstValues);
      writeSigned(out, contents.newestFirst - session.start);
      writeUnsigned(out, contents.missingFirst);
    }
  }

  private static void writeLast(@Nullable LastEvent event, DataOutputView out) throws IOException {
    out.writeBoolean(event != null);
    if (event != null) {
      writeSigned(out, event.time());
      writeUnsigned(out, (long) event.idLength() - LastEvent.ABSENT);
      writeUnsigned(out, (long) event.pageLength() - LastEvent.ABSENT);
      writeUnsigned(out, (long) event.fieldLength() - LastEvent.ABSENT);
      out.write(event.bytes(), 0, event.size());
    }
  }

  private static @Nullable LastEvent readLast(ClickText field, DataInputView in)
      throws IOException {
    if (!in.readBoolean()) {
      return null;
    }
    long time = readSigned(in);
    int id = readSize(in) + LastEvent.ABSENT;
    int page = readSize(in) + LastEvent.ABSENT;
    int other = readSize(in) + LastEvent.ABSENT;
    byte[] bytes = new byte[Math.max(0, id) + Math.max(0, page) + Math.max(0, other)];
    in.readFully(bytes);
    return LastEvent.of(field, time, id, page, other, bytes);
  }

  SessionState readSession(long start, int version, DataInputView in) throws IOException {
    long end = start + readUnsigned(in);
    long events = readUnsigned(in);
    SessionState session = new SessionState(start, readSize(in));
    session.end = end;
    session.events = events;
    session.revision = readSize(in);
    int flags = in.readUnsignedByte();
    session.changed = (flags & CHANGED) != 0;
    session.cut = flags >> CUT_SHIFT == 0 ? null : END_REASONS[(flags >> CUT_SHIFT) - 1];
    for (int rest = readSize(in); rest > 0; rest--) {
      UUID id = new UUID(in.readLong(), in.readLong());
      session.replaced.add(new SessionState.Replaced(id, readSize(in)));
    }
    int ids = readSize(in);
    for (int i = 0; i < ids; i++) {
      session.eventIds.add(in.readLong(), Integer.MAX_VALUE);
    }
    Contents contents = session.contents;
    if ((flags & PRODUCTS_TRUNCATED) != 0) {
      contents.products.truncate();
    }
    for (int i = 0; i < Contents.COUNTERS; i++) {
      contents.counts[i] = readUnsigned(in);
    }
    contents.duplicates = readUnsigned(in);
    contents.lateEvents = readUnsigned(in);
    if ((flags & PAGES_SATURATED) != 0) {
      contents.pages.saturate();
    } else {
      for (int rest = readSize(in); rest > 0; rest--) {
        contents.pages.add(in.readLong());
      }
    }
    for (int rest = readSize(in); rest > 0; rest--) {
      contents.products.add(readRequiredText(in), readSize(in), readSize(in), readSize(in));
    }
    for (int rest = readSize(in); rest > 0; rest--) {
      String currency = readRequiredText(in);
      byte[] unscaled = readBytes(in);
      if (unscaled == null) {
        throw new IOException("a sum without digits: the data is corrupt");
      }
      contents.addRevenue(currency, new BigDecimal(new BigInteger(unscaled), (int) readSigned(in)));
    }
    contents.exit = readLast(ClickText.PAGE_URL, in);
    contents.user = readLast(ClickText.USER_ID, in);
    int length = readSize(in);
    if (length > 0) {
      contents.firstValues = new byte[length];
      in.readFully(contents.firstValues);
      contents.newestFirst = start + readSigned(in);
      contents.missingFirst = readSize(in);
    }
    return session;
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public TypeSerializer<VisitorSessions> duplicate() {
    return this;
  }

  @Override
  public VisitorSessions createInstance() {
    return new VisitorSessions();
  }

  @Override
  public VisitorSessions copy(VisitorSessions from) {
    try {
      DataOutputSerializer out = new DataOutputSerializer(1024);
      serialize(from, out);
      return deserialize(new DataInputDeserializer(out.getSharedBuffer(), 0, out.length()));
    } catch (IOException e) {
      throw new IllegalStateException("copying session state within memory failed", e);
    }
  }

  @Override
  public VisitorSessions copy(VisitorSessions from, VisitorSessions reuse) {
    return copy(from);
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public VisitorSessions deserialize(VisitorSessions reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VisitorSessionsSerializer that && that.version() == version();
  }

  @Override
  public int hashCode() {
    return version();
  }

  @Override
  public TypeSerializerSnapshot<VisitorSessions> snapshotConfiguration() {
    return new VisitorSessionsSerializerSnapshot(version());
  }
}
