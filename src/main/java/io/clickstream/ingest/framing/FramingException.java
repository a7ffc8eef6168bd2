package io.clickstream.ingest.framing;

import io.clickstream.model.RejectionReason;

/** A record that is not framed as it should be. It has no stack trace: any record may be one. */
final class FramingException extends Exception {

  private static final long serialVersionUID = 1L;

  private final RejectionReason reason;

  FramingException(RejectionReason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  static FramingException malformed(String detail) {
    return new FramingException(RejectionReason.MALFORMED_JSON, detail);
  }

  RejectionReason reason() {
    return reason;
  }

  /** The reason, without any of the record. */
  String detail() {
    return String.valueOf(getMessage());
  }
}
