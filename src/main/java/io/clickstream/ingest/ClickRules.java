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
 * <p>Only type, time and identity reject a record. Any other field that cannot be read is left out,
 * or mended, and is one of the click's problems. Identity are the application and the id that the
 * visitor is known by: the preferred one, as {@code session.identity} says, and the other one only
 * if the preferred one is missing. A preferred id that cannot be read makes no way for the other:
 * one visitor would become two.
 *
 * <p>A price beside a quantity that cannot be read is left out as well: the amount is unknown, and
 * with a quantity of one it would be invented.
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
    String eventType = values.text(ClickField.EVENT_TYPE);
    if (eventType == null) {
      return values.hasProblem(ClickField.EVENT_TYPE)
          ? reject(
              RejectionReason.FIELD_INVALID,
              values.problem(ClickField.EVENT_TYPE).toString(),
              origin)
          : reject(
              RejectionReason.FIELD_MISSING,
              mapping.label(ClickField.EVENT_TYPE) + ": missing",
              origin);
    }
    String userId = values.id(ClickField.USER_ID);
    String anonymousId = values.id(ClickField.ANONYMOUS_ID);
    String appId = values.id(ClickField.APP_ID);
    ClickField invalid = invalidIdentity(values, userId, anonymousId);
    if (invalid != null) {
      return reject(RejectionReason.FIELD_INVALID, values.problem(invalid).toString(), origin);
    }
    String eventId = values.id(ClickField.EVENT_ID);
    String pageUrl = values.text(ClickField.PAGE_URL);
    String referrer = values.text(ClickField.REFERRER);
    String utmSource = values.text(ClickField.UTM_SOURCE);
    String utmMedium = values.text(ClickField.UTM_MEDIUM);
    String utmCampaign = values.text(ClickField.UTM_CAMPAIGN);
    String productId = values.id(ClickField.PRODUCT_ID);
    long quantity = values.quantity(ClickField.QUANTITY);
    BigDecimal price = values.price(ClickField.PRICE);
    if (price != null && values.hasProblem(ClickField.QUANTITY)) {
      values.setProblem(ClickField.PRICE, "a quantity to multiply it by", "one that is unknown");
      price = null;
    }
    String currency = values.code(ClickField.CURRENCY);
    String orderId = values.id(ClickField.ORDER_ID);
    String userAgent = values.text(ClickField.USER_AGENT);
    String deviceType = values.text(ClickField.DEVICE_TYPE);
    String country = values.text(ClickField.COUNTRY);
    Visitor visitor = visitor(appId, userId, anonymousId);
    if (visitor == null) {
      return reject(
          RejectionReason.IDENTITY_MISSING,
          "%s and %s: both missing"
              .formatted(mapping.label(ClickField.USER_ID), mapping.label(ClickField.ANONYMOUS_ID)),
          origin);
    }
    long timestamp = values.time(ClickField.TIMESTAMP);
    if (values.hasProblem(ClickField.TIMESTAMP)) {
      return reject(
          RejectionReason.TIMESTAMP_INVALID,
          values.problem(ClickField.TIMESTAMP).toString(),
          origin);
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
            origin),
        values.problems());
  }

  /** The first field that the visitor hangs on and that cannot be read, or null. */
  private @Nullable ClickField invalidIdentity(
      FieldValues values, @Nullable String userId, @Nullable String anonymousId) {
    boolean byUser = identity == Identity.USER;
    ClickField preferred = byUser ? ClickField.USER_ID : ClickField.ANONYMOUS_ID;
    ClickField other = byUser ? ClickField.ANONYMOUS_ID : ClickField.USER_ID;
    if (values.hasProblem(preferred)) {
      return preferred;
    }
    boolean isMissing = (byUser ? userId : anonymousId) == null;
    if (isMissing && values.hasProblem(other)) {
      return other;
    }
    return values.hasProblem(ClickField.APP_ID) ? ClickField.APP_ID : null;
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
      values.id(ClickField.PRODUCT_ID),
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
