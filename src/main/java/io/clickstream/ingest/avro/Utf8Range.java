package io.clickstream.ingest.avro;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Whether some of a record's bytes are UTF-8; nearly all are ASCII. */
final class Utf8Range {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private Utf8Range() {}

  static boolean isUtf8(byte[] bytes, int start, int end) {
    int position = start;
    for (; position <= end - Long.BYTES; position += Long.BYTES) {
      if (((long) LONGS.get(bytes, position) & HIGH_BITS) != 0) {
        return isUtf8BeyondAscii(bytes, start, end);
      }
    }
    for (; position < end; position++) {
      if (bytes[position] < 0) {
        return isUtf8BeyondAscii(bytes, start, end);
      }
    }
    return true;
  }

  /** Other bytes become U+FFFD, which is written as bytes that these are not. */
  private static boolean isUtf8BeyondAscii(byte[] bytes, int start, int end) {
    byte[] again =
        new String(bytes, start, end - start, StandardCharsets.UTF_8)
            .getBytes(StandardCharsets.UTF_8);
    return Arrays.equals(again, 0, again.length, bytes, start, end);
  }

  /**
   * The text that bytes are. Each of those that are no UTF-8 becomes half a surrogate pair, which
   * says later that the text is broken.
   */
  static String text(byte[] bytes, int start, int end) {
    String text = new String(bytes, start, end - start, StandardCharsets.UTF_8);
    return isUtf8(bytes, start, end) ? text : text.replace('\uFFFD', '\uD800');
  }
}
