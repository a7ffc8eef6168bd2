package io.clickstream.tools.inspect;

import io.clickstream.columns.YamlText;

/** Texts of records as YAML has them, whatever characters they are made of. */
final class Yaml {

  private static final String HEX = "0123456789ABCDEF";

  private Yaml() {}

  /** A text as a scalar, in quotes where it needs them. */
  static String scalar(String text) {
    if (text.codePoints().noneMatch(Yaml::isSpecial)) {
      return YamlText.of(text);
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each == '"' || each == '\\') {
        quoted.append('\\').append(each);
      } else if (isSpecial(each) || Character.isSurrogate(each)) {
        quoted.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          quoted.append(HEX.charAt((each >> shift) & 0xF));
        }
      } else {
        quoted.append(each);
      }
    }
    return quoted.append('"').toString();
  }

  /** Whether YAML cannot hold a character as it is, or a screen would act on it. */
  private static boolean isSpecial(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
