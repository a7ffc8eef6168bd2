package io.clickstream.reconcile;

import io.clickstream.model.Click;
import io.clickstream.model.EndReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says whether the sessions of a way are those that are published of a visit, and where the way
 * ended that came furthest.
 */
final class RowCheck {

  /** Says whether a session is as it was published. */
  interface Judge {

    /** The difference, or null. */
    @Nullable String difference(PublishedRow row, List<Click> clicks, long end, EndReason reason);
  }

  private final CutSearch.Visit visit;
  private final boolean knowsBehind;
  private final Judge judge;
  private final List<PublishedRow> rows;
  private final long[] events;
  private final long[] behind;
  private final long[] ends;

  /** How many clicks there are up to the last that a session can have. */
  private final int[] until;

  /** How many of the clicks before one may have been behind. */
  private final int[] mayBeBehind;

  private final Map<List<Object>, String> judged = new HashMap<>();
  private int failedAt = -1;
  private String problem = "";

  /**
   * The sessions of a visit.
   *
   * @param knowsBehind whether sessions say how many clicks the walk did not see
   * @param gap ms; a passive click may be as much behind the end of its session
   */
  RowCheck(
      CutSearch.Visit visit,
      boolean knowsBehind,
      long gap,
      Predicate<Piece> isMaybeBehind,
      Judge judge) {
    this.visit = visit;
    this.knowsBehind = knowsBehind;
    this.judge = judge;
    this.rows = visit.rows();
    this.events = rows.stream().mapToLong(PublishedRow::events).toArray();
    this.behind = rows.stream().mapToLong(PublishedRow::behind).toArray();
    this.ends = rows.stream().mapToLong(PublishedRow::end).toArray();
    List<Piece> pieces = visit.pieces();
    this.mayBeBehind = new int[pieces.size() + 1];
    for (int i = 0; i < pieces.size(); i++) {
      mayBeBehind[i + 1] = mayBeBehind[i] + (isMaybeBehind.test(pieces.get(i)) ? 1 : 0);
    }
    this.until = new int[rows.size()];
    long behindEnd = pieces.stream().anyMatch(Piece::isPassive) ? gap : 0;
    int next = 0;
    for (int row = 0; row < until.length; row++) {
      while (next < pieces.size() && pieces.get(next).time() <= ends[row] + behindEnd) {
        next++;
      }
      until[row] = next;
    }
  }

  /** Where the way ended that came furthest; empty if none has ended. */
  String problem() {
    return problem;
  }

  /** Whether the next session that is published is one that has just begun. */
  boolean begins(CutState way, int at) {
    Click first = visit.pieces().get(Objects.requireNonNull(way.clicks).click).click();
    int ordinal = PublishedRow.ordinalOfMark(way.mark);
    PublishedRow row = way.row < rows.size() ? rows.get(way.row) : null;
    if (row == null || row.start() > way.start) {
      fail(at, () -> "no session that begins at %s".formatted(Instant.ofEpochMilli(way.start)));
      return false;
    }
    if (row.start() < way.start) {
      fail(
          at,
          () ->
              "session_id=%s begins at %s, where none can"
                  .formatted(row.id(), Instant.ofEpochMilli(row.start())));
      return false;
    }
    String id = PublishedRow.id(first.visitor(), way.start, ordinal);
    if (!id.equals(row.id())) {
      fail(
          at,
          () -> "session_id=%s expected=%s, of the ordinal %d".formatted(row.id(), id, ordinal));
      return false;
    }
    return true;
  }

  /** Whether a session has not more than the one that is published. */
  boolean hasRoom(CutState way, int at) {
    if (way.row == CutState.UNPUBLISHED) {
      return true;
    }
    if (way.last > ends[way.row] || way.events() > events[way.row]) {
      fail(
          at,
          () ->
              "session_id=%s ends at %s with %d clicks, before it can"
                  .formatted(id(way), Instant.ofEpochMilli(ends[way.row]), events[way.row]));
      return false;
    }
    if (knowsBehind && way.behind > behind[way.row]) {
      fail(
          at,
          () ->
              "session_id=%s has late_event_count=%d, but more clicks that were behind"
                  .formatted(id(way), behind[way.row]));
      return false;
    }
    return canBeFull(way, at);
  }

  /** Whether enough clicks follow for a session to become as it was published. */
  private boolean canBeFull(CutState way, int at) {
    int next = Math.min(at + 1, until[way.row]);
    int putOff = way.putOff.size();
    boolean canBe =
        way.events() + putOff + until[way.row] - next >= events[way.row]
            && (!knowsBehind
                || way.behind + putOff + mayBeBehind[until[way.row]] - mayBeBehind[next]
                    >= behind[way.row]);
    if (!canBe) {
      fail(
          at,
          () ->
              "session_id=%s has %d clicks, of which %d were behind, but there are not as many up to %s"
                  .formatted(
                      id(way),
                      events[way.row],
                      behind[way.row],
                      Instant.ofEpochMilli(ends[way.row])));
    }
    return canBe;
  }

  /** Whether a session that ends is as it was published. */
  boolean closes(CutState way, EndReason reason, int at) {
    if (way.row == CutState.UNPUBLISHED) {
      return false;
    }
    if (way.events() != events[way.row] || way.last != ends[way.row]) {
      fail(
          at,
          () ->
              "session_id=%s has %d clicks to %s, expected %d to %s, where %s ends it"
                  .formatted(
                      id(way),
                      events[way.row],
                      Instant.ofEpochMilli(ends[way.row]),
                      way.events(),
                      Instant.ofEpochMilli(way.last),
                      reason));
      return false;
    }
    if (knowsBehind && way.behind != behind[way.row]) {
      fail(
          at,
          () ->
              "session_id=%s has late_event_count=%d, but so many clicks cannot have been behind"
                  .formatted(id(way), behind[way.row]));
      return false;
    }
    String difference =
        judged.computeIfAbsent(
            List.of(way.row, Objects.requireNonNull(way.clicks), reason),
            ignored -> difference(way, reason));
    if (!difference.isEmpty()) {
      fail(at, () -> "session_id=%s: %s".formatted(id(way), difference));
    }
    return difference.isEmpty();
  }

  /** Whether no session is published behind the last one. */
  boolean isLast(CutState way, int at) {
    int next = way.row + 1;
    if (next == rows.size()) {
      return true;
    }
    fail(
        at,
        () -> "session_id=%s has no clicks of its own in the input".formatted(rows.get(next).id()));
    return false;
  }

  private String difference(CutState way, EndReason reason) {
    List<Click> clicks = new ArrayList<>();
    for (CutState.Link link = way.clicks; link != null; link = link.before) {
      clicks.add(visit.pieces().get(link.click).click());
    }
    Collections.reverse(clicks);
    String difference = judge.difference(rows.get(way.row), clicks, way.last, reason);
    return difference == null ? "" : difference;
  }

  private String id(CutState way) {
    return rows.get(way.row).id();
  }

  /** Remembers how far the way came that came furthest. */
  private void fail(int at, Supplier<String> text) {
    if (at > failedAt) {
      failedAt = at;
      problem = text.get();
    }
  }
}
