package io.clickstream.clickhouse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads one field of a session's record, without reading all of them. */
final class EmittedAt {

  /** Instead of a time. */
  static final long UNKNOWN = -1;

  private static final byte[] FIELD = "\"emitted_at\":".getBytes(StandardCharsets.US_ASCII);

  /** Stands among the first fields, behind nothing longer than two ids. */
  private static final int SEARCHED = 4_096;

  private EmittedAt() {}

  /** Epoch ms; {@link #UNKNOWN} if it does not stand where the job writes it. */
  static long of(byte[] record) {
    int last = Math.min(record.length, SEARCHED) - FIELD.length;
    for (int at = 0; at <= last; at++) {
      if (record[at] == '"'
          && Arrays.equals(record, at, at + FIELD.length, FIELD, 0, FIELD.length)) {
        return number(record, at + FIELD.length);
      }
    }
    return UNKNOWN;
  }

  private static long number(byte[] record, int from) {
    long value = 0;
    int at = from;
    for (; at < record.length && at < from + 18 && isDigit(record[at]); at++) {
      value = 10 * value + record[at] - '0';
    }
    return at == from ? UNKNOWN : value;
  }

  private static boolean isDigit(byte character) {
    return character >= '0' && character <= '9';
  }
}
