package io.clickstream.columns;

import io.clickstream.columns.ColumnsBuilder.NumberColumn;
import io.clickstream.columns.Definitions.Bounce;
import io.clickstream.columns.Definitions.Engaged;
import io.clickstream.model.EnrichedSession;
import io.clickstream.model.Goal;
import io.clickstream.model.SessionValues;
import java.io.IOException;
import java.io.Serializable;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Whether a session is engaged, or a bounce, by the definitions of the settings. */
final class SessionMeasures implements Serializable {

  /** GA4: a session longer than this is engaged. PostHog: a shorter one may be a bounce. */
  private static final long TEN_SECONDS = 10_000;

  private static final long serialVersionUID = 1L;

  /** Reads the engaged time of a session. */
  interface EngagedTime extends ToLongFunction<SessionValues>, Serializable {}

  private final Definitions definitions;
  private final NumberColumn pageViews;
  private final NumberColumn purchases;
  private final @Nullable EngagedTime engagedTime;

  SessionMeasures(
      Definitions definitions,
      NumberColumn pageViews,
      NumberColumn purchases,
      @Nullable EngagedTime engagedTime) {
    this.definitions = definitions;
    this.pageViews = pageViews;
    this.purchases = purchases;
    this.engagedTime = engagedTime;
  }

  static long duration(EnrichedSession session) {
    return session.values().end() - session.session().start();
  }

  /** Whether any goal was reached. */
  static boolean isConverted(SessionValues values) {
    return values.goals().stream().anyMatch(Goal::isReached);
  }

  boolean isEngaged(EnrichedSession session) {
    SessionValues values = session.values();
    if (pageViews.of(values) >= 2 || hasKeyEvent(values)) {
      return true;
    }
    if (definitions.engaged() == Engaged.GA4) {
      return duration(session) > TEN_SECONDS;
    }
    return engagedTime != null
        && definitions.engagement() instanceof Engagement.Pings pings
        && engagedTime.applyAsLong(values) >= 2 * pings.heartbeat().toMillis();
  }

  /** GA4's key events are goals; where none are set, a purchase is one. */
  private boolean hasKeyEvent(SessionValues values) {
    return (definitions.engaged() == Engaged.GA4 && definitions.goals().isEmpty())
        ? purchases.of(values) >= 1
        : isConverted(values);
  }

  void publishBounce(EnrichedSession session, ColumnWriter out) throws IOException {
    if (definitions.bounce() == Bounce.GA4) {
      out.bool(!isEngaged(session));
      return;
    }
    long views = pageViews.of(session.values());
    if (views == 0) {
      out.nothing();
    } else {
      out.bool(
          views == 1
              && (definitions.bounce() == Bounce.SINGLE_VIEW || duration(session) < TEN_SECONDS));
    }
  }

  String meaningOfBounce() {
    return switch (definitions.bounce()) {
      case SINGLE_VIEW -> "One page view; null without any.";
      case GA4 -> "The session is not engaged.";
      case POSTHOG -> "One page view and shorter than 10 seconds; null without a page view.";
    };
  }

  String meaningOfEngaged() {
    if (definitions.engaged() == Engaged.SNOWPLOW) {
      return "Two page views, or engaged for two heartbeats, or a goal.";
    }
    return "Longer than 10 seconds, or two page views, or a %s."
        .formatted(definitions.goals().isEmpty() ? "purchase" : "goal");
  }
}
