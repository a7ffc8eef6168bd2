package io.clickstream.columns;

/** The form of a value in a record, in any encoding. */
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
  /** Bytes that are no text. */
  BYTES("bytes"),
  /** One that is not empty. */
  OBJECT("an object"),
  /** One that is not empty. */
  ARRAY("an array"),
  /** On the path there is something that does not lead on, and it is something. */
  UNREACHABLE("no object on the path to it");

  private final String words;

  Form(String words) {
    this.words = words;
  }

  /** The words of messages. */
  public String words() {
    return words;
  }

  /** Whether it is a value of a field, right or wrong: a text, a number or a boolean. */
  public boolean isScalar() {
    return switch (this) {
      case TEXT, INTEGER, DECIMAL, TRUE, FALSE -> true;
      case ABSENT, BYTES, OBJECT, ARRAY, UNREACHABLE -> false;
    };
  }
}
