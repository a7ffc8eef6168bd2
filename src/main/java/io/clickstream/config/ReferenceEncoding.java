package io.clickstream.config;

/** How records of reference data say what a profile or a product is. */
public enum ReferenceEncoding {
  /** An object whose members are the columns. */
  JSON,
  /** The envelope of a change of a row, as Debezium writes it. */
  DEBEZIUM
}
