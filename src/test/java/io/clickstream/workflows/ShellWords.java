package io.clickstream.workflows;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Commands of a shell script as lists of words, as far as scripts of workflows need it. */
final class ShellWords {

  /** Quoted or not; pieces that touch are one word. */
  private static final Pattern WORD =
      Pattern.compile("(?:'[^']*'|\"(?:\\\\.|[^\"\\\\])*\"|\\\\.|[^\\s'\"\\\\])+");

  private ShellWords() {}

  static List<List<String>> commands(String script) {
    List<List<String>> commands = new ArrayList<>();
    for (String line : script.replace("\\\n", " ").lines().toList()) {
      List<String> words = new ArrayList<>();
      Matcher word = WORD.matcher(line);
      while (word.find()) {
        words.add(word.group().replaceAll("['\"]", ""));
      }
      if (!words.isEmpty() && !words.get(0).startsWith("#")) {
        commands.add(words);
      }
    }
    return commands;
  }
}
