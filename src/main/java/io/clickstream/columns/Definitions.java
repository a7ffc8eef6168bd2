package io.clickstream.columns;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The definitions of sessions that settings add to the built-in columns. Immutable.
 *
 * @param fields {@code session.fields}, at most {@link #MAX_FIELDS}
 * @param goals {@code session.goals}, at most {@link #MAX_GOALS}
 * @param engagement {@code session.engagement}, or null
 * @param engaged {@code session.engaged}
 * @param bounce {@code session.bounce}
 * @param cuts where sessions end although the next click is near
 */
public record Definitions(
    List<FieldDefinition> fields,
    List<GoalDefinition> goals,
    @Nullable Engagement engagement,
    Engaged engaged,
    Bounce bounce,
    CutDefinitions cuts)
    implements Serializable {

  public static final int MAX_FIELDS = 64;
  public static final int MAX_GOALS = 16;

  /** Nothing is defined. */
  public static final Definitions NONE =
      new Definitions(List.of(), List.of(), null, Engaged.GA4, Bounce.SINGLE_VIEW);

  /** The name of the field that says whether a set had more texts than are kept. */
  public static String truncated(String set) {
    return set + "_truncated";
  }

  /** Without cuts. */
  public Definitions(
      List<FieldDefinition> fields,
      List<GoalDefinition> goals,
      @Nullable Engagement engagement,
      Engaged engaged,
      Bounce bounce) {
    this(fields, goals, engagement, engaged, bounce, CutDefinitions.NONE);
  }

  /** The same with cuts. */
  public Definitions with(CutDefinitions cut) {
    return new Definitions(fields, goals, engagement, engaged, bounce, cut);
  }

  public Definitions {
    fields = List.copyOf(fields);
    goals = List.copyOf(goals);
  }

  /** The definition of an engaged session. */
  public enum Engaged {
    /** Longer than 10 s, or two views, or a goal; a purchase where no goals are set. */
    GA4,
    /** Two views, or engaged for two heartbeats or longer, or a goal. */
    SNOWPLOW
  }

  /** The definition of a bounce. */
  public enum Bounce {
    /** Exactly one view; null without any. */
    SINGLE_VIEW,
    /** Not engaged. */
    GA4,
    /** At most one view and shorter than 10 s; null without any. */
    POSTHOG
  }
}
