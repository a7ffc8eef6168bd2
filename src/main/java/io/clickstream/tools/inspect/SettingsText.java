package io.clickstream.tools.inspect;

import io.clickstream.tools.inspect.GuessedMapping.Guess;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** A settings file to start from, with a comment behind everything that is not certain. */
final class SettingsText {

  private static final String INDENT = "  ";

  /** Values by key, in the order in which they are written. */
  private final Map<String, String> values = new LinkedHashMap<>();

  private final Map<String, String> comments = new LinkedHashMap<>();
  private final StringJoiner head = new StringJoiner("\n# ", "# ", "\n");

  /** A line at the beginning. */
  void say(String line) {
    head.add(line);
  }

  /** A setting; its value is YAML. */
  void put(String key, String value) {
    values.put(key, value);
  }

  /** The same with a comment behind it. */
  void put(String key, String value, String comment) {
    values.put(key, value);
    comments.put(key, comment);
  }

  /** Settings that are guessed, each marked so. */
  void put(Map<String, Guess> guesses) {
    new TreeMap<>(guesses)
        .forEach((key, guess) -> put(key, guess.value(), "guess: " + guess.why()));
  }

  /** The file. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(head.toString());
    String[] above = {};
    for (Map.Entry<String, String> value : values.entrySet()) {
      String[] names = value.getKey().split("\\.", -1);
      int common = 0;
      while (common < Math.min(above.length, names.length) - 1
          && above[common].equals(names[common])) {
        common++;
      }
      for (int depth = common; depth < names.length - 1; depth++) {
        text.append(INDENT.repeat(depth)).append(names[depth]).append(":\n");
      }
      text.append(INDENT.repeat(names.length - 1))
          .append(names[names.length - 1])
          .append(": ")
          .append(value.getValue());
      String comment = comments.get(value.getKey());
      text.append(comment == null ? "" : "  # " + comment).append('\n');
      above = names;
    }
    return text.toString();
  }
}
