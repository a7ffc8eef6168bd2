package io.clickstream.ingest;

import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The fields of a click record. When several cost the click, the rejection names the first in this
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

  /**
   * Whether a click counts although this cannot be read. Type, time and identity decide what
   * happened, when, and to whose session; without these there is no click. A type can only be
   * mended, and of the two ids that can be the visitor's only the other one may be left out.
   */
  boolean isOptional() {
    return read && this != TIMESTAMP && this != APP_ID;
  }

  /** Stands for this field among others. */
  int bit() {
    return 1 << ordinal();
  }

  /** Every field by the name that {@link #text()} gives. */
  static Map<String, ClickField> byName() {
    return BY_NAME;
  }
}
