package io.clickstream.ingest;

import io.clickstream.config.MissingWords;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EventKind;
import io.clickstream.model.IdText;
import java.math.BigDecimal;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What a record in its plain form says for each of our fields, and each as what it should be. A
 * value is the one that {@link FieldValues} gives for the same record. Where that may be none, or
 * only a part of what stands there, {@link #areSure()} turns false and the value means nothing.
 */
final class PlainValues {

  /** A long holds any number of as many digits. */
  private static final int MAX_DIGITS = 18;

  /** No quantity of as many digits is too large. */
  private static final int MAX_QUANTITY_DIGITS = 9;

  /** Any earlier time has fewer digits or is smaller, any later one has more or is larger. */
  private static final int MAX_TIME_DIGITS = 13;

  /** The powers of ten by which digits before a point are shifted. */
  private static final long[] POWERS =
      LongStream.iterate(1, power -> power * 10).limit(MAX_DIGITS).toArray();

  private final PlainJson record;
  private final MissingBytes missing;

  /** {@link MissingBytes#firstBytes()}, at hand for each text. */
  private final long[] firstBytes;

  private boolean sure;

  PlainValues(FieldMapping mapping, MissingWords missing) {
    this.record = new PlainJson(mapping);
    this.missing = new MissingBytes(missing);
    this.firstBytes = this.missing.firstBytes();
  }

  /** Reads a record; returns whether it is in its plain form. */
  boolean read(byte[] value) {
    sure = record.read(value);
    return sure;
  }

  /** Whether all values that were asked for since the record was read are certain. */
  boolean areSure() {
    return sure;
  }

  /** The kind that the field's text means; in doubt if there is none. */
  EventKind kind(ClickField field, EventTypeMapping types) {
    int slice = text(field);
    if (slice == 0) {
      sure = false;
      return EventKind.OTHER;
    }
    int start = ClickTexts.start(slice);
    return types.kind(record.json(), start, start + ClickTexts.length(slice));
  }

  /** Where a text stands, without surrounding white space, or 0 if it means nothing. */
  int text(ClickField field) {
    return text(field, FieldValues.MAX_TEXT_LENGTH);
  }

  /** Where a text that identifies stands, or 0. */
  int code(ClickField field) {
    return text(field, FieldValues.MAX_ID_LENGTH);
  }

  /** Where an id stands, as {@link IdText} says, or 0. */
  int id(ClickField field) {
    int slice = code(field);
    int end = ClickTexts.start(slice) + ClickTexts.length(slice);
    return slice != 0 && record.json()[end - 1] == '0' ? withoutFraction(slice) : slice;
  }

  private int withoutFraction(int slice) {
    byte[] json = record.json();
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

  /** The text that stands there. */
  String text(int slice) {
    return ClickTexts.text(record.json(), slice);
  }

  /** A whole number without sign, 1 if there is none. */
  long quantity(ClickField field) {
    int slice = text(field);
    if (slice == 0) {
      sure &= record.form(field) != PlainJson.FALSE;
      return 1;
    }
    sure &= ClickTexts.length(slice) <= MAX_QUANTITY_DIGITS;
    return digits(ClickTexts.start(slice), ClickTexts.length(slice));
  }

  /** A number with digits on both sides of the point, if it has one. */
  @Nullable BigDecimal price(ClickField field) {
    int slice = text(field);
    if (slice == 0) {
      sure &= record.form(field) != PlainJson.FALSE;
      return null;
    }
    byte[] json = record.json();
    int start = ClickTexts.start(slice);
    int end = start + ClickTexts.length(slice);
    boolean negative = json[start] == '-';
    int first = negative ? start + 1 : start;
    int point = first;
    while (point < end && json[point] != '.') {
      point++;
    }
    int scale = Math.max(0, end - point - 1);
    if (point - first > FieldValues.MAX_INTEGER_DIGITS
        || point - first + scale > MAX_DIGITS
        || point == first
        || point == end - 1) {
      sure = false;
      return null;
    }
    long unscaled = digits(first, point - first);
    if (scale > 0) {
      unscaled = unscaled * POWERS[scale] + digits(point + 1, scale);
    }
    return BigDecimal.valueOf(negative ? -unscaled : unscaled, scale);
  }

  /** Epoch ms in the range of {@link FieldValues#time}. */
  long time(ClickField field) {
    int form = record.form(field);
    int start = ClickTexts.start(record.slice(field));
    int length = ClickTexts.length(record.slice(field));
    long time;
    if (form == PlainJson.INTEGER && length <= MAX_TIME_DIGITS) {
      time = digits(start, length);
    } else if (form == PlainJson.TEXT) {
      time = IsoTimestamp.parse(record.json(), start, start + length);
    } else {
      time = IsoTimestamp.INVALID;
    }
    sure &= time >= FieldValues.EARLIEST_TIME && time < FieldValues.TIME_END;
    return time;
  }

  /** The number that digits are; in doubt if they are none. */
  private long digits(int start, int length) {
    byte[] json = record.json();
    int at = start;
    int end = start + length;
    long number = 0;
    if (length >= Long.BYTES) {
      long word = Words.at(json, at);
      sure &= Words.areDigits(word);
      number = Words.digits(word);
      at += Long.BYTES;
    }
    for (; at < end; at++) {
      int digit = json[at] - '0';
      sure &= digit >= 0 && digit <= 9;
      number = number * 10 + digit;
    }
    return number;
  }

  private int text(ClickField field, int maxLength) {
    byte[] json = record.json();
    int form = record.form(field);
    int slice = record.slice(field);
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
    boolean isMissing =
        missing.isAt(record.json(), ClickTexts.start(slice), ClickTexts.length(slice));
    return isMissing ? 0 : slice;
  }

  private int strip(int form, int from, int to, int maxLength) {
    byte[] json = record.json();
    int start = from;
    int end = to;
    while (end > start && json[end - 1] == ' ') {
      end--;
    }
    while (start < end && json[start] == ' ') {
      start++;
    }
    if (form == PlainJson.OTHER || end - start > maxLength) {
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
    if (json[start] < 0 || json[end - 1] < 0) {
      // Only beyond ASCII there is other white space.
      String text = text(slice);
      sure &= text.length() == text.strip().length();
    }
    return slice;
  }
}
