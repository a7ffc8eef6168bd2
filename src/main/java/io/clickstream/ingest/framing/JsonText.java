package io.clickstream.ingest.framing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The content of a JSON text, in UTF-8.
 *
 * <p>Half a surrogate pair, which UTF-8 cannot say, stays the escape that it is: in the JSON of the
 * text it means the same.
 */
final class JsonText {

  private JsonText() {}

  /** Whether a JSON text is here, as far as its first byte tells. */
  static boolean isAt(byte[] json, int start) {
    return start < json.length && json[start] == '"';
  }

  /**
   * The bytes of the one text that bytes are.
   *
   * @param start where the quote is that begins it
   */
  static byte[] read(byte[] json, int start) throws FramingException {
    byte[] text = new byte[json.length - start];
    int length = 0;
    int at = start + 1;
    while (at < json.length && json[at] != '"') {
      byte next = json[at];
      if (next >= 0 && next < ' ') {
        throw notJson(at);
      }
      if (next != '\\') {
        text[length++] = next;
        at++;
      } else if (at + 1 < json.length && json[at + 1] == 'u') {
        int unit = unit(json, at);
        int low =
            Character.isHighSurrogate((char) unit) && isEscapedUnit(json, at + 6)
                ? unit(json, at + 6)
                : 0;
        boolean isPair = low != 0 && Character.isLowSurrogate((char) low);
        if (isPair) {
          length = put(Character.toCodePoint((char) unit, (char) low), text, length);
        } else if (Character.isSurrogate((char) unit)) {
          System.arraycopy(json, at, text, length, 6);
          length += 6;
        } else {
          length = put(unit, text, length);
        }
        at += isPair ? 12 : 6;
      } else {
        text[length++] = unescaped(json, at + 1);
        at += 2;
      }
    }
    if (at >= json.length) {
      throw FramingException.malformed("JSON text that ends too early");
    }
    if (JsonValues.afterSpace(json, at + 1) != json.length) {
      throw FramingException.malformed("more than one value");
    }
    return Arrays.copyOf(text, length);
  }

  private static boolean isEscapedUnit(byte[] json, int at) {
    return at + 1 < json.length && json[at] == '\\' && json[at + 1] == 'u';
  }

  /** The unit of UTF-16 that an escape of six bytes is. */
  private static int unit(byte[] json, int start) throws FramingException {
    int unit = 0;
    for (int i = start + 2; i < start + 6; i++) {
      int digit = i < json.length ? Character.digit((char) (json[i] & 0xFF), 16) : -1;
      if (digit < 0) {
        throw notJson(start);
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  private static byte unescaped(byte[] json, int at) throws FramingException {
    if (at < json.length) {
      switch (json[at]) {
        case '"', '\\', '/' -> {
          return json[at];
        }
        case 'n' -> {
          return '\n';
        }
        case 'r' -> {
          return '\r';
        }
        case 't' -> {
          return '\t';
        }
        case 'b' -> {
          return '\b';
        }
        case 'f' -> {
          return '\f';
        }
        default -> {}
      }
    }
    throw notJson(at - 1);
  }

  private static int put(int codePoint, byte[] text, int length) {
    if (codePoint < 0x80) {
      text[length] = (byte) codePoint;
      return length + 1;
    }
    byte[] bytes = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, text, length, bytes.length);
    return length + bytes.length;
  }

  private static FramingException notJson(int at) {
    return FramingException.malformed("JSON text that is no JSON at byte " + at);
  }
}
