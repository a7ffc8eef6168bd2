package io.clickstream.config;

import java.util.Map;

/**
 * The products whose sessions {@code session.like} makes. Each is a set of values of other
 * settings, which can still be given one by one. {@code src/docs/configure.md} says by which
 * sources.
 */
public enum SessionsLike {
  GA4,
  MATOMO,
  ADOBE,
  POSTHOG,
  SNOWPLOW;

  private static final String HALF_AN_HOUR = "30min";

  /** Its settings, by full key: texts, or trees as in YAML. */
  Map<String, Object> presets() {
    return switch (this) {
      case GA4 ->
          Map.of(
              "session.gap", HALF_AN_HOUR,
              "session.engaged", "ga4",
              "session.bounce", "ga4");
      case MATOMO ->
          Map.of(
              "session.gap", HALF_AN_HOUR,
              "session.max-events", "10000",
              "session.cut.campaign", "change-or-appear",
              "session.bounce", "single-view");
      case ADOBE ->
          Map.of(
              "session.gap", HALF_AN_HOUR,
              "session.max-duration", "12h",
              "session.max-events", "2500");
      case POSTHOG ->
          Map.of(
              "session.gap", HALF_AN_HOUR,
              "session.max-duration", "24h",
              "session.bounce", "posthog");
      case SNOWPLOW ->
          Map.of(
              "session.gap",
              HALF_AN_HOUR,
              "session.max-duration",
              "72h",
              "session.engagement",
              Map.of("pings", "page_ping", "heartbeat", "10s", "min-visit", "5s"),
              "session.engaged",
              "snowplow");
    };
  }
}
