package io.clickstream.ingest.formats;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Parameters as the query of an address or a form has them: {@code name=value}, joined by {@code
 * &}, with a plus for a space and percent-encoded bytes of UTF-8.
 *
 * <p>Any other character is itself, and bytes that are no UTF-8 become U+FFFD. Of a name that is
 * there twice the last value counts.
 */
final class QueryText {

  private QueryText() {}

  /**
   * The parameters of a query, of an address or of the path of one, in their order.
   *
   * @param record UTF-8; all up to a question mark is left out if that is in front of the first
   *     parameter
   */
  static Map<String, String> parameters(byte[] record) {
    Map<String, String> parameters = new LinkedHashMap<>();
    int at = start(record);
    int length = end(record);
    while (at < length) {
      int end = next(record, '&', at, length);
      int equals = next(record, '=', at, end);
      if (equals > at) {
        parameters.put(
            decoded(record, at, equals), equals < end ? decoded(record, equals + 1, end) : "");
      }
      at = end + 1;
    }
    return parameters;
  }

  /** Where the parameters begin. */
  static int start(byte[] record) {
    for (int i = 0; i < record.length; i++) {
      if (record[i] == '?') {
        return i + 1;
      }
      if (record[i] == '=' || record[i] == '&') {
        break;
      }
    }
    return 0;
  }

  /** Where they end: a line break or spaces at the end are none of the last one. */
  static int end(byte[] record) {
    int end = record.length;
    while (end > 0 && record[end - 1] >= 0 && record[end - 1] <= ' ') {
      end--;
    }
    return end;
  }

  /** Where a character is first, or the end. */
  static int next(byte[] record, char wanted, int start, int end) {
    int at = start;
    while (at < end && record[at] != wanted) {
      at++;
    }
    return at;
  }

  /** The text that an encoded part means. */
  static String decoded(byte[] record, int start, int end) {
    byte[] bytes = decodedBytes(record, start, end);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The bytes that an encoded part means. */
  static byte[] decodedBytes(byte[] record, int start, int end) {
    byte[] bytes = new byte[end - start];
    int length = 0;
    for (int i = start; i < end; i++) {
      byte next = record[i];
      if (next == '+') {
        bytes[length++] = ' ';
      } else if (next == '%' && i + 2 < end && isHex(record[i + 1]) && isHex(record[i + 2])) {
        bytes[length++] = (byte) (digit(record[i + 1]) << 4 | digit(record[i + 2]));
        i += 2;
      } else {
        bytes[length++] = next;
      }
    }
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }

  private static boolean isHex(byte digit) {
    return digit(digit) >= 0;
  }

  private static int digit(byte digit) {
    return digit < 0 ? -1 : Character.digit(digit, 16);
  }
}
