package io.clickstream.ingest;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often each of many texts came, in memory that does not depend on how many there are.
 *
 * <p>Exact for up to {@value #MAX_TEXTS} different texts. If there are more, the rarer half of them
 * is forgotten now and then. A frequent text is still found, and its count is the least that is
 * certain.
 */
public final class Frequencies {

  static final int MAX_TEXTS = 4_096;

  /** Characters of a text that are kept; texts that differ only behind them are one. */
  static final int MAX_LENGTH = 256;

  private final Map<String, long[]> counts = new HashMap<>();
  private long total;
  private boolean exact = true;

  /** A text and how often it came. */
  public record Counted(String text, long count) {}

  /** Counts one more. */
  public void add(String text) {
    total++;
    long[] count = counts.get(text);
    if (count == null) {
      count = counts.computeIfAbsent(cut(text), key -> new long[1]);
    }
    count[0]++;
    if (counts.size() > MAX_TEXTS) {
      forgetRare();
    }
  }

  /** How many texts came, each as often as it did. */
  public long total() {
    return total;
  }

  /** Whether nothing was forgotten, so that all counts are exact. */
  public boolean areExact() {
    return exact;
  }

  /** The most frequent texts, the most frequent one first; equal ones in the order of texts. */
  public List<Counted> top(int atMost) {
    return counts.entrySet().stream()
        .map(entry -> new Counted(entry.getKey(), entry.getValue()[0]))
        .sorted(Comparator.comparingLong(Counted::count).reversed().thenComparing(Counted::text))
        .limit(atMost)
        .toList();
  }

  private void forgetRare() {
    exact = false;
    long[] sorted = counts.values().stream().mapToLong(count -> count[0]).toArray();
    Arrays.sort(sorted);
    long median = sorted[sorted.length / 2];
    counts.values().removeIf(count -> count[0] <= median);
  }

  private static String cut(String text) {
    if (text.length() <= MAX_LENGTH) {
      return text;
    }
    int half = Character.isHighSurrogate(text.charAt(MAX_LENGTH - 1)) ? 1 : 0;
    return text.substring(0, MAX_LENGTH - half);
  }
}
