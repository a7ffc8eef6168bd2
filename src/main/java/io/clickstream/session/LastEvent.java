package io.clickstream.session;

import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The last event of a session that has a certain field, with this field's text.
 *
 * <p>Nearly every click replaces one, so it is kept as the bytes of its texts, into an array that
 * is there already: a click leaves no object behind that would have to live until the next one.
 */
final class LastEvent {

  private static final byte[] NONE = {};

  /** The length of a text that is not there. */
  static final int ABSENT = -1;

  private final ClickText field;

  /** Event time, epoch ms. */
  private long time;

  /** Event id, page and, unless it is the page, the field; one after the other in UTF-8. */
  private byte[] bytes = NONE;

  private int idLength = ABSENT;
  private int pageLength = ABSENT;
  private int fieldLength = ABSENT;

  /** An event, which is to have the field. */
  LastEvent(ClickText field, Click click) {
    this.field = field;
    set(click);
  }

  private LastEvent(ClickText field) {
    this.field = field;
  }

  /** Takes the place of the event if the click stands behind it. */
  void add(Click click) {
    if (click.timestamp() > time
        || (click.timestamp() == time && follows(Stamp.of(click), click.texts().get(field)))) {
      set(click);
    }
  }

  /** Whichever stands last; null only if both are. */
  static @Nullable LastEvent last(@Nullable LastEvent left, @Nullable LastEvent right) {
    if (left == null || right == null) {
      return left == null ? right : left;
    }
    return left.follows(right.stamp(), right.text()) ? right : left;
  }

  /** Whether an event with this text stands behind this one. */
  private boolean follows(Stamp stamp, @Nullable String text) {
    int order = stamp().compareAsLast(stamp);
    return order > 0 || (order == 0 && Stamp.compareNullable(text(), text) > 0);
  }

  private void set(Click click) {
    time = click.timestamp();
    ClickTexts texts = click.texts();
    if (texts.areInValue()) {
      int id = texts.slice(ClickText.EVENT_ID);
      int page = texts.slice(ClickText.PAGE_URL);
      int other = field == ClickText.PAGE_URL ? 0 : texts.slice(field);
      idLength = length(id);
      pageLength = length(page);
      fieldLength = length(other);
      makeRoom();
      int end = copy(texts.value(), other, copy(texts.value(), page, copy(texts.value(), id, 0)));
      assert end == size();
    } else {
      byte[] id = utf8(texts.get(ClickText.EVENT_ID));
      byte[] page = utf8(texts.get(ClickText.PAGE_URL));
      byte[] other = field == ClickText.PAGE_URL ? null : utf8(texts.get(field));
      idLength = length(id);
      pageLength = length(page);
      fieldLength = length(other);
      makeRoom();
      int end = copy(other, copy(page, copy(id, 0)));
      assert end == size();
    }
  }

  /** How many bytes the texts take. */
  int size() {
    return Math.max(0, idLength) + Math.max(0, pageLength) + Math.max(0, fieldLength);
  }

  private void makeRoom() {
    int size = size();
    if (size > bytes.length) {
      // The next page is hardly ever of the same length.
      bytes = new byte[size + (size >> 3)];
    }
  }

  private static int length(int slice) {
    return slice == 0 ? ABSENT : ClickTexts.length(slice);
  }

  private static int length(byte @Nullable [] text) {
    return text == null ? ABSENT : text.length;
  }

  private int copy(byte[] value, int slice, int at) {
    int length = ClickTexts.length(slice);
    System.arraycopy(value, ClickTexts.start(slice), bytes, at, length);
    return at + length;
  }

  private int copy(byte @Nullable [] text, int at) {
    if (text == null) {
      return at;
    }
    System.arraycopy(text, 0, bytes, at, text.length);
    return at + text.length;
  }

  private static byte @Nullable [] utf8(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  /** Where it stands. */
  Stamp stamp() {
    return new Stamp(time, text(0, idLength), page());
  }

  @Nullable String page() {
    return text(Math.max(0, idLength), pageLength);
  }

  /** The field's text. */
  @Nullable String text() {
    return field == ClickText.PAGE_URL
        ? page()
        : text(Math.max(0, idLength) + Math.max(0, pageLength), fieldLength);
  }

  private @Nullable String text(int start, int length) {
    return length == ABSENT ? null : new String(bytes, start, length, StandardCharsets.UTF_8);
  }

  /** Event time, epoch ms. */
  long time() {
    return time;
  }

  /** How many bytes event id, page and field take, {@link #ABSENT} for one that is not there. */
  int idLength() {
    return idLength;
  }

  int pageLength() {
    return pageLength;
  }

  int fieldLength() {
    return fieldLength;
  }

  /** The texts one after the other, {@link #size} bytes in all, and room behind them. */
  byte[] bytes() {
    return bytes;
  }

  /** An event of which all is known, with bytes of its own. */
  static LastEvent of(
      ClickText field, long time, int idLength, int pageLength, int fieldLength, byte[] bytes) {
    LastEvent event = new LastEvent(field);
    event.time = time;
    event.idLength = idLength;
    event.pageLength = pageLength;
    event.fieldLength = fieldLength;
    event.bytes = bytes;
    return event;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LastEvent that
        && field == that.field
        && stamp().equals(that.stamp())
        && fieldLength == that.fieldLength
        && Arrays.equals(bytes, 0, size(), that.bytes, 0, that.size());
  }

  @Override
  public int hashCode() {
    return Long.hashCode(time);
  }
}
