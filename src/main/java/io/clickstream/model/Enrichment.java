package io.clickstream.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields that reference data adds to a session.
 *
 * @param userSegment the profile's segment, or null if it has none or is unknown
 * @param userTier the profile's tier, or null if it has none or is unknown
 * @param categories the session's events on products of each known category, in the order of the
 *     names, each once
 * @param topCategory the category with the most events, the smallest name among equals; null if no
 *     product has a known one
 * @param topBrand the same of brands
 * @param status how much was found
 */
public record Enrichment(
    @Nullable String userSegment,
    @Nullable String userTier,
    List<Count> categories,
    @Nullable String topCategory,
    @Nullable String topBrand,
    EnrichmentStatus status) {

  /** How many events there were on products of this name. */
  public record Count(String name, long events) {}

  public Enrichment {
    categories = List.copyOf(categories);
  }
}
