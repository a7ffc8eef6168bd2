package io.clickstream.session;

import static io.clickstream.session.Clicks.EPOCH;
import static io.clickstream.session.Clicks.VISITOR;
import static io.clickstream.session.Clicks.at;
import static io.clickstream.session.SessionSemantics.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Columns;
import io.clickstream.columns.CutDefinitions;
import io.clickstream.columns.CutDefinitions.Campaigns;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.ValueSource;
import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.EndReason;
import io.clickstream.model.Origin;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The numbered cases of cuts, run on the pure rules and on the operator with RocksDB. With G = 30
 * ms and L = 20 ms unless a case says otherwise; time 0 is a midnight in UTC.
 */
public abstract class CutSemantics {

  private static final CutDefinitions USER = cuts(true, null, List.of(), null, null, null, null);

  private static final CutDefinitions MIDNIGHT =
      cuts(false, null, List.of(), null, null, ZoneOffset.UTC, null);

  private final List<Sessionizer> opened = new ArrayList<>();
  private SessionSettings settings = settings(30, 20);
  private Columns columns = Columns.BUILT_IN;

  protected abstract Sessionizer open(
      SessionSettings settings, @Nullable SessionRange range, Columns columns) throws Exception;

  @AfterEach
  void closeAll() throws Exception {
    for (Sessionizer sessionizer : opened) {
      sessionizer.close();
    }
  }

  private static CutDefinitions cuts(
      boolean user,
      @Nullable Campaigns campaign,
      List<ValueSource> onChange,
      @Nullable String startAt,
      @Nullable String endAfter,
      @Nullable ZoneId midnight,
      @Nullable String passive) {
    return new CutDefinitions(
        user,
        campaign,
        onChange,
        startAt == null ? null : DefinedClicks.where(startAt),
        endAfter == null ? null : DefinedClicks.where(endAfter),
        midnight,
        passive == null ? null : DefinedClicks.where(passive),
        CutDefinitions.MAX_WAITING);
  }

  private static CutDefinitions all() {
    return cuts(
        true,
        Campaigns.CHANGE_OR_APPEAR,
        List.of(DefinedClicks.at("a")),
        "start",
        "end",
        ZoneOffset.UTC,
        null);
  }

  private static Columns table(CutDefinitions cuts) {
    return Columns.of(Definitions.NONE.with(cuts));
  }

  private Sessionizer start(CutDefinitions cuts) throws Exception {
    return start(cuts, null);
  }

  private Sessionizer start(CutDefinitions cuts, @Nullable SessionRange range) throws Exception {
    columns = table(cuts);
    Sessionizer sessionizer = open(settings, range, columns);
    opened.add(sessionizer);
    return sessionizer;
  }

  private void restart(Sessionizer sessionizer, CutDefinitions cuts) throws Exception {
    columns = table(cuts);
    sessionizer.restart(settings, columns);
  }

  private Click click(Clicks.Builder builder) {
    return click(builder, Map.of());
  }

  /** A click that fulfils conditions, and has texts. */
  private Click click(Clicks.Builder builder, Map<String, String> texts, String... conditions) {
    Click click = builder.click();
    String content = click.texts() + " " + texts + Set.of(conditions);
    Origin origin = new Origin("raw-clicks", 0, 0, null, content.getBytes(StandardCharsets.UTF_8));
    return new DefinedClicks.Reader(columns)
        .read(click.withOrigin(origin), new DefinedClicks.Values(texts, Set.of(conditions)));
  }

  private Click user(long time, @Nullable String user) {
    return click(at(time).user(user));
  }

  /** {@code 0..10 r1 n=2 USER}, or {@code -20 r2}. */
  private static String shown(Session session) {
    SessionValues values = session.values();
    long start = session.start() - EPOCH;
    if (values == null) {
      return "-%d r%d".formatted(start, session.revision());
    }
    String reason = values.endReason() == EndReason.TIMEOUT ? "" : " " + values.endReason();
    return "%d..%d r%d n=%d%s"
        .formatted(
            start, values.end() - EPOCH, session.revision(), values.number("event_count"), reason);
  }

  private static List<String> shown(Sessionizer sessionizer) throws Exception {
    return sessionizer.sessions().stream().map(CutSemantics::shown).toList();
  }

  /** Sends clicks, closes all, and shows the sessions. */
  private List<String> run(CutDefinitions cuts, Object... clicks) throws Exception {
    Sessionizer sessionizer = start(cuts);
    for (Object click : clicks) {
      sessionizer.click((Click) click);
    }
    sessionizer.watermark(500);
    List<String> shown = shown(sessionizer);
    assertThat(sessionizer.stateEntries()).isZero();
    assertThat(sessionizer.timers()).isZero();
    return shown;
  }

  @Test
  @DisplayName("S37: another known user begins a session; the same one and none do not")
  void shouldCutWhenUserChanges() throws Exception {
    columns = table(USER);

    assertThat(
            run(
                USER,
                user(10, null),
                user(12, "a"),
                user(14, null),
                user(16, "a"),
                user(18, "b"),
                user(20, null),
                user(22, "a")))
        .containsExactly("10..16 r1 n=4 USER", "18..20 r1 n=2 USER", "22..22 r1 n=1");
  }

  @Test
  @DisplayName("S37: the walk forgets at a gap of more than G")
  void shouldForgetUserAfterGap() throws Exception {
    columns = table(USER);

    assertThat(run(USER, user(10, "a"), user(40, "b"), user(71, "a"), user(72, "a")))
        .containsExactly("10..10 r1 n=1 USER", "40..40 r1 n=1", "71..72 r1 n=2");
  }

  @Test
  @DisplayName("S38: change: another campaign than the last one carried begins a session")
  void shouldCutWhenCampaignChanges() throws Exception {
    CutDefinitions cuts = cuts(false, Campaigns.CHANGE, List.of(), null, null, null, null);
    columns = table(cuts);

    assertThat(
            run(
                cuts,
                click(at(10)),
                click(at(11).campaign("s", null, null)),
                click(at(12)),
                click(at(13).campaign("s", null, null)),
                click(at(14).campaign("s", "m", null)),
                click(at(15).clickId("g"))))
        .containsExactly("10..13 r1 n=4 CAMPAIGN", "14..14 r1 n=1 CAMPAIGN", "15..15 r1 n=1");
  }

  @Test
  @DisplayName("S38: change-or-appear: so does the first one, unless the walk begins with it")
  void shouldCutWhenCampaignAppears() throws Exception {
    CutDefinitions cuts =
        cuts(false, Campaigns.CHANGE_OR_APPEAR, List.of(), null, null, null, null);
    columns = table(cuts);

    assertThat(
            run(
                cuts,
                click(at(10)),
                click(at(11).campaign("s", null, null)),
                click(at(12)),
                click(at(50).campaign("t", null, null)),
                click(at(51))))
        .containsExactly("10..10 r1 n=1 CAMPAIGN", "11..12 r1 n=2", "50..51 r1 n=2");
  }

  @Test
  @DisplayName("S39: another value at a path begins a session; each path by itself")
  void shouldCutWhenValueChanges() throws Exception {
    CutDefinitions cuts =
        cuts(
            false,
            null,
            List.of(DefinedClicks.at("a"), DefinedClicks.at("b")),
            null,
            null,
            null,
            null);
    columns = table(cuts);

    assertThat(
            run(
                cuts,
                click(at(10), Map.of("a", "1")),
                click(at(11), Map.of("b", "2")),
                click(at(12), Map.of("a", "1", "b", "2")),
                click(at(13)),
                click(at(14), Map.of("a", "1", "b", "3")),
                click(at(15), Map.of("a", "2"))))
        .containsExactly("10..13 r1 n=4 CHANGED", "14..14 r1 n=1 CHANGED", "15..15 r1 n=1");
  }

  @Test
  @DisplayName("S40: a click that fulfils the condition begins a session, unless it is the first")
  void shouldCutBeforeStart() throws Exception {
    CutDefinitions cuts = cuts(false, null, List.of(), "start", null, null, null);
    columns = table(cuts);

    assertThat(
            run(
                cuts,
                click(at(10), Map.of(), "start"),
                click(at(11)),
                click(at(12), Map.of(), "start"),
                click(at(13), Map.of(), "start")))
        .containsExactly("10..11 r1 n=2 START_AT", "12..12 r1 n=1 START_AT", "13..13 r1 n=1");
  }

  @Test
  @DisplayName("S41: the click behind one that fulfils the condition begins a session")
  void shouldCutBehindEnd() throws Exception {
    CutDefinitions cuts = cuts(false, null, List.of(), null, "end", null, null);
    columns = table(cuts);

    assertThat(
            run(
                cuts,
                click(at(10)),
                click(at(11), Map.of(), "end"),
                click(at(12), Map.of(), "end"),
                click(at(13)),
                click(at(14), Map.of(), "end"),
                click(at(45))))
        .containsExactly(
            "10..11 r1 n=2 END_AFTER", "12..12 r1 n=1 END_AFTER", "13..14 r1 n=2", "45..45 r1 n=1");
  }

  @Test
  @DisplayName("S42: no session goes over midnight; MIDNIGHT only where the next one is near")
  void shouldCutAtMidnight() throws Exception {
    columns = table(MIDNIGHT);

    assertThat(run(MIDNIGHT, click(at(-20)), click(at(-1)), click(at(0)), click(at(29))))
        .containsExactly("-20..-1 r1 n=2 MIDNIGHT", "0..29 r1 n=2");
    assertThat(run(MIDNIGHT, click(at(-20)), click(at(11))))
        .containsExactly("-20..-20 r1 n=1", "11..11 r1 n=1");
    assertThat(run(MIDNIGHT, click(at(10)), click(at(-20))))
        .containsExactly("-20..-20 r1 n=1 MIDNIGHT", "10..10 r1 n=1");
  }

  @Test
  @DisplayName("S42: a session that begins at a midnight has the ordinal 0")
  void shouldCountNoMidnights() throws Exception {
    Sessionizer sessionizer = start(MIDNIGHT);
    sessionizer.click(click(at(-1)));
    sessionizer.click(click(at(1)));
    sessionizer.end();

    assertThat(sessionizer.sessions().stream().map(Session::id))
        .containsExactly(
            SessionIds.of(VISITOR, EPOCH - 1, 0), SessionIds.of(VISITOR, EPOCH + 1, 0));
  }

  @Test
  @DisplayName("S43: of several reasons the first in their order counts; a mark before a midnight")
  void shouldNameTheFirstReason() throws Exception {
    columns = table(all());
    Clicks.Builder first = at(-5).user("a").campaign("s", null, null);

    assertThat(
            run(
                all(),
                click(first, Map.of("a", "1"), "end"),
                click(at(-4).user("b").campaign("t", null, null), Map.of("a", "2"), "start", "end"),
                click(at(-3).campaign("s", null, null), Map.of("a", "3"), "start", "end"),
                click(at(-2), Map.of("a", "4"), "start", "end"),
                click(at(-1), Map.of(), "start", "end"),
                click(at(1)),
                click(at(2))))
        .containsExactly(
            "-5..-5 r1 n=1 USER",
            "-4..-4 r1 n=1 CAMPAIGN",
            "-3..-3 r1 n=1 CHANGED",
            "-2..-2 r1 n=1 START_AT",
            "-1..-1 r1 n=1 END_AFTER",
            "1..2 r1 n=2");
  }

  @Test
  @DisplayName("S44: at one time clicks are taken by event id, none first, then type, then bytes")
  void shouldTakeEqualTimesInOrder() throws Exception {
    columns = table(USER);
    List<Click> clicks =
        List.of(
            click(at(10).id("2").user("c")),
            click(at(10).id("1").type("b").user("b")),
            click(at(10).id("1").type("a").user("a")),
            click(at(10).user("a")),
            click(at(10).user("A")));

    List<List<String>> shown = new ArrayList<>();
    for (int turn = 0; turn < clicks.size(); turn++) {
      List<Click> turned = new ArrayList<>(clicks.subList(turn, clicks.size()));
      turned.addAll(clicks.subList(0, turn));
      shown.add(run(USER, turned.toArray()));
    }

    assertThat(shown)
        .containsOnly(
            List.of(
                "10..10 r1 n=1 USER", "10..10 r1 n=2 USER", "10..10 r1 n=1 USER", "10..10 r1 n=1"));
  }

  @Test
  @DisplayName("S44: the first mark of a millisecond has the ordinal 2^20, the second 2^21")
  void shouldCountMarksOfOneTime() throws Exception {
    Sessionizer sessionizer = start(USER);
    sessionizer.click(click(at(10).id("1").user("a")));
    sessionizer.click(click(at(10).id("2").user("b")));
    sessionizer.click(click(at(10).id("3").user("c")));
    sessionizer.click(click(at(11).id("4").user("d")));
    sessionizer.end();

    assertThat(sessionizer.sessions().stream().map(Session::id))
        .containsExactly(
            SessionIds.of(VISITOR, EPOCH + 10, 0),
            SessionIds.of(VISITOR, EPOCH + 10, 1 << 20),
            SessionIds.of(VISITOR, EPOCH + 10, 2 << 20),
            SessionIds.of(VISITOR, EPOCH + 11, 1 << 20));
  }

  @Test
  @DisplayName("S45: a click behind is left of a mark if it is earlier, else right of it")
  void shouldPlaceBehindAtMark() throws Exception {
    Sessionizer sessionizer = start(USER);
    sessionizer.click(user(10, "a"));
    sessionizer.click(user(20, "b"));
    sessionizer.watermark(21);
    assertThat(shown(sessionizer)).containsExactly("10..10 r1 n=1 USER");

    sessionizer.click(user(19, "c"));
    sessionizer.click(user(20, "c"));
    sessionizer.click(user(21, "c"));
    sessionizer.watermark(60);

    assertThat(shown(sessionizer).subList(1, 3))
        .containsExactly("10..19 r2 n=2 USER", "20..21 r1 n=3");
  }

  @Test
  @DisplayName("S45: a click behind is on its side of a midnight, and merges nothing over it")
  void shouldPlaceBehindAtMidnight() throws Exception {
    settings = settings(30, 40);
    Sessionizer sessionizer = start(MIDNIGHT);
    sessionizer.click(click(at(-25)));
    sessionizer.click(click(at(-5)));
    sessionizer.click(click(at(20)));
    sessionizer.watermark(50);
    sessionizer.click(click(at(-1)));
    sessionizer.click(click(at(0)));
    sessionizer.watermark(51);

    assertThat(shown(sessionizer))
        .containsExactly(
            "-25..-5 r1 n=2 MIDNIGHT",
            "20..20 r1 n=1",
            "-25..-1 r2 n=3 MIDNIGHT",
            "-20 r2",
            "0..20 r2 n=2");
  }

  @Test
  @DisplayName("S46: a click behind bridges a gap across which the walk forgot: no mark comes")
  void shouldMergeOverForgottenGap() throws Exception {
    Sessionizer sessionizer = start(USER);
    sessionizer.click(user(10, "a"));
    sessionizer.click(user(50, "b"));
    sessionizer.watermark(51);
    sessionizer.click(user(30, "c"));
    sessionizer.watermark(100);

    assertThat(shown(sessionizer)).containsExactly("10..10 r1 n=1", "10..50 r2 n=3");
  }

  @Test
  @DisplayName("S47: copies of a marked click are duplicates, also beyond its mark")
  void shouldDropCopiesOfMarkedClick() throws Exception {
    Sessionizer sessionizer = start(USER);
    sessionizer.click(click(at(10).id("1").user("a")));
    sessionizer.click(click(at(20).id("2").user("b")));
    sessionizer.click(click(at(20).id("2").user("b")));
    sessionizer.watermark(25);
    sessionizer.click(click(at(12).id("2").user("b")));
    sessionizer.click(click(at(26).id("1").user("a")));
    sessionizer.click(click(at(27).id("3").user("b")));
    sessionizer.watermark(60);

    assertThat(shown(sessionizer)).containsExactly("10..10 r1 n=1 USER", "20..27 r1 n=2");
    assertThat(sessionizer.duplicates()).isEqualTo(3);
  }

  @Test
  @DisplayName("S48: a restore in the middle of a wait: clicks go on waiting, and nothing else")
  void shouldGoOnWaitingWhenRestored() throws Exception {
    Sessionizer sessionizer = start(USER);
    sessionizer.click(user(10, "a"));
    sessionizer.watermark(12);
    sessionizer.click(user(20, "b"));
    sessionizer.click(user(15, "a"));
    restart(sessionizer, USER);
    assertThat(sessionizer.waiting()).isEqualTo(2);
    // Not later than the watermark before the restore: the walk does not see it.
    sessionizer.click(user(11, "c"));
    assertThat(sessionizer.waiting()).isEqualTo(2);
    sessionizer.watermark(20);

    assertThat(shown(sessionizer)).containsExactly("10..15 r1 n=3 USER");
    sessionizer.watermark(50);
    assertThat(shown(sessionizer)).containsExactly("10..15 r1 n=3 USER", "20..20 r1 n=1");
  }

  @Test
  @DisplayName("S49: a cut switched off: clicks that wait are taken without marks, walls stay")
  void shouldTakeWaitingWhenCutIsSwitchedOff() throws Exception {
    Sessionizer sessionizer = start(USER);
    sessionizer.click(user(10, "a"));
    sessionizer.click(user(12, "b"));
    sessionizer.watermark(12);
    sessionizer.click(user(20, "a"));
    restart(sessionizer, CutDefinitions.NONE);
    sessionizer.click(user(11, "x"));
    sessionizer.click(user(22, "c"));
    sessionizer.watermark(90);

    assertThat(shown(sessionizer))
        .containsExactly("10..10 r1 n=1 USER", "10..11 r2 n=2 USER", "12..22 r1 n=3");
    assertThat(sessionizer.waiting()).isZero();
  }

  @Test
  @DisplayName("S49: all cuts switched off: the walk is forgotten, and no state is left")
  void shouldForgetTheWalkWhenCutIsSwitchedOff() throws Exception {
    Sessionizer sessionizer = start(USER);
    sessionizer.click(user(10, "a"));
    sessionizer.watermark(12);
    restart(sessionizer, CutDefinitions.NONE);
    sessionizer.click(user(20, "b"));
    sessionizer.watermark(13);
    assertThat(sessionizer.stateEntries()).isEqualTo(1);
    sessionizer.watermark(100);

    assertThat(shown(sessionizer)).containsExactly("10..20 r1 n=2");
    assertThat(sessionizer.stateEntries()).isZero();
    assertThat(sessionizer.timers()).isZero();
  }

  @Test
  @DisplayName("S49: a longer or shorter gap: the walk forgets by the one there is now")
  void shouldWalkByTheNewGap() throws Exception {
    Sessionizer sessionizer = start(USER);
    sessionizer.click(user(10, "a"));
    sessionizer.watermark(12);
    settings = settings(60, 20);
    restart(sessionizer, USER);
    sessionizer.click(user(60, "b"));
    sessionizer.watermark(60);
    settings = settings(20, 20);
    restart(sessionizer, USER);
    sessionizer.click(user(85, "c"));
    sessionizer.click(user(90, "d"));
    sessionizer.watermark(300);

    assertThat(shown(sessionizer))
        .containsExactly(
            "10..10 r1 n=1 USER", "60..60 r1 n=1", "85..85 r1 n=1 USER", "90..90 r1 n=1");
    assertThat(sessionizer.stateEntries()).isZero();
  }

  @Test
  @DisplayName("S49: a cut switched on marks no click before the end of a session that was there")
  void shouldSplitNothingWhenCutIsSwitchedOn() throws Exception {
    Sessionizer sessionizer = start(CutDefinitions.NONE);
    sessionizer.click(user(10, "a"));
    sessionizer.click(user(30, "a"));
    sessionizer.watermark(12);
    restart(sessionizer, USER);
    sessionizer.click(user(15, "a"));
    sessionizer.click(user(20, "b"));
    sessionizer.click(user(35, "c"));
    sessionizer.watermark(90);

    assertThat(shown(sessionizer)).containsExactly("10..30 r1 n=4 USER", "35..35 r1 n=1");
  }

  @Test
  @DisplayName("S49: midnight switched on: a click inside a session that was there joins it")
  void shouldJoinSessionOverMidnightWhenCutIsSwitchedOn() throws Exception {
    Sessionizer sessionizer = start(CutDefinitions.NONE);
    sessionizer.click(click(at(-10)));
    sessionizer.click(click(at(10)));
    restart(sessionizer, MIDNIGHT);
    sessionizer.click(click(at(5)));
    sessionizer.click(click(at(-5)));
    sessionizer.click(click(at(12)));
    sessionizer.watermark(90);

    assertThat(shown(sessionizer)).containsExactly("-10..10 r1 n=4 MIDNIGHT", "12..12 r1 n=1");
  }

  @Test
  @DisplayName("S49: other paths and conditions: what clicks that wait have is found by name")
  void shouldKnowWaitingClicksByNameWhenTableChanges() throws Exception {
    Sessionizer sessionizer =
        start(cuts(false, null, List.of(DefinedClicks.at("b")), null, "end", null, null));
    sessionizer.click(click(at(10), Map.of("b", "1")));
    sessionizer.click(click(at(11), Map.of("b", "2")));
    sessionizer.click(click(at(12), Map.of("b", "2"), "end"));
    sessionizer.click(click(at(13), Map.of("b", "2")));
    restart(
        sessionizer,
        cuts(
            false,
            null,
            List.of(DefinedClicks.at("a"), DefinedClicks.at("b")),
            "start",
            "end",
            null,
            null));
    sessionizer.click(click(at(14), Map.of("a", "7"), "start"));
    sessionizer.watermark(90);

    assertThat(shown(sessionizer))
        .containsExactly(
            "10..10 r1 n=1 CHANGED",
            "11..12 r1 n=2 END_AFTER",
            "13..13 r1 n=1 START_AT",
            "14..14 r1 n=1");
  }

  @Test
  @DisplayName("S50: D and N cut between walls; the mark's session has its own ordinals")
  void shouldCutAtLimitsBetweenMarks() throws Exception {
    settings = settings(30, 20, 20, 2, 256);
    Sessionizer sessionizer = start(USER);
    for (Click click :
        List.of(
            user(10, "a"),
            user(11, "a"),
            user(12, "a"),
            user(13, "b"),
            user(14, "b"),
            user(15, "b"))) {
      sessionizer.click(click);
    }
    sessionizer.end();

    assertThat(shown(sessionizer))
        .containsExactly(
            "10..11 r1 n=2 MAX_EVENTS",
            "12..12 r1 n=1 USER",
            "13..14 r1 n=2 MAX_EVENTS",
            "15..15 r1 n=1");
    assertThat(sessionizer.sessions().get(3).id()).isEqualTo(SessionIds.of(VISITOR, EPOCH + 15, 1));
  }

  @Test
  @DisplayName("S50: sessions of one time that marks and limits divide have ids of their own")
  void shouldGiveEachSessionOfOneTimeItsId() throws Exception {
    settings = settings(30, 20, 86_400_000, 1, 256);
    Sessionizer sessionizer = start(USER);
    sessionizer.click(user(10, "a"));
    sessionizer.click(click(at(11).id("0").user("b")));
    sessionizer.click(click(at(12).id("1").user("b")));
    sessionizer.click(click(at(12).id("2").user("c")));
    sessionizer.click(click(at(12).id("3").user("c")));
    sessionizer.end();

    assertThat(sessionizer.sessions().stream().map(Session::id))
        .containsExactly(
            SessionIds.of(VISITOR, EPOCH + 10, 0),
            SessionIds.of(VISITOR, EPOCH + 11, 1 << 20),
            SessionIds.of(VISITOR, EPOCH + 12, 1),
            SessionIds.of(VISITOR, EPOCH + 12, 1 << 20),
            SessionIds.of(VISITOR, EPOCH + 12, (1 << 20) + 1));
  }

  @Test
  @DisplayName("S50: a click behind between a full session and a mark stands alone, at the mark")
  void shouldPutSessionBetweenFullOneAndMark() throws Exception {
    settings = settings(30, 20, 86_400_000, 2, 256);
    Sessionizer sessionizer = start(USER);
    sessionizer.click(user(10, "a"));
    sessionizer.click(user(11, "a"));
    sessionizer.click(user(15, "b"));
    sessionizer.watermark(16);
    sessionizer.click(user(13, "c"));
    sessionizer.watermark(60);

    assertThat(shown(sessionizer))
        .containsExactly(
            "10..11 r1 n=2 USER",
            "10..11 r2 n=2 MAX_EVENTS",
            "13..13 r1 n=1 USER",
            "15..15 r1 n=1");
  }

  @Test
  @DisplayName("S51: with marks a session is forgotten as any other, one that is changed never")
  void shouldForgetSessionsAtMarks() throws Exception {
    Sessionizer sessionizer = start(USER);
    sessionizer.click(user(10, "a"));
    sessionizer.click(user(12, "b"));
    sessionizer.watermark(91);
    assertThat(sessionizer.stateEntries()).isEqualTo(1);
    sessionizer.watermark(92);

    assertThat(sessionizer.stateEntries()).isZero();
    assertThat(sessionizer.timers()).isZero();
  }

  @Test
  @DisplayName("S52: in a range replay marks are unknown until the walk's first gap")
  void shouldEmitNothingBeforeFirstGapOfReplay() throws Exception {
    settings = settings(30, 20, 50, 10_000, 256);
    Sessionizer sessionizer = start(USER, new SessionRange(EPOCH + 60, EPOCH + 1_000));
    // Known from 10 on.
    for (long time = 5; time < 100; time += 25) {
      sessionizer.click(user(time, "a"));
    }
    sessionizer.click(user(81, "b"));
    sessionizer.click(user(120, "c"));
    sessionizer.click(user(121, "d"));
    sessionizer.watermark(400);

    assertThat(shown(sessionizer)).containsExactly("120..120 r1 n=1 USER", "121..121 r1 n=1");
    assertThat(sessionizer.sessions().get(1).id())
        .isEqualTo(SessionIds.of(VISITOR, EPOCH + 121, 1 << 20));
  }

  @Test
  @DisplayName("S52: the end of a range takes the clicks that wait, and closes nothing for them")
  void shouldTakeWaitingAtEndOfRange() throws Exception {
    Sessionizer sessionizer = start(USER, new SessionRange(EPOCH, EPOCH + 1_000));
    sessionizer.click(user(10, "a"));
    sessionizer.watermark(15);
    sessionizer.click(user(20, "b"));
    sessionizer.end();

    assertThat(shown(sessionizer)).isEmpty();
    assertThat(sessionizer.waiting()).isZero();
    assertThat(sessionizer.inSessions()).isEqualTo(2);
  }

  @Test
  @DisplayName("S53: beyond the bound a click is treated as behind, counted, and not lost")
  void shouldNotLoseWhatExceedsTheBound() throws Exception {
    CutDefinitions bounded = new CutDefinitions(true, null, List.of(), null, null, null, null, 0);
    Sessionizer sessionizer = start(bounded);
    sessionizer.click(user(10, "a"));
    sessionizer.click(user(12, "b"));
    sessionizer.watermark(100);

    assertThat(shown(sessionizer)).containsExactly("10..12 r1 n=2");
    assertThat(sessionizer.unmarked()).isEqualTo(2);
    assertThat(sessionizer.stateEntries()).isZero();
  }

  @Test
  @DisplayName("S54: a passive click counts where a session is near, and prolongs none")
  void shouldCountPassiveClicks() throws Exception {
    CutDefinitions cuts = cuts(true, null, List.of(), null, null, ZoneOffset.UTC, "passive");
    Sessionizer sessionizer = start(cuts);
    sessionizer.click(click(at(5).user("b"), Map.of(), "passive"));
    sessionizer.click(click(at(10)));
    sessionizer.click(click(at(10), Map.of(), "passive"));
    sessionizer.click(click(at(40).user("c"), Map.of(), "passive"));
    sessionizer.click(click(at(41), Map.of(), "passive"));
    sessionizer.click(click(at(-10)));
    sessionizer.click(click(at(1), Map.of(), "passive"));
    sessionizer.watermark(100);

    assertThat(shown(sessionizer)).containsExactly("-10..-10 r1 n=1 MIDNIGHT", "10..10 r1 n=3");
    assertThat(sessionizer.skipped()).isEqualTo(3);
    assertThat(sessionizer.stateEntries()).isZero();
  }

  @Test
  @DisplayName("S54: a passive click of a visitor without anything else leaves nothing")
  void shouldLeaveNothingOfSkippedClick() throws Exception {
    Sessionizer sessionizer = start(cuts(false, null, List.of(), null, null, null, "passive"));
    sessionizer.watermark(50);
    sessionizer.click(click(at(40), Map.of(), "passive"));
    assertThat(sessionizer.skipped()).isEqualTo(1);
    assertThat(sessionizer.stateEntries()).isZero();
    sessionizer.click(click(at(60), Map.of(), "passive"));
    sessionizer.watermark(61);

    assertThat(sessionizer.skipped()).isEqualTo(2);
    assertThat(sessionizer.stateEntries()).isZero();
    assertThat(sessionizer.timers()).isZero();
  }

  @Test
  @DisplayName("S55: a session with a mark on its right is due at once; a click behind revises it")
  void shouldCloseAtMarkAtOnce() throws Exception {
    Sessionizer sessionizer = start(USER);
    sessionizer.click(user(10, "a"));
    sessionizer.click(user(12, "b"));
    sessionizer.watermark(11);
    assertThat(shown(sessionizer)).isEmpty();
    sessionizer.watermark(12);
    assertThat(shown(sessionizer)).containsExactly("10..10 r1 n=1 USER");

    sessionizer.click(user(5, "x"));
    sessionizer.watermark(13);
    assertThat(shown(sessionizer).subList(1, 3)).containsExactly("-10 r2", "5..10 r2 n=2 USER");
  }
}
