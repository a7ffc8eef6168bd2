package io.clickstream.benchmark;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;

/**
 * All cuts over the clicks of R1. Campaigns end some sessions, and so does the one midnight within
 * the hours of R1; the other cuts have as much to do with every click, and end none.
 */
final class R1Cuts {

  /** Of a click without one. */
  static final int NO_CAMPAIGN = -1;

  private static final ZoneId ZONE = ZoneId.of("Pacific/Auckland");

  /** The last campaign of each visitor since the last pause, or {@link #NO_CAMPAIGN}. */
  private final int[] campaigns;

  R1Cuts(int visitors) {
    campaigns = new int[visitors + 1];
  }

  /** The settings that ask for them. */
  static Map<String, String> settings() {
    return Map.of(
        "session.cut.user", "true",
        "session.cut.campaign", "change",
        "session.cut.on-change", "[app_id, country]",
        "session.cut.start-at", "{event_type: session_start}",
        "session.cut.end-after", "{event_type: logout}",
        "session.cut.midnight", ZONE.getId(),
        "session.passive", "{event_type: heartbeat}");
  }

  /**
   * Whether a session ends in front of a click; clicks come here in the order of their times.
   *
   * @param before time of the visitor's click before
   * @param isNear whether that is near
   * @param campaign its number, or {@link #NO_CAMPAIGN}
   */
  boolean isCut(int visitor, long before, boolean isNear, long time, int campaign) {
    int last = isNear ? campaigns[visitor] : NO_CAMPAIGN;
    campaigns[visitor] = campaign == NO_CAMPAIGN ? last : campaign;
    boolean isOther = last != NO_CAMPAIGN && campaign != NO_CAMPAIGN && last != campaign;
    return isNear && (isOther || !date(before).equals(date(time)));
  }

  private static LocalDate date(long time) {
    return LocalDate.ofInstant(Instant.ofEpochMilli(time), ZONE);
  }
}
