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
    @Nullable String appId) {

  /** The campaign that brought the shopper here. */
  public record Campaign(String source, String medium, String name) {}

  /** The shopper's device. */
  public record Device(String type, String userAgent) {}
}
