package io.clickstream.ingest;

import io.clickstream.columns.ClickField;
import io.clickstream.config.MissingWords;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EventKind;
import io.clickstream.model.IdText;
import io.clickstream.model.Surrogates;
import java.math.BigDecimal;
import java.util.Arrays;
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
public final class FieldValues extends RecordValues {

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

  /** 2000-01-01T00:00Z; what comes earlier is rather seconds, or a clock that was never set. */
  public static final long EARLIEST_TIME = 946_684_800_000L;

  /** 2100-01-01T00:00Z, itself too late; what comes later is rather microseconds. */
  public static final long TIME_END = 4_102_444_800_000L;

  private static final String TEXT_OR_NUMBER = "text or a number";
  private static final String SHORT_TEXT = "at most " + MAX_ID_LENGTH + " characters";
  private static final String QUANTITY = "a whole number from 0 to " + MAX_QUANTITY;
  private static final String PRICE =
      "a number of at most %d digits before and %d after the point"
          .formatted(MAX_INTEGER_DIGITS, MAX_FRACTION_DIGITS);

  /** Longer numbers are refused before any arithmetic. */
  private static final int MAX_NUMBER_LENGTH = 64;

  /** In what form a value was found. */
  public enum Form {
    /** Not there, null, or an empty array or object. */
    ABSENT("nothing"),
    TEXT("text"),
    /** A number without fraction and exponent. */
    INTEGER("an integer"),
    /** Any other number. */
    DECIMAL("a decimal number"),
    TRUE("a boolean"),
    FALSE("a boolean"),
    /** One that is not empty. */
    OBJECT("an object"),
    /** One that is not empty. */
    ARRAY("an array"),
    /** On the path to the field there is something other than an object, and it is something. */
    UNREACHABLE("no object on the path to it");

    private final String words;

    Form(String words) {
      this.words = words;
    }

    /** What messages call it. */
    String words() {
      return words;
    }
  }

  private final RecordShape shape;
  private final UrlCampaign campaign;
  private final Form[] forms;
  private final String[] written;
  private @Nullable String[] texts = {};
  private boolean mayBeBroken;

  /** The values of records of a shape. */
  public FieldValues(RecordShape shape) {
    super(shape);
    this.shape = shape;
    this.campaign = new UrlCampaign(shape.missing());
    this.forms = new Form[shape.fields().count()];
    this.written = new String[shape.fields().count()];
    Arrays.fill(written, "");
    clear(false);
  }

  /**
   * Forgets the last record.
   *
   * @param mayBeBroken whether texts of the next one can hold half a surrogate pair
   */
  public void clear(boolean mayBeBroken) {
    this.mayBeBroken = mayBeBroken;
    Arrays.fill(forms, Form.ABSENT);
    clearProblems();
  }

  /**
   * Sets what the record says for a field; of several values the last one counts, as in JavaScript.
   *
   * @param text the text, or the number as it is written; anything for other forms
   */
  public void set(ClickField field, Form form, String text) {
    forms[field.index()] = form;
    written[field.index()] = text;
  }

  /** Whether a text means nothing at all: blank, or one of the words for nothing. */
  public boolean meansNothing(String text) {
    return shape.missing().meanNothing(text.strip());
  }

  /** Reads all values from what was set, so that the record can be judged. */
  public void read() {
    readTexts();
    ClickTimes times = shape.times();
    long timestamp = times.areOfKafka() ? TimestampReader.INVALID : time(ClickField.TIMESTAMP);
    setNumbers(timestamp, quantity(ClickField.QUANTITY), price(ClickField.PRICE));
    if (times.areCorrected()) {
      setClocks(sentAt(timestamp), clock(ClickField.RECEIVED_AT, false));
    }
  }

  private void readTexts() {
    List<ClickField> fields = shape.fields().texts();
    texts = new String[fields.size()];
    for (int i = 0; i < texts.length; i++) {
      ClickField field = fields.get(i);
      texts[i] =
          switch (field.reading()) {
            case ID -> id(field);
            case CODE -> code(field);
            default -> text(field);
          };
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
    String whole = url.length() < MAX_TEXT_LENGTH - 1 ? url : uncut(ClickField.PAGE_URL);
    campaign.addTo(texts, whole == null ? url : whole);
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
  protected EventKind kind() {
    return shape.eventTypes().kind(text(ClickText.EVENT_TYPE));
  }

  @Override
  protected ClickTexts texts() {
    return ClickTexts.of(texts);
  }

  /**
   * A text that describes, numbers as they are written, without surrounding white space; null for
   * nothing. It is cut at {@link #MAX_TEXT_LENGTH} characters; halves of surrogate pairs are
   * replaced by U+FFFD, which is a problem as well.
   */
  private @Nullable String text(ClickField field) {
    String text = uncut(field);
    return text == null ? null : cut(text);
  }

  private @Nullable String uncut(ClickField field) {
    String text = written(field);
    if (text != null && isBroken(field, text)) {
      text = Surrogates.mended(text);
    }
    return text == null ? null : something(text);
  }

  /**
   * The first {@link #MAX_TEXT_LENGTH} characters of a text, or one less at a pair of surrogates.
   */
  static String cut(String text) {
    if (text.length() <= MAX_TEXT_LENGTH) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(MAX_TEXT_LENGTH - 1)) ? 1 : 0;
    return text.substring(0, MAX_TEXT_LENGTH - end);
  }

  /**
   * A text that identifies: one that is too long or broken is none, because a cut or mended one is
   * another's.
   */
  private @Nullable String code(ClickField field) {
    String text = written(field);
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
  private @Nullable String id(ClickField field) {
    String text = code(field);
    return text == null ? null : IdText.of(text);
  }

  private long quantity(ClickField field) {
    String text = written[field.index()];
    if (forms[field.index()] == Form.INTEGER && text.length() == 1) {
      return (long) text.charAt(0) - '0'; // nearly always a digit, and a tenth of the cost
    }
    BigDecimal number = number(field, QUANTITY);
    if (number == null) {
      return 1;
    }
    if (number.signum() < 0
        || number.compareTo(BigDecimal.valueOf(MAX_QUANTITY)) > 0
        || number.stripTrailingZeros().scale() > 0) {
      setProblem(field, QUANTITY, "another number");
      return 1;
    }
    return number.longValue();
  }

  private @Nullable BigDecimal price(ClickField field) {
    return number(field, PRICE);
  }

  /** A time, be it possible or not; a problem if it is none. */
  private long time(ClickField field) {
    Form form = forms[field.index()];
    String text = written[field.index()];
    TimestampReader reader = shape.times().reader();
    long time = reader.read(form, text);
    if (time == TimestampReader.INVALID) {
      boolean nothing = form == Form.TEXT && meansNothing(text);
      setProblem(
          field, reader.expected(), nothing ? Form.ABSENT.words : reader.looksLike(form, text));
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
    Form form = forms[field.index()];
    if (form == Form.ABSENT || (form == Form.TEXT && meansNothing(written[field.index()]))) {
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
    return shape.times().reader().looksLike(forms[field.index()], written[field.index()]);
  }

  /** What is written there, if it is text or a number; null for nothing and for anything else. */
  private @Nullable String written(ClickField field) {
    Form form = forms[field.index()];
    return switch (form) {
      case ABSENT, FALSE -> null;
      case TEXT, INTEGER, DECIMAL -> written[field.index()];
      default -> {
        setProblem(field, TEXT_OR_NUMBER, form.words);
        yield null;
      }
    };
  }

  private @Nullable String something(String text) {
    String stripped = text.strip();
    return shape.missing().meanNothing(stripped) ? null : stripped;
  }

  private boolean isBroken(ClickField field, String text) {
    if (!mayBeBroken || Surrogates.arePaired(text)) {
      return false;
    }
    setProblem(field, TEXT_OR_NUMBER, "text with half a surrogate pair");
    return true;
  }

  /**
   * A number or its text, bounded in digits on both sides of the point, so that 1e999999999 is not
   * one.
   */
  private @Nullable BigDecimal number(ClickField field, String expected) {
    Form form = forms[field.index()];
    switch (form) {
      case ABSENT -> {
        return null;
      }
      case TEXT, INTEGER, DECIMAL -> {}
      default -> {
        setProblem(field, expected, form.words);
        return null;
      }
    }
    String text = something(written[field.index()]);
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
