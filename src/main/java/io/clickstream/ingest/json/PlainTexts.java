package io.clickstream.ingest.json;

import io.clickstream.config.MissingWords;
import io.clickstream.ingest.FieldValues;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.IdText;

/**
 * Where texts are among the bytes of a record, without white space around them. Where that is not
 * certain, the record is in doubt.
 */
final class PlainTexts {

  private final PlainRecord record;
  private final MissingBytes missing;

  /** {@link MissingBytes#firstBytes()}, at hand for each text. */
  private final long[] firstBytes;

  private boolean sure;

  PlainTexts(PlainRecord record, MissingWords missing) {
    this.record = record;
    this.missing = new MissingBytes(missing);
    this.firstBytes = this.missing.firstBytes();
  }

  /** Begins a record: nothing is in doubt. */
  void begin() {
    sure = true;
  }

  /** Whether nothing of the record is in doubt. */
  boolean areSure() {
    return sure;
  }

  /** Without this, the record is in doubt. */
  void require(boolean condition) {
    sure &= condition;
  }

  /** The id that a text is, as {@link IdText} says. */
  static int id(byte[] json, int slice) {
    int end = ClickTexts.start(slice) + ClickTexts.length(slice);
    return slice != 0 && json[end - 1] == '0' ? withoutFraction(json, slice) : slice;
  }

  private static int withoutFraction(byte[] json, int slice) {
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

  /** Where a number is, or 0 if it means nothing. */
  int number(long found) {
    int slice = text(record.bytes(), found, FieldValues.MAX_TEXT_LENGTH);
    sure &= slice != 0 || PlainRecord.form(found) != PlainRecord.FALSE;
    return slice;
  }

  /** Where a text is, without surrounding white space, or 0 if it means nothing. */
  int text(byte[] json, long found, int maxLength) {
    int form = PlainRecord.form(found);
    int slice = PlainRecord.slice(found);
    int start = ClickTexts.start(slice);
    int length = ClickTexts.length(slice);
    // In one step: a form that is none, white space or what is not ASCII at an end, too long.
    if ((form | json[start] - '!' | json[start + length - 1] - '!' | maxLength - length) < 0) {
      return strip(form, start, start + length, maxLength);
    }
    if ((firstBytes[length & MissingBytes.LENGTHS - 1] >>> json[start] & 1) != 0) {
      return unlessMissing(slice);
    }
    return length == 0 ? 0 : slice;
  }

  private int unlessMissing(int slice) {
    int length = ClickTexts.length(slice);
    boolean isMissing =
        length == 0 || missing.isAt(record.bytes(), ClickTexts.start(slice), length);
    return isMissing ? 0 : slice;
  }

  private int strip(int form, int from, int to, int maxLength) {
    byte[] json = record.bytes();
    int start = from;
    int end = to;
    while (end > start && json[end - 1] == ' ') {
      end--;
    }
    while (start < end && json[start] == ' ') {
      start++;
    }
    if (form < 0 || end - start > maxLength) {
      sure = false;
      return 0;
    }
    if (start == end) {
      return 0;
    }
    int slice = unlessMissing(ClickTexts.slice(start, end - start));
    if (slice == 0) {
      return 0;
    }
    if (json[start] < ' ' || json[end - 1] < ' ') {
      // Beyond ASCII there is other white space, and in Avro there are control characters.
      String text = ClickTexts.text(json, slice);
      sure &= text.length() == text.strip().length();
    }
    return slice;
  }
}
