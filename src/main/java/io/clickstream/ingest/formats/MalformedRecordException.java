package io.clickstream.ingest.formats;

/** A record, or a click in it, that is not in the form it should be in. It has no stack trace. */
final class MalformedRecordException extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * A record that is rejected.
   *
   * @param detail the expectation and the finding, without any of the record
   */
  MalformedRecordException(String detail) {
    super(detail, null, false, false);
  }

  /** The reason, without any of the record. */
  String detail() {
    return String.valueOf(getMessage());
  }
}
