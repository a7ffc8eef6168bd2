package io.clickstream.columns;

import java.io.Serializable;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where sessions are to end although the next click is near, and which clicks neither open nor
 * prolong one. Immutable.
 *
 * @param user another known user follows
 * @param campaign another campaign follows; null if campaigns end no session
 * @param onChange another value follows in one of these
 * @param startAt a click follows that fulfils it, or null
 * @param endAfter the last click fulfils it, or null
 * @param midnight the date differs in this zone; null if midnights end no session
 * @param passive which clicks neither open nor prolong a session, or null
 * @param maxWaiting bytes of a visitor's waiting clicks; a click that exceeds them does not wait
 */
public record CutDefinitions(
    boolean user,
    @Nullable Campaigns campaign,
    List<ValueSource> onChange,
    @Nullable Condition startAt,
    @Nullable Condition endAfter,
    @Nullable ZoneId midnight,
    @Nullable Condition passive,
    long maxWaiting)
    implements Serializable {

  /** {@link #maxWaiting} unless said otherwise. */
  public static final long MAX_WAITING = 1 << 20;

  /** More values than these are not remembered of a visitor. */
  public static final int MAX_VALUES = 16;

  /** Nothing but the gap and the limits ends a session. */
  public static final CutDefinitions NONE =
      new CutDefinitions(false, null, List.of(), null, null, null, null, MAX_WAITING);

  public CutDefinitions {
    onChange = List.copyOf(onChange);
  }

  /** Which campaigns end a session. */
  public enum Campaigns {
    /** Another one than was carried before. */
    CHANGE,
    /** That, or one where none was carried before. */
    CHANGE_OR_APPEAR
  }
}
