package io.clickstream.ingest.json;

import java.util.Arrays;

/**
 * Finds where the parts of a record end that is JSON in its plain form.
 *
 * <p>One instance serves all records of a thread, one after the other.
 */
abstract class PlainScanner extends PlainRecord {

  /** Returned instead of a position where a record is not in its plain form. */
  static final int UNSURE = -1;

  private static final long QUOTES = Words.LOW_BITS * '"';
  private static final long BACKSLASHES = Words.LOW_BITS * '\\';
  private static final long SPACES = Words.LOW_BITS * ' ';

  /** The bytes of the record; not to be modified. */
  byte[] json = {};

  /** Whether all of it is known to be UTF-8. */
  boolean encodingIsChecked;

  final int endOfDigits(int start) {
    int at = start;
    while (at < json.length && json[at] >= '0' && json[at] <= '9') {
      at++;
    }
    return at;
  }

  final int endOfWord(int start, byte[] word) {
    int end = start + word.length;
    return end <= json.length && Arrays.equals(json, start, end, word, 0, word.length)
        ? end
        : UNSURE;
  }

  /** The position of the quote that ends a text. */
  final int endOfText(int start) {
    int at = start;
    for (int last = json.length - Long.BYTES; at <= last; at += Long.BYTES) {
      long word = Words.at(json, at);
      // Bytes that end a text, that must not be in one, or that are not ASCII. A byte may be marked
      // without reason, but only behind one that is marked with reason.
      long marks =
          ((word ^ QUOTES) - Words.LOW_BITS
                  | (word ^ BACKSLASHES) - Words.LOW_BITS
                  | word - SPACES
                  | word)
              & Words.HIGH_BITS;
      if (marks != 0) {
        at += Words.first(marks);
        return json[at] < 0 ? endOfEncodedText(at) : json[at] == '"' ? at : UNSURE;
      }
    }
    return endOfLastText(at);
  }

  /** The same from the first character on that is not ASCII. */
  private int endOfEncodedText(int start) {
    if (!encodingIsChecked && Utf8.of(json, 0) != Utf8.Content.PLAIN) {
      return UNSURE;
    }
    encodingIsChecked = true;
    int at = start;
    for (int last = json.length - Long.BYTES; at <= last; at += Long.BYTES) {
      long word = Words.at(json, at);
      long marks = (Words.zeros(word ^ QUOTES) | ((word - SPACES) & ~word)) & Words.HIGH_BITS;
      if (marks != 0) {
        at += Words.first(marks);
        return json[at] == '"' ? at : UNSURE;
      }
    }
    return endOfLastText(at);
  }

  /** The same where fewer than eight bytes are left. */
  private int endOfLastText(int start) {
    for (int at = start; at < json.length; at++) {
      byte next = json[at];
      if (next == '"') {
        return at;
      }
      if (next < 0 && !encodingIsChecked) {
        return endOfEncodedText(at);
      }
      if ((next >= 0 && next < ' ') || next == '\\') {
        return UNSURE;
      }
    }
    return UNSURE;
  }

  /** The first position from here on without white space. */
  final int next(int start) {
    return start < json.length && json[start] <= ' ' ? nextAfterSpace(start) : start;
  }

  private int nextAfterSpace(int start) {
    int at = start;
    while (at < json.length && isSpace(json[at])) {
      at++;
    }
    return at;
  }

  private static boolean isSpace(byte next) {
    return next == ' ' || next == '\n' || next == '\r' || next == '\t';
  }

  final boolean isAt(int at, char wanted) {
    return at < json.length && json[at] == wanted;
  }
}
