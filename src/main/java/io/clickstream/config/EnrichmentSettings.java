package io.clickstream.config;

import static io.clickstream.config.Kinds.duration;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How sessions wait for reference data.
 *
 * @param maxWait how long a session may wait for it to be loaded, or null for as long as it takes
 */
public record EnrichmentSettings(@Nullable Duration maxWait) implements Serializable {

  static final Section<EnrichmentSettings> SECTION = new Section<>(EnrichmentSettings.class);

  public static final Setting<Duration> MAX_WAIT =
      SECTION
          .setting(
              "enrichment.max-wait",
              "How long sessions wait for profiles and products to be loaded before they leave"
                  + " without (MISSING). Not set: as long as it takes.",
              duration(Duration.ZERO))
          .optional();

  /** The settings when nothing is given. */
  public static EnrichmentSettings defaults() {
    return SECTION.defaults();
  }

  /** The same with another value. */
  public <T> EnrichmentSettings with(Setting<T> setting, @Nullable T value) {
    return SECTION.with(this, setting, value);
  }
}
