package io.clickstream.benchmark.peers;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A click, with the fields that a session is made of and no others. A POJO for Flink and for
 * Jackson alike.
 */
public class ShopClick {

  /** Whom it belongs to; no field of the record. */
  public @Nullable String visitorId;

  public @Nullable EventType eventType;

  @JsonDeserialize(using = EpochMillis.class)
  public long timestamp;

  public @Nullable String userId;
  public @Nullable String anonymousId;
  public @Nullable String pageUrl;
  public @Nullable String referrer;
  public @Nullable String utmSource;
  public @Nullable String utmMedium;
  public @Nullable String utmCampaign;
  public @Nullable String productId;
  public long quantity = 1;
  public @Nullable BigDecimal price;
  public @Nullable String currency;
  public @Nullable String userAgent;
  public @Nullable String deviceType;
  public @Nullable String country;

  /** Added by reference data, where a click is enriched before it is counted. */
  public @Nullable String userSegment;

  public @Nullable String userTier;
  public @Nullable String category;
  public @Nullable String brand;

  /** The visitor of a click that was checked. */
  String visitor() {
    if (visitorId == null) {
      throw new IllegalStateException("the click was not checked");
    }
    return visitorId;
  }
}
