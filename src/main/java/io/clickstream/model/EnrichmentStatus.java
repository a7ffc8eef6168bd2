package io.clickstream.model;

/**
 * How much of what a session refers to is in the reference data: its {@code user_id}, if it has
 * one, and each of its products. A profile or product that is there counts as found, whichever of
 * its columns are empty.
 */
public enum EnrichmentStatus {
  /** Everything was found; also when the session refers to nothing. */
  FULL,
  /** Some was found and some was not. */
  PARTIAL,
  /** The session refers to something, and none of it was found. */
  MISSING
}
