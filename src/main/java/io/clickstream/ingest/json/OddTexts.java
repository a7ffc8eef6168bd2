package io.clickstream.ingest.json;

import io.clickstream.model.ClickTexts;
import io.clickstream.model.IdText;

/**
 * The few texts of a plain record that are not used as they are: with white space around them,
 * words that mean nothing, and ids with a fraction.
 */
final class OddTexts {

  /** Returned instead of a slice if the text is in doubt. No text has this slice. */
  static final int UNSURE = -1;

  private final MissingBytes missing;

  OddTexts(MissingBytes missing) {
    this.missing = missing;
  }

  /** The slice of a text without white space around it, or 0 if the text means nothing. */
  int unlessMissing(byte[] json, int slice) {
    boolean isMissing = missing.isAt(json, ClickTexts.start(slice), ClickTexts.length(slice));
    return isMissing ? 0 : slice;
  }

  /**
   * The slice of a text without the white space around it, 0 if the text means nothing, or {@link
   * #UNSURE} if it is longer than {@code maxLength} bytes or may have white space beyond ASCII.
   */
  int strip(byte[] json, int from, int to, int maxLength) {
    int start = from;
    int end = to;
    while (end > start && json[end - 1] == ' ') {
      end--;
    }
    while (start < end && json[start] == ' ') {
      start++;
    }
    if (end - start > maxLength) {
      return UNSURE;
    }
    if (start == end) {
      return 0;
    }
    int slice = unlessMissing(json, ClickTexts.slice(start, end - start));
    if (slice != 0 && (json[start] < 0 || json[end - 1] < 0)) {
      // Only beyond ASCII there is other white space.
      String text = ClickTexts.text(json, slice);
      return text.length() == text.strip().length() ? slice : UNSURE;
    }
    return slice;
  }

  /** The id that a text with 0 at its end is, as {@link IdText} says. */
  static int withoutFraction(byte[] json, int slice) {
    int start = ClickTexts.start(slice);
    int last = start + ClickTexts.length(slice) - 1;
    int point = last;
    while (point > start && json[point] == '0') {
      point--;
    }
    if (json[point] != '.' || point == start) {
      return slice;
    }
    for (int i = start; i < point; i++) {
      if (json[i] < '0' || json[i] > '9') {
        return slice;
      }
    }
    return ClickTexts.slice(start, point - start);
  }
}
