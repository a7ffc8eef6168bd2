package io.clickstream.benchmark.peers;

import org.jspecify.annotations.Nullable;

/** A profile or product that was added, replaced or, if both rows are null, deleted. A POJO. */
public class ReferenceChange {
  public @Nullable String id;
  public boolean ofProfile;
  public @Nullable ProfileRow profile;
  public @Nullable CatalogRow product;
}
