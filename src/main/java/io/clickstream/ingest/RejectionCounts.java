package io.clickstream.ingest;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Why records were rejected, and how often: by reason, and within a reason by detail, of which the
 * most frequent ones are found. Holds no part of a record, since details never quote one.
 */
public final class RejectionCounts {

  private final Map<String, Frequencies> details = new TreeMap<>();
  private long total;

  /**
   * Records that were rejected for one reason.
   *
   * @param reason the name of a {@link io.clickstream.model.RejectionReason}
   * @param count how many
   * @param details the most frequent ones
   */
  public record Reason(String reason, long count, List<Frequencies.Counted> details) {

    /** Records whose detail is none of {@link #details}. */
    public long others() {
      return count - details.stream().mapToLong(Frequencies.Counted::count).sum();
    }
  }

  /** Counts one more rejection. */
  public void add(String reason, String detail) {
    total++;
    details.computeIfAbsent(reason, key -> new Frequencies()).add(detail);
  }

  /** Of all reasons. */
  public long total() {
    return total;
  }

  /** All reasons, the most frequent one first. */
  public List<Reason> reasons(int detailsAtMost) {
    return details.entrySet().stream()
        .map(
            entry ->
                new Reason(
                    entry.getKey(), entry.getValue().total(), entry.getValue().top(detailsAtMost)))
        .sorted(Comparator.comparingLong(Reason::count).reversed().thenComparing(Reason::reason))
        .toList();
  }
}
