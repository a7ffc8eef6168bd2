package io.clickstream.tools.traffic;

import io.clickstream.model.EventKind;
import org.jspecify.annotations.Nullable;

/**
 * One act of a shopper. Fields that do not apply are null and absent from the JSON.
 *
 * @param timestamp event time, epoch ms
 * @param eventId unlike that of any other event
 * @param kind what happened; {@link EventKind#OTHER} is written as {@code video_play}
 * @param anonymousId the device, also the record's key
 * @param userId the account, from the login on
 * @param quantity pieces, or 0 where there is nothing to count
 * @param price of one piece, a decimal number
 * @param properties for fields and goals that settings define
 */
public record ShopperEvent(
    long timestamp,
    String eventId,
    EventKind kind,
    String anonymousId,
    @Nullable String userId,
    String pageUrl,
    String pageTitle,
    @Nullable String referrer,
    @Nullable Campaign campaign,
    @Nullable String productId,
    int quantity,
    @Nullable String price,
    @Nullable String currency,
    @Nullable String orderId,
    Device device,
    String country,
    @Nullable String appId,
    Properties properties) {

  /** The campaign that brought the shopper here. */
  public record Campaign(String source, String medium, String name) {}

  /**
   * The properties that trackers send beside the fields of all clicks.
   *
   * @param plan of the account, from the login on
   * @param experiment the variant of a test that the device sees on this page
   * @param scrollDepth percent of the page, or 0 where there is nothing to scroll
   * @param engagementMs time spent since the event before, ms
   * @param quantity pieces that go into the cart or are bought, or 0
   * @param total of a purchase, a decimal number
   * @param currency of the total
   */
  public record Properties(
      @Nullable String plan,
      @Nullable String experiment,
      int scrollDepth,
      int engagementMs,
      int quantity,
      @Nullable String total,
      @Nullable String currency) {}

  /** The shopper's device. */
  public record Device(String type, String userAgent) {}
}
