package io.clickstream.model;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One accepted event of a visitor, with the fields that sessions are made of. Texts are never
 * blank: a blank one was read as null.
 *
 * @param visitor whom it belongs to
 * @param timestamp event time, epoch ms, 2000-01-01 to 2100-01-01
 * @param kind what happened
 * @param quantity pieces of the product, 1 unless given
 * @param price of one piece, or null
 * @param revenue the total of the order, or null; never multiplied
 * @param products those of the click if it has a list; if not, {@link #productId}, quantity and
 *     price tell of its only one; not to be modified
 * @param texts all the rest; the visitor's application, if it has one, is one of them, and if they
 *     stand in the record's value, so is the visitor's id, as that is how it travels
 * @param origin the record it was read from
 * @param marks which conditions of the settings it fulfils
 */
public record Click(
    Visitor visitor,
    long timestamp,
    EventKind kind,
    long quantity,
    @Nullable BigDecimal price,
    @Nullable BigDecimal revenue,
    List<ClickProduct> products,
    ClickTexts texts,
    Origin origin,
    ClickMarks marks) {

  /** A click that fulfils no condition. */
  public Click(
      Visitor visitor,
      long timestamp,
      EventKind kind,
      long quantity,
      @Nullable BigDecimal price,
      @Nullable BigDecimal revenue,
      List<ClickProduct> products,
      ClickTexts texts,
      Origin origin) {
    this(
        visitor,
        timestamp,
        kind,
        quantity,
        price,
        revenue,
        products,
        texts,
        origin,
        ClickMarks.NONE);
  }

  /** A click without a total and without a list of products. */
  public Click(
      Visitor visitor,
      long timestamp,
      EventKind kind,
      long quantity,
      @Nullable BigDecimal price,
      ClickTexts texts,
      Origin origin) {
    this(visitor, timestamp, kind, quantity, price, null, List.of(), texts, origin);
  }

  /** The same click, read from somewhere else. */
  public Click withOrigin(Origin other) {
    return new Click(
        visitor, timestamp, kind, quantity, price, revenue, products, texts, other, marks);
  }

  /** Identity of the event for deduplication, or null. */
  public @Nullable String eventId() {
    return texts.get(ClickText.EVENT_ID);
  }

  /** The logged-in user at that moment, or null. */
  public @Nullable String userId() {
    return texts.get(ClickText.USER_ID);
  }

  /** The device, or null. */
  public @Nullable String anonymousId() {
    return texts.get(ClickText.ANONYMOUS_ID);
  }

  public @Nullable String pageUrl() {
    return texts.get(ClickText.PAGE_URL);
  }

  public @Nullable String referrer() {
    return texts.get(ClickText.REFERRER);
  }

  public @Nullable String utmSource() {
    return texts.get(ClickText.UTM_SOURCE);
  }

  public @Nullable String utmMedium() {
    return texts.get(ClickText.UTM_MEDIUM);
  }

  public @Nullable String utmCampaign() {
    return texts.get(ClickText.UTM_CAMPAIGN);
  }

  /** The advertising network's id of the click that led here, or null. */
  public @Nullable String clickId() {
    return texts.get(ClickText.CLICK_ID);
  }

  public @Nullable String productId() {
    return texts.get(ClickText.PRODUCT_ID);
  }

  /** Of the price, or null. */
  public @Nullable String currency() {
    return texts.get(ClickText.CURRENCY);
  }

  public @Nullable String userAgent() {
    return texts.get(ClickText.USER_AGENT);
  }

  public @Nullable String deviceType() {
    return texts.get(ClickText.DEVICE_TYPE);
  }

  public @Nullable String country() {
    return texts.get(ClickText.COUNTRY);
  }

  /** The event's type as the record names it; null only in a click that was made without. */
  public @Nullable String eventType() {
    return texts.get(ClickText.EVENT_TYPE);
  }

  /** The order that a purchase belongs to, or null. */
  public @Nullable String orderId() {
    return texts.get(ClickText.ORDER_ID);
  }
}
