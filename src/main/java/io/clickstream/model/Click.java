package io.clickstream.model;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One accepted event of a visitor, with the fields that sessions are made of. Texts are never
 * blank: a blank one was read as null.
 *
 * @param visitor whom it belongs to
 * @param timestamp event time, epoch ms, 2000-01-01 to 2100-01-01
 * @param eventId identity of the event for deduplication, or null
 * @param kind what happened
 * @param userId the logged-in user at that moment, or null
 * @param anonymousId the device, or null
 * @param quantity pieces of the product, 1 unless given
 * @param price of one piece, or null
 * @param currency of the price, or null
 * @param origin the record it was read from
 */
public record Click(
    Visitor visitor,
    long timestamp,
    @Nullable String eventId,
    EventKind kind,
    @Nullable String userId,
    @Nullable String anonymousId,
    @Nullable String pageUrl,
    @Nullable String referrer,
    @Nullable String utmSource,
    @Nullable String utmMedium,
    @Nullable String utmCampaign,
    @Nullable String productId,
    long quantity,
    @Nullable BigDecimal price,
    @Nullable String currency,
    @Nullable String userAgent,
    @Nullable String deviceType,
    @Nullable String country,
    Origin origin) {}
