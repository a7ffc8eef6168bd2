package io.clickstream.reconcile;

import io.clickstream.columns.Definitions;
import io.clickstream.columns.Definitions.Engaged;
import io.clickstream.columns.Engagement.Pings;
import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import io.clickstream.model.Goal;
import io.clickstream.model.SessionValues;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The oracle of the judgements on a session: whether it converted, was engaged, or was a bounce. It
 * shares no code with the table of columns.
 */
final class BatchMeasures {

  private static final String ENGAGED_TIME = "engaged_ms";
  private static final long TEN_SECONDS = 10_000;

  private final Definitions definitions;
  private final SessionValues values;
  private final long views;
  private final long durationMs;
  private final boolean hasPurchase;

  /**
   * A session.
   *
   * @param clicks in the order of their times
   * @param values of these clicks
   * @param hasPurchase whether a purchase counts
   */
  BatchMeasures(
      Definitions definitions, List<Click> clicks, SessionValues values, boolean hasPurchase) {
    this.definitions = definitions;
    this.values = values;
    this.views = clicks.stream().filter(click -> click.kind() == EventKind.PAGE_VIEW).count();
    this.durationMs = clicks.get(clicks.size() - 1).timestamp() - clicks.get(0).timestamp();
    this.hasPurchase = hasPurchase;
  }

  boolean isConverted() {
    return values.goals().stream().anyMatch(goal -> !goal.equals(Goal.NOT_REACHED));
  }

  boolean isEngaged() {
    boolean hasTwoViews = views > 1;
    if (definitions.engaged() == Engaged.SNOWPLOW) {
      return hasTwoViews || isConverted() || isEngagedForTwoHeartbeats();
    }
    boolean hasKeyEvent = definitions.goals().isEmpty() ? hasPurchase : isConverted();
    return hasTwoViews || hasKeyEvent || durationMs > TEN_SECONDS;
  }

  private boolean isEngagedForTwoHeartbeats() {
    if (!(definitions.engagement() instanceof Pings pings)) {
      return false;
    }
    Duration engaged = Duration.ofMillis(values.number(ENGAGED_TIME));
    return engaged.compareTo(pings.heartbeat().multipliedBy(2)) >= 0;
  }

  /** Null where there is nothing to judge by. */
  @Nullable Boolean isBounce() {
    return switch (definitions.bounce()) {
      case GA4 -> !isEngaged();
      case SINGLE_VIEW -> views == 0 ? null : views == 1;
      case POSTHOG -> views == 0 ? null : views == 1 && durationMs < TEN_SECONDS;
    };
  }
}
