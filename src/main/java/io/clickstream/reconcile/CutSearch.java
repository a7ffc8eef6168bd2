package io.clickstream.reconcile;

import io.clickstream.columns.Cuts;
import io.clickstream.model.EndReason;
import io.clickstream.reconcile.Piece.Copies;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Searches whether the sessions of a visit can be what was published: for a choice of clicks that
 * were behind the watermark, which the input does not tell.
 *
 * <p>Of each click it is tried, in the order of time, that it was on time, so that the walk saw it,
 * and that it was behind: only where its partition was ahead of it, and where no click that came
 * later with an earlier time was on time. What is published bounds the choice: a session must have
 * as many clicks that were behind as its {@code late_event_count} says. If that is 0 there is
 * nothing to choose, and the sessions are computed exactly. Ways that no longer differ in anything
 * that matters are one, so that their number stays small; with more than {@link #MAX_WAYS} at once
 * the search gives up. So time and memory are linear in the clicks.
 *
 * <p>A repeated {@code event_id} with other values or another time may be a duplicate or not, as
 * its session at that moment decides, of which this does not know all: at least one counts, and no
 * two within a gap. A passive click whose only near neighbours may have come later may have been
 * left out.
 */
final class CutSearch {

  /** Ways that are followed at once. */
  static final int MAX_WAYS = 1_000;

  /** No more clicks of a millisecond are marked. */
  private static final int MAX_MARKS = 1_023;

  /**
   * A visit: clicks that are further than a gap from all others.
   *
   * @param pieces in order
   * @param partitions from how many the visitor has clicks
   * @param rows that are published of it, in order
   * @param until what ends later is not compared
   * @param anyBehind whether any click may have been behind
   */
  record Visit(
      List<Piece> pieces, int partitions, List<PublishedRow> rows, long until, boolean anyBehind) {

    /** Whether clicks follow that are not looked at. */
    boolean goesOn() {
      return pieces.get(pieces.size() - 1).time() > until;
    }
  }

  /**
   * The rules of the job.
   *
   * @param gap ms
   * @param window how many ids a session remembers
   */
  record Rules(Cuts cuts, Dates dates, long gap, int window) {}

  /** The outcome of a search. */
  enum Verdict {
    POSSIBLE,
    IMPOSSIBLE,
    GAVE_UP
  }

  /**
   * The result.
   *
   * @param way one that is possible; null otherwise
   * @param problem where the last way ended; empty if one is possible
   */
  record Result(Verdict verdict, @Nullable CutState way, String problem) {}

  private final Rules rules;
  private final Visit visit;
  private final RowCheck rows;
  private final Cuts cuts;
  private final long[] nextCertain;

  /** By copies, those of this visit. */
  private final Map<Copies, List<Piece>> copies = new HashMap<>();

  private boolean gaveUp;

  /** The click that is taken. */
  private int at;

  private CutSearch(Rules rules, Visit visit, RowCheck.Judge judge) {
    this.rules = rules;
    this.visit = visit;
    this.cuts = rules.cuts();
    this.rows = new RowCheck(visit, cuts.letWait(), rules.gap(), this::mayBeBehind, judge);
    for (Piece piece : visit.pieces()) {
      if (piece.copies() != null) {
        copies.computeIfAbsent(piece.copies(), ignored -> new ArrayList<>()).add(piece);
      }
    }
    this.nextCertain = new long[visit.pieces().size()];
    long next = Long.MAX_VALUE;
    for (int i = nextCertain.length - 1; i >= 0; i--) {
      Piece piece = visit.pieces().get(i);
      nextCertain[i] = next;
      if (!piece.isPassive() && !mayBeBehind(piece) && copiesOf(piece).size() < 2) {
        next = piece.time();
      }
    }
  }

  /** Searches. */
  static Result search(Rules rules, Visit visit, RowCheck.Judge judge) {
    return new CutSearch(rules, visit, judge).search();
  }

  private Result search() {
    List<Piece> pieces = visit.pieces();
    Collection<CutState> ways = List.of(new CutState(MarkMemory.empty(cuts), visit.partitions()));
    for (int from = 0, to; from < pieces.size(); from = to) {
      long time = pieces.get(from).time();
      if (time > visit.until()) {
        break;
      }
      to = from + 1;
      while (to < pieces.size() && pieces.get(to).time() == time) {
        to++;
      }
      ways = take(ways, from, to);
      if (gaveUp) {
        return new Result(
            Verdict.GAVE_UP, null, "more than %d ways to take its clicks".formatted(MAX_WAYS));
      }
    }
    for (CutState way : ways) {
      if (visit.goesOn() || isWhole(way)) {
        return new Result(Verdict.POSSIBLE, way, "");
      }
    }
    return new Result(Verdict.IMPOSSIBLE, null, rows.problem());
  }

  /** Whether the last session is as it was published, and the last one that was. */
  private boolean isWhole(CutState way) {
    at = visit.pieces().size();
    return (!way.hasSession || rows.closes(way, EndReason.TIMEOUT, at)) && rows.isLast(way, at);
  }

  /**
   * All clicks of one time: first those that were on time, then those behind, then passive ones.
   */
  private Collection<CutState> take(Collection<CutState> ways, int from, int to) {
    Collection<CutState> next = ways;
    for (at = from; at < to && !visit.pieces().get(at).isPassive(); at++) {
      Ways taken = new Ways();
      next.forEach(way -> takeOnTime(way, taken));
      next = taken.all();
    }
    int passive = at;
    Ways all = new Ways();
    at = passive - 1;
    next.forEach(way -> takeBehind(way, all));
    next = all.all();
    for (at = passive; at < to; at++) {
      Ways taken = new Ways();
      next.forEach(way -> takePassive(way, taken));
      next = taken.all();
    }
    return next;
  }

  /** Different ways, up to some number. */
  private final class Ways {
    private final Map<CutState.Key, CutState> byKey = new LinkedHashMap<>();

    void add(CutState way) {
      CutState present = byKey.putIfAbsent(way.key(), way);
      if (present != null) {
        present.allowWhat(way);
      }
      gaveUp |= byKey.size() > MAX_WAYS;
    }

    Collection<CutState> all() {
      return gaveUp ? List.of() : byKey.values();
    }
  }

  private boolean mayBeBehind(Piece piece) {
    return cuts.letWait() && (visit.anyBehind() || piece.mayBeBehind());
  }

  private List<Piece> copiesOf(Piece piece) {
    return piece.copies() == null
        ? List.of(piece)
        : copies.getOrDefault(piece.copies(), List.of(piece));
  }

  private void takeOnTime(CutState way, Ways taken) {
    Piece piece = visit.pieces().get(at);
    drop(way, piece, taken);
    if (!canCount(way, piece)) {
      return;
    }
    CutState walked = way.copy();
    count(walked, piece);
    if (mayBeBehind(piece)) {
      CutState later = walked.copy();
      List<Integer> putOff = new ArrayList<>(way.putOff);
      putOff.add(at);
      later.putOff = Collections.unmodifiableList(putOff);
      taken.add(later);
    }
    long date = rules.dates().of(piece.time());
    EndReason mark = null;
    if (cuts.letWait()) {
      MarkMemory.Step step =
          walked.walk.step(piece.click(), cuts, rules.gap(), date, nextCertain[at]);
      walked.walk = step.memory();
      walked.onTime(piece.partition(), piece.arrival());
      mark = markAt(way, piece.time()) > MAX_MARKS ? null : step.mark();
    }
    place(walked, at, date, mark, false, taken);
  }

  private static int markAt(CutState way, long time) {
    return way.hasSession && way.start == time ? way.mark + 1 : 1;
  }

  private void takeBehind(CutState way, Ways taken) {
    List<Integer> putOff = way.putOff;
    if (putOff.isEmpty()) {
      taken.add(way);
      return;
    }
    Collection<CutState> ways = List.of(way);
    for (int i = 0; i < putOff.size(); i++) {
      int click = putOff.get(i);
      List<Integer> rest = putOff.subList(i + 1, putOff.size());
      Piece piece = visit.pieces().get(click);
      Ways next = new Ways();
      for (CutState each : ways) {
        if (each.canBeBehind(piece.partition(), piece.arrival())) {
          CutState later = each.copy();
          later.putOff = rest;
          place(later, click, rules.dates().of(piece.time()), null, true, next);
        }
      }
      ways = next.all();
    }
    ways.forEach(taken::add);
  }

  private void takePassive(CutState way, Ways taken) {
    Piece piece = visit.pieces().get(at);
    long time = piece.time();
    long date = rules.dates().of(time);
    drop(way, piece, taken);
    boolean isNear = way.hasSession && time - way.last <= rules.gap() && date == way.date;
    if (!isNear || !way.walk.isNear(time, rules.gap(), date)) {
      CutState left = way.copy();
      left.skipped += piece.count();
      taken.add(left);
    }
    if (!isNear || !canCount(way, piece)) {
      return;
    }
    CutState counted = way.copy();
    count(counted, piece);
    counted.clicks = new CutState.Link(way.clicks, at);
    if (mayBeBehind(piece) && way.canBeBehind(piece.partition(), piece.arrival())) {
      CutState later = counted.copy();
      later.behind++;
      if (rows.hasRoom(later, at)) {
        taken.add(later);
      }
    }
    counted.onTime(piece.partition(), piece.arrival());
    if (rows.hasRoom(counted, at)) {
      taken.add(counted);
    }
  }

  private static boolean isSame(Piece one, Piece other) {
    return one.arrival() == other.arrival();
  }

  /** A click that is no duplicate. */
  private void count(CutState way, Piece piece) {
    way.inSessions++;
    way.duplicates += piece.count() - 1;
    List<Piece> all = copiesOf(piece);
    if (piece.copies() != null && all.size() > 1) {
      Map<Copies, Long> counted = new HashMap<>(way.counted);
      counted.put(piece.copies(), piece.time());
      way.counted = forgetting(counted, piece, all);
    }
  }

  private static Map<Copies, Long> forgetting(
      Map<Copies, Long> counted, Piece piece, List<Piece> all) {
    if (isSame(piece, all.get(all.size() - 1)) && piece.copies() != null) {
      counted.remove(piece.copies());
    }
    return Map.copyOf(counted);
  }

  private boolean canCount(CutState way, Piece piece) {
    Copies own = piece.copies();
    Long before = own == null ? null : way.counted.get(own);
    return before == null
        || own == null
        || own.hasPassive
        || piece.time() - before > rules.gap()
        || visit.pieces().size() > rules.window();
  }

  /** Goes on without a click, if it may be a duplicate of one of other values. */
  private void drop(CutState way, Piece piece, Ways taken) {
    List<Piece> all = copiesOf(piece);
    if (piece.copies() == null) {
      return;
    }
    boolean isFirst = isSame(piece, all.get(0));
    boolean isLast = isSame(piece, all.get(all.size() - 1));
    boolean hasOther = way.counted.containsKey(piece.copies());
    boolean mayBeOfNextVisit = piece.isPassive() && all.size() < piece.copies().pieces.size();
    if ((isLast && !hasOther && !mayBeOfNextVisit)
        || (isFirst && cuts.letWait() && !mayBeBehind(piece))) {
      return;
    }
    CutState dropped = way.copy();
    dropped.duplicates += piece.count();
    dropped.counted = forgetting(new HashMap<>(way.counted), piece, all);
    taken.add(dropped);
  }

  /** Puts a click where it belongs, and closes the session before it if it begins one. */
  private void place(
      CutState way, int click, long date, @Nullable EndReason mark, boolean isBehind, Ways taken) {
    long time = visit.pieces().get(click).time();
    EndReason border = way.hasSession ? border(way, time, date, mark) : null;
    if (way.hasSession && border == null) {
      way.last = time;
      way.behind += isBehind ? 1 : 0;
      way.clicks = new CutState.Link(way.clicks, click);
      if (rows.hasRoom(way, at)) {
        taken.add(way);
      }
      return;
    }
    if (border != null && !rows.closes(way, border, at)) {
      return;
    }
    int row = way.row + 1;
    way.mark = mark == null ? 0 : markAt(way, time);
    way.hasSession = true;
    way.start = time;
    way.last = time;
    way.date = date;
    way.behind = isBehind ? 1 : 0;
    way.clicks = new CutState.Link(null, click);
    if (visit.goesOn()) {
      CutState open = way.copy();
      open.row = CutState.UNPUBLISHED;
      taken.add(open);
    }
    way.row = row;
    if (rows.begins(way, at) && rows.hasRoom(way, at)) {
      taken.add(way);
    }
  }

  private @Nullable EndReason border(CutState way, long time, long date, @Nullable EndReason mark) {
    if (mark != null) {
      return mark;
    }
    if (time - way.last > rules.gap()) {
      return EndReason.TIMEOUT;
    }
    return date == way.date ? null : EndReason.MIDNIGHT;
  }
}
