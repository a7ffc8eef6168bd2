package io.clickstream.ingest.json;

import io.clickstream.columns.ClickField;
import io.clickstream.ingest.FieldValues;
import io.clickstream.ingest.RecordShape;
import io.clickstream.ingest.RecordValues;
import io.clickstream.ingest.TimestampReader;
import io.clickstream.ingest.UrlCampaign;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EventKind;
import io.clickstream.model.IdText;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The values of a record in its plain form, read from its bytes. Each is the one that {@link
 * FieldValues} gives for the same record. Where there may be none, or only a part of it is known,
 * the record is not {@linkplain #read certain}. So no field ever has a problem here.
 */
final class PlainValues extends RecordValues {

  /** A long holds any number of as many digits. */
  private static final int MAX_DIGITS = 18;

  /** No quantity of as many digits is too large. */
  private static final int MAX_QUANTITY_DIGITS = 9;

  /** Any earlier time has fewer digits or is smaller, any later one has more or is larger. */
  private static final int MAX_TIME_DIGITS = 13;

  private static final int PAGE_URL = ClickText.PAGE_URL.ordinal();
  private static final int UTM_SOURCE = ClickText.UTM_SOURCE.ordinal();
  private static final int UTM_MEDIUM = ClickText.UTM_MEDIUM.ordinal();
  private static final int UTM_CAMPAIGN = ClickText.UTM_CAMPAIGN.ordinal();
  private static final int CLICK_ID = ClickText.CLICK_ID.ordinal();

  /** A bit beyond all lengths. */
  private static final int IS_ID = 1 << 16;

  /** The powers of ten by which digits before a point are shifted. */
  private static final long[] POWERS =
      LongStream.iterate(1, power -> power * 10).limit(MAX_DIGITS).toArray();

  private final PlainJson record;
  private final TimestampReader times;
  private final boolean timesAreMilliseconds;
  private final boolean timesAreOfKafka;
  private final boolean timesAreCorrected;
  private final UrlCampaign campaign;
  private final MissingBytes missing;

  /** {@link MissingBytes#firstBytes()}, at hand for each text. */
  private final long[] firstBytes;

  private boolean sure;

  private final NameTable<EventKind> kinds;

  /** By text: the length beyond which it is in doubt, and whether it is an id. */
  private final int[] limits;

  /** By text, 0 for one that is not there. */
  private int[] slices = {};

  /** What continues the record for slices that are not in it, or null. */
  private byte @Nullable [] extra;

  PlainValues(RecordShape shape) {
    super(shape);
    this.record = new PlainJson(shape);
    this.times = shape.times().reader();
    this.timesAreMilliseconds = times.readsMilliseconds();
    this.timesAreOfKafka = shape.times().areOfKafka();
    this.timesAreCorrected = shape.times().areCorrected();
    this.campaign = new UrlCampaign(shape.missing());
    this.missing = new MissingBytes(shape.missing());
    this.firstBytes = missing.firstBytes();
    this.kinds = NameTable.of(shape.eventTypes().kinds());
    List<ClickField> texts = shape.fields().texts();
    this.limits = new int[texts.size()];
    for (int i = 0; i < limits.length; i++) {
      limits[i] =
          switch (texts.get(i).reading()) {
            case ID -> FieldValues.MAX_ID_LENGTH | IS_ID;
            case CODE -> FieldValues.MAX_ID_LENGTH;
            default -> FieldValues.MAX_TEXT_LENGTH;
          };
    }
  }

  /**
   * Reads a record; returns whether it is in its plain form and all its values are certain, so that
   * it can be judged.
   */
  boolean read(byte[] value) {
    sure = record.read(value);
    if (sure) {
      readTexts();
      setNumbers(
          timesAreOfKafka ? TimestampReader.INVALID : possibleTime(ClickField.TIMESTAMP),
          quantity(ClickField.QUANTITY),
          price(ClickField.PRICE));
      if (timesAreCorrected) {
        setClocks(clock(ClickField.SENT_AT), clock(ClickField.RECEIVED_AT));
      }
    }
    return sure;
  }

  private void readTexts() {
    byte[] json = record.json();
    long[] found = record.texts();
    int[] read = new int[limits.length];
    for (int i = 0; i < read.length; i++) {
      int limit = limits[i];
      int slice = text(json, found[i], limit & ~IS_ID);
      read[i] = limit >= IS_ID ? id(json, slice) : slice;
    }
    slices = read;
    extra = null;
    if (read[PAGE_URL] != 0
        && (read[UTM_SOURCE] | read[UTM_MEDIUM] | read[UTM_CAMPAIGN] | read[CLICK_ID]) == 0) {
      addCampaign(json, read);
    }
  }

  /** Takes from the page's URL what the record does not say itself. */
  private void addCampaign(byte[] json, int[] read) {
    int start = ClickTexts.start(read[PAGE_URL]);
    int end = start + ClickTexts.length(read[PAGE_URL]);
    if (UrlCampaign.hasQuery(json, start, end)) {
      sure &= campaign.addTo(read, json, start, end);
      extra = campaign.extra();
    }
  }

  @Override
  protected boolean has(ClickText which) {
    return slices[which.ordinal()] != 0;
  }

  @Override
  protected String text(ClickText which) {
    return ClickTexts.text(record.json(), slices[which.ordinal()]);
  }

  @Override
  protected EventKind kind() {
    int slice = slices[ClickText.EVENT_TYPE.ordinal()];
    int start = ClickTexts.start(slice);
    EventKind kind = kinds.get(record.json(), start, start + ClickTexts.length(slice));
    return kind == null ? EventKind.OTHER : kind;
  }

  @Override
  protected ClickTexts texts() {
    return ClickTexts.inValue(record.json(), extra, slices);
  }

  /** The id that a text is, as {@link IdText} says. */
  private static int id(byte[] json, int slice) {
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

  /** A whole number without a sign, 1 if there is none. */
  private long quantity(ClickField field) {
    int slice = number(record.found(field));
    if (slice == 0) {
      return 1;
    }
    sure &= ClickTexts.length(slice) <= MAX_QUANTITY_DIGITS;
    return digits(ClickTexts.start(slice), ClickTexts.length(slice));
  }

  /** A number with digits on both sides of the point, if it has one. */
  private @Nullable BigDecimal price(ClickField field) {
    int slice = number(record.found(field));
    if (slice == 0) {
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

  /** Epoch ms; in doubt if it is no possible time of a click. */
  private long possibleTime(ClickField field) {
    long time = time(record.found(field));
    sure &= TimestampReader.isPossible(time);
    return time;
  }

  /** The same of a field that may be absent. */
  private long clock(ClickField field) {
    return PlainJson.form(record.found(field)) == PlainJson.ABSENT
        ? TimestampReader.INVALID
        : possibleTime(field);
  }

  private long time(long found) {
    int form = PlainJson.form(found);
    int slice = PlainJson.slice(found);
    int start = ClickTexts.start(slice);
    int length = ClickTexts.length(slice);
    if (form == PlainJson.INTEGER && timesAreMilliseconds && length <= MAX_TIME_DIGITS) {
      return digits(start, length);
    }
    return switch (form) {
      case PlainJson.TEXT -> times.readText(record.json(), start, start + length);
      case PlainJson.INTEGER -> times.readNumber(record.json(), start, start + length, true);
      case PlainJson.DECIMAL -> times.readNumber(record.json(), start, start + length, false);
      default -> TimestampReader.INVALID;
    };
  }

  /** Never asked for: a record with a time that is not possible is in doubt. */
  @Override
  protected String looksLike(ClickField time) {
    return "another";
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

  /** Where a number is, or 0 if it means nothing. */
  private int number(long found) {
    int slice = text(record.json(), found, FieldValues.MAX_TEXT_LENGTH);
    sure &= slice != 0 || PlainJson.form(found) != PlainJson.FALSE;
    return slice;
  }

  /** Where a text is, without surrounding white space, or 0 if it means nothing. */
  private int text(byte[] json, long found, int maxLength) {
    int form = PlainJson.form(found);
    int slice = PlainJson.slice(found);
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
      String text = ClickTexts.text(json, slice);
      sure &= text.length() == text.strip().length();
    }
    return slice;
  }
}
