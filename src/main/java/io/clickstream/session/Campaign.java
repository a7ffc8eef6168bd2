package io.clickstream.session;

import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** The campaign fields of one event, which belong together, and the event they came from. */
record Campaign(
    Stamp stamp,
    @Nullable String source,
    @Nullable String medium,
    @Nullable String campaign,
    @Nullable String clickId) {

  private static final long FIELDS =
      (1L << ClickText.UTM_SOURCE.ordinal())
          | (1L << ClickText.UTM_MEDIUM.ordinal())
          | (1L << ClickText.UTM_CAMPAIGN.ordinal())
          | (1L << ClickText.CLICK_ID.ordinal());

  private static final Comparator<@Nullable String> NULLS_LAST = Stamp::compareNullable;

  private static final Comparator<Campaign> BY_VALUE =
      Comparator.comparing(Campaign::source, NULLS_LAST)
          .thenComparing(Campaign::medium, NULLS_LAST)
          .thenComparing(Campaign::campaign, NULLS_LAST)
          .thenComparing(Campaign::clickId, NULLS_LAST);

  /** That of a click, which is to have one. */
  static Campaign of(Stamp stamp, Click click) {
    return new Campaign(
        stamp, click.utmSource(), click.utmMedium(), click.utmCampaign(), click.clickId());
  }

  static boolean isIn(Click click) {
    return click.texts().hasAny(FIELDS);
  }

  /** Whichever stands first; null only if both are. */
  static @Nullable Campaign first(@Nullable Campaign left, @Nullable Campaign right) {
    if (left == null || right == null) {
      return left == null ? right : left;
    }
    int order = left.stamp.compareAsFirst(right.stamp);
    return (order == 0 ? BY_VALUE.compare(left, right) : order) <= 0 ? left : right;
  }
}
