package io.clickstream.model;

import org.jspecify.annotations.Nullable;

/** The columns of {@code product-catalog} that sessions are enriched with. */
public record Product(@Nullable String category, @Nullable String brand) {}
