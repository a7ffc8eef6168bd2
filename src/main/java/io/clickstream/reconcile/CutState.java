package io.clickstream.reconcile;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One way in which the clicks of a visitor may have been taken, up to one of them. {@link
 * CutSearch} changes copies of it.
 */
final class CutState {

  /** Of the session that is not published, as it is not closed. */
  static final int UNPUBLISHED = -1;

  MarkMemory walk;

  /** Sessions before this one, which is published as the row of this number. */
  int row = UNPUBLISHED;

  /** Whether there is a session. */
  boolean hasSession;

  /** Of the session, as are the following. */
  long start;

  /** The how manieth mark of its millisecond it begins with; 0 if with none. */
  int mark;

  long last;
  long date;
  int behind;

  /** The latest click of it. */
  @Nullable Link clicks;

  /** By partition, the latest arrival of a click that was on time. */
  int[] onTime;

  /** By copies, the time of the latest that counts. */
  Map<Piece.Copies, Long> counted = Map.of();

  /** Those of the time at hand that were behind. */
  List<Integer> putOff = List.of();

  // The outcome of the clicks, which does not tell states apart.
  long inSessions;
  long duplicates;
  long skipped;

  CutState(MarkMemory walk, int partitions) {
    this.walk = walk;
    this.onTime = new int[partitions];
    Arrays.fill(onTime, -1);
  }

  private CutState(CutState other) {
    walk = other.walk;
    row = other.row;
    hasSession = other.hasSession;
    start = other.start;
    mark = other.mark;
    last = other.last;
    date = other.date;
    behind = other.behind;
    clicks = other.clicks;
    onTime = other.onTime;
    counted = other.counted;
    putOff = other.putOff;
    inSessions = other.inSessions;
    duplicates = other.duplicates;
    skipped = other.skipped;
  }

  CutState copy() {
    return new CutState(this);
  }

  int events() {
    return clicks == null ? 0 : clicks.count;
  }

  /** The part on which the clicks that follow depend. */
  record Key(
      MarkMemory walk,
      int row,
      boolean hasSession,
      long start,
      int mark,
      long last,
      long date,
      int behind,
      @Nullable Link clicks,
      Map<Piece.Copies, Long> counted,
      List<Integer> putOff) {}

  Key key() {
    return new Key(walk, row, hasSession, start, mark, last, date, behind, clicks, counted, putOff);
  }

  /**
   * Of two states with one key, allows what either does: a click that came later was on time only
   * if the later one in both was.
   */
  void allowWhat(CutState other) {
    int[] both = onTime.clone();
    for (int i = 0; i < both.length; i++) {
      both[i] = Math.min(both[i], other.onTime[i]);
    }
    onTime = both;
  }

  void onTime(int partition, int arrival) {
    if (partition >= 0 && onTime[partition] < arrival) {
      onTime = onTime.clone();
      onTime[partition] = arrival;
    }
  }

  /** Event time does not go back: behind a click of an earlier time that was on time none is. */
  boolean canBeBehind(int partition, int arrival) {
    return partition < 0 || onTime[partition] < arrival;
  }

  /** A click of a session, with those before it; equal to another with the same clicks. */
  static final class Link {
    final @Nullable Link before;
    final int click;
    final int count;
    private final long hash;

    Link(@Nullable Link before, int click) {
      this.before = before;
      this.click = click;
      this.count = before == null ? 1 : before.count + 1;
      this.hash = (before == null ? 7 : before.hash) * 0x9E3779B97F4A7C15L + click;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      if (!(other instanceof Link that)) {
        return false;
      }
      Link one = this;
      Link two = that;
      while (one != two) {
        if (one == null || two == null || one.hash != two.hash || one.click != two.click) {
          return false;
        }
        one = one.before;
        two = two.before;
      }
      return true;
    }

    @Override
    public int hashCode() {
      return Objects.hash(hash, count);
    }
  }
}
