package io.clickstream.session;

import io.clickstream.model.Click;
import org.jspecify.annotations.Nullable;

/** The campaign fields of one event, which belong together, and the event they came from. */
record Campaign(
    Stamp stamp, @Nullable String source, @Nullable String medium, @Nullable String campaign) {

  static boolean isIn(Click click) {
    return click.utmSource() != null || click.utmMedium() != null || click.utmCampaign() != null;
  }

  /** Whichever stands first; null only if both are. */
  static @Nullable Campaign first(@Nullable Campaign left, @Nullable Campaign right) {
    if (left == null || right == null) {
      return left == null ? right : left;
    }
    int order = left.stamp.compareAsFirst(right.stamp);
    if (order == 0) {
      order = Stamp.compareNullable(left.source, right.source);
    }
    if (order == 0) {
      order = Stamp.compareNullable(left.medium, right.medium);
    }
    if (order == 0) {
      order = Stamp.compareNullable(left.campaign, right.campaign);
    }
    return order <= 0 ? left : right;
  }
}
