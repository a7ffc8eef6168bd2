package io.clickstream.ingest;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.Form;
import io.clickstream.columns.Reading;
import io.clickstream.config.MissingWords;
import io.clickstream.model.ClickProduct;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EventKind;
import io.clickstream.model.IdText;
import io.clickstream.model.Surrogates;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values of a record of any format, each with the form in which a parser found it.
 *
 * <p>Nothing is no problem. It is written in many ways: not at all, as null, blank, as one of the
 * {@link MissingWords}, as an empty array or an empty object (PHP writes an empty map as {@code
 * []}), and where a text or an id is expected, as {@code false}.
 */
public final class FieldValues extends SlotValues {

  /** Characters of an id or a currency beyond which it is none: they are kept in state as keys. */
  public static final int MAX_ID_LENGTH = 1_024;

  /** Characters at which other texts are cut, at a code point: sessions keep a few of them each. */
  public static final int MAX_TEXT_LENGTH = 4_096;

  public static final long MAX_QUANTITY = 1_000_000_000;

  /** Digits before the point of a price; with the next, they bound what sums can grow to. */
  public static final int MAX_INTEGER_DIGITS = 15;

  /**
   * Digits after the point of a price, enough for what binary floating point makes of 0.1 + 0.2.
   */
  public static final int MAX_FRACTION_DIGITS = 18;

  /** 2000-01-01T00:00Z; an earlier time is rather in seconds, or of a clock that was never set. */
  public static final long EARLIEST_TIME = 946_684_800_000L;

  /** 2100-01-01T00:00Z, itself too late; a later time is rather in microseconds. */
  public static final long TIME_END = 4_102_444_800_000L;

  /** A quantity that cannot be read; the click's own counts as 1. */
  private static final long UNKNOWN = -1;

  private static final String TEXT_OR_NUMBER = "text or a number";
  private static final String SHORT_TEXT = "at most " + MAX_ID_LENGTH + " characters";
  private static final String QUANTITY = "a whole number from 0 to " + MAX_QUANTITY;
  private static final String PRICE =
      "a number of at most %d digits before and %d after the point"
          .formatted(MAX_INTEGER_DIGITS, MAX_FRACTION_DIGITS);

  /** Longer numbers are refused before any arithmetic. */
  private static final int MAX_NUMBER_LENGTH = 64;

  private final RecordShape shape;
  private final UrlCampaign campaign;
  private @Nullable String[] texts = {};

  /** The values of records of a shape. */
  public FieldValues(RecordShape shape) {
    super(shape);
    this.shape = shape;
    this.campaign = new UrlCampaign(shape.missing());
  }

  /** Reads all values from what was set, so that the record can be judged. */
  public void read() {
    choose();
    readTexts();
    ClickTimes times = shape.times();
    setKafkaTime(
        times.areOfKafka()
            || (times.canBeOfKafka()
                && isNothing(ClickField.TIMESTAMP, ClickField.TIMESTAMP.index())));
    long timestamp = isKafkaTime() ? TimestampReader.INVALID : time(ClickField.TIMESTAMP);
    setNumbers(
        timestamp,
        Math.abs(quantity(ClickField.QUANTITY, ClickField.QUANTITY.index())),
        price(ClickField.PRICE, ClickField.PRICE.index()));
    if (times.areCorrected()) {
      setClocks(sentAt(timestamp), clock(ClickField.RECEIVED_AT, false));
    }
    setOrder(price(ClickField.REVENUE, ClickField.REVENUE.index()), readProducts());
    decide();
    ClickDefinitions definitions = shape.definitions();
    if (definitions != null && !isSkipped()) {
      for (ClickDefinitions.Value value : definitions.values()) {
        if (fulfils(value.condition())) {
          texts[value.field().text()] = defined(value);
        }
      }
    }
  }

  private void readTexts() {
    List<ClickField> fields = shape.fields().texts();
    texts = new String[fields.size()];
    for (int i = 0; i < texts.length; i++) {
      ClickField field = fields.get(i);
      if (!field.isDefined()) {
        texts[i] = words(field, field.index(), MAX_TEXT_LENGTH);
      }
    }
    int user = ClickText.USER_ID.ordinal();
    if (texts[user] != null && shape.nobody().contains(texts[user])) {
      texts[user] = null;
    }
    addCampaign();
  }

  /** Takes from the page's URL what the record does not say itself. */
  private void addCampaign() {
    String url = texts[ClickText.PAGE_URL.ordinal()];
    if (url == null
        || has(ClickText.UTM_SOURCE)
        || has(ClickText.UTM_MEDIUM)
        || has(ClickText.UTM_CAMPAIGN)
        || has(ClickText.CLICK_ID)) {
      return;
    }
    String whole =
        url.length() < MAX_TEXT_LENGTH - 1
            ? url
            : uncut(ClickField.PAGE_URL, ClickField.PAGE_URL.index());
    campaign.addTo(texts, whole == null ? url : whole);
  }

  /** Those with an id; the others are a problem, as they are nothing that could be counted. */
  private List<ClickProduct> readProducts() {
    MappingNode.Products slots = shape.mapping().products();
    if (lines().isEmpty() || slots == null) {
      return List.of();
    }
    List<ClickProduct> products = new ArrayList<>(lines().size());
    for (Line line : lines()) {
      int id = set(slots.idSlots(), line.id());
      int quantity = set(slots.quantitySlots(), line.quantity());
      int price = set(slots.priceSlots(), line.price());
      String text = id(ClickField.PRODUCT_ID, id);
      long pieces = quantity(ClickField.QUANTITY, quantity);
      BigDecimal each = price(ClickField.PRICE, price);
      if (each != null && pieces == UNKNOWN) {
        setProblem(ClickField.PRICE, "a quantity to multiply it by", "one that is unknown");
        each = null;
      }
      if (text != null) {
        products.add(new ClickProduct(text, pieces == UNKNOWN ? 1 : pieces, each));
      } else if (!hasProblem(ClickField.PRODUCT_ID)) {
        setProblem(ClickField.PRODUCT_ID, "an id of every product in the list", "none");
      }
    }
    if (productsFound() > MAX_PRODUCTS) {
      setProblem(
          ClickField.PRODUCT_ID,
          "at most " + MAX_PRODUCTS + " products",
          Integer.toString(productsFound()));
    }
    return products;
  }

  @Override
  protected boolean has(ClickText which) {
    return texts[which.ordinal()] != null;
  }

  @Override
  protected String text(ClickText which) {
    return Objects.requireNonNull(texts[which.ordinal()]);
  }

  @Override
  protected EventKind kindOfText() {
    return shape.eventTypes().kind(text(ClickText.EVENT_TYPE));
  }

  @Override
  protected void nameType(EventKind kind) {
    texts[ClickText.EVENT_TYPE.ordinal()] = kind.text();
  }

  @Override
  protected ClickTexts texts() {
    return ClickTexts.of(texts);
  }

  /** A value that definitions read. */
  private @Nullable String defined(ClickDefinitions.Value value) {
    if (value.ofText() != ClickDefinitions.NONE) {
      String text = texts[value.ofText()];
      return text == null ? null : cut(text, DefinedTexts.MAX_LENGTH);
    }
    ClickField field = value.field();
    int slot = value.slots().length == 1 ? value.slots()[0] : chosen(field, value.slots());
    if (form(slot).isScalar() && isNobody(value.from(), slot)) {
      return null;
    }
    return field.reading().isOfWords()
        ? words(field, slot, DefinedTexts.MAX_LENGTH)
        : noWords(field, slot);
  }

  /** A value of a definition that is no words: a number, true or false, as text. */
  private @Nullable String noWords(ClickField field, int slot) {
    Form form = form(slot);
    switch (form) {
      case ABSENT -> {
        return null;
      }
      case TEXT, INTEGER, DECIMAL -> {}
      default -> {
        if (field.reading() == Reading.FLAG && form.isScalar()) {
          return form == Form.TRUE ? "true" : "false";
        }
        setProblem(field, DefinedTexts.expected(field.reading()), form.words());
        return null;
      }
    }
    String text = something(written(slot));
    String value = text == null ? null : DefinedTexts.read(field.reading(), text);
    if (text != null && value == null) {
      setProblem(
          field,
          DefinedTexts.expected(field.reading()),
          form == Form.TEXT ? wordsFor(text) : "another number");
    }
    return value;
  }

  private @Nullable String words(ClickField field, int slot, int maxLength) {
    return switch (field.reading()) {
      case ID -> id(field, slot);
      case CODE -> code(field, slot);
      default -> text(field, slot, maxLength);
    };
  }

  /**
   * A text that describes, numbers as they are written, without surrounding white space; null for
   * nothing. It is cut; halves of surrogate pairs are replaced by U+FFFD, which is a problem as
   * well.
   */
  private @Nullable String text(ClickField field, int slot, int maxLength) {
    String text = uncut(field, slot);
    return text == null ? null : cut(text, maxLength);
  }

  private @Nullable String uncut(ClickField field, int slot) {
    String text = written(field, slot);
    if (text != null && isBroken(field, text)) {
      text = Surrogates.mended(text);
    }
    return text == null ? null : something(text);
  }

  /**
   * The first {@link #MAX_TEXT_LENGTH} characters of a text, or one less at a pair of surrogates.
   */
  static String cut(String text) {
    return cut(text, MAX_TEXT_LENGTH);
  }

  private static String cut(String text, int maxLength) {
    if (text.length() <= maxLength) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(maxLength - 1)) ? 1 : 0;
    return text.substring(0, maxLength - end);
  }

  /**
   * A text that identifies: one that is too long or broken is none, because a cut or mended one is
   * another's.
   */
  private @Nullable String code(ClickField field, int slot) {
    String text = written(field, slot);
    if (text == null || isBroken(field, text)) {
      return null;
    }
    String stripped = something(text);
    if (stripped != null && stripped.length() > MAX_ID_LENGTH) {
      setProblem(field, SHORT_TEXT, stripped.length() + " of them");
      return null;
    }
    return stripped;
  }

  /** An id, as {@link IdText} says: of a visitor, an event, a product, an order. */
  private @Nullable String id(ClickField field, int slot) {
    String text = code(field, slot);
    return text == null ? null : IdText.of(text);
  }

  /** Pieces, 1 if there is nothing, or {@link #UNKNOWN}. */
  private long quantity(ClickField field, int slot) {
    String text = written(slot);
    if (form(slot) == Form.INTEGER && text.length() == 1) {
      return (long) text.charAt(0) - '0'; // nearly always a digit, and a tenth of the cost
    }
    if (form(slot) == Form.ABSENT) {
      return 1;
    }
    BigDecimal number = number(field, slot, QUANTITY);
    if (number == null) {
      return isNothing(field, slot) ? 1 : UNKNOWN;
    }
    if (number.signum() < 0
        || number.compareTo(BigDecimal.valueOf(MAX_QUANTITY)) > 0
        || number.stripTrailingZeros().scale() > 0) {
      setProblem(field, QUANTITY, "another number");
      return UNKNOWN;
    }
    return number.longValue();
  }

  private @Nullable BigDecimal price(ClickField field, int slot) {
    return number(field, slot, PRICE);
  }

  /** A time, be it possible or not; a problem if it is none. */
  private long time(ClickField field) {
    Form form = form(field.index());
    String text = written(field.index());
    TimestampReader reader = shape.times().reader();
    long time = reader.read(form, text);
    if (time == TimestampReader.INVALID) {
      boolean nothing = form == Form.TEXT && meansNothing(text);
      setProblem(
          field, reader.expected(), nothing ? Form.ABSENT.words() : reader.looksLike(form, text));
    }
    return time;
  }

  /** When the record was sent, by the clock that also the time of the click is from. */
  private long sentAt(long timestamp) {
    // Of a clock that was never set, neither is possible.
    boolean isWrong =
        timestamp != TimestampReader.INVALID && !TimestampReader.isPossible(timestamp);
    return clock(ClickField.SENT_AT, isWrong);
  }

  /** A time of which nothing is no problem, or {@link TimestampReader#INVALID}. */
  private long clock(ClickField field, boolean mayBeImpossible) {
    Form form = form(field.index());
    if (form == Form.ABSENT || (form == Form.TEXT && meansNothing(written(field.index())))) {
      return TimestampReader.INVALID;
    }
    long time = time(field);
    if (time == TimestampReader.INVALID || mayBeImpossible || TimestampReader.isPossible(time)) {
      return time;
    }
    setProblem(field, POSSIBLE_TIME, looksLike(field));
    return TimestampReader.INVALID;
  }

  @Override
  protected String looksLike(ClickField field) {
    return shape.times().reader().looksLike(form(field.index()), written(field.index()));
  }

  /** The text or number there; null for nothing and for anything else. */
  private @Nullable String written(ClickField field, int slot) {
    Form form = form(slot);
    return switch (form) {
      case ABSENT, FALSE -> null;
      case TEXT, INTEGER, DECIMAL -> written(slot);
      default -> {
        setProblem(field, TEXT_OR_NUMBER, form.words());
        yield null;
      }
    };
  }

  private @Nullable String something(String text) {
    String stripped = text.strip();
    return shape.missing().meanNothing(stripped) ? null : stripped;
  }

  private boolean isBroken(ClickField field, String text) {
    if (!mayBeBroken() || Surrogates.arePaired(text)) {
      return false;
    }
    setProblem(field, TEXT_OR_NUMBER, "text with half a surrogate pair");
    return true;
  }

  /**
   * A number or its text, bounded in digits on both sides of the point, so that 1e999999999 is not
   * one.
   */
  private @Nullable BigDecimal number(ClickField field, int slot, String expected) {
    Form form = form(slot);
    switch (form) {
      case ABSENT -> {
        return null;
      }
      case TEXT, INTEGER, DECIMAL -> {}
      default -> {
        setProblem(field, expected, form.words());
        return null;
      }
    }
    String text = something(written(slot));
    if (text == null) {
      return null;
    }
    BigDecimal number = text.length() > MAX_NUMBER_LENGTH ? null : number(text);
    if (number == null
        || number.scale() > MAX_FRACTION_DIGITS
        || (long) number.precision() - number.scale() > MAX_INTEGER_DIGITS) {
      setProblem(field, expected, form == Form.TEXT ? wordsFor(text) : "another number");
      return null;
    }
    return number.scale() < 0 ? number.setScale(0) : number;
  }

  private static String wordsFor(String text) {
    return text.indexOf(',') >= 0 ? "text with a comma" : "other text";
  }

  private static @Nullable BigDecimal number(String text) {
    for (int i = 0; i < text.length(); i++) {
      char next = text.charAt(i);
      if ((next < '0' || next > '9') && ".-+eE".indexOf(next) < 0) {
        return null;
      }
    }
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
