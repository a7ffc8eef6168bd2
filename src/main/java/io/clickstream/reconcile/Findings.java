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
  private long undecided;

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

  /** Sessions of which it cannot be told whether they are right, and why. */
  void undecided(long sessions, String text, Object... arguments) {
    undecided += sessions;
    add("undecided", text, arguments);
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

  /** How many sessions may be right. */
  long undecided() {
    return undecided;
  }

  List<String> differences() {
    return differences;
  }
}
