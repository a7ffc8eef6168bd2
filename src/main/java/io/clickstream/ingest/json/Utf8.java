package io.clickstream.ingest.json;

/**
 * Whether bytes are UTF-8, decided for the whole of a record before it is parsed.
 *
 * <p>The parser checks only part of what it skips, so its verdict would depend on which fields are
 * read. Overlong forms, surrogates and code points beyond U+10FFFF are no UTF-8.
 */
final class Utf8 {

  /** The kind of the bytes of a record. */
  enum Content {
    /** Not UTF-8. */
    MALFORMED,
    /** UTF-8 that means the characters that it is. */
    PLAIN,
    /** UTF-8 with backslashes, by which JSON can say what UTF-8 cannot. */
    ESCAPED
  }

  private static final long BACKSLASHES = Words.LOW_BITS * '\\';

  private Utf8() {}

  /** Looks at all bytes from {@code start} on, eight at a time as long as they are ASCII. */
  static Content of(byte[] bytes, int start) {
    int position = start;
    int lastWord = bytes.length - Long.BYTES;
    long backslashes = 0;
    while (position < bytes.length) {
      for (; position <= lastWord; position += Long.BYTES) {
        long word = Words.at(bytes, position);
        if ((word & Words.HIGH_BITS) != 0) {
          break;
        }
        backslashes |= Words.zeros(word ^ BACKSLASHES);
      }
      if (position < bytes.length) {
        byte next = bytes[position];
        int length = next >= 0 ? 1 : sequenceLength(bytes, position);
        if (length == 0) {
          return Content.MALFORMED;
        }
        if (next == '\\') {
          backslashes = Words.HIGH_BITS;
        }
        position += length;
      }
    }
    return backslashes == 0 ? Content.PLAIN : Content.ESCAPED;
  }

  /** The bytes of the code point beyond ASCII that starts here, or 0 if none does. */
  private static int sequenceLength(byte[] bytes, int start) {
    int first = bytes[start] & 0xFF;
    if (first >= 0xC2 && first <= 0xDF) {
      return areContinuations(bytes, start + 1, 1) ? 2 : 0;
    }
    int second = start + 1 < bytes.length ? bytes[start + 1] & 0xFF : 0;
    if (first >= 0xE0 && first <= 0xEF) {
      boolean overlong = first == 0xE0 && second < 0xA0;
      boolean surrogate = first == 0xED && second > 0x9F;
      return !overlong && !surrogate && areContinuations(bytes, start + 1, 2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
      boolean overlong = first == 0xF0 && second < 0x90;
      boolean beyond = first == 0xF4 && second > 0x8F;
      return !overlong && !beyond && areContinuations(bytes, start + 1, 3) ? 4 : 0;
    }
    return 0;
  }

  private static boolean areContinuations(byte[] bytes, int start, int count) {
    if (start + count > bytes.length) {
      return false;
    }
    for (int i = start; i < start + count; i++) {
      if ((bytes[i] & 0xC0) != 0x80) {
        return false;
      }
    }
    return true;
  }
}
