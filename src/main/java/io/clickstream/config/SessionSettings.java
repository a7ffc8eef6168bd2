package io.clickstream.config;

import static io.clickstream.config.Kinds.MEBIBYTE;
import static io.clickstream.config.Kinds.MILLISECOND;
import static io.clickstream.config.Kinds.duration;
import static io.clickstream.config.Kinds.integer;
import static io.clickstream.config.Kinds.size;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
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
 * @param dedupKey by which an event is known for one that came before
 * @param ownHosts a referrer from one of these hosts, or from below it, is none
 * @param cacheSize bytes of heap for the sessions used last, a subtask
 */
public record SessionSettings(
    Duration gap,
    Duration allowedLateness,
    Duration maxDuration,
    int maxEvents,
    int dedupWindow,
    DedupKey dedupKey,
    List<String> ownHosts,
    long cacheSize)
    implements Serializable {

  static final Section<SessionSettings> SECTION = new Section<>(SessionSettings.class);

  /** Names joined by dots. */
  private static final Pattern HOST =
      Pattern.compile("[\\p{L}\\p{N}_-]{1,63}(\\.[\\p{L}\\p{N}_-]{1,63}){0,30}");

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

  public static final Setting<DedupKey> DEDUP_KEY =
      SECTION
          .setting(
              "session.dedup-key",
              "By which fields an event is known for a duplicate: an event_id that comes with another"
                  + " event_type is another event, or the event_id counts alone.",
              Kind.tree(
                      "list",
                      "[event_id, event_type] or [event_id]",
                      written -> DedupKey.of(Kinds.textsOf(written)),
                      "it is neither",
                      "[event_id, user_id]",
                      key -> key.fields().toString())
                  .suchAs("[event_id]", "[event_id, event_type]"))
          .byDefault(DedupKey.EVENT_ID_AND_TYPE);

  public static final Setting<Long> CACHE_SIZE =
      SECTION
          .setting(
              "session.cache-size",
              "Heap that the sessions used last may take in each subtask. The others lie in the"
                  + " state backend alone, and each time one is needed it is read from there.",
              size(0, 1_048_576 * MEBIBYTE))
          .byDefault(128 * MEBIBYTE);

  /** Documented with the settings of reading, and used where referrers are published. */
  public static final Setting<List<String>> OWN_HOSTS =
      SECTION
          .setting(
              "ingest.own-hosts",
              "Hosts of ours, each with all below it: a session that a page of theirs led to has no"
                  + " referrer. The host of the page itself is always one.",
              Kinds.texts(
                      "hosts such as shop.example, without scheme, port and path; pay.shop.example"
                          + " is part of shop.example")
                  .refusing(
                      "one of them is no host",
                      hosts -> !hosts.stream().allMatch(host -> HOST.matcher(host).matches()),
                      "https://shop.example",
                      "[shop.example, 'shop.example:443']",
                      "[shop.example/a]",
                      "['*.shop.example']",
                      "[.shop.example]",
                      "['']")
                  .suchAs("[shop.example, Pay.example]", "localhost", "[]"))
          .byDefault(List.of());

  public SessionSettings {
    ownHosts = List.copyOf(ownHosts);
  }

  /** The parameters when nothing is given. */
  public static SessionSettings defaults() {
    return SECTION.defaults();
  }

  /** The same with another value. */
  public <T> SessionSettings with(Setting<T> setting, @Nullable T value) {
    return SECTION.with(this, setting, value);
  }
}
