package io.clickstream.columns;

/** How the value of a click's field is read. */
public enum Reading {
  /** A text that describes: too long, it is cut. */
  TEXT,
  /** A text that identifies: too long, it is none. */
  CODE,
  /** A code that is a whole number or anything else: {@code 7.0} is {@code 7}. */
  ID,
  /** Pieces: a whole number that is not negative. */
  QUANTITY,
  /** An exact number. */
  PRICE,
  /** An exact number, kept as a text without exponent and without zeros that say nothing. */
  DECIMAL,
  /** True or false, kept as a text. */
  FLAG,
  /** Milliseconds: a whole number that is not negative, kept as a text. */
  MILLISECONDS,
  /** The moment of the click, without which there is none. */
  TIME,
  /** A moment by which clocks are compared. */
  CLOCK,
  /** Not at all: part of the format, but no session is made of it. */
  NONE;

  /** Whether it is of words, among which {@code false} means nothing. */
  public boolean isOfWords() {
    return this == TEXT || this == CODE || this == ID;
  }
}
