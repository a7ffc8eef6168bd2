package io.clickstream.model;

/**
 * Halves of surrogate pairs, of which an escape in JSON can make texts that no encoding can hold.
 */
public final class Surrogates {

  private static final int REPLACEMENT = 0xFFFD;

  private Surrogates() {}

  /**
   * Whether a text has no half of a pair, so that it can be written as UTF-8 and read back as it
   * was. The escape {@code \ud800} in JSON makes a text that has one: it would come back as a
   * question mark, equal to others of its kind and with another hash code than the one by which its
   * visitor was routed.
   */
  public static boolean arePaired(String text) {
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (Character.isSurrogate(unit)) {
        if (!Character.isHighSurrogate(unit)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

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
