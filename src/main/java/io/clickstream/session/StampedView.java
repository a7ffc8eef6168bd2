package io.clickstream.session;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A look into the bytes of a {@link StampedSection}: first the stamps, each the time and the event
 * id of a click, then for each column the number of its stamp, 0 for none, and its text.
 *
 * <p>It is moved from one section to the next, so that none costs an object.
 */
final class StampedView {

  private byte[] bytes = {};
  private int stamps;

  // By stamp.
  private final int[] stampAt;

  // By column.
  private final int[] stampOf;
  private final int[] textAt;

  /** A look at as many columns. */
  StampedView(int columns) {
    this.stampAt = new int[columns];
    this.stampOf = new int[columns];
    this.textAt = new int[columns];
  }

  /** Looks at a section; one without bytes has no texts. */
  void read(byte[] source, int at, int length) {
    bytes = source;
    stamps = length == 0 ? 0 : source[at];
    if (length == 0) {
      Arrays.fill(stampOf, 0);
      return;
    }
    int place = at + 1;
    for (int i = 0; i < stamps; i++) {
      stampAt[i] = place;
      place = behindStamp(i + 1);
    }
    for (int i = 0; i < stampOf.length; i++) {
      stampOf[i] = source[place++];
      textAt[i] = place;
      place += stampOf[i] == 0 ? 0 : Short.BYTES + Scratch.shortAt(source, place);
    }
  }

  byte[] bytes() {
    return bytes;
  }

  int stamps() {
    return stamps;
  }

  /** Which stamp a column has, counted from 1; 0 if it has no text. */
  int stampOf(int column) {
    return stampOf[column];
  }

  boolean has(int column) {
    return stampOf[column] > 0;
  }

  /** Where a stamp begins, which is counted from 1 as in all that follow. */
  int stampAt(int stamp) {
    return stampAt[stamp - 1];
  }

  /** Where a stamp ends. */
  int behindStamp(int stamp) {
    return idAt(stamp) + Math.max(0, idLength(stamp));
  }

  long time(int stamp) {
    return Scratch.longAt(bytes, stampAt(stamp));
  }

  private int idAt(int stamp) {
    return stampAt(stamp) + Long.BYTES + Short.BYTES;
  }

  private int idLength(int stamp) {
    return Scratch.shortAt(bytes, stampAt(stamp) + Long.BYTES) - 1;
  }

  /** The event id of a stamp, or null. */
  @Nullable String id(int stamp) {
    int length = idLength(stamp);
    return length < 0 ? null : new String(bytes, idAt(stamp), length, StandardCharsets.UTF_8);
  }

  /** Where the text of a column is. */
  int textAt(int column) {
    return textAt[column] + Short.BYTES;
  }

  /** Where the text of a column ends. */
  int behindText(int column) {
    return textAt(column) + Scratch.shortAt(bytes, textAt[column]);
  }

  /** The text of a column, or null. */
  @Nullable String text(int column) {
    return has(column)
        ? new String(
            bytes, textAt(column), behindText(column) - textAt(column), StandardCharsets.UTF_8)
        : null;
  }
}
