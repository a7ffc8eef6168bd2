package io.clickstream.columns;

import io.clickstream.columns.CutDefinitions.Campaigns;
import java.io.Serializable;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link CutDefinitions} in the terms of a table: where a click has what they ask for.
 *
 * @param user another known user
 * @param campaign which campaigns, or null
 * @param changes the texts of {@link CutDefinitions#onChange}
 * @param startAt which clicks begin a session, or null
 * @param endAfter which clicks end one, or null
 * @param midnight in which zone, or null
 * @param passive which clicks neither open nor prolong a session, or null
 * @param maxWaiting bytes
 */
public record Cuts(
    boolean user,
    @Nullable Campaigns campaign,
    List<Source> changes,
    @Nullable Mark startAt,
    @Nullable Mark endAfter,
    @Nullable ZoneId midnight,
    @Nullable Mark passive,
    long maxWaiting)
    implements Serializable {

  static final Cuts NONE =
      new Cuts(false, null, List.of(), null, null, null, null, CutDefinitions.MAX_WAITING);

  public Cuts {
    changes = List.copyOf(changes);
  }

  /** Whether any cut looks at neighbours, so that clicks have to be taken in order. */
  public boolean haveMarks() {
    return user || campaign != null || !changes.isEmpty() || startAt != null || endAfter != null;
  }

  /** Whether clicks wait for the watermark. */
  public boolean letWait() {
    return haveMarks() || passive != null;
  }

  /** Whether anything but gaps and limits ends sessions. */
  public boolean areAny() {
    return haveMarks() || midnight != null;
  }
}
