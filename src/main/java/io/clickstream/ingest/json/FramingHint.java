package io.clickstream.ingest.json;

import io.clickstream.model.Frame;
import org.jspecify.annotations.Nullable;

/** Names the setting for a record that is not one object, as far as its first bytes show it. */
final class FramingHint {

  private static final int GLUE_HEADER_LENGTH = 18;
  private static final byte GLUE_VERSION = 3;
  private static final byte GLUE_PLAIN = 0;
  private static final byte GLUE_ZLIB = 5;

  private FramingHint() {}

  /** The advice for a record whose bytes are no JSON, or null if they do not show it. */
  static @Nullable String ofBytes(byte[] record) {
    if (record.length >= 2 && record[0] == 0x1F && record[1] == (byte) 0x8B) {
      return "is gzip: set ingest.framing: gzip";
    }
    if (record.length > Frame.SCHEMA_ID_LENGTH && record[0] == 0) {
      byte first = record[Frame.SCHEMA_ID_LENGTH];
      if (first == '{' || first == '[') {
        return "starts with a schema id of 5 bytes: set ingest.framing: confluent";
      }
      return "starts with a schema id of 5 bytes: set ingest.framing: confluent, or if it is Avro,"
          + " ingest.format: avro";
    }
    if (record.length > GLUE_HEADER_LENGTH
        && record[0] == GLUE_VERSION
        && (record[1] == GLUE_PLAIN || record[1] == GLUE_ZLIB)) {
      return "starts with a header of AWS Glue's schema registry (18 bytes), which is not supported";
    }
    return null;
  }

  /** The advice for a record that is more than one value. */
  static String ofSeveralValues() {
    return "more than one value: set ingest.framing: lines";
  }

  /** The advice for a record that is a text, or null if no JSON seems to be in it. */
  static @Nullable String ofText(String text) {
    String stripped = text.strip();
    return stripped.startsWith("{") || stripped.startsWith("[")
        ? "is JSON in a text: set ingest.framing: text"
        : null;
  }

  /**
   * Advice for a record that is an array, or null if it does not begin with an object.
   *
   * @param from where the array is, with white space in front of it or not
   */
  static @Nullable String ofArray(byte[] record, int from) {
    boolean isInside = false;
    for (int i = from; i < record.length; i++) {
      switch (record[i]) {
        case ' ', '\t', '\r', '\n' -> {}
        case '[' -> {
          if (isInside) {
            return null;
          }
          isInside = true;
        }
        case '{' -> {
          return "is an array of objects: set ingest.clicks-at: . if each is a click";
        }
        default -> {
          return null;
        }
      }
    }
    return null;
  }
}
