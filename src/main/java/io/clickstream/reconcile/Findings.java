package io.clickstream.reconcile;

import java.util.ArrayList;
import java.util.List;

/** Gathers differences: how many there are of each kind, and the first of them in words. */
@SuppressWarnings("AnnotateFormatMethod") // The annotation would be a dependency of its own.
final class Findings {

  private final int shown;
  private final List<String> differences = new ArrayList<>();
  private long lost;
  private long duplicated;
  private long wrong;

  /** Keeps no more than so many in words. */
  Findings(int shown) {
    this.shown = shown;
  }

  /** Records that are nowhere in the output. */
  void lost(long records, String text, Object... arguments) {
    lost += records;
    add("lost", text, arguments);
  }

  /** Something that is there more than once. */
  void duplicated(String text, Object... arguments) {
    duplicated++;
    add("duplicated", text, arguments);
  }

  /** Something that says what is not true. */
  void wrong(String text, Object... arguments) {
    wrong++;
    add("wrong", text, arguments);
  }

  private void add(String kind, String text, Object... arguments) {
    if (differences.size() < shown) {
      differences.add(kind + ": " + text.formatted(arguments));
    }
  }

  long lost() {
    return lost;
  }

  long duplicated() {
    return duplicated;
  }

  long wrong() {
    return wrong;
  }

  List<String> differences() {
    return differences;
  }
}
