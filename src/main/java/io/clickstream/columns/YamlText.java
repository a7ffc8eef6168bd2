package io.clickstream.columns;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Texts and lists of them as YAML in one line, with quotes where they are needed. */
public final class YamlText {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9$_./(][A-Za-z0-9$_./() -]*");
  private static final Pattern OTHERWISE = Pattern.compile("(?i)null|.*[ ]|~");

  private YamlText() {}

  /** A text. */
  public static String of(String text) {
    return PLAIN.matcher(text).matches() && !OTHERWISE.matcher(text).matches()
        ? text
        : "'" + text.replace("'", "''") + "'";
  }

  /** A list of texts. */
  public static String of(List<String> texts) {
    return texts.stream().map(YamlText::of).collect(Collectors.joining(", ", "[", "]"));
  }
}
