package io.clickstream.model;

import org.jspecify.annotations.Nullable;

/** The columns of {@code user-profiles} that sessions are enriched with. */
public record UserProfile(@Nullable String segment, @Nullable String tier) {}
