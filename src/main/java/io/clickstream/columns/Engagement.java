package io.clickstream.columns;

import java.io.Serializable;
import java.time.Duration;

/** How engaged time is told, which {@code session.engagement} defines. */
public sealed interface Engagement extends Serializable {

  /**
   * Clicks say it.
   *
   * @param value milliseconds since the click before
   */
  record Milliseconds(ValueSource value) implements Engagement {}

  /**
   * By signs of life.
   *
   * @param pings the clicks that are such signs
   * @param heartbeat the time between two of them, at least 1 ms
   * @param minVisit the time that a page counts at least, 0 or more
   */
  record Pings(Condition pings, Duration heartbeat, Duration minVisit) implements Engagement {}
}
