package io.clickstream.ingest;

import io.clickstream.config.MissingWords;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether the bytes of a text are one of the {@link MissingWords}. Nearly every text is none, and
 * shows that by its length and its first byte.
 */
final class MissingBytes {

  private final NameTable<Boolean> words;
  private final int longest;

  /** A bit for each length that a word has, and for each first byte; of both only the last six. */
  private final long lengths;

  private final long firsts;

  MissingBytes(MissingWords missing) {
    Map<String, Boolean> names = new HashMap<>();
    int longest = 0;
    long lengths = 0;
    long firsts = 0;
    for (String word : missing.words()) {
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      names.put(word, true);
      longest = Math.max(longest, bytes.length);
      lengths |= 1L << bytes.length;
      firsts |= 1L << bytes[0];
    }
    this.words = NameTable.of(names);
    this.longest = longest;
    this.lengths = lengths;
    this.firsts = firsts;
  }

  /** Whether a word stands there; {@code length} is not 0. */
  boolean isAt(byte[] json, int start, int length) {
    return length <= longest
        && (lengths >>> length & firsts >>> json[start] & 1) != 0
        && words.get(json, start, start + length) != null;
  }
}
