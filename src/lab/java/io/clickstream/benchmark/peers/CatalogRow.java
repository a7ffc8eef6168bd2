package io.clickstream.benchmark.peers;

import org.jspecify.annotations.Nullable;

/** The columns of {@code product-catalog} that sessions are enriched with. A POJO. */
public class CatalogRow {
  public @Nullable String category;
  public @Nullable String brand;
}
