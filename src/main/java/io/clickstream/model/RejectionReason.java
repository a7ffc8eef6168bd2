package io.clickstream.model;

/**
 * Why a record is no click. Only its form as a whole, its type, its time and its identity can be a
 * reason: a click counts without any other field that cannot be read. The names stand in the {@code
 * reason} header of the rejected topic.
 */
public enum RejectionReason {
  /** Not JSON, or JSON that ends too early, or text that is not UTF-8. */
  MALFORMED_JSON,
  /** No value at all, or JSON other than an object. */
  NOT_AN_OBJECT,
  /** Longer than {@code ingest.max-record-size}. */
  TOO_LARGE,
  /** No {@code event_type}; of reference data, no id or no column. */
  FIELD_MISSING,
  /**
   * {@code event_type}, {@code app_id} or the id that the visitor hangs on has a type or a value
   * that it cannot have; of reference data, the id or all columns.
   */
  FIELD_INVALID,
  /** Neither {@code user_id} nor {@code anonymous_id}. */
  IDENTITY_MISSING,
  /**
   * No time, or one outside 2000-01-01 to 2100-01-01, which is what seconds and microseconds look
   * like.
   */
  TIMESTAMP_INVALID,
  /** Further ahead of the clock than {@code ingest.max-future-skew}. */
  TIMESTAMP_IN_FUTURE,
  /** Bytes that are no record of their Avro schema, or with no schema id in front. */
  MALFORMED_AVRO,
  /** A schema id that the schema registry does not know, or whose schema is none of a record. */
  SCHEMA_UNKNOWN
}
