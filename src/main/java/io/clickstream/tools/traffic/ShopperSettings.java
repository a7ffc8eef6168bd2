package io.clickstream.tools.traffic;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who shops, and how busy the shop is.
 *
 * @param seed decides everything that is random: equal settings give equal events
 * @param start time of the first event, epoch ms
 * @param eventsPerSecond how many events a second of event time has, from the first second on
 * @param visitors devices; the fewer, the sooner each returns
 * @param thinkTime the median pause between two events of a shopper
 * @param products how many different ones are for sale
 * @param appId of every event, or null for none
 * @param sharedDevices the share of devices on which two people take turns, 0 to 1
 */
public record ShopperSettings(
    long seed,
    long start,
    double eventsPerSecond,
    int visitors,
    Duration thinkTime,
    int products,
    @Nullable String appId,
    double sharedDevices) {

  /** Every device is one person's. */
  public ShopperSettings(
      long seed,
      long start,
      double eventsPerSecond,
      int visitors,
      Duration thinkTime,
      int products,
      @Nullable String appId) {
    this(seed, start, eventsPerSecond, visitors, thinkTime, products, appId, 0);
  }

  public ShopperSettings {
    require(eventsPerSecond > 0, "events per second", eventsPerSecond, "more than 0");
    require(visitors > 0, "visitors", visitors, "more than 0");
    require(products > 0, "products", products, "more than 0");
    require(thinkTime.toMillis() > 0, "think time", thinkTime, "at least 1 ms");
    require(sharedDevices >= 0 && sharedDevices <= 1, "shared devices", sharedDevices, "0 to 1");
  }

  private static void require(boolean met, String what, Object actual, String expected) {
    if (!met) {
      throw new IllegalArgumentException(what + " is " + actual + ", expected " + expected);
    }
  }
}
