package io.clickstream.benchmark;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An order of the driver to the JVM of a system.
 *
 * @param run of all but {@link What#STOP}
 * @param clicks in the topic, for {@link What#DRAIN}
 * @param timeout of {@link What#DRAIN}
 */
record Order(What what, @Nullable Run run, long clicks, @Nullable Duration timeout) {

  enum What {
    /** Tell how the system is configured. */
    CONFIGURATION,
    /** Run it to the end of the topics and tell the figures. */
    DRAIN,
    /** Start it and go on. */
    START,
    /** Begin to measure: it is warm. */
    MEASURE,
    /** Tell the figures since then. */
    FIGURES,
    /** Stop what was started. */
    STOP
  }
}
