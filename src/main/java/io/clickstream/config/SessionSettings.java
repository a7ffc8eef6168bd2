package io.clickstream.config;

import static io.clickstream.config.Kinds.MEBIBYTE;
import static io.clickstream.config.Kinds.MILLISECOND;
import static io.clickstream.config.Kinds.bool;
import static io.clickstream.config.Kinds.choice;
import static io.clickstream.config.Kinds.duration;
import static io.clickstream.config.Kinds.integer;
import static io.clickstream.config.Kinds.size;

import io.clickstream.columns.Condition;
import io.clickstream.columns.CutDefinitions;
import io.clickstream.columns.CutDefinitions.Campaigns;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.Engagement;
import io.clickstream.columns.FieldDefinition;
import io.clickstream.columns.GoalDefinition;
import io.clickstream.columns.ValueSource;
import java.io.Serializable;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How sessions are made: the rules' parameters, in the symbols of the contract, where they are cut,
 * how much of them is kept on the heap, and what they have beyond the fields that all have.
 *
 * @param like the product whose sessions are made where no other setting says so, or null
 * @param gap {@code G}: events further apart than this are in different sessions
 * @param allowedLateness {@code L}
 * @param maxDuration {@code D}: no session spans more
 * @param maxEvents {@code N}: a session with as many is full
 * @param dedupWindow {@code K}: event ids that a session remembers
 * @param dedupKey by which an event is known for one that came before
 * @param ownHosts a referrer from one of these hosts, or from below it, is none
 * @param cacheSize bytes of heap for the sessions used last, a subtask
 * @param fields name to the field of this name, which has no name itself
 * @param goals name to the goal of this name, which has no name itself
 * @param engagement how engaged time is told, or null
 * @param engaged what makes a session engaged
 * @param bounce what makes it a bounce
 * @param cutUser whether another known user ends a session
 * @param cutCampaign which campaigns end one
 * @param cutOnChange another value in one of these ends one
 * @param cutStartAt a click that fulfils it begins one
 * @param cutEndAfter a click that fulfils it ends one
 * @param cutMidnight the zone in which a midnight ends one
 * @param passive which clicks neither open nor prolong one
 * @param maxWaiting bytes of a visitor's clicks that wait for the watermark
 */
public record SessionSettings(
    @Nullable SessionsLike like,
    Duration gap,
    Duration allowedLateness,
    Duration maxDuration,
    int maxEvents,
    int dedupWindow,
    DedupKey dedupKey,
    List<String> ownHosts,
    long cacheSize,
    Map<String, FieldDefinition> fields,
    Map<String, GoalDefinition> goals,
    @Nullable Engagement engagement,
    Definitions.Engaged engaged,
    Definitions.Bounce bounce,
    boolean cutUser,
    OrNone<Campaigns> cutCampaign,
    OrNone<List<ValueSource>> cutOnChange,
    OrNone<Condition> cutStartAt,
    OrNone<Condition> cutEndAfter,
    OrNone<ZoneId> cutMidnight,
    OrNone<Condition> passive,
    long maxWaiting)
    implements Serializable {

  static final Section<SessionSettings> SECTION = new Section<>(SessionSettings.class);

  /** Names joined by dots. */
  private static final Pattern HOST =
      Pattern.compile("[\\p{L}\\p{N}_-]{1,63}(\\.[\\p{L}\\p{N}_-]{1,63}){0,30}");

  public static final Setting<SessionsLike> LIKE =
      SECTION
          .setting(
              "session.like",
              "The product whose sessions are to be made: a set of values of the settings below"
                  + " (gap, limits, cuts, engaged, bounce), each of which can still be given by"
                  + " itself. matomo needs session.cut.midnight besides.",
              choice(SessionsLike.class))
          .presets(SessionsLike::presets)
          .optional();

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

  public static final Setting<Map<String, FieldDefinition>> FIELDS =
      SECTION
          .group(
              "session.fields",
              List.of(),
              "A field of your own in every session: session.fields.plan: {last: properties.plan} is"
                  + " published as plan in the object fields. At most 64.",
              DefinitionKinds.FIELD)
          .named(DefinitionKinds.NAME)
          .optional();

  public static final Setting<Map<String, GoalDefinition>> GOALS =
      SECTION
          .group(
              "session.goals",
              List.of(),
              "A goal that a session can reach: session.goals.order: {where: {event_type: purchase},"
                  + " value: properties.total} is published as order in the object goals, with count,"
                  + " value, currency and first_at. once-per: order_id counts one click of each. At"
                  + " most 16.",
              DefinitionKinds.GOAL)
          .named(DefinitionKinds.NAME)
          .optional();

  public static final Setting<Engagement> ENGAGEMENT =
      SECTION
          .setting(
              "session.engagement",
              "How engaged_ms is told: the sum of milliseconds that clicks name, or signs of life"
                  + " (pings) that come every heartbeat (default 10s) while a page is looked at, of"
                  + " which the first counts min-visit (default 5s). Not set: engaged_ms is null.",
              DefinitionKinds.ENGAGEMENT)
          .optional();

  public static final Setting<Definitions.Engaged> ENGAGED =
      SECTION
          .setting(
              "session.engaged",
              "What makes a session engaged. ga4: longer than 10 seconds, or two page views, or a"
                  + " goal (a purchase where no goals are set). snowplow: two page views, or an"
                  + " engaged time of two heartbeats, or a goal; it needs pings in"
                  + " session.engagement.",
              choice(Definitions.Engaged.class))
          .byDefault(Definitions.Engaged.GA4);

  public static final Setting<Definitions.Bounce> BOUNCE =
      SECTION
          .setting(
              "session.bounce",
              "What makes a session a bounce. single-view: exactly one page view. ga4: it is not"
                  + " engaged. posthog: at most one page view and shorter than 10 seconds. Without a"
                  + " page view, single-view and posthog leave it open: null.",
              choice(Definitions.Bounce.class))
          .byDefault(Definitions.Bounce.SINGLE_VIEW);

  public static final Setting<Boolean> CUT_USER =
      SECTION
          .setting(
              "session.cut.user",
              "Whether a session ends (USER) where a click has another user_id than the last click"
                  + " before it that had one: two people on one device are two sessions.",
              bool())
          .byDefault(false);

  public static final Setting<OrNone<Campaigns>> CUT_CAMPAIGN =
      SECTION
          .setting(
              "session.cut.campaign",
              "Whether a session ends (CAMPAIGN) where a click has another campaign (source, medium,"
                  + " name or click id) than the last click before it that had one. change-or-appear:"
                  + " also where none had one.",
              choice(Campaigns.class).orNone())
          .byDefault(OrNone.none());

  public static final Setting<OrNone<List<ValueSource>>> CUT_ON_CHANGE =
      SECTION
          .setting(
              "session.cut.on-change",
              "A session ends (CHANGED) where a click has another value in one of these than the"
                  + " last click before it that had one there: a tracker's own session id, for"
                  + " example.",
              DefinitionKinds.VALUES.orNone())
          .byDefault(OrNone.none());

  public static final Setting<OrNone<Condition>> CUT_START_AT =
      SECTION
          .setting(
              "session.cut.start-at",
              "A click that fulfils this condition begins a session, however near the one before"
                  + " (START_AT).",
              ReadingKinds.CONDITION.orNone())
          .byDefault(OrNone.none());

  public static final Setting<OrNone<Condition>> CUT_END_AFTER =
      SECTION
          .setting(
              "session.cut.end-after",
              "A click that fulfils this condition is the last of its session, however near the next"
                  + " one (END_AFTER).",
              ReadingKinds.CONDITION.orNone())
          .byDefault(OrNone.none());

  public static final Setting<OrNone<ZoneId>> CUT_MIDNIGHT =
      SECTION
          .setting(
              "session.cut.midnight",
              "The time zone at whose midnights sessions end (MIDNIGHT).",
              ReadingKinds.TIME_ZONE.orNone())
          .byDefault(OrNone.none());

  public static final Setting<OrNone<Condition>> PASSIVE =
      SECTION
          .setting(
              "session.passive",
              "Clicks that neither open nor prolong a session, such as heartbeats: they count in the"
                  + " session that they come into or up to a gap behind. One without a session is"
                  + " skipped.",
              ReadingKinds.CONDITION.orNone())
          .byDefault(OrNone.none());

  public static final Setting<Long> MAX_WAITING =
      SECTION
          .setting(
              "session.max-waiting",
              "Where session.passive or a cut but that at midnight is set, clicks wait in state for"
                  + " event time to reach them; at most so many bytes of each visitor. A click beyond"
                  + " that does not wait: it is counted as unmarked, and no session is cut at it.",
              size(1_024, 1_024 * MEBIBYTE))
          .byDefault(CutDefinitions.MAX_WAITING);

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
    fields = Map.copyOf(fields);
    goals = Map.copyOf(goals);
  }

  /** The parameters when nothing is given. */
  public static SessionSettings defaults() {
    return SECTION.defaults();
  }

  /** The definitions of sessions: fields and goals in the order of their names, and cuts. */
  public Definitions definitions() {
    return new Definitions(
        new TreeMap<>(fields)
            .entrySet().stream().map(field -> field.getValue().named(field.getKey())).toList(),
        new TreeMap<>(goals)
            .entrySet().stream().map(goal -> goal.getValue().named(goal.getKey())).toList(),
        engagement,
        engaged,
        bounce,
        new CutDefinitions(
            cutUser,
            cutCampaign.value(),
            cutOnChange.value() == null ? List.of() : cutOnChange.value(),
            cutStartAt.value(),
            cutEndAfter.value(),
            cutMidnight.value(),
            passive.value(),
            maxWaiting));
  }

  /** The same with another value. */
  public <T> SessionSettings with(Setting<T> setting, @Nullable T value) {
    return SECTION.with(this, setting, value);
  }
}
