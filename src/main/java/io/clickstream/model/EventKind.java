package io.clickstream.model;

import java.util.Locale;

/** The event types that a session counts by name; any other text is {@link #OTHER}. */
public enum EventKind {
  PAGE_VIEW,
  PRODUCT_VIEW,
  SEARCH,
  ADD_TO_CART,
  REMOVE_FROM_CART,
  CHECKOUT,
  PURCHASE,
  IDENTIFY,
  OTHER;

  /**
   * The value of {@code event_type} that means this kind: {@code page_view} for {@link #PAGE_VIEW}.
   */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
