package io.clickstream.model;

/** The one way in which ids are written, so that clicks and reference data agree on them. */
public final class IdText {

  private IdText() {}

  /**
   * The id that a text means: {@code 12345} for {@code 12345.0} and {@code 12345.00}, and any other
   * text as it is. Integers become decimal numbers on their way through tables whose columns have
   * gaps; so of digits, a point and nothing but zeros, the digits are the id.
   *
   * @param text without surrounding white space
   */
  public static String of(String text) {
    int point = text.length() - 1;
    while (point > 0 && text.charAt(point) == '0') {
      point--;
    }
    if (point <= 0 || point == text.length() - 1 || text.charAt(point) != '.') {
      return text;
    }
    for (int i = 0; i < point; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return text;
      }
    }
    return text.substring(0, point);
  }
}
