package io.clickstream.ingest.avro;

/** Bytes that are no value of their schema. It has no stack trace: any record may have some. */
final class MalformedAvroException extends Exception {

  private static final long serialVersionUID = 1L;

  MalformedAvroException(String problem, int at) {
    super(problem + " at byte " + at, null, false, false);
  }

  /** The reason and the place; nothing of it is from the record. */
  String detail() {
    return String.valueOf(getMessage());
  }
}
