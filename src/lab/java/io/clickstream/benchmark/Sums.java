package io.clickstream.benchmark;

/** The sums over the sessions of a run; each system must get the same. */
record Sums(long sessions, long clicks, long durationMs, long revenueCents) {

  @Override
  public String toString() {
    return "%,d sessions, %,d clicks, %,d ms, %,d.%02d revenue"
        .formatted(sessions, clicks, durationMs, revenueCents / 100, revenueCents % 100);
  }
}
