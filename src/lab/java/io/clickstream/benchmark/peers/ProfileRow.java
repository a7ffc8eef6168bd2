package io.clickstream.benchmark.peers;

import org.jspecify.annotations.Nullable;

/** The columns of {@code user-profiles} that sessions are enriched with. A POJO. */
public class ProfileRow {
  public @Nullable String segment;
  public @Nullable String tier;
}
