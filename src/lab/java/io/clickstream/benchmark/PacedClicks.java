package io.clickstream.benchmark;

import io.clickstream.benchmark.R1Json.Kind;
import io.clickstream.output.VisitorHash;
import io.clickstream.sink.VisitorPartitioner;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Clicks at a fixed rate, each at its time: a click's time is that at which the schedule sends it,
 * whether the producer keeps to it or not, so that whoever is slow shows in the latency instead of
 * slowing the load down. Visits of ten clicks within a second or two; a visitor is back only when
 * all others have been there.
 */
final class PacedClicks {

  private static final int CLICKS_A_VISIT = 10;
  private static final double VISIT_SECONDS = 1.5;
  private static final int PAGES = 500;

  private final double rate;
  private final int visitors;
  private final int partitions;
  private final long gapMs;
  private final SplittableRandom random;
  private final R1Json json = new R1Json();
  private final int[] visitorOf;
  private final int[] left;
  private final long[] last;
  private int arrivals;
  private volatile boolean stopped;
  private volatile long sent;
  private volatile long maxBehindMs;

  /** Told when a session has had its last click. */
  @FunctionalInterface
  interface Ends {
    void sessionEnded(long lastClick);
  }

  PacedClicks(double rate, int visitors, int partitions, long gapMs, long seed) {
    this.rate = rate;
    this.visitors = visitors;
    this.partitions = partitions;
    this.gapMs = gapMs;
    this.random = new SplittableRandom(seed);
    int active = Math.max(1, (int) (rate * VISIT_SECONDS / CLICKS_A_VISIT));
    if (visitors < 2 * active) {
      throw new IllegalArgumentException(
          "expected at least " + 2 * active + " visitors at this rate, got " + visitors);
    }
    visitorOf = new int[active];
    left = new int[active];
    last = new long[active];
  }

  /** Sends until it is stopped. */
  void send(R1Clicks.Output output, Ends ends) throws IOException {
    for (int slot = 0; slot < visitorOf.length; slot++) {
      arrive(slot);
      // So that they do not all leave at the same time.
      left[slot] = 1 + random.nextInt(CLICKS_A_VISIT);
    }
    long startNanos = System.nanoTime();
    long startMs = System.currentTimeMillis();
    for (long number = 0; !stopped; number++) {
      long dueNanos = (long) (number * 1e9 / rate);
      long behindNanos = System.nanoTime() - startNanos - dueNanos;
      while (behindNanos < 0) {
        LockSupport.parkNanos(-behindNanos);
        behindNanos = System.nanoTime() - startNanos - dueNanos;
      }
      maxBehindMs = Math.max(maxBehindMs, TimeUnit.NANOSECONDS.toMillis(behindNanos));
      click(output, ends, number, startMs + TimeUnit.NANOSECONDS.toMillis(dueNanos));
      sent = number + 1;
    }
  }

  void stop() {
    stopped = true;
  }

  long sent() {
    return sent;
  }

  /** The most by which a click was sent too late since the last call. */
  long takeMaxBehindMs() {
    long behind = maxBehindMs;
    maxBehindMs = 0;
    return behind;
  }

  private void click(R1Clicks.Output output, Ends ends, long number, long time) throws IOException {
    int slot = random.nextInt(visitorOf.length);
    int visitor = visitorOf[slot];
    boolean entry = last[slot] == 0;
    byte[] key = R1Json.key(visitor);
    output.record(
        VisitorPartitioner.partition(VisitorHash.ofKey(key), partitions),
        key,
        json.click(
            number,
            time,
            visitor,
            R1Json.visitorId(visitor),
            entry,
            Kind.of(random.nextInt(1000)),
            random.nextInt(PAGES),
            random.nextInt(R1Json.PRODUCTS),
            1 + random.nextInt(3),
            null));
    if (!entry && time - last[slot] > gapMs) {
      ends.sessionEnded(last[slot]);
    }
    last[slot] = time;
    left[slot]--;
    if (left[slot] == 0) {
      ends.sessionEnded(time);
      arrive(slot);
    }
  }

  private void arrive(int slot) {
    visitorOf[slot] = arrivals++ % visitors;
    left[slot] = CLICKS_A_VISIT;
    last[slot] = 0;
  }
}
