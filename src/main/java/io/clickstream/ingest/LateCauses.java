package io.clickstream.ingest;

import io.clickstream.model.Visitor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The clicks that made others late. Event time is the time of the newest click of a partition, or
 * the one that some visitors have reached ({@link Witnesses}). So a single click of a wrong clock,
 * or as many as there are witnesses, makes the clicks behind it late.
 *
 * <p>The late clicks are given first, then all clicks in the order in which they were read. A click
 * that is so far ahead of all before it in its partition that the newest of these would be late
 * behind it begins an <em>advance</em>. The cause of a late click is the last advance without which
 * it would not have been late: this click and those that moved event time from there on. A click
 * without such a cause is late because the input is not in order of time.
 *
 * <p>Memory does not depend on the input: {@value #MAX_KEPT} late clicks and as many advances are
 * kept, the first ones, and {@link #isComplete} tells whether these were all.
 */
public final class LateCauses {

  static final int MAX_KEPT = 200_000;

  /** So many clicks at the beginning of a partition may be wrong; more of them are its order. */
  private static final int FEW = 3;

  /** More visitors than a setting can take need not be told apart. */
  private static final int MOST_WITNESSES = 16;

  private static final int FIRST_CAPACITY = 1_024;

  private final int witnesses;
  private final long boundMs;
  private final long gapMs;

  /** How far a click has to be behind the newest one to be late, ms. */
  private final long reachMs;

  private long[] times = new long[FIRST_CAPACITY];
  private long[] watermarks = new long[FIRST_CAPACITY];
  private int kept;
  private long late;
  private long mostLateMs = Long.MIN_VALUE;

  /**
   * The clicks that moved event time to where others were late, by their times; null until one is
   * read.
   */
  private final Map<Long, @Nullable Move> moves = new HashMap<>();

  private final List<Advance> advances = new ArrayList<>();
  private long clicks;
  private int partition = -1;

  /** Event time of the partition. */
  private Witnesses time;

  private long movesOfPartition;

  /**
   * Explains what a job found late that runs with these settings.
   *
   * @param witnesses how many visitors event time takes
   */
  public LateCauses(
      int witnesses, Duration maxOutOfOrderness, Duration gap, Duration allowedLateness) {
    this.witnesses = witnesses;
    this.time = new Witnesses(witnesses);
    this.boundMs = maxOutOfOrderness.toMillis();
    this.gapMs = gap.toMillis();
    this.reachMs = boundMs + 1 + gapMs + allowedLateness.toMillis();
  }

  /**
   * Clicks that made others late.
   *
   * @param late clicks that would not be late without these
   * @param clicks how many these are
   * @param visitors of how many visitors those are that others came behind; more than {@value
   *     #MOST_WITNESSES} are not told apart
   * @param line of the first of them
   * @param timestamp to which event time came with the first, epoch ms
   * @param aheadMs how far that is ahead of event time before it; -1 if there was none
   */
  public record Cause(
      long late, long clicks, long visitors, long line, long timestamp, long aheadMs) {}

  /**
   * Where event time made a jump.
   *
   * @param first index of the first advance of the partition
   * @param move the how manyth click it is that moved event time
   * @param visitor whose click it is
   */
  private record Advance(
      long line, long timestamp, long aheadMs, int first, long move, Visitor visitor) {

    /** Whether a click would not be late if event time were where it was before. */
    boolean explains(long time, long reachMs) {
      return aheadMs < 0 || time > timestamp - aheadMs - reachMs;
    }
  }

  /**
   * A click that moved event time.
   *
   * @param advance index of the advance that it is part of
   * @param move the how manyth such click of its partition it is
   * @param visitor whose click it is
   */
  private record Move(int advance, long move, Visitor visitor) {}

  /** The findings about an advance that made others late. */
  private static final class Found {

    private long late;
    private long clicks;

    /** The last advance whose visitor is known. */
    private int last;

    private final Set<Visitor> visitors = new HashSet<>();

    Found(int advance) {
      last = advance - 1;
    }

    void add(Move move, Advance first, List<Advance> advances) {
      late++;
      clicks = Math.max(clicks, move.move - first.move() + 1);
      add(move.visitor);
      while (last < move.advance) {
        last++;
        add(advances.get(last).visitor());
      }
    }

    private void add(Visitor visitor) {
      if (visitors.size() <= MOST_WITNESSES) {
        visitors.add(visitor);
      }
    }
  }

  /**
   * Takes a late click.
   *
   * @param timestamp its time, epoch ms
   * @param watermark behind which it came, epoch ms
   */
  public void addLate(long timestamp, long watermark) {
    late++;
    mostLateMs = Math.max(mostLateMs, watermark - timestamp);
    if (kept < MAX_KEPT) {
      if (kept == times.length) {
        times = Arrays.copyOf(times, 2 * kept);
        watermarks = Arrays.copyOf(watermarks, 2 * kept);
      }
      times[kept] = timestamp;
      watermarks[kept] = watermark;
      kept++;
      moves.put(timeOfNewest(watermark), null);
    }
  }

  /**
   * Takes any click, once all late ones are known; one partition after the other.
   *
   * @param line of the click
   * @param timestamp its time, epoch ms
   */
  public void addRead(int partition, long line, Visitor visitor, long timestamp) {
    clicks++;
    if (clicks == 1 || partition != this.partition) {
      this.partition = partition;
      time = new Witnesses(witnesses);
      movesOfPartition = 0;
    }
    long before = time.time();
    long now = time.add(visitor, timestamp);
    if (now == before) {
      return;
    }
    movesOfPartition++;
    boolean isFirst = before == Witnesses.NONE;
    long aheadMs = isFirst ? -1 : now - before;
    if ((isFirst || aheadMs >= reachMs) && advances.size() < MAX_KEPT) {
      int first = isFirst ? advances.size() : advances.get(advances.size() - 1).first();
      advances.add(new Advance(line, now, aheadMs, first, movesOfPartition, visitor));
    }
    if (moves.containsKey(now) && moves.get(now) == null) {
      moves.put(now, new Move(advances.size() - 1, movesOfPartition, visitor));
    }
  }

  /** Late clicks that were given. */
  public long late() {
    return late;
  }

  /** All clicks that were read. */
  public long clicks() {
    return clicks;
  }

  /** How many visitors event time takes. */
  public int witnesses() {
    return witnesses;
  }

  /** Whether there were few enough late clicks and advances to look at each of them. */
  public boolean isComplete() {
    return kept == late && advances.size() < MAX_KEPT;
  }

  /**
   * The least {@code session.allowed-lateness}, ms, with which none of them would have been late; 0
   * if none was.
   */
  public long latenessNeededMs() {
    return late == 0 ? 0 : mostLateMs - gapMs + 1;
  }

  /**
   * The clicks that made others late, more of these than they are themselves, or as many; first
   * those that made most late. None, if the clicks that they explain are fewer than half of the
   * late ones: then the input is not in order of time.
   */
  public List<Cause> causes() {
    Map<Integer, Found> byAdvance = new TreeMap<>();
    for (int i = 0; i < kept; i++) {
      Move move = moves.get(timeOfNewest(watermarks[i]));
      if (move != null && move.advance >= 0) {
        int advance = explaining(times[i], move.advance);
        byAdvance.computeIfAbsent(advance, Found::new).add(move, advances.get(advance), advances);
      }
    }
    List<Cause> causes = new ArrayList<>();
    byAdvance.forEach(
        (index, found) -> {
          Advance advance = advances.get(index);
          Cause cause =
              new Cause(
                  found.late,
                  found.clicks,
                  found.visitors.size(),
                  advance.line,
                  advance.timestamp,
                  advance.aheadMs);
          if (cause.clicks <= (advance.aheadMs < 0 ? FEW : Long.MAX_VALUE)
              && cause.clicks <= cause.late) {
            causes.add(cause);
          }
        });
    long explained = causes.stream().mapToLong(Cause::late).sum();
    if (2 * explained < kept) {
      return List.of();
    }
    causes.sort(Comparator.comparingLong(Cause::late).reversed().thenComparingLong(Cause::line));
    return causes;
  }

  /** The last advance up to one without which a click would not have been late. */
  private int explaining(long time, int last) {
    // Event time before an advance grows from one to the next.
    int from = advances.get(last).first();
    int to = last;
    while (from < to) {
      int middle = (from + to + 1) >>> 1;
      if (advances.get(middle).explains(time, reachMs)) {
        from = middle;
      } else {
        to = middle - 1;
      }
    }
    return from;
  }

  /** A watermark is the event time of the partition, less the bound, less one millisecond. */
  private long timeOfNewest(long watermark) {
    return watermark + boundMs + 1;
  }
}
