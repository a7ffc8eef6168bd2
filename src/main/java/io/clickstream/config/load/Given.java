package io.clickstream.config.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value as somebody wrote it.
 *
 * @param key full and dotted
 * @param text in Flink's YAML notation if it is a list
 * @param where file and line, argument or variable
 * @param tree what was written in YAML: a text, or lists and maps of texts; null if the text is all
 *     there is, as in arguments and variables
 */
record Given(String key, String text, String where, @Nullable Object tree) {

  /** A value that is a single text. */
  Given(String key, String text, String where) {
    this(key, text, where, null);
  }

  /** Whether it was written as a list. */
  boolean isList() {
    return tree instanceof List;
  }

  /** Without the value, which may be secret. */
  @Override
  public String toString() {
    return "Given[key=" + key + ", where=" + where + "]";
  }
}
