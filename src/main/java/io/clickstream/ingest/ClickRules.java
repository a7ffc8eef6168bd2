package io.clickstream.ingest;

import io.clickstream.config.Identity;
import io.clickstream.config.IngestSettings;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EventKind;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.io.Serializable;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Whether the values of a record make a click, whatever format they were read from.
 *
 * <p>A record with several problems is rejected for the first of: {@code FIELD_MISSING} (no {@code
 * event_type}), {@code FIELD_INVALID} (the first field in the order of {@link ClickField}, the time
 * aside), {@code IDENTITY_MISSING}, {@code TIMESTAMP_INVALID}, {@code TIMESTAMP_IN_FUTURE}.
 */
final class ClickRules implements Serializable {

  private static final long serialVersionUID = 1L;

  private final FieldMapping mapping;
  private final EventTypeMapping eventTypes;
  private final Identity identity;
  private final long maxFutureSkewMs;

  ClickRules(FieldMapping mapping, IngestSettings settings) {
    this.mapping = mapping;
    this.eventTypes = EventTypeMapping.of(settings.eventTypes());
    this.identity = settings.identity();
    this.maxFutureSkewMs = settings.maxFutureSkew().toMillis();
  }

  Ingested judge(FieldValues values, Origin origin, long recordTimestamp, long wallClock) {
    if (values.isMissing(ClickField.EVENT_TYPE)) {
      return reject(
          RejectionReason.FIELD_MISSING,
          mapping.label(ClickField.EVENT_TYPE) + ": missing",
          origin);
    }
    String eventType = values.text(ClickField.EVENT_TYPE);
    String eventId = values.id(ClickField.EVENT_ID);
    String userId = values.id(ClickField.USER_ID);
    String anonymousId = values.id(ClickField.ANONYMOUS_ID);
    String appId = values.id(ClickField.APP_ID);
    String pageUrl = values.text(ClickField.PAGE_URL);
    String referrer = values.text(ClickField.REFERRER);
    String utmSource = values.text(ClickField.UTM_SOURCE);
    String utmMedium = values.text(ClickField.UTM_MEDIUM);
    String utmCampaign = values.text(ClickField.UTM_CAMPAIGN);
    String productId = values.code(ClickField.PRODUCT_ID);
    long quantity = values.quantity(ClickField.QUANTITY);
    BigDecimal price = values.price(ClickField.PRICE);
    String currency = values.code(ClickField.CURRENCY);
    String orderId = values.id(ClickField.ORDER_ID);
    String userAgent = values.text(ClickField.USER_AGENT);
    String deviceType = values.text(ClickField.DEVICE_TYPE);
    String country = values.text(ClickField.COUNTRY);
    String problem = values.problem();
    if (eventType == null || problem != null) {
      return reject(RejectionReason.FIELD_INVALID, String.valueOf(problem), origin);
    }
    Visitor visitor = visitor(appId, userId, anonymousId);
    if (visitor == null) {
      return reject(
          RejectionReason.IDENTITY_MISSING,
          "%s and %s: both missing"
              .formatted(mapping.label(ClickField.USER_ID), mapping.label(ClickField.ANONYMOUS_ID)),
          origin);
    }
    long timestamp = values.time(ClickField.TIMESTAMP);
    problem = values.problem();
    if (problem != null) {
      return reject(RejectionReason.TIMESTAMP_INVALID, problem, origin);
    }
    if (isInFuture(timestamp, recordTimestamp, wallClock)) {
      return reject(
          RejectionReason.TIMESTAMP_IN_FUTURE,
          "%s: expected at most %d ms ahead of the clock, found more"
              .formatted(mapping.label(ClickField.TIMESTAMP), maxFutureSkewMs),
          origin);
    }
    return Ingested.of(
        new Click(
            visitor,
            timestamp,
            eventId,
            eventTypes.kind(eventType),
            userId,
            anonymousId,
            pageUrl,
            referrer,
            utmSource,
            utmMedium,
            utmCampaign,
            productId,
            quantity,
            price,
            currency,
            userAgent,
            deviceType,
            country,
            eventType,
            orderId,
            origin));
  }

  /**
   * The click that {@link #judge} would make of the same record, or null if it is not certain that
   * it would make one.
   */
  @Nullable Click accept(PlainValues values, Origin origin, long recordTimestamp, long wallClock) {
    EventKind kind = values.kind(ClickField.EVENT_TYPE, eventTypes);
    long timestamp = values.time(ClickField.TIMESTAMP);
    long quantity = values.quantity(ClickField.QUANTITY);
    BigDecimal price = values.price(ClickField.PRICE);
    // In the order of ClickText.
    int[] slices = {
      values.id(ClickField.EVENT_ID),
      values.id(ClickField.USER_ID),
      values.id(ClickField.ANONYMOUS_ID),
      values.id(ClickField.APP_ID),
      values.text(ClickField.PAGE_URL),
      values.text(ClickField.REFERRER),
      values.text(ClickField.UTM_SOURCE),
      values.text(ClickField.UTM_MEDIUM),
      values.text(ClickField.UTM_CAMPAIGN),
      values.code(ClickField.PRODUCT_ID),
      values.code(ClickField.CURRENCY),
      values.text(ClickField.USER_AGENT),
      values.text(ClickField.DEVICE_TYPE),
      values.text(ClickField.COUNTRY),
      values.text(ClickField.EVENT_TYPE),
      values.id(ClickField.ORDER_ID)
    };
    byte[] value = origin.value();
    if (!values.areSure() || value == null || isInFuture(timestamp, recordTimestamp, wallClock)) {
      return null;
    }
    int userId = slices[ClickText.USER_ID.ordinal()];
    int anonymousId = slices[ClickText.ANONYMOUS_ID.ordinal()];
    int appId = slices[ClickText.APP_ID.ordinal()];
    VisitorKind visitorKind = visitorKind(userId != 0, anonymousId != 0);
    if (visitorKind == null) {
      return null;
    }
    Visitor visitor =
        new Visitor(
            appId == 0 ? null : values.text(appId),
            visitorKind,
            values.text(visitorKind == VisitorKind.USER ? userId : anonymousId));
    return new Click(
        visitor, timestamp, kind, quantity, price, ClickTexts.inValue(value, slices), origin);
  }

  private boolean isInFuture(long timestamp, long recordTimestamp, long wallClock) {
    // A record without a timestamp (-1) has only the wall clock to be compared with.
    long clock = recordTimestamp < 0 ? wallClock : Math.min(recordTimestamp, wallClock);
    return timestamp - clock > maxFutureSkewMs;
  }

  static Ingested reject(RejectionReason reason, String detail, Origin origin) {
    return Ingested.of(new Rejection(reason, detail, origin));
  }

  private @Nullable Visitor visitor(
      @Nullable String appId, @Nullable String userId, @Nullable String anonymousId) {
    VisitorKind kind = visitorKind(userId != null, anonymousId != null);
    String id = kind == VisitorKind.USER ? userId : anonymousId;
    return kind == null || id == null ? null : new Visitor(appId, kind, id);
  }

  /** By which of its ids a click belongs to a visitor, or null if it has none. */
  private @Nullable VisitorKind visitorKind(boolean hasUserId, boolean hasAnonymousId) {
    if (hasUserId && (identity == Identity.USER || !hasAnonymousId)) {
      return VisitorKind.USER;
    }
    return hasAnonymousId ? VisitorKind.DEVICE : null;
  }
}
