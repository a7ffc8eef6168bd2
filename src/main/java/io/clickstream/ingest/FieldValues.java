package io.clickstream.ingest;

import java.math.BigDecimal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one record says for each of our fields, and each as what it should be. The first value that
 * cannot be what its field should be is kept as {@link #problem()}; reading then goes on with null.
 *
 * <p>One instance serves all records of a thread, one after the other.
 */
final class FieldValues {

  /**
   * Characters of an id or a currency beyond which it is invalid: they are kept in state as keys.
   */
  static final int MAX_ID_LENGTH = 1_024;

  /** Characters at which other texts are cut, at a code point: sessions keep a few of them each. */
  static final int MAX_TEXT_LENGTH = 4_096;

  static final long MAX_QUANTITY = 1_000_000_000;

  /** Digits before the point of a price; with the next, they bound what sums can grow to. */
  static final int MAX_INTEGER_DIGITS = 15;

  /**
   * Digits after the point of a price, enough for what binary floating point makes of 0.1 + 0.2.
   */
  static final int MAX_FRACTION_DIGITS = 18;

  /** 2000-01-01T00:00Z; what comes earlier is rather seconds, or a clock that was never set. */
  static final long EARLIEST_TIME = 946_684_800_000L;

  /** 2100-01-01T00:00Z, itself too late; what comes later is rather microseconds. */
  static final long TIME_END = 4_102_444_800_000L;

  /** Longer numbers are refused before any arithmetic. */
  private static final int MAX_NUMBER_LENGTH = 64;

  /** An integer of more characters is beyond any valid time, and a shorter one fits a long. */
  private static final int MAX_TIME_LENGTH = 13;

  /** In what form a value was found. */
  enum Form {
    /** Not there, or null. */
    ABSENT("nothing"),
    TEXT("text"),
    /** A number without fraction and exponent. */
    INTEGER("an integer"),
    /** Any other number. */
    DECIMAL("a decimal number"),
    BOOLEAN("a boolean"),
    OBJECT("an object"),
    ARRAY("an array"),
    /** On the path to the field there is something other than an object. */
    UNREACHABLE("no object on the path to it");

    private final String words;

    Form(String words) {
      this.words = words;
    }
  }

  private final FieldMapping mapping;
  private final Form[] forms = new Form[ClickField.values().length];
  private final String[] texts = new String[ClickField.values().length];
  private boolean mayBeBroken;
  private @Nullable String problem;

  FieldValues(FieldMapping mapping) {
    this.mapping = mapping;
    Arrays.fill(texts, "");
    clear(false);
  }

  /**
   * Forgets the last record.
   *
   * @param mayBeBroken whether texts of the next one can hold half a surrogate pair
   */
  void clear(boolean mayBeBroken) {
    this.mayBeBroken = mayBeBroken;
    Arrays.fill(forms, Form.ABSENT);
    problem = null;
  }

  /**
   * Sets what the record says for a field; of several values the last one counts, as in JavaScript.
   *
   * @param text the text, or the number as it is written; anything for other forms
   */
  void set(ClickField field, Form form, String text) {
    forms[field.ordinal()] = form;
    texts[field.ordinal()] = text;
  }

  /** What is wrong with the first invalid value that was asked for, or null if all were valid. */
  @Nullable String problem() {
    return problem;
  }

  /** Whether there is no value, or a blank one. */
  boolean isMissing(ClickField field) {
    Form form = forms[field.ordinal()];
    return form == Form.ABSENT || (form == Form.TEXT && texts[field.ordinal()].isBlank());
  }

  /** The value without surrounding white space, numbers as they are written; null if blank. */
  @Nullable String anyText(ClickField field) {
    Form form = forms[field.ordinal()];
    String text = texts[field.ordinal()];
    return switch (form) {
      case ABSENT -> null;
      case INTEGER, DECIMAL -> text;
      case TEXT -> {
        if (mayBeBroken && !Utf8.isEncodable(text)) {
          found(field, "text or a number", "text with half a surrogate pair");
          yield null;
        }
        String stripped = text.strip();
        yield stripped.isEmpty() ? null : stripped;
      }
      default -> {
        found(field, "text or a number", form.words);
        yield null;
      }
    };
  }

  /** A text that describes, cut at {@link #MAX_TEXT_LENGTH} characters. */
  @Nullable String text(ClickField field) {
    String text = anyText(field);
    if (text == null || text.length() <= MAX_TEXT_LENGTH) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(MAX_TEXT_LENGTH - 1)) ? 1 : 0;
    return text.substring(0, MAX_TEXT_LENGTH - end);
  }

  /** A text that identifies: one that is too long is invalid, because a cut one is another's. */
  @Nullable String code(ClickField field) {
    String text = anyText(field);
    if (text != null && text.length() > MAX_ID_LENGTH) {
      found(field, "at most " + MAX_ID_LENGTH + " characters", text.length() + " of them");
      return null;
    }
    return text;
  }

  /**
   * An id of a visitor or an event. What programs write that meant to send no id ({@code null},
   * {@code undefined}, {@code (null)}, in exactly this case) is none: it would make one visitor of
   * many, and duplicates of events that are not.
   */
  @Nullable String id(ClickField field) {
    String text = code(field);
    if (text == null || text.equals("null") || text.equals("undefined") || text.equals("(null)")) {
      return null;
    }
    return text;
  }

  /** A whole number from 0 to {@link #MAX_QUANTITY}, 1 if there is none. */
  long quantity(ClickField field) {
    if (isMissing(field)) {
      return 1;
    }
    String text = texts[field.ordinal()];
    if (text.length() == 1 && text.charAt(0) >= '0' && text.charAt(0) <= '9') {
      return (long) text.charAt(0) - '0'; // nearly always, and a tenth of the cost
    }
    BigDecimal number = decimal(field);
    if (number == null) {
      return 1;
    }
    if (number.signum() < 0
        || number.compareTo(BigDecimal.valueOf(MAX_QUANTITY)) > 0
        || number.stripTrailingZeros().scale() > 0) {
      found(field, "a whole number from 0 to " + MAX_QUANTITY, "another number");
      return 1;
    }
    return number.longValue();
  }

  /** An exact number, positive or not, with the fraction digits that it is written with. */
  @Nullable BigDecimal price(ClickField field) {
    return isMissing(field) ? null : decimal(field);
  }

  /**
   * Epoch ms from {@link #EARLIEST_TIME} to before {@link #TIME_END}; 0 with a problem otherwise.
   */
  long time(ClickField field) {
    Form form = forms[field.ordinal()];
    String text = texts[field.ordinal()];
    String expected = "epoch milliseconds as an integer or ISO-8601 with an offset";
    long time =
        switch (form) {
          case INTEGER -> text.length() > MAX_TIME_LENGTH ? Long.MAX_VALUE : Long.parseLong(text);
          case TEXT -> IsoTimestamp.parse(text);
          default -> IsoTimestamp.INVALID;
        };
    if (time == IsoTimestamp.INVALID) {
      found(field, expected, isMissing(field) ? "nothing" : form.words);
      return 0;
    }
    if (time < EARLIEST_TIME || time >= TIME_END) {
      found(field, "a time from 2000-01-01 to before 2100-01-01 (UTC)", "another");
      return 0;
    }
    return time;
  }

  /**
   * A number or its text, bounded in digits on both sides of the point, so that 1e999999999 is not
   * one.
   */
  private @Nullable BigDecimal decimal(ClickField field) {
    String text = anyText(field);
    if (text == null) {
      return null;
    }
    BigDecimal number = text.length() > MAX_NUMBER_LENGTH ? null : number(text);
    if (number == null
        || number.scale() > MAX_FRACTION_DIGITS
        || (long) number.precision() - number.scale() > MAX_INTEGER_DIGITS) {
      found(
          field,
          "a number of at most %d digits before and %d after the point"
              .formatted(MAX_INTEGER_DIGITS, MAX_FRACTION_DIGITS),
          forms[field.ordinal()] == Form.TEXT ? "other text" : "another number");
      return null;
    }
    return number.scale() < 0 ? number.setScale(0) : number;
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

  private void found(ClickField field, String expected, String actual) {
    if (problem == null) {
      problem = "%s: expected %s, found %s".formatted(mapping.label(field), expected, actual);
    }
  }
}
