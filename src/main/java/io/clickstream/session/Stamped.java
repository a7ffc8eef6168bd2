package io.clickstream.session;

import org.jspecify.annotations.Nullable;

/** A text and the event it came from. */
record Stamped(Stamp stamp, String text) {

  /** Whichever stands first; null only if both are. */
  static @Nullable Stamped first(@Nullable Stamped left, @Nullable Stamped right) {
    if (left == null || right == null) {
      return left == null ? right : left;
    }
    int order = left.stamp.compareAsFirst(right.stamp);
    return (order != 0 ? order : left.text.compareTo(right.text)) <= 0 ? left : right;
  }

  /** Whichever stands last; null only if both are. */
  static @Nullable Stamped last(@Nullable Stamped left, @Nullable Stamped right) {
    if (left == null || right == null) {
      return left == null ? right : left;
    }
    int order = left.stamp.compareAsLast(right.stamp);
    return (order != 0 ? order : left.text.compareTo(right.text)) <= 0 ? left : right;
  }
}
