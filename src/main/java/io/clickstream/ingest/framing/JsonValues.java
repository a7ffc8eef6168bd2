package io.clickstream.ingest.framing;

import org.jspecify.annotations.Nullable;

/**
 * Finds the JSON values that follow each other in some bytes, with white space between them or
 * nothing at all. It does not read them: whether each is JSON is for a format to say.
 *
 * <p>A broken value ends at a line break, so that it does not take the next one with it. It shows
 * as broken by a line break inside a text, by a brace or bracket where JSON has none, or by having
 * no end. Up to where it shows, every line that begins with a brace is taken for a value. All bytes
 * but white space are in one of the values, and every byte is looked at a few times at most.
 */
final class JsonValues {

  /** Levels of which is known whether they are arrays. */
  private static final int KNOWN_DEPTH = Long.SIZE;

  private static final int NOT_CLOSED = -1;
  private static final int NO_BREAK = -1;

  private final byte[] bytes;

  /** Up to here every line is a value. */
  private int linesUntil;

  /** Where the line ends that was looked at last, when every line is a value. */
  private int lineEnd = NO_BREAK;

  private int start;
  private int end;

  JsonValues(byte[] bytes) {
    this.bytes = bytes;
    this.end = hasByteOrderMark(bytes) ? 3 : 0;
  }

  /** Goes to the next value; returns whether there is one. */
  boolean next() {
    start = afterSpace(end);
    if (start == bytes.length) {
      return false;
    }
    end =
        switch (bytes[start]) {
          case '{', '[' -> endOfStructure();
          case '"' -> endOfTextOrLine(start + 1);
          default -> endOfLine(start);
        };
    return true;
  }

  /** Where the value starts. */
  int start() {
    return start;
  }

  /** The position behind the value. */
  int end() {
    return end;
  }

  private int endOfStructure() {
    if (start >= linesUntil) {
      int found = endOfStructure(bytes.length);
      if (found != NOT_CLOSED) {
        return found;
      }
    }
    if (lineEnd < start) {
      lineEnd = endOfLine(start);
    }
    int found = endOfStructure(lineEnd);
    return found == NOT_CLOSED ? lineEnd : found;
  }

  /**
   * The position behind a value that ends up to a limit; every line is one up to where it breaks.
   */
  private int endOfStructure(int limit) {
    int depth = 0;
    long arrays = 0;
    byte before = 0;
    int lineBreak = NO_BREAK;
    boolean hasLines = false;
    int at = start;
    while (at < limit) {
      byte next = bytes[at];
      if (isSpace(next)) {
        lineBreak = next == '\n' && lineBreak == NO_BREAK ? at : lineBreak;
        at++;
        continue;
      }
      boolean isText = next == '"';
      if (isText) {
        at = endOfText(at + 1);
        if (at < 0) {
          at = ~at;
          if (at < limit) {
            return brokenAt(at, at, hasLines);
          }
        }
      } else if (next == '{' || next == '[') {
        boolean inArray = depth > KNOWN_DEPTH || (depth > 0 && (arrays >>> (depth - 1) & 1) != 0);
        if (depth > 0 && !mayStartValue(before, inArray)) {
          return brokenAt(at, lineBreak, hasLines);
        }
        hasLines |= next == '{' && lineBreak != NO_BREAK && lineBreak == at - 1;
        if (depth < KNOWN_DEPTH) {
          long level = 1L << depth;
          arrays = next == '[' ? arrays | level : arrays & ~level;
        }
        depth++;
        at++;
      } else {
        at++;
        if (next == '}' || next == ']') {
          depth--;
          if (depth == 0) {
            return at;
          }
        }
      }
      before = next;
      lineBreak = NO_BREAK;
    }
    linesUntil = Math.max(linesUntil, limit);
    return NOT_CLOSED;
  }

  private int brokenAt(int at, int lineBreak, boolean hasLines) {
    if (lineBreak != NO_BREAK && !hasLines) {
      return lineBreak;
    }
    linesUntil = Math.max(linesUntil, at);
    return NOT_CLOSED;
  }

  private static boolean mayStartValue(byte before, boolean inArray) {
    return before == ':' || (inArray && (before == ',' || before == '['));
  }

  private int endOfTextOrLine(int from) {
    int found = endOfText(from);
    return found < 0 ? ~found : found;
  }

  /**
   * The position behind the quote that ends a text, or the complement of that of the line break, or
   * of the end of all, that comes before.
   */
  private int endOfText(int from) {
    int at = from;
    while (at < bytes.length && bytes[at] != '\n') {
      if (bytes[at] == '"') {
        return at + 1;
      }
      boolean isEscape = bytes[at] == '\\' && at + 1 < bytes.length && bytes[at + 1] != '\n';
      at += isEscape ? 2 : 1;
    }
    return ~at;
  }

  private int endOfLine(int from) {
    int at = from;
    while (at < bytes.length && bytes[at] != '\n') {
      at++;
    }
    return at;
  }

  private int afterSpace(int from) {
    return afterSpace(bytes, from);
  }

  /** The first position from here on without white space. */
  static int afterSpace(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && isSpace(bytes[at])) {
      at++;
    }
    return at;
  }

  private static boolean isSpace(byte next) {
    return next == ' ' || next == '\n' || next == '\r' || next == '\t';
  }

  /** Whether the first bytes only say that UTF-8 follows. */
  static boolean hasByteOrderMark(byte @Nullable [] bytes) {
    return bytes != null
        && bytes.length >= 3
        && bytes[0] == (byte) 0xEF
        && bytes[1] == (byte) 0xBB
        && bytes[2] == (byte) 0xBF;
  }
}
