package io.clickstream.columns;

/** The type of a column's values when they are published. */
public enum ColumnType {
  /** The id of a session: a UUID as text. */
  ID,
  /** Any text. */
  TEXT,
  /** One of a few texts. */
  WORD,
  /** A whole number that is not negative. */
  INTEGER,
  /** Event time or wall clock, epoch ms. */
  TIME,
  /** True or false. */
  BOOLEAN,
  /** An exact decimal, as text in plain notation. */
  DECIMAL,
  /** Exact decimals by name. */
  DECIMALS,
  /** Whole numbers by name. */
  INTEGERS,
  /** A list of products and of what was done with each. */
  PRODUCTS,
  /** Different texts in ascending order. */
  TEXTS,
  /** How often a goal was reached, what it came to, and when it was first. */
  GOAL
}
