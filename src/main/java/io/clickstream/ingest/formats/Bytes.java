package io.clickstream.ingest.formats;

/** Looks at the bytes of a record. */
final class Bytes {

  private Bytes() {}

  /** Whether a JSON object begins the record, as far as its first byte tells. */
  static boolean isObject(byte[] record) {
    return first(record) == '{';
  }

  /** Whether JSON begins the record, as far as its first byte tells. */
  static boolean isJson(byte[] record) {
    int first = first(record);
    return first == '{' || first == '[';
  }

  /** The first byte that is no space and of no byte order mark; -1 if there is none. */
  private static int first(byte[] record) {
    int at =
        record.length >= 3
                && record[0] == (byte) 0xEF
                && record[1] == (byte) 0xBB
                && record[2] == (byte) 0xBF
            ? 3
            : 0;
    while (at < record.length) {
      byte next = record[at];
      if (next != ' ' && next != '\t' && next != '\n' && next != '\r') {
        return next & 0xFF;
      }
      at++;
    }
    return -1;
  }

  /** Where a character of ASCII is first, or -1. */
  static int indexOf(byte[] record, char wanted) {
    int at = QueryText.next(record, wanted, 0, record.length);
    return at == record.length ? -1 : at;
  }

  /** Whether some bytes are in the record; time grows with the length of both, not more. */
  static boolean contains(byte[] record, byte[] wanted) {
    byte last = wanted[wanted.length - 1];
    for (int end = wanted.length - 1; end < record.length; end++) {
      if (record[end] == last && isBefore(record, end, wanted)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBefore(byte[] record, int end, byte[] wanted) {
    for (int i = 1; i < wanted.length; i++) {
      if (record[end - i] != wanted[wanted.length - 1 - i]) {
        return false;
      }
    }
    return true;
  }

  static String withoutLineBreak(String text) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return text.substring(0, end);
  }
}
