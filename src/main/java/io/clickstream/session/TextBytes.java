package io.clickstream.session;

import io.clickstream.model.ClickTexts;
import java.nio.charset.StandardCharsets;

/** The bytes of one text of a click, in UTF-8: those of its record, or its own. */
final class TextBytes {

  /** The length of a text that is not there. */
  static final int ABSENT = -1;

  private static final byte[] NONE = {};

  private byte[] bytes = NONE;
  private int start;
  private int length = ABSENT;

  /** Takes a text; returns its length. */
  int take(ClickTexts texts, int index) {
    if (texts.areInValue()) {
      int slice = texts.slice(index);
      bytes = texts.bytes(slice);
      start = texts.startIn(slice);
      length = slice == 0 ? ABSENT : ClickTexts.length(slice);
    } else {
      String text = texts.get(index);
      bytes = text == null ? NONE : text.getBytes(StandardCharsets.UTF_8);
      start = 0;
      length = text == null ? ABSENT : bytes.length;
    }
    return length;
  }

  /** Takes no text. */
  int takeNone() {
    bytes = NONE;
    length = ABSENT;
    return ABSENT;
  }

  byte[] bytes() {
    return bytes;
  }

  int start() {
    return start;
  }

  /** How many there are, {@link #ABSENT} for no text. */
  int length() {
    return length;
  }

  /** Writes them; returns the place behind. */
  int put(byte[] target, int at) {
    if (length <= 0) {
      return at;
    }
    System.arraycopy(bytes, start, target, at, length);
    return at + length;
  }
}
