package io.clickstream.config;

import static io.clickstream.config.Kinds.MEBIBYTE;
import static io.clickstream.config.Kinds.MILLISECOND;
import static io.clickstream.config.Kinds.duration;
import static io.clickstream.config.Kinds.integer;
import static io.clickstream.config.Kinds.size;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How sessions are made: the rules' parameters, in the symbols of the contract, and how much of
 * them is kept on the heap.
 *
 * @param gap {@code G}: events further apart than this are in different sessions
 * @param allowedLateness {@code L}
 * @param maxDuration {@code D}: no session spans more
 * @param maxEvents {@code N}: a session with as many is full
 * @param dedupWindow {@code K}: event ids that a session remembers
 * @param cacheSize bytes of heap for the sessions used last, a subtask
 */
public record SessionSettings(
    Duration gap,
    Duration allowedLateness,
    Duration maxDuration,
    int maxEvents,
    int dedupWindow,
    long cacheSize)
    implements Serializable {

  static final Section<SessionSettings> SECTION = new Section<>(SessionSettings.class);

  public static final Setting<Duration> GAP =
      SECTION
          .setting(
              "session.gap",
              "Two clicks of a visitor further apart are in different sessions.",
              duration(MILLISECOND))
          .byDefault(Duration.ofMinutes(30));

  public static final Setting<Duration> ALLOWED_LATENESS =
      SECTION
          .setting(
              "session.allowed-lateness",
              "How long a session can still be corrected after it could have closed. Later clicks"
                  + " go to topics.late.",
              duration(Duration.ZERO))
          .byDefault(Duration.ofMinutes(2));

  // Nothing ties it to the gap: a limit below the gap is unusual, but the rules hold for it.
  public static final Setting<Duration> MAX_DURATION =
      SECTION
          .setting(
              "session.max-duration",
              "No session spans more: a longer one is cut (MAX_DURATION).",
              duration(MILLISECOND))
          .byDefault(Duration.ofHours(24));

  // Twice as many is still an int: a merge adds the counts of two sessions before it compares.
  public static final Setting<Integer> MAX_EVENTS =
      SECTION
          .setting(
              "session.max-events",
              "A session with as many clicks is full: it is cut (MAX_EVENTS).",
              integer(1, 1_000_000_000))
          .byDefault(10_000);

  // Each costs 8 bytes of state in every session: half a megabyte at the limit.
  public static final Setting<Integer> DEDUP_WINDOW =
      SECTION
          .setting(
              "session.dedup-window",
              "Event ids that a session remembers, 8 bytes each, to recognise duplicates; 0"
                  + " recognises none.",
              integer(0, 65_536))
          .byDefault(256);

  public static final Setting<Long> CACHE_SIZE =
      SECTION
          .setting(
              "session.cache-size",
              "Heap that the sessions used last may take in each subtask. The others lie in the"
                  + " state backend alone, and each time one is needed it is read from there.",
              size(0, 1_048_576 * MEBIBYTE))
          .byDefault(128 * MEBIBYTE);

  /** The parameters when nothing is given. */
  public static SessionSettings defaults() {
    return SECTION.defaults();
  }

  /** The same with another value. */
  public <T> SessionSettings with(Setting<T> setting, @Nullable T value) {
    return SECTION.with(this, setting, value);
  }
}
