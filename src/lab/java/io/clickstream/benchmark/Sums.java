package io.clickstream.benchmark;

/** What the sessions of a run hold together, as far as it must be right whoever made them. */
record Sums(long sessions, long clicks, long durationMs, long revenueCents) {

  @Override
  public String toString() {
    return "%,d sessions, %,d clicks, %,d ms, %,d.%02d revenue"
        .formatted(sessions, clicks, durationMs, revenueCents / 100, revenueCents % 100);
  }
}
