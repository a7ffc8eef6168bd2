package io.clickstream.session;

import io.clickstream.columns.Aggregate.Last;
import io.clickstream.model.Click;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A text and the event it came from. */
record Stamped(Stamp stamp, String text) {

  /** The text of a click that a column takes the last of, which is to be there. */
  static Stamped of(Click click, Last column) {
    return new Stamped(
        Stamp.of(click), Objects.requireNonNull(click.texts().get(column.source().index())));
  }

  /** Whichever comes first; null only if both are. */
  static @Nullable Stamped first(@Nullable Stamped left, @Nullable Stamped right) {
    if (left == null || right == null) {
      return left == null ? right : left;
    }
    int order = left.stamp.compareAsFirst(right.stamp);
    return (order != 0 ? order : left.text.compareTo(right.text)) <= 0 ? left : right;
  }

  /** Whether another one comes later, so that it is the last of both. */
  boolean isFollowedBy(Stamped other) {
    int order = stamp.compareAsLast(other.stamp);
    return (order != 0 ? order : text.compareTo(other.text)) > 0;
  }
}
