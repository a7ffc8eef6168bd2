package io.clickstream.reference;

import io.clickstream.model.RejectionReason;

/**
 * Why a record is of no use. It has no stack trace, because bad records may come in masses.
 *
 * <p>The detail never quotes the record.
 */
final class Unusable extends Exception {

  private static final long serialVersionUID = 1L;

  private final RejectionReason reason;
  private final String detail;

  Unusable(RejectionReason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
    this.detail = detail;
  }

  /** A field, or the key, that is there and cannot be read. */
  static Unusable invalid(String detail) {
    return new Unusable(RejectionReason.FIELD_INVALID, detail);
  }

  /** A part of the record that is not there. */
  static Unusable missing(String detail) {
    return new Unusable(RejectionReason.FIELD_MISSING, detail);
  }

  RejectionReason reason() {
    return reason;
  }

  String detail() {
    return detail;
  }
}
