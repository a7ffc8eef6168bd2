package io.clickstream.config;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How sessions wait for reference data.
 *
 * @param maxWait how long a session may wait for it to be loaded, or null for as long as it takes
 */
public record EnrichmentSettings(@Nullable Duration maxWait) implements Serializable {}
