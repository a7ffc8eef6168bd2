package io.clickstream.benchmark;

import io.clickstream.benchmark.R1Json.Defect;
import io.clickstream.benchmark.R1Json.Kind;
import io.clickstream.output.VisitorHash;
import io.clickstream.sink.VisitorPartitioner;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Workload R1: the same records for the same arguments, and beside them what must become of them.
 *
 * <p>A tenth of the visitors is active, each clicking once a minute on average; a visit ends by
 * chance, and another visitor takes its place, {@code U·r^1.8} being the one: popular visitors come
 * often. Of 200 000 visitors that is 20 000 clicks a minute. A quarter of the clicks is delivered
 * up to 2 999 ms behind the order of their times. The topic ends in every partition with a click of
 * a visitor of its own, three hours after the last: whoever waits for time to move on closes all
 * sessions.
 *
 * <p>Memory: a few numbers a visitor, and the clicks that are under way.
 */
final class R1Clicks {

  /** Visitors of this prefix are no part of what is expected. */
  static final String CLOSER = "closer-";

  private static final long FIRST = Instant.parse("2026-01-05T08:00:00Z").toEpochMilli();
  private static final Duration CLOSING_PAUSE = Duration.ofHours(3);
  private static final int MAX_DISORDER_MS = 2_999;
  private static final int MAX_LATE_MS = 600_000;
  private static final double SKEW = 1.8;
  private static final double ENDS_VISIT = 1 / 12.0;
  private static final int PAGES = 500;

  private final Workload workload;
  private final long records;
  private final int visitors;
  private final int partitions;
  private final long gapMs;
  private final SplittableRandom random;
  private final R1Json json = new R1Json();
  private final PriorityQueue<Delayed> delayed = new PriorityQueue<>();

  private final long[] start;
  private final long[] end;

  /** Null where only pauses end sessions. */
  private final @Nullable R1Cuts cuts;

  private long sessions;
  private long clicks;
  private long durationMs;
  private long revenueCents;
  private long copies;
  private long copiedRevenueCents;
  private long rejected;

  /** Takes the records, each partition's in order. */
  @FunctionalInterface
  interface Output {
    void record(int partition, byte[] key, byte[] value) throws IOException;
  }

  private record Delayed(long at, long number, int partition, byte[] key, byte[] value)
      implements Comparable<Delayed> {
    @Override
    public int compareTo(Delayed other) {
      int byTime = Long.compare(at, other.at);
      return byTime == 0 ? Long.compare(number, other.number) : byTime;
    }
  }

  R1Clicks(Workload workload, long records, int visitors, int partitions, Duration gap, long seed) {
    this.workload = workload;
    this.records = records;
    this.visitors = visitors;
    this.partitions = partitions;
    this.gapMs = gap.toMillis();
    this.random = new SplittableRandom(seed);
    // The last one is the visitor of R1-hot.
    this.start = new long[visitors + 1];
    this.end = new long[visitors + 1];
    this.cuts = workload == Workload.R1_CUTS ? new R1Cuts(visitors) : null;
  }

  /**
   * The visitor of whom only clicks and revenue are compared: who is too long is cut, or is not.
   */
  static @Nullable String uncomparable(Workload workload, int visitors) {
    return workload == Workload.R1_HOT ? R1Json.visitorId(visitors) : null;
  }

  /** Makes all records; can be called once. */
  Expected generate(Output output) throws IOException {
    int active = Math.max(1, visitors / 10);
    int[] visitorOf = new int[active];
    boolean[] isActive = new boolean[visitors];
    boolean[] entry = new boolean[active];
    for (int slot = 0; slot < active; slot++) {
      visitorOf[slot] = arrival(isActive);
      entry[slot] = true;
    }
    long time = FIRST;
    for (long number = 0; number + copies < records; number++) {
      time = FIRST + number * 60_000 / active;
      if (workload == Workload.R1_NIGHT && number >= records / 10 * 9) {
        time += CLOSING_PAUSE.toMillis();
      }
      deliver(output, time);
      if (workload == Workload.R1_HOT && random.nextInt(20) == 0) {
        click(output, number, time, visitors, false);
      } else if (workload == Workload.R1_WIDE || workload == Workload.R1_NIGHT) {
        click(output, number, time, random.nextInt(visitors), false);
      } else {
        int slot = random.nextInt(active);
        int visitor = visitorOf[slot];
        click(output, number, time, visitor, entry[slot]);
        entry[slot] = false;
        if (random.nextDouble() < ENDS_VISIT) {
          isActive[visitor] = false;
          visitorOf[slot] = arrival(isActive);
          entry[slot] = true;
        }
      }
    }
    deliver(output, Long.MAX_VALUE);
    close(output, time + CLOSING_PAUSE.toMillis());
    return expected();
  }

  private int arrival(boolean[] isActive) {
    int visitor;
    do {
      visitor = (int) (visitors * Math.pow(random.nextDouble(), SKEW));
    } while (isActive[visitor]);
    isActive[visitor] = true;
    return visitor;
  }

  private void click(Output output, long number, long time, int visitor, boolean entry)
      throws IOException {
    Defect defect = null;
    if (workload == Workload.R1_BAD && random.nextInt(1000) == 0) {
      defect = Defect.values()[random.nextInt(Defect.values().length)];
    }
    Kind kind = Kind.of(random.nextInt(1000));
    int product = random.nextInt(R1Json.PRODUCTS);
    int quantity = 1 + random.nextInt(3);
    int page = random.nextInt(PAGES);
    byte[] value =
        json.click(
            number,
            time,
            visitor,
            R1Json.visitorId(visitor),
            entry,
            kind,
            page,
            product,
            quantity,
            defect);
    byte[] key = R1Json.key(visitor);
    int partition = VisitorPartitioner.partition(VisitorHash.ofKey(key), partitions);
    int delay = random.nextInt(4) == 0 ? 1 + random.nextInt(MAX_DISORDER_MS) : 0;
    if (workload == Workload.R1_LATE && random.nextInt(100) == 0) {
      delay = 1 + random.nextInt(MAX_LATE_MS);
    }
    send(output, new Delayed(time + delay, number, partition, key, value), time);
    if (defect != null) {
      rejected++;
      return;
    }
    long revenue = kind == Kind.PURCHASE ? (long) quantity * R1Json.priceCents(product) : 0;
    account(visitor, time, entry ? R1Json.campaign(page) : R1Cuts.NO_CAMPAIGN, revenue);
    if (workload == Workload.R1_DUP && random.nextInt(99) == 0) {
      int later = 1 + random.nextInt(MAX_DISORDER_MS);
      send(output, new Delayed(time + later, number, partition, key, value), time);
      copies++;
      copiedRevenueCents += revenue;
    }
  }

  private void send(Output output, Delayed record, long time) throws IOException {
    if (record.at > time) {
      delayed.add(record);
    } else {
      output.record(record.partition, record.key, record.value);
    }
  }

  private void deliver(Output output, long time) throws IOException {
    for (Delayed next = delayed.peek(); next != null && next.at <= time; next = delayed.peek()) {
      delayed.remove();
      output.record(next.partition, next.key, next.value);
    }
  }

  private void close(Output output, long time) throws IOException {
    for (int partition = 0; partition < partitions; partition++) {
      String id = CLOSER + partition;
      byte[] value = json.click(-1L - partition, time, 0, id, false, Kind.PAGE_VIEW, 0, 0, 0, null);
      output.record(partition, R1Json.key(R1Json.app(0), id), value);
    }
  }

  /** Clicks come here in the order of their times, whatever the order of their delivery. */
  private void account(int visitor, long time, int campaign, long revenue) {
    clicks++;
    revenueCents += revenue;
    boolean isFirst = start[visitor] == 0;
    boolean isNear = !isFirst && time - end[visitor] <= gapMs;
    boolean isCut = cuts != null && cuts.isCut(visitor, end[visitor], isNear, time, campaign);
    if (isFirst) {
      start[visitor] = time;
    } else if (!isNear || isCut) {
      end(visitor);
      start[visitor] = time;
    }
    end[visitor] = time;
  }

  private void end(int visitor) {
    if (workload == Workload.R1_HOT && visitor == visitors) {
      return;
    }
    sessions++;
    durationMs += end[visitor] - start[visitor];
  }

  private Expected expected() {
    for (int visitor = 0; visitor <= visitors; visitor++) {
      if (start[visitor] != 0) {
        end(visitor);
      }
    }
    return new Expected(
        clicks + rejected + copies + partitions,
        rejected,
        copies,
        new Sums(sessions, clicks, durationMs, revenueCents),
        new Sums(sessions, clicks + copies, durationMs, revenueCents + copiedRevenueCents));
  }
}
