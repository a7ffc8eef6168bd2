package io.clickstream.config;

import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The words that mean nothing in any field of a record: what trackers, languages and web servers
 * write who have no value. They are compared exactly, case included, with texts without surrounding
 * white space.
 *
 * <p>Taken for values they would do harm: {@code NULL} as a user makes one visitor of all who are
 * not logged in, and duplicates of events that are none.
 */
public final class MissingWords implements Serializable {

  /** The words that are known without being set. */
  static final List<String> BY_DEFAULT =
      List.of(
          "null",
          "undefined",
          "(null)",
          "NULL",
          "None",
          "nil",
          "-",
          "[object Object]",
          "00000000-0000-0000-0000-000000000000");

  /** These words. */
  public static final MissingWords DEFAULT = MissingWords.of(BY_DEFAULT);

  private static final long serialVersionUID = 1L;

  private final Set<String> words;
  private final int longest;

  private MissingWords(Set<String> words) {
    this.words = words;
    this.longest = words.stream().mapToInt(String::length).max().orElse(0);
  }

  /** Some words, none of them empty or with white space around it. */
  public static MissingWords of(Collection<String> words) {
    return new MissingWords(Set.copyOf(words));
  }

  /** All words. */
  public Set<String> words() {
    return words;
  }

  /**
   * Whether a text means nothing, because it is empty or one of the words.
   *
   * @param text without surrounding white space
   */
  public boolean meanNothing(String text) {
    return text.isEmpty() || (text.length() <= longest && words.contains(text));
  }
}
