package io.clickstream.ingest.json;

import io.clickstream.config.MissingWords;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether the bytes of a text are one of the {@link MissingWords}. Nearly every text is none, and
 * shows that by its length and its first byte.
 */
final class MissingBytes {

  /** How many lengths are told apart; others count as what is left of them. A power of two. */
  static final int LENGTHS = 64;

  private final NameTable<Boolean> words;
  private final long[] firstBytes = new long[LENGTHS];

  MissingBytes(MissingWords missing) {
    Map<String, Boolean> names = new HashMap<>();
    for (String word : missing.words()) {
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      names.put(word, true);
      firstBytes[bytes.length & LENGTHS - 1] |= 1L << bytes[0];
    }
    this.words = NameTable.of(names);
  }

  /**
   * The last six bits of the first byte of each word, a bit for each, by the length of the word: in
   * {@code firstBytes()[length & LENGTHS - 1] >>> first} the lowest bit is 0 for nearly every text
   * that is no word, and 1 for each that is. Not to be modified.
   */
  long[] firstBytes() {
    return firstBytes;
  }

  /** Whether there is a word at this place. */
  boolean isAt(byte[] json, int start, int length) {
    return words.get(json, start, start + length) != null;
  }
}
