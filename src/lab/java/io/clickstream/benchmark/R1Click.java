package io.clickstream.benchmark;

import org.jspecify.annotations.Nullable;

/** Every field of a click of R1, as data binding fills it. */
public class R1Click {
  public @Nullable String event_id;
  public @Nullable String event_type;
  public long timestamp;
  public @Nullable String user_id;
  public @Nullable String anonymous_id;
  public @Nullable String page_url;
  public @Nullable String page_title;
  public @Nullable String referrer;
  public @Nullable String utm_source;
  public @Nullable String utm_medium;
  public @Nullable String utm_campaign;
  public @Nullable String product_id;
  public int quantity;
  public @Nullable String price;
  public @Nullable String currency;
  public @Nullable String order_id;
  public @Nullable String user_agent;
  public @Nullable String device_type;
  public @Nullable String country;
  public @Nullable String app_id;
}
