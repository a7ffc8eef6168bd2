package io.clickstream.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session holds, independent of the order in which its events arrived.
 *
 * <p>A single value is the first non-null one by event time (ties: smallest event id, then page);
 * {@code userId} and {@code exitPage} are the last by event time (same ties). Pages are those of
 * page views; {@code referrer} is that of the first page view, null if it is the site's own. The
 * three campaign fields belong together: they are those of the first event that has any of them. Of
 * the purchases that name one order only the first counts.
 *
 * @param end event time of the last event, epoch ms
 * @param endReason why it ended there
 * @param uniquePages distinct pages, exact up to 1000 and then 1000
 * @param revenue purchases per currency, the largest sum first, at most 8
 * @param duplicateCount repeated events dropped, as of this emission
 * @param lateEventCount events accepted behind the watermark
 * @param products the 100 smallest product ids at most, in order
 * @param productsTruncated whether there were more
 * @param ordersTruncated whether more than 1000 orders were named, of which some are not counted
 */
public record SessionFacts(
    long end,
    EndReason endReason,
    @Nullable String userId,
    @Nullable String anonymousId,
    long eventCount,
    long pageViews,
    int uniquePages,
    long productViews,
    long searches,
    long cartAdds,
    long cartRemoves,
    long checkouts,
    long purchases,
    List<Money> revenue,
    long duplicateCount,
    long lateEventCount,
    @Nullable String entryPage,
    @Nullable String exitPage,
    @Nullable String referrer,
    @Nullable String utmSource,
    @Nullable String utmMedium,
    @Nullable String utmCampaign,
    @Nullable String deviceType,
    @Nullable String country,
    @Nullable String userAgent,
    List<ProductActivity> products,
    boolean productsTruncated,
    boolean ordersTruncated) {

  public SessionFacts {
    revenue = List.copyOf(revenue);
    products = List.copyOf(products);
  }
}
