package io.clickstream.tools.inspect;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Texts as YAML has them. */
final class Yaml {

  /** Texts that need no quotes in any place. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$.-]*( [A-Za-z0-9_$.-]+)*");

  private static final Set<String> OTHER =
      Set.of("null", "true", "false", "yes", "no", "on", "off", "y", "n");

  private Yaml() {}

  /** A text as a scalar, in quotes where it needs them. */
  static String scalar(String text) {
    if (PLAIN.matcher(text).matches() && !OTHER.contains(text.toLowerCase(Locale.ROOT))) {
      return text;
    }
    boolean isPrintable = text.codePoints().allMatch(point -> point >= ' ' && point != 0x7F);
    if (isPrintable) {
      return "'" + text.replace("'", "''") + "'";
    }
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            point -> {
              if (point == '"' || point == '\\') {
                quoted.append('\\').appendCodePoint(point);
              } else if (point < ' ' || point == 0x7F) {
                quoted.append(String.format("\\x%02X", point));
              } else {
                quoted.appendCodePoint(point);
              }
            });
    return quoted.append('"').toString();
  }
}
