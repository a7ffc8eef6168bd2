package io.clickstream.model;

/**
 * Halves of surrogate pairs, of which an escape in JSON can make texts that no encoding can hold.
 */
public final class Surrogates {

  private static final int REPLACEMENT = 0xFFFD;

  private Surrogates() {}

  /** The text with U+FFFD, the replacement character, instead of each half of a surrogate pair. */
  public static String mended(String text) {
    StringBuilder mended = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      boolean isHalf = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
      mended.appendCodePoint(isHalf ? REPLACEMENT : point);
      i += Character.charCount(point);
    }
    return mended.toString();
  }
}
