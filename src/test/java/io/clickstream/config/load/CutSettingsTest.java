package io.clickstream.config.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.clickstream.columns.Columns;
import io.clickstream.columns.Condition;
import io.clickstream.columns.CutDefinitions;
import io.clickstream.columns.CutDefinitions.Campaigns;
import io.clickstream.columns.Cuts;
import io.clickstream.columns.Definitions.Bounce;
import io.clickstream.columns.Definitions.Engaged;
import io.clickstream.columns.Engagement;
import io.clickstream.columns.ValueSource;
import io.clickstream.config.OrNone;
import io.clickstream.config.SessionSettings;
import io.clickstream.config.SessionsLike;
import io.clickstream.config.Setting;
import io.clickstream.config.load.InvalidSettingsException.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cuts, passive clicks and presets of products, from the settings to the table of columns. */
class CutSettingsTest {

  private static final String BERLIN = "--session.cut.midnight=Europe/Berlin";

  @TempDir private Path directory;

  private static SessionSettings session(String... args) {
    return Reading.read(args).settings().session();
  }

  private static CutDefinitions cuts(String... args) {
    return session(args).definitions().cuts();
  }

  private static Condition ofType(String type) {
    return Condition.parse(Map.of("event_type", type));
  }

  // ---------------------------------------------------------------------------- cuts

  @Test
  void shouldCutNothingWhenNothingIsGiven() {
    assertThat(cuts()).isEqualTo(CutDefinitions.NONE);
  }

  @Test
  void shouldReadAllOfThemFromAFile() throws IOException {
    String file =
        Reading.config(
            directory,
            """
            session:
              cut:
                user: true
                campaign: change-or-appear
                on-change: [context.sessionId, app_id]
                start-at: {event_type: session_start}
                end-after:
                  event_type: logout
                midnight: Europe/Berlin
              passive: {event_type: heartbeat}
              max-waiting: 2mb
            """);

    assertThat(cuts(file))
        .isEqualTo(
            new CutDefinitions(
                true,
                Campaigns.CHANGE_OR_APPEAR,
                List.of(ValueSource.parse("context.sessionId"), ValueSource.parse("app_id")),
                ofType("session_start"),
                ofType("logout"),
                ZoneId.of("Europe/Berlin"),
                ofType("heartbeat"),
                2 << 20));
  }

  @Test
  void shouldReadAllOfThemFromVariablesAndArguments() {
    Map<String, String> environment =
        Map.of(
            "CLICKSTREAM_SESSION_CUT_USER", "true",
            "CLICKSTREAM_SESSION_CUT_CAMPAIGN", "change",
            "CLICKSTREAM_SESSION_CUT_ON_CHANGE", "[context.sessionId]",
            "CLICKSTREAM_SESSION_CUT_START_AT", "{event_type: session_start}",
            "CLICKSTREAM_SESSION_MAX_WAITING", "64kb");

    assertThat(
            Reading.read(
                    environment,
                    "--session.cut.on-change=app_id",
                    "--session.cut.end-after={event_type: logout}",
                    "--session.passive={event_type: heartbeat}",
                    "--session.cut.midnight=+01:00")
                .settings()
                .session()
                .definitions()
                .cuts())
        .isEqualTo(
            new CutDefinitions(
                true,
                Campaigns.CHANGE,
                List.of(ValueSource.parse("app_id")),
                ofType("session_start"),
                ofType("logout"),
                ZoneId.of("+01:00"),
                ofType("heartbeat"),
                64 << 10));
  }

  @Test
  void shouldSwitchOffByNoneWhatAWeakerLayerSets() throws IOException {
    String file =
        Reading.config(
            directory,
            """
            session:
              cut: {user: true, campaign: change, on-change: a.b, start-at: {a: 1}, end-after: {b: 1}, midnight: UTC}
              passive: {c: 1}
            """);

    assertThat(
            cuts(
                file,
                "--session.cut.user=false",
                "--session.cut.campaign=none",
                "--session.cut.on-change=none",
                "--session.cut.start-at=none",
                "--session.cut.end-after=none",
                "--session.cut.midnight=none",
                "--session.passive=none"))
        .isEqualTo(CutDefinitions.NONE);
  }

  @Test
  void shouldBeInTheTableWithWhatTheyReadOfClicks() {
    Columns table =
        Columns.of(
            session(
                    "--session.fields.sid={last: context.sessionId}",
                    "--session.cut.on-change=[context.sessionId, user_agent, properties.visit]",
                    "--session.cut.start-at={event_type: session_start}",
                    "--session.passive={event_type: session_start}")
                .definitions());
    Cuts cuts = table.cuts();

    assertThat(cuts.letWait()).isTrue();
    // A text that is read anyway is read once, as is a condition.
    assertThat(cuts.changes()).hasSize(3);
    assertThat(table.added().stream().filter(it -> table.defined(it.index()) != null)).hasSize(3);
    assertThat(table.conditions()).containsExactly(ofType("session_start"));
    assertThat(cuts.startAt()).isEqualTo(cuts.passive());
  }

  @ParameterizedTest
  @CsvSource({
    "session.cut.user=true, true, true",
    "session.cut.campaign=change, true, true",
    "session.cut.on-change=a.b, true, true",
    "session.cut.start-at={a: 1}, true, true",
    "session.cut.end-after={a: 1}, true, true",
    "session.cut.midnight=UTC, false, true",
    "session.passive={a: 1}, true, false",
    "session.max-waiting=2mb, false, false"
  })
  void shouldLetClicksWaitOnlyWhereNeighboursAreLookedAt(
      String argument, boolean letsWait, boolean areAny) {
    Cuts cuts = Columns.of(session("--" + argument).definitions()).cuts();

    assertThat(cuts.letWait()).isEqualTo(letsWait);
    assertThat(cuts.areAny()).isEqualTo(areAny);
  }

  @Test
  void shouldReportEverythingThatIsWrongAtOnce() {
    assertThat(
            Reading.problems(
                "--session.cut.user=none",
                "--session.cut.campaign=appear",
                "--session.cut.on-change=[]",
                "--session.cut.start-at=logout",
                "--session.cut.end-after={total: {more: 1}}",
                "--session.cut.midnight=Berlin",
                "--session.passive=[]",
                "--session.max-waiting=1b",
                "--session.like=piwik"))
        .extracting(Problem::key, Problem::remedy)
        .containsExactlyInAnyOrder(
            tuple("session.cut.user", "correct it, or remove it for the default false"),
            tuple("session.cut.campaign", "correct it, or remove it for the default none"),
            tuple("session.cut.on-change", "correct it, or remove it for the default none"),
            tuple("session.cut.start-at", "correct it, or remove it for the default none"),
            tuple("session.cut.end-after", "correct it, or remove it for the default none"),
            tuple("session.cut.midnight", "correct it, or remove it for the default none"),
            tuple("session.passive", "correct it, or remove it for the default none"),
            tuple("session.max-waiting", "correct it, or remove it for the default 1mb"),
            tuple("session.like", "correct it"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "session.cut.midnight=Berlin | a time zone such as UTC or Europe/Berlin, or an offset such"
            + " as +01:00, or none; it is not a time zone",
        "session.cut.campaign=appear | one of change, change-or-appear, or none; it is none of them",
        "session.cut.on-change=[a.b, [c]] | a field of ours or a path, or a list of at most 16 of"
            + " them, or none; it has other things in it than fields and paths",
        "session.cut.on-change=[a.b, a.b] | a field of ours or a path, or a list of at most 16 of"
            + " them, or none; a.b is in the list twice"
      })
  void shouldSayWhatIsExpectedAndWhatIsWrong(String argument, String expected) {
    assertThat(Reading.problems("--" + argument))
        .extracting(Problem::expected)
        .containsExactly(expected);
  }

  @Test
  void shouldTakeSixteenValuesAndRefuseMore() {
    assertThat(cuts("--session.cut.on-change=" + paths(16)).onChange()).hasSize(16);
    assertThat(Reading.problems("--session.cut.on-change=" + paths(17)))
        .extracting(Problem::expected)
        .singleElement()
        .asString()
        .endsWith("; the list has 17 of them");
  }

  private static String paths(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "a.b" + i)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  @Test
  void shouldRefuseWhatNoRecordHas() {
    assertThat(
            Reading.problems(
                "--session.cut.on-change=[a.b, revenue]",
                "--session.cut.start-at={revenue: exists}",
                "--session.cut.end-after={'items[key=a].b': exists}",
                "--session.passive={timestamp: exists}",
                "--ingest.products-at=items",
                "--ingest.fields.timestamp=@kafka"))
        .extracting(Problem::key, Problem::remedy)
        .containsExactlyInAnyOrder(
            tuple("session.cut.on-change", "set ingest.fields.revenue, or name a path instead"),
            tuple("session.cut.start-at", "set ingest.fields.revenue, or name a path instead"),
            tuple(
                "session.cut.end-after",
                "name a path that does not, or remove that array from ingest.products-at"),
            tuple("session.passive", "test another field, or name a path instead"));
  }

  // ------------------------------------------------------------------------- products

  @Test
  void shouldSetNothingOfGa4ButItsGapAndDefinitions() {
    assertSets("ga4", Map.of(SessionSettings.BOUNCE, Bounce.GA4), BERLIN);
  }

  @Test
  void shouldCutAtCampaignsAsMatomo() {
    assertSets(
        "matomo",
        Map.of(SessionSettings.CUT_CAMPAIGN, OrNone.of(Campaigns.CHANGE_OR_APPEAR)),
        BERLIN);
  }

  @Test
  void shouldLimitSessionsAsAdobe() {
    assertSets(
        "adobe",
        Map.of(
            SessionSettings.MAX_DURATION, Duration.ofHours(12), SessionSettings.MAX_EVENTS, 2_500),
        BERLIN);
  }

  @Test
  void shouldCallABounceWhatPosthogDoes() {
    assertSets("posthog", Map.of(SessionSettings.BOUNCE, Bounce.POSTHOG), BERLIN);
  }

  @Test
  void shouldTellEngagementAsSnowplow() {
    assertSets(
        "snowplow",
        Map.of(
            SessionSettings.MAX_DURATION,
            Duration.ofHours(72),
            SessionSettings.ENGAGED,
            Engaged.SNOWPLOW,
            SessionSettings.ENGAGEMENT,
            new Engagement.Pings(
                ofType("page_ping"), Duration.ofSeconds(10), Duration.ofSeconds(5))),
        BERLIN);
  }

  /** A preset, and what is set besides, differ from the defaults in these values alone. */
  private static void assertSets(String product, Map<Setting<?>, Object> expected, String besides) {
    SessionSettings settings = session(besides);
    for (Map.Entry<Setting<?>, Object> value : expected.entrySet()) {
      settings = with(settings, value.getKey(), value.getValue());
    }
    assertThat(session(besides, "--session.like=" + product))
        .isEqualTo(
            settings.with(
                SessionSettings.LIKE, SessionsLike.valueOf(product.toUpperCase(Locale.ROOT))));
  }

  @SuppressWarnings("unchecked") // Values are of the settings' types.
  private static <T> SessionSettings with(
      SessionSettings settings, Setting<?> setting, @Nullable Object value) {
    return settings.with((Setting<T>) setting, (T) value);
  }

  @ParameterizedTest
  @CsvSource({"ga4", "matomo", "adobe", "posthog", "snowplow"})
  void shouldKeepTheGapOfEachOverOneThatIsGivenAndNotOverrideIt(String product) {
    String like = "--session.like=" + product;

    assertThat(session(like, BERLIN).gap()).isEqualTo(Duration.ofMinutes(30));
    assertThat(session(like, BERLIN, "--session.gap=20min").gap())
        .isEqualTo(Duration.ofMinutes(20));
  }

  @Test
  void shouldLetEachValueOfAPresetBeGivenByItself() throws IOException {
    String file =
        Reading.config(
            directory,
            """
            session:
              cut: {campaign: none, midnight: none}
              bounce: ga4
              max-events: 7
            """);
    assertThat(session(file, "--session.like=matomo"))
        .isEqualTo(session(file).with(SessionSettings.LIKE, SessionsLike.MATOMO));
    assertThat(
            session(
                "--session.like=snowplow",
                "--session.max-duration=1h",
                "--session.engaged=ga4",
                "--session.engagement={milliseconds: a}"))
        .isEqualTo(
            session("--session.max-duration=1h", "--session.engagement={milliseconds: a}")
                .with(SessionSettings.LIKE, SessionsLike.SNOWPLOW));
  }

  @Test
  void shouldSayWhichPresetNeedsPings() {
    assertThat(
            Reading.problems("--session.like=snowplow", "--session.engagement={milliseconds: a}"))
        .containsExactly(
            new Problem(
                "session.engaged",
                "snowplow",
                "session.like snowplow",
                "ga4, or pings in session.engagement, with whose heartbeat snowplow compares",
                "set session.engagement: {pings: page_ping}, or this to ga4"));
  }

  @Test
  void shouldNotStartAsMatomoWithoutTheZoneOfTheSite() {
    assertThat(Reading.problems("--session.like=matomo"))
        .containsExactly(
            new Problem(
                "session.like",
                "matomo",
                "argument --session.like",
                "the site's time zone in session.cut.midnight: in Matomo sessions end at its"
                    + " midnights",
                "set session.cut.midnight: Europe/Berlin, for example, or to none for sessions that"
                    + " go on over midnight"));
    assertThat(cuts("--session.like=matomo", BERLIN).midnight())
        .isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(cuts("--session.like=matomo", "--session.cut.midnight=none").midnight()).isNull();
    assertThat(Reading.problems("--session.like=matomo", "--session.cut.midnight=Berlin"))
        .extracting(Problem::key)
        .containsExactly("session.cut.midnight");
  }
}
