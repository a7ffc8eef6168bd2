package io.clickstream.ingest;

import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The fields of a click record. When several are invalid, a rejection names the first in this
 * order, whatever their order in the record.
 */
public enum ClickField {
  EVENT_TYPE,
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
  QUANTITY,
  PRICE,
  CURRENCY,
  ORDER_ID,
  USER_AGENT,
  DEVICE_TYPE,
  COUNTRY,
  TIMESTAMP,
  /** Part of the format, but no session is made of it: its value is skipped unseen. */
  PAGE_TITLE(false);

  private static final Map<String, ClickField> BY_NAME =
      Stream.of(values()).collect(Collectors.toMap(ClickField::text, Function.identity()));

  private final boolean read;

  ClickField() {
    this(true);
  }

  ClickField(boolean read) {
    this.read = read;
  }

  /** Our name for it in a record: {@code user_id} for {@link #USER_ID}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether its value is looked at. */
  boolean isRead() {
    return read;
  }

  /** Every field by the name that {@link #text()} gives. */
  static Map<String, ClickField> byName() {
    return BY_NAME;
  }
}
