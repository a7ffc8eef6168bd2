package io.clickstream.session;

import io.clickstream.columns.Aggregate.Last;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.wire.Wire;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The last click that has a text: its time, event id and page, by which two of one moment are told
 * apart, and the text. Nearly every click replaces one.
 */
final class LastSection extends Section {

  // Before the texts stand the time and their lengths.
  private static final int ID_LENGTH = 8;
  private static final int PAGE_LENGTH = 10;
  private static final int TEXT_LENGTH = 12;
  private static final int HEAD = 14;

  private final Last column;
  private final boolean ofPage;
  private final TextBytes id = new TextBytes();
  private final TextBytes page = new TextBytes();
  private final TextBytes text = new TextBytes();

  LastSection(String key, Last column) {
    super(key);
    this.column = column;
    this.ofPage = column.source().index() == ClickText.PAGE_URL.ordinal();
  }

  @Override
  int prepare(Block block, int at, int length, Click click) {
    ClickTexts texts = click.texts();
    if ((column.kind() != null && click.kind() != column.kind())
        || !texts.has(column.source().index())) {
      return UNTOUCHED;
    }
    if (length > 0) {
      long before = block.sessions().longAt(at);
      if (click.timestamp() < before
          || (click.timestamp() == before
              && !read(block, at).isFollowedBy(Stamped.of(click, column)))) {
        return UNTOUCHED;
      }
    }
    int idLength = id.take(texts, ClickText.EVENT_ID.ordinal());
    int pageLength = page.take(texts, ClickText.PAGE_URL.ordinal());
    int textLength = ofPage ? text.takeNone() : text.take(texts, column.source().index());
    return HEAD + Math.max(0, idLength) + Math.max(0, pageLength) + Math.max(0, textLength);
  }

  @Override
  boolean isKept() {
    return false;
  }

  @Override
  void add(Block block, int at, Click click) {
    VisitorSessions sessions = block.sessions();
    sessions.setLong(at, click.timestamp());
    setLength(sessions, at + ID_LENGTH, id.length());
    setLength(sessions, at + PAGE_LENGTH, page.length());
    setLength(sessions, at + TEXT_LENGTH, text.length());
    text.put(sessions.bytes, page.put(sessions.bytes, id.put(sessions.bytes, at + HEAD)));
  }

  private static void setLength(VisitorSessions sessions, int at, int length) {
    sessions.bytes[at] = (byte) (length + 1);
    sessions.bytes[at + 1] = (byte) ((length + 1) >>> 8);
  }

  private static int lengthAt(VisitorSessions sessions, int at) {
    return ((sessions.bytes[at] & 0xFF) | ((sessions.bytes[at + 1] & 0xFF) << 8)) - 1;
  }

  /** The last text, or null if there is none. */
  @Nullable String text(Block block) {
    return block.length(index()) == 0 ? null : read(block, block.section(index())).text();
  }

  private Stamped read(Block block, int at) {
    VisitorSessions sessions = block.sessions();
    int idLength = lengthAt(sessions, at + ID_LENGTH);
    int pageLength = lengthAt(sessions, at + PAGE_LENGTH);
    int begins = at + HEAD;
    String eventId = string(sessions, begins, idLength);
    begins += Math.max(0, idLength);
    String pageUrl = string(sessions, begins, pageLength);
    begins += Math.max(0, pageLength);
    String own = ofPage ? pageUrl : string(sessions, begins, lengthAt(sessions, at + TEXT_LENGTH));
    if (own == null) {
      throw new IllegalStateException("the last text of a session is not there");
    }
    return new Stamped(new Stamp(sessions.longAt(at), eventId, pageUrl), own);
  }

  private static @Nullable String string(VisitorSessions sessions, int at, int length) {
    return length == TextBytes.ABSENT
        ? null
        : new String(sessions.bytes, at, length, StandardCharsets.UTF_8);
  }

  @Override
  byte[] merged(Block block, Block other) {
    if (other.length(index()) == 0) {
      return bytes(block);
    }
    boolean takesOther =
        block.length(index()) == 0
            || read(block, block.section(index()))
                .isFollowedBy(read(other, other.section(index())));
    return bytes(takesOther ? other : block);
  }

  @Override
  void write(Block block, DataOutput out) throws IOException {
    int length = block.length(index());
    if (length == 0) {
      out.writeByte(0);
      return;
    }
    VisitorSessions sessions = block.sessions();
    int at = block.section(index());
    // Behind 0 for none, the lengths plus two.
    Wire.writeUnsigned(out, lengthAt(sessions, at + ID_LENGTH) + 2L);
    Wire.writeUnsigned(out, lengthAt(sessions, at + PAGE_LENGTH) + 1L);
    Wire.writeUnsigned(out, lengthAt(sessions, at + TEXT_LENGTH) + 1L);
    Wire.writeSigned(out, sessions.longAt(at) - block.start());
    out.write(sessions.bytes, at + HEAD, length - HEAD);
  }

  @Override
  int read(Block block, int at, DataInput in) throws IOException {
    int first = Wire.readSize(in);
    if (first == 0) {
      block.length(index(), 0);
      return at;
    }
    int idLength = first - 2;
    int pageLength = Wire.readSize(in) - 1;
    int textLength = Wire.readSize(in) - 1;
    VisitorSessions sessions = block.sessions();
    sessions.reserveBehind(at, HEAD);
    sessions.setLong(at, block.start() + Wire.readSigned(in));
    setLength(sessions, at + ID_LENGTH, idLength);
    setLength(sessions, at + PAGE_LENGTH, pageLength);
    setLength(sessions, at + TEXT_LENGTH, textLength);
    int texts = Math.max(0, idLength) + Math.max(0, pageLength) + Math.max(0, textLength);
    readBytes(block, at + HEAD, texts, in);
    block.length(index(), HEAD + texts);
    return at + HEAD + texts;
  }
}
