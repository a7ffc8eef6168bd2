package io.clickstream.ingest.formats;

import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Base64 as trackers write it: in either alphabet, with padding or without. */
final class Base64Text {

  private Base64Text() {}

  /**
   * The bytes that a text encodes, or null if it is no base64. A space, which a plus becomes where
   * a form is decoded once too often, is a plus.
   */
  static byte @Nullable [] decode(byte[] text) {
    byte[] clean = new byte[text.length];
    int length = 0;
    for (byte next : text) {
      if (next == '=') {
        break;
      }
      clean[length++] =
          switch (next) {
            case '-', ' ' -> (byte) '+';
            case '_' -> (byte) '/';
            default -> next;
          };
    }
    try {
      return Base64.getDecoder().decode(Arrays.copyOf(clean, length));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
