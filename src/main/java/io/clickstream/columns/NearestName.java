package io.clickstream.columns;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the name that somebody meant. */
public final class NearestName {

  private NearestName() {}

  /**
   * The name with the fewest letters to change, insert or remove; dashes, underscores and case do
   * not count, and a name without a section is also compared with the last parts of the others.
   */
  public static String of(String given, Collection<String> names) {
    String wanted = plain(given);
    boolean single = given.indexOf('.') < 0;
    return names.stream()
        .min(
            Comparator.<String>comparingInt(
                    name ->
                        Math.min(
                            distance(wanted, plain(name)),
                            single ? distance(wanted, plain(last(name))) : Integer.MAX_VALUE))
                .thenComparing(Comparator.naturalOrder()))
        .orElseThrow();
  }

  private static String plain(String name) {
    return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Levenshtein's distance. */
  public static int distance(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }
}
