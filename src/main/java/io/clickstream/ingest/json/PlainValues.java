package io.clickstream.ingest.json;

import io.clickstream.columns.ClickField;
import io.clickstream.ingest.ClickConditions;
import io.clickstream.ingest.FieldMapping;
import io.clickstream.ingest.FieldValues;
import io.clickstream.ingest.MappingNode;
import io.clickstream.ingest.RecordShape;
import io.clickstream.ingest.RecordValues;
import io.clickstream.ingest.SlotTests;
import io.clickstream.ingest.TimestampReader;
import io.clickstream.ingest.UrlCampaign;
import io.clickstream.model.ClickProduct;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EventKind;
import io.clickstream.model.FewTexts;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The values of a record in its plain form, read from its bytes. Each is the one that {@link
 * FieldValues} gives for the same record. Where there may be none, or only a part of it is known,
 * the record is not {@linkplain #read certain}. So no field ever has a problem here.
 */
public final class PlainValues extends RecordValues {

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

  private final PlainRecord record;
  private final TimestampReader times;
  private final boolean timesAreMilliseconds;
  private final boolean timesAreOfKafka;
  private final boolean timesAreCorrected;
  private final UrlCampaign campaign;

  /** Finds texts, and knows whether all that was found is certain. */
  private final PlainTexts texts;

  private final NameTable<EventKind> kinds;
  private final FieldMapping mapping;
  private final Set<String> nobody;
  private final boolean hasRevenue;

  private final PlainSlots slots;

  /** Texts that no record has: those of constants, and our names of types behind them. */
  private final OwnTexts own;

  /** The bytes behind the value of this record, or null. */
  private byte @Nullable [] extra;

  private final MappingNode.@Nullable Products productPlaces;
  private final int[] productSlots;

  /** Null if nothing is defined. */
  private final @Nullable PlainDefinitions definitions;

  /** How many texts a click has. */
  private final int count;

  /** By text: the length beyond which it is in doubt, and whether it is an id. */
  private final int[] limits;

  /** By text, 0 for one that is not there. */
  private int[] slices = {};

  /**
   * The values of records of a shape.
   *
   * @param reader makes the reader of records, of the number of places behind the record that it
   *     has to leave
   */
  public PlainValues(RecordShape shape, IntFunction<PlainRecord> reader) {
    super(shape);
    this.mapping = shape.mapping();
    this.own = new OwnTexts(shape);
    this.record = reader.apply(own.longest());
    this.times = shape.times().reader();
    this.timesAreMilliseconds = times.readsMilliseconds();
    this.timesAreOfKafka = shape.times().areOfKafka();
    setKafkaTime(timesAreOfKafka);
    this.timesAreCorrected = shape.times().areCorrected();
    this.campaign = new UrlCampaign(shape.missing());
    this.nobody = shape.nobody();
    this.hasRevenue = mapping.source(ClickField.REVENUE) != null;
    this.slots = new PlainSlots(record, shape);
    this.productPlaces = mapping.products();
    this.productSlots =
        productPlaces == null ? new int[0] : PlainRecord.productSlots(productPlaces);
    this.texts = new PlainTexts(record, shape.missing());
    this.kinds = NameTable.of(shape.eventTypes().kinds());
    List<ClickField> fields = shape.fields().texts();
    this.count = fields.size();
    this.limits = limits(fields);
    this.definitions =
        shape.definitions() == null
            ? null
            : new PlainDefinitions(shape, shape.definitions(), record, texts, slots);
  }

  /** Texts behind the last one that is not defined are not looked at. */
  private static int[] limits(List<ClickField> fields) {
    int count = fields.size();
    while (count > 0 && fields.get(count - 1).isDefined()) {
      count--;
    }
    int[] limits = new int[count];
    for (int i = 0; i < count; i++) {
      limits[i] =
          switch (fields.get(i).reading()) {
            case ID -> FieldValues.MAX_ID_LENGTH | IS_ID;
            case CODE -> FieldValues.MAX_ID_LENGTH;
            default -> FieldValues.MAX_TEXT_LENGTH;
          };
    }
    return limits;
  }

  /**
   * Reads a record; returns whether it is in its plain form and all its values are certain, so that
   * it can be judged. Of a record with an array of clicks nothing else is known.
   */
  public boolean read(byte[] value) {
    boolean isPlain = record.read(value);
    if (record.hasClicks()) {
      if (!isPlain) {
        record.forgetClicks();
      }
      isPlain = false;
    }
    return isPlain && readFound();
  }

  /** The same of a record that its reader has read. */
  boolean readFound() {
    texts.begin();
    for (FieldMapping.Alternatives several : mapping.alternatives()) {
      record.copy(slots.chosen(several.field(), several.slots()), several.field().index());
    }
    readTexts();
    setNumbers(
        timesAreOfKafka ? TimestampReader.INVALID : possibleTime(ClickField.TIMESTAMP),
        quantity(record.found(ClickField.QUANTITY)),
        price(record.found(ClickField.PRICE)));
    if (timesAreCorrected) {
      setClocks(clock(ClickField.SENT_AT), clock(ClickField.RECEIVED_AT));
    }
    setOrder(
        hasRevenue ? price(record.found(ClickField.REVENUE)) : null,
        productPlaces == null || record.products() == 0 ? List.of() : products(productPlaces));
    if (texts.areSure()) {
      decide();
      if (definitions != null && !isSkipped()) {
        extra = definitions.read(this, slices, extra);
      }
    }
    return texts.areSure();
  }

  /** The reader that was made for these values. */
  PlainRecord record() {
    return record;
  }

  private void readTexts() {
    byte[] json = record.bytes();
    long[] found = record.texts();
    int[] read = new int[count];
    for (int i = 0; i < limits.length; i++) {
      int limit = limits[i];
      int slice = texts.text(json, found[i], limit & ~IS_ID);
      read[i] = limit >= IS_ID ? PlainTexts.id(json, slice) : slice;
    }
    extra = own.constants();
    if (extra != null) {
      own.addConstants(read, json.length);
    }
    if (!nobody.isEmpty() && read[ClickText.USER_ID.ordinal()] != 0) {
      slices = read;
      if (nobody.contains(text(ClickText.USER_ID))) {
        read[ClickText.USER_ID.ordinal()] = 0;
      }
    }
    slices = read;
    if (read[PAGE_URL] != 0
        && (read[UTM_SOURCE] | read[UTM_MEDIUM] | read[UTM_CAMPAIGN] | read[CLICK_ID]) == 0) {
      addCampaign(json, read);
    }
  }

  /** Takes from the page's URL what the record does not say itself. */
  private void addCampaign(byte[] json, int[] read) {
    int start = ClickTexts.start(read[PAGE_URL]);
    int end = start + ClickTexts.length(read[PAGE_URL]);
    if (start >= json.length) {
      // The same in every record, and nearly always without one.
      texts.require(text(ClickText.PAGE_URL).indexOf('?') < 0);
    } else if (UrlCampaign.hasQuery(json, start, end)) {
      texts.require(campaign.addTo(read, json, start, end));
      byte[] decoded = campaign.extra();
      if (decoded != null) {
        extra = OwnTexts.with(extra, decoded);
        moveBehind(own.constantsLength(), json.length, read);
        texts.require(json.length + extra.length + own.longest() <= ClickTexts.MAX_SLICED_LENGTH);
      }
    }
  }

  /** Decoded texts come after the constants. */
  private static void moveBehind(int constants, int valueLength, int[] read) {
    for (int text : new int[] {UTM_SOURCE, UTM_MEDIUM, UTM_CAMPAIGN, CLICK_ID}) {
      if (ClickTexts.start(read[text]) >= valueLength) {
        read[text] += ClickTexts.slice(constants, 0);
      }
    }
  }

  private List<ClickProduct> products(MappingNode.Products places) {
    int count = record.products();
    if (count > FieldValues.MAX_PRODUCTS) {
      texts.require(false);
      return List.of();
    }
    List<ClickProduct> products = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      record.restoreProduct(i, productSlots);
      byte[] json = record.bytes();
      long id = record.found(slots.chosen(ClickField.PRODUCT_ID, places.idSlots()));
      int slice = PlainTexts.id(json, texts.text(json, id, FieldValues.MAX_ID_LENGTH));
      texts.require(slice != 0);
      products.add(
          new ClickProduct(
              ClickTexts.text(json, slice),
              quantity(record.found(slots.chosen(ClickField.QUANTITY, places.quantitySlots()))),
              price(record.found(slots.chosen(ClickField.PRICE, places.priceSlots())))));
    }
    return products;
  }

  @Override
  protected boolean has(ClickText which) {
    return slices[which.ordinal()] != 0;
  }

  @Override
  protected String text(ClickText which) {
    int slice = slices[which.ordinal()];
    byte[] json = record.bytes();
    int start = ClickTexts.start(slice);
    if (start >= json.length) {
      return own.text(extra, slice, json.length);
    }
    return which == ClickText.APP_ID
        ? FewTexts.of(json, start, ClickTexts.length(slice))
        : ClickTexts.text(json, slice);
  }

  @Override
  protected EventKind kindOfText() {
    int slice = slices[ClickText.EVENT_TYPE.ordinal()];
    int start = ClickTexts.start(slice);
    byte[] json = record.bytes();
    EventKind kind =
        start >= json.length
            ? own.kindOfConstant()
            : kinds.get(json, start, start + ClickTexts.length(slice));
    return kind == null ? EventKind.OTHER : kind;
  }

  @Override
  protected void nameType(EventKind kind) {
    byte[] name = own.nameOf(kind);
    int before = extra == null ? 0 : extra.length;
    slices[ClickText.EVENT_TYPE.ordinal()] =
        ClickTexts.slice(record.bytes().length + before, name.length);
    extra = OwnTexts.with(extra, name);
  }

  @Override
  protected ClickTexts texts() {
    return record.texts(extra, slices);
  }

  @Override
  protected boolean holds(SlotTests.Line line) {
    return slots.hold(line);
  }

  @Override
  protected long @Nullable [] fulfilledByType(ClickConditions conditions) {
    return definitions == null
        ? null
        : definitions.fulfilledByType(slices[ClickText.EVENT_TYPE.ordinal()]);
  }

  /** Whether the click fulfils a condition of definitions. */
  boolean isFulfilled(int condition) {
    return fulfils(condition);
  }

  /** A whole number without a sign, 1 if there is none. */
  private long quantity(long found) {
    int slice = texts.number(found);
    if (slice == 0) {
      return 1;
    }
    texts.require(ClickTexts.length(slice) <= MAX_QUANTITY_DIGITS);
    return digits(ClickTexts.start(slice), ClickTexts.length(slice));
  }

  /** A number with digits on both sides of the point, if it has one. */
  private @Nullable BigDecimal price(long found) {
    int slice = texts.number(found);
    if (slice == 0) {
      return null;
    }
    byte[] json = record.bytes();
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
      texts.require(false);
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
    texts.require(TimestampReader.isPossible(time));
    return time;
  }

  /** The same of a field that may be absent. */
  private long clock(ClickField field) {
    return PlainRecord.form(record.found(field)) == PlainRecord.ABSENT
        ? TimestampReader.INVALID
        : possibleTime(field);
  }

  private long time(long found) {
    int form = PlainRecord.form(found);
    int slice = PlainRecord.slice(found);
    int start = ClickTexts.start(slice);
    int length = ClickTexts.length(slice);
    if (form == PlainRecord.INTEGER && timesAreMilliseconds && length <= MAX_TIME_DIGITS) {
      return digits(start, length);
    }
    return switch (form) {
      case PlainRecord.TEXT -> times.readText(record.bytes(), start, start + length);
      case PlainRecord.INTEGER -> times.readNumber(record.bytes(), start, start + length, true);
      case PlainRecord.DECIMAL -> times.readNumber(record.bytes(), start, start + length, false);
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
    byte[] json = record.bytes();
    int at = start;
    int end = start + length;
    long number = 0;
    boolean areDigits = true;
    if (length >= Long.BYTES) {
      long word = Words.at(json, at);
      areDigits = Words.areDigits(word);
      number = Words.digits(word);
      at += Long.BYTES;
    }
    for (; at < end; at++) {
      int digit = json[at] - '0';
      areDigits &= digit >= 0 && digit <= 9;
      number = number * 10 + digit;
    }
    texts.require(areDigits);
    return number;
  }
}
