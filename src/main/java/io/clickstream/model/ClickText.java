package io.clickstream.model;

/** The texts of a click. The order is that of the wire, and of bits in session state. */
public enum ClickText {
  EVENT_ID,
  USER_ID,
  ANONYMOUS_ID,
  APP_ID,
  PAGE_URL,
  REFERRER,
  UTM_SOURCE,
  UTM_MEDIUM,
  UTM_CAMPAIGN,
  PRODUCT_ID,
  CURRENCY,
  USER_AGENT,
  DEVICE_TYPE,
  COUNTRY,
  EVENT_TYPE,
  ORDER_ID,
  CLICK_ID
}
