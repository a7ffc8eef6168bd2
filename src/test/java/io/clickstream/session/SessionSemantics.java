package io.clickstream.session;

import static io.clickstream.session.Clicks.EPOCH;
import static io.clickstream.session.Clicks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.ValuesBuilder;
import io.clickstream.config.DedupKey;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import io.clickstream.model.LateClick;
import io.clickstream.model.Money;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The numbered cases of the contract that concern one operator, run on the pure rules and on the
 * operator with RocksDB. With G = 30 ms and L = 20 ms unless a case says otherwise.
 */
public abstract class SessionSemantics {

  private static final long G = 30;
  private static final long L = 20;

  /** Those that were made: thousands of scenarios have the same. */
  private static final Map<List<Long>, SessionSettings> SETTINGS = new ConcurrentHashMap<>();

  private final List<Sessionizer> opened = new ArrayList<>();

  protected abstract Sessionizer open(SessionSettings settings) throws Exception;

  @AfterEach
  void closeAll() throws Exception {
    for (Sessionizer sessionizer : opened) {
      sessionizer.close();
    }
  }

  private Sessionizer start() throws Exception {
    return start(settings(G, L));
  }

  private Sessionizer start(SessionSettings settings) throws Exception {
    Sessionizer sessionizer = open(settings);
    opened.add(sessionizer);
    return sessionizer;
  }

  public static SessionSettings settings(long gap, long lateness) {
    return settings(gap, lateness, 86_400_000, 10_000, 256);
  }

  public static SessionSettings settings(
      long gap, long lateness, long maxDuration, int maxEvents, int dedupWindow) {
    return SETTINGS.computeIfAbsent(
        List.of(gap, lateness, maxDuration, (long) maxEvents, (long) dedupWindow),
        ignored -> newSettings(gap, lateness, maxDuration, maxEvents, dedupWindow));
  }

  private static SessionSettings newSettings(
      long gap, long lateness, long maxDuration, int maxEvents, int dedupWindow) {
    return SessionSettings.defaults()
        .with(SessionSettings.GAP, Duration.ofMillis(gap))
        .with(SessionSettings.ALLOWED_LATENESS, Duration.ofMillis(lateness))
        .with(SessionSettings.MAX_DURATION, Duration.ofMillis(maxDuration))
        .with(SessionSettings.MAX_EVENTS, maxEvents)
        .with(SessionSettings.DEDUP_WINDOW, dedupWindow)
        .with(SessionSettings.CACHE_SIZE, 1L << 20);
  }

  private static void send(Sessionizer to, long... times) throws Exception {
    for (long time : times) {
      to.click(at(time).click());
    }
  }

  /** {@code 0..10 r1 n=2} for a session, {@code -20 r2 by 0} for a retraction. */
  private static List<String> shown(List<Session> sessions) {
    return sessions.stream().map(SessionSemantics::shown).toList();
  }

  private static String shown(Session session) {
    SessionValues facts = session.values();
    long start = session.start() - EPOCH;
    if (facts == null) {
      UUID by = session.supersededBy();
      return "-%d r%d by %s"
          .formatted(
              start,
              session.revision(),
              by == null ? "nobody" : Long.toString(SessionIds.startOf(by) - EPOCH));
    }
    return "%d..%d r%d n=%d%s"
        .formatted(
            start,
            facts.end() - EPOCH,
            session.revision(),
            facts.number("event_count"),
            switch (facts.endReason()) {
              case TIMEOUT -> "";
              default -> " " + facts.endReason();
            });
  }

  private static SessionValues onlyFacts(Sessionizer of) throws Exception {
    assertThat(of.sessions()).hasSize(1);
    return facts(of.sessions().get(0));
  }

  private static SessionValues facts(Session session) {
    assertThat(session.values()).isNotNull();
    return session.values();
  }

  @Test
  @DisplayName("S01: one event makes one session of duration 0, and it closes")
  void shouldCloseSessionOfOneEvent() throws Exception {
    Sessionizer sessionizer = start();
    send(sessionizer, 5);

    sessionizer.watermark(34);
    assertThat(sessionizer.sessions()).isEmpty();
    sessionizer.watermark(35);

    assertThat(shown(sessionizer.sessions())).containsExactly("5..5 r1 n=1");
    assertThat(onlyFacts(sessionizer).number("page_views")).isEqualTo(1);
  }

  @Test
  @DisplayName("S02: two events exactly G apart are one session, whatever watermark falls between")
  void shouldJoinWhenExactlyGapApart() throws Exception {
    for (long between = 0; between < G; between++) {
      Sessionizer sessionizer = start();
      send(sessionizer, 0);
      sessionizer.watermark(between);
      send(sessionizer, G);
      sessionizer.watermark(2 * G);

      assertThat(shown(sessionizer.sessions())).containsExactly("0..30 r1 n=2");
    }
  }

  @Test
  @DisplayName("S02: two events G + 1 ms apart are two sessions, whatever watermark falls between")
  void shouldSplitWhenFurtherThanGapApart() throws Exception {
    for (long between = 0; between <= G; between++) {
      Sessionizer sessionizer = start();
      send(sessionizer, 0);
      sessionizer.watermark(between);
      send(sessionizer, G + 1);
      sessionizer.watermark(2 * G + 1);

      assertThat(shown(sessionizer.sessions())).containsExactly("0..0 r1 n=1", "31..31 r1 n=1");
    }
  }

  @Test
  @DisplayName("S03: events out of order give the result of the order")
  void shouldGiveSameResultWhenOutOfOrder() throws Exception {
    List<Click> clicks =
        List.of(
            at(0).page("/a").click(),
            at(10).page("/b").click(),
            at(20).page("/c").click(),
            at(30).page("/d").click());
    for (int seed = 0; seed < 24; seed++) {
      List<Click> shuffled = new ArrayList<>(clicks);
      Collections.shuffle(shuffled, new Random(seed));
      Sessionizer sessionizer = start();
      for (Click click : shuffled) {
        sessionizer.click(click);
      }
      sessionizer.watermark(100);

      assertThat(shown(sessionizer.sessions())).containsExactly("0..30 r1 n=4");
      assertThat(onlyFacts(sessionizer).text("entry_page")).isEqualTo("/a");
      assertThat(onlyFacts(sessionizer).text("exit_page")).isEqualTo("/d");
    }
  }

  @Test
  @DisplayName("S04: an event bridges two open sessions, each event counted once")
  void shouldMergeWhenEventBridgesOpenSessions() throws Exception {
    Sessionizer sessionizer = start();
    send(sessionizer, 0, 60, 30);
    sessionizer.watermark(90);

    assertThat(shown(sessionizer.sessions())).containsExactly("0..60 r1 n=3");
  }

  @Test
  @DisplayName("S05: a behind event inside a closed session gives revision 2 of the same id")
  void shouldReviseWhenBehindEventFallsInside() throws Exception {
    Sessionizer sessionizer = start();
    send(sessionizer, 0, 10);
    sessionizer.watermark(40);
    send(sessionizer, 5);
    sessionizer.watermark(41);

    assertThat(shown(sessionizer.sessions())).containsExactly("0..10 r1 n=2", "0..10 r2 n=3");
    assertThat(sessionizer.sessions().get(1).id()).isEqualTo(sessionizer.sessions().get(0).id());
    assertThat(facts(sessionizer.sessions().get(1)).number("late_event_count")).isEqualTo(1);
  }

  @Test
  @DisplayName("S06: a behind event that moves the end opens the session again")
  void shouldReopenWhenBehindEventMovesEnd() throws Exception {
    Sessionizer sessionizer = start();
    send(sessionizer, 0, 10);
    sessionizer.watermark(42);
    send(sessionizer, 15);
    sessionizer.watermark(44);

    assertThat(shown(sessionizer.sessions())).containsExactly("0..10 r1 n=2");

    sessionizer.watermark(45);

    assertThat(shown(sessionizer.sessions())).containsExactly("0..10 r1 n=2", "0..15 r2 n=3");
    assertThat(sessionizer.sessions().get(1).id()).isEqualTo(sessionizer.sessions().get(0).id());
  }

  @Test
  @DisplayName("S07: a behind event that moves the start retracts the old id before the new one")
  void shouldRetractWhenBehindEventMovesStart() throws Exception {
    Sessionizer sessionizer = start();
    send(sessionizer, 20, 25);
    sessionizer.watermark(55);
    send(sessionizer, 10);
    sessionizer.watermark(56);

    assertThat(shown(sessionizer.sessions()))
        .containsExactly("20..25 r1 n=2", "-20 r2 by 10", "10..25 r2 n=3");
    assertThat(sessionizer.sessions().get(1).id()).isEqualTo(sessionizer.sessions().get(0).id());
    assertThat(sessionizer.sessions().get(1).supersededBy())
        .isEqualTo(sessionizer.sessions().get(2).id());
  }

  @Test
  @DisplayName("S08: a behind event that merges two emitted sessions retracts the later one")
  void shouldRetractLaterWhenEmittedSessionsMerge() throws Exception {
    Sessionizer sessionizer = start();
    send(sessionizer, 0, 45);
    sessionizer.watermark(75);
    send(sessionizer, 27);
    sessionizer.watermark(76);

    assertThat(shown(sessionizer.sessions()))
        .containsExactly("0..0 r1 n=1", "45..45 r1 n=1", "-45 r2 by 0", "0..45 r2 n=3");
  }

  @Test
  @DisplayName("S08: when one of them was reopened, the old rows stay until the survivor closes")
  void shouldKeepOldRowsUntilReopenedSurvivorCloses() throws Exception {
    Sessionizer sessionizer = start();
    send(sessionizer, 0, 40);
    sessionizer.watermark(72);
    send(sessionizer, 50, 25);
    sessionizer.watermark(79);

    assertThat(shown(sessionizer.sessions())).containsExactly("0..0 r1 n=1", "40..40 r1 n=1");

    sessionizer.watermark(80);

    assertThat(shown(sessionizer.sessions()).subList(2, 4))
        .containsExactly("-40 r2 by 0", "0..50 r2 n=4");
  }

  @Test
  @DisplayName("S09: a behind event that touches nothing is a new session at the next watermark")
  void shouldOpenSessionWhenBehindEventTouchesNothing() throws Exception {
    Sessionizer sessionizer = start();
    sessionizer.watermark(100);
    send(sessionizer, 70);
    assertThat(sessionizer.sessions()).isEmpty();
    sessionizer.watermark(101);

    assertThat(shown(sessionizer.sessions())).containsExactly("70..70 r1 n=1");
  }

  @Test
  @DisplayName("S10: a very behind event that touches an open session is accepted")
  void shouldAcceptWhenVeryBehindEventTouchesOpenSession() throws Exception {
    // t + L <= W < t + G + L with t = 55, W = 99, and the session open until 85 + 30
    Sessionizer sessionizer = start();
    send(sessionizer, 85);
    sessionizer.watermark(99);
    send(sessionizer, 55);
    sessionizer.watermark(115);

    assertThat(shown(sessionizer.sessions())).containsExactly("55..85 r1 n=2");
    assertThat(sessionizer.late()).isEmpty();
  }

  @Test
  @DisplayName("S11: an event at the horizon goes to the late topic only, one after it is accepted")
  void shouldBeLateWhenAtHorizon() throws Exception {
    Sessionizer sessionizer = start();
    send(sessionizer, 60);
    sessionizer.watermark(100);
    Click late = at(50).click();
    sessionizer.click(late);
    sessionizer.watermark(101);

    assertThat(shown(sessionizer.sessions())).containsExactly("60..60 r1 n=1");
    assertThat(sessionizer.late()).containsExactly(new LateClick(late, 50, EPOCH + 100));
    assertThat(sessionizer.inSessions()).isEqualTo(1);

    Sessionizer other = start();
    send(other, 60);
    other.watermark(100);
    send(other, 51);
    other.watermark(101);

    assertThat(shown(other.sessions()))
        .containsExactly("60..60 r1 n=1", "-60 r2 by 51", "51..60 r2 n=2");
    assertThat(other.late()).isEmpty();
  }

  @Test
  @DisplayName("S12: 1000 behind events into one closed session are one revision")
  void shouldCoalesceWhenManyBehindEventsFallBetweenWatermarks() throws Exception {
    Sessionizer sessionizer = start();
    send(sessionizer, 0, 20);
    sessionizer.watermark(50);
    for (int i = 0; i < 1_000; i++) {
      send(sessionizer, 1 + i % 19);
    }
    sessionizer.watermark(51);

    assertThat(shown(sessionizer.sessions())).containsExactly("0..20 r1 n=2", "0..20 r2 n=1002");
  }

  @Test
  @DisplayName("S13: a duplicate inside an open session is counted and extends nothing")
  void shouldDropDuplicateWhenSessionIsOpen() throws Exception {
    Sessionizer sessionizer = start();
    sessionizer.click(at(0).id("a").click());
    sessionizer.click(at(10).id("a").click());
    sessionizer.watermark(30);

    assertThat(shown(sessionizer.sessions())).containsExactly("0..0 r1 n=1");
    assertThat(onlyFacts(sessionizer).number("duplicate_count")).isEqualTo(1);
    assertThat(sessionizer.duplicates()).isEqualTo(1);
    assertThat(sessionizer.inSessions()).isEqualTo(1);
  }

  @Test
  @DisplayName("S13: a duplicate inside a closed session makes no revision, no merge, no extension")
  void shouldDropDuplicateWhenSessionIsClosed() throws Exception {
    Sessionizer sessionizer = start();
    sessionizer.click(at(0).id("a").click());
    sessionizer.click(at(45).id("b").click());
    sessionizer.watermark(75);
    // Touches both, and would merge them.
    sessionizer.click(at(27).id("b").click());
    sessionizer.watermark(80);

    assertThat(shown(sessionizer.sessions())).containsExactly("0..0 r1 n=1", "45..45 r1 n=1");
    assertThat(sessionizer.duplicates()).isEqualTo(1);
  }

  @Test
  @DisplayName("S13: the count of duplicates comes with the next revision")
  void shouldCountDuplicatesAsOfEmission() throws Exception {
    Sessionizer sessionizer = start();
    sessionizer.click(at(0).id("a").click());
    sessionizer.watermark(30);
    sessionizer.click(at(0).id("a").click());
    sessionizer.watermark(31);
    sessionizer.click(at(2).id("b").click());
    sessionizer.watermark(32);

    assertThat(shown(sessionizer.sessions())).containsExactly("0..0 r1 n=1", "0..2 r2 n=2");
    assertThat(facts(sessionizer.sessions().get(0)).number("duplicate_count")).isZero();
    assertThat(facts(sessionizer.sessions().get(1)).number("duplicate_count")).isEqualTo(1);
  }

  @Test
  @DisplayName("S14: the first payload under an event id wins where the second touches its session")
  void shouldKeepFirstWhenEventIdRepeats() throws Exception {
    Sessionizer sessionizer = start();
    sessionizer.click(at(0).id("a").page("/first").click());
    sessionizer.click(at(0).id("a").page("/second").click());
    sessionizer.click(at(30).id("a").page("/third").click());
    // A copy that touches nothing is an event like any other.
    sessionizer.click(at(31).id("a").page("/fourth").click());
    sessionizer.watermark(61);

    assertThat(shown(sessionizer.sessions())).containsExactly("0..0 r1 n=1", "31..31 r1 n=1");
    assertThat(facts(sessionizer.sessions().get(0)).text("entry_page")).isEqualTo("/first");
    assertThat(sessionizer.duplicates()).isEqualTo(2);
  }

  @Test
  @DisplayName("S14: an id that comes with another type is another event")
  void shouldTakeEventForAnotherWhenTypeDiffers() throws Exception {
    Sessionizer sessionizer = start();
    sessionizer.click(at(0).id("a").page("/").click());
    sessionizer.click(at(1).id("a").purchase("p", 1, "10", "EUR").click());
    // Neither of ours, and told apart by what the record says.
    sessionizer.click(at(2).id("a").kind(EventKind.OTHER).type("scroll").click());
    sessionizer.click(at(2).id("a").kind(EventKind.OTHER).type("zoom").click());
    sessionizer.click(at(3).id("a").kind(EventKind.OTHER).type("zoom").click());
    sessionizer.click(at(4).id("a").purchase("p", 1, "10", "EUR").click());
    sessionizer.end();

    assertThat(shown(sessionizer.sessions())).containsExactly("0..2 r1 n=4");
    assertThat(facts(sessionizer.sessions().get(0)).revenue())
        .containsExactly(new Money("EUR", BigDecimal.TEN));
    assertThat(sessionizer.duplicates()).isEqualTo(2);
  }

  @Test
  @DisplayName("S14: by its id alone, an event of another type is a duplicate")
  void shouldTakeEventForDuplicateWhenOnlyItsIdCounts() throws Exception {
    Sessionizer sessionizer =
        start(settings(G, L).with(SessionSettings.DEDUP_KEY, DedupKey.EVENT_ID));
    sessionizer.click(at(0).id("a").click());
    sessionizer.click(at(1).id("a").purchase("p1", 1, "5", "EUR").click());
    sessionizer.click(at(2).id("b").click());
    sessionizer.click(at(3).kind(EventKind.SEARCH).click());
    sessionizer.click(at(4).kind(EventKind.SEARCH).click());
    sessionizer.restart(settings(G, L).with(SessionSettings.DEDUP_KEY, DedupKey.EVENT_ID));
    sessionizer.click(at(5).id("b").kind(EventKind.CHECKOUT).click());
    sessionizer.end();

    assertThat(onlyFacts(sessionizer).number("event_count")).isEqualTo(4);
    assertThat(onlyFacts(sessionizer).number("purchases")).isZero();
    assertThat(sessionizer.duplicates()).isEqualTo(2);
  }

  @Test
  @DisplayName("S14: a session remembers its last K ids, on a merge the earlier session's first")
  void shouldForgetOldestIdWhenWindowIsFull() throws Exception {
    Sessionizer sessionizer = start(settings(G, L, 86_400_000, 10_000, 3));
    sessionizer.click(at(0).id("a").click());
    sessionizer.click(at(1).id("b").click());
    sessionizer.click(at(2).id("c").click());
    sessionizer.click(at(3).id("a").click());
    assertThat(sessionizer.duplicates()).isEqualTo(1);
    sessionizer.click(at(4).id("d").click());
    sessionizer.click(at(5).id("b").click());
    assertThat(sessionizer.duplicates()).isEqualTo(2);
    sessionizer.click(at(6).id("a").click());
    assertThat(sessionizer.duplicates()).isEqualTo(2);
    // [0..6] remembers c, d, a; with [60] of ids x, y, joined by z, it is x, y, z
    sessionizer.click(at(60).id("x").click());
    sessionizer.click(at(60).id("y").click());
    sessionizer.click(at(33).id("z").click());
    sessionizer.click(at(7).id("a").click());
    assertThat(sessionizer.duplicates()).isEqualTo(2);
    sessionizer.click(at(8).id("y").click());
    sessionizer.click(at(8).id("z").click());
    assertThat(sessionizer.duplicates()).isEqualTo(4);
    sessionizer.end();

    assertThat(shown(sessionizer.sessions())).containsExactly("0..60 r1 n=9");
  }

  @Test
  @DisplayName("S15: events without an id are not duplicates of each other")
  void shouldNotDeduplicateWhenIdIsMissing() throws Exception {
    Sessionizer sessionizer = start();
    send(sessionizer, 0, 0, 0);
    sessionizer.end();

    assertThat(shown(sessionizer.sessions())).containsExactly("0..0 r1 n=3");
  }

  @Test
  @DisplayName("S20: an endless visitor is cut at D and at N")
  void shouldCutEndlessVisitor() throws Exception {
    Sessionizer byDuration = start(settings(G, L, 100, 10_000, 256));
    for (int time = 0; time <= 350; time += 10) {
      send(byDuration, time);
      byDuration.watermark(time);
    }
    byDuration.end();

    assertThat(shown(byDuration.sessions()))
        .containsExactly(
            "0..100 r1 n=11 MAX_DURATION",
            "110..210 r1 n=11 MAX_DURATION",
            "220..320 r1 n=11 MAX_DURATION",
            "330..350 r1 n=3");

    Sessionizer byEvents = start(settings(G, L, 86_400_000, 10, 256));
    for (int time = 0; time < 25; time++) {
      send(byEvents, time);
    }
    byEvents.end();

    assertThat(shown(byEvents.sessions()))
        .containsExactly("0..9 r1 n=10 MAX_EVENTS", "10..19 r1 n=10 MAX_EVENTS", "20..24 r1 n=5");
  }

  @Test
  @DisplayName("S24: with a longer gap open sessions go on under it, emitted ones stay as they are")
  void shouldApplyLongerGapAfterRestore() throws Exception {
    Sessionizer sessionizer = start();
    send(sessionizer, 0);
    sessionizer.watermark(35);
    send(sessionizer, 40);
    sessionizer.restart(settings(100, L));
    sessionizer.watermark(139);

    assertThat(shown(sessionizer.sessions())).containsExactly("0..0 r1 n=1");

    sessionizer.watermark(140);
    sessionizer.end();

    assertThat(shown(sessionizer.sessions())).containsExactly("0..0 r1 n=1", "40..40 r1 n=1");
    assertThat(sessionizer.stateEntries()).isZero();
    assertThat(sessionizer.timers()).isZero();
  }

  @Test
  @DisplayName("S24: with a shorter gap open sessions close earlier, and nothing is emitted again")
  void shouldApplyShorterGapAfterRestore() throws Exception {
    Sessionizer sessionizer = start();
    send(sessionizer, 0, 40);
    sessionizer.watermark(35);
    sessionizer.restart(settings(5, L));
    sessionizer.watermark(44);

    assertThat(shown(sessionizer.sessions())).containsExactly("0..0 r1 n=1");

    sessionizer.watermark(45);

    assertThat(shown(sessionizer.sessions())).containsExactly("0..0 r1 n=1", "40..40 r1 n=1");

    sessionizer.watermark(69);
    assertThat(sessionizer.stateEntries()).isEqualTo(1);
    sessionizer.watermark(70);
    assertThat(sessionizer.stateEntries()).isZero();
    assertThat(sessionizer.timers()).isZero();
  }

  @Test
  @DisplayName("S24: nothing behind the old horizon is accepted under a longer lateness")
  void shouldKeepHorizonWhenLatenessGrows() throws Exception {
    Sessionizer sessionizer = start();
    sessionizer.watermark(100);
    sessionizer.restart(settings(G, 1_000));
    send(sessionizer, 50, 51);
    sessionizer.watermark(101);
    send(sessionizer, 50);
    sessionizer.end();

    assertThat(shown(sessionizer.sessions())).containsExactly("51..51 r1 n=1");
    assertThat(sessionizer.late()).hasSize(2);
  }

  @Test
  @DisplayName("S25: open sessions continue after a restore")
  void shouldContinueOpenSessionAfterRestore() throws Exception {
    Sessionizer sessionizer = start();
    send(sessionizer, 0, 10);
    sessionizer.watermark(12);
    sessionizer.restart(settings(G, L));
    send(sessionizer, 40);
    sessionizer.watermark(70);

    assertThat(shown(sessionizer.sessions())).containsExactly("0..40 r1 n=3");
  }

  @Test
  @DisplayName("S25: a revision due before a restore comes with the first watermark that closes it")
  void shouldEmitDueRevisionAfterRestore() throws Exception {
    Sessionizer sessionizer = start();
    send(sessionizer, 0);
    sessionizer.watermark(50);
    send(sessionizer, 10);
    sessionizer.restart(settings(G, L));
    sessionizer.watermark(39);
    assertThat(shown(sessionizer.sessions())).containsExactly("0..0 r1 n=1");
    sessionizer.watermark(40);

    assertThat(shown(sessionizer.sessions())).containsExactly("0..0 r1 n=1", "0..10 r2 n=2");
  }

  @Test
  @DisplayName("S29: a login within a session of the device gives it the user and keeps its start")
  void shouldKeepBeginningAndLastUserWhenVisitorLogsIn() throws Exception {
    Sessionizer sessionizer = start();
    sessionizer.click(
        at(0)
            .anonymous("device-1")
            .page("/landing")
            .campaign("mail", "newsletter", "spring")
            .click());
    sessionizer.click(at(10).anonymous("device-1").user("7").page("/login").click());
    sessionizer.click(
        at(20).anonymous("device-1").user("8").page("/cart").campaign("ads", null, null).click());
    sessionizer.click(at(30).anonymous("device-1").page("/end").click());
    sessionizer.watermark(60);

    SessionValues facts = onlyFacts(sessionizer);
    assertThat(facts.text("user_id")).isEqualTo("8");
    assertThat(facts.text("anonymous_id")).isEqualTo("device-1");
    assertThat(facts.text("entry_page")).isEqualTo("/landing");
    assertThat(facts.text("exit_page")).isEqualTo("/end");
    assertThat(facts.text("utm_source")).isEqualTo("mail");
    assertThat(facts.text("utm_medium")).isEqualTo("newsletter");
    assertThat(facts.text("utm_campaign")).isEqualTo("spring");
  }

  @Test
  @DisplayName("S30: state and timers are gone when the watermark is at end + 2G + L, not before")
  void shouldForgetWhenNothingCanTouchSession() throws Exception {
    Sessionizer sessionizer = start();
    for (int i = 0; i < 50; i++) {
      sessionizer.click(at(i % 10).visitor(new Visitor(null, VisitorKind.DEVICE, "d" + i)).click());
    }
    sessionizer.watermark(9 + 2 * G + L - 1);
    assertThat(sessionizer.stateEntries()).isEqualTo(5);
    sessionizer.watermark(9 + 2 * G + L);

    assertThat(sessionizer.stateEntries()).isZero();
    assertThat(sessionizer.timers()).isZero();
    assertThat(sessionizer.sessions()).hasSize(50);
  }

  @Test
  @DisplayName("S31: what was late before a restore is late after it, before any watermark")
  void shouldStayLateAfterRestore() throws Exception {
    Sessionizer sessionizer = start();
    send(sessionizer, 60);
    sessionizer.watermark(100);
    sessionizer.restart(settings(G, L));
    Click late = at(50).click();
    sessionizer.click(late);
    sessionizer.end();

    assertThat(shown(sessionizer.sessions())).containsExactly("60..60 r1 n=1");
    assertThat(sessionizer.late()).containsExactly(new LateClick(late, 50, EPOCH + 100));
  }

  @Test
  @DisplayName("S32: user 7 and device 7, and one id in two apps, are separate visitors")
  void shouldSeparateVisitors() throws Exception {
    Sessionizer sessionizer = start();
    List<Visitor> visitors =
        List.of(
            new Visitor(null, VisitorKind.USER, "7"),
            new Visitor(null, VisitorKind.DEVICE, "7"),
            new Visitor("web", VisitorKind.DEVICE, "7"),
            new Visitor("app", VisitorKind.DEVICE, "7"));
    for (Visitor visitor : visitors) {
      sessionizer.click(at(0).visitor(visitor).id("a").click());
    }
    sessionizer.end();

    assertThat(sessionizer.sessions().stream().map(Session::visitor))
        .containsExactlyInAnyOrderElementsOf(visitors);
    assertThat(sessionizer.sessions().stream().map(Session::id).distinct()).hasSize(4);
    assertThat(sessionizer.duplicates()).isZero();
  }

  @Test
  @DisplayName("S34: a merge that would exceed D is a cut")
  void shouldCutWhenMergeWouldExceedDuration() throws Exception {
    Sessionizer fits = start(settings(G, L, 60, 10_000, 256));
    send(fits, 0, 60, 30);
    fits.end();
    assertThat(shown(fits.sessions())).containsExactly("0..60 r1 n=3");

    Sessionizer exceeds = start(settings(G, L, 59, 10_000, 256));
    send(exceeds, 0, 60, 30);
    exceeds.end();
    assertThat(shown(exceeds.sessions()))
        .containsExactly("0..30 r1 n=2 MAX_DURATION", "60..60 r1 n=1");
  }

  @Test
  @DisplayName("S34: a merge that would exceed N is a cut")
  void shouldCutWhenMergeWouldExceedEvents() throws Exception {
    Sessionizer fits = start(settings(G, L, 86_400_000, 5, 256));
    send(fits, 0, 0, 60, 60, 30);
    fits.end();
    assertThat(shown(fits.sessions())).containsExactly("0..60 r1 n=5");

    Sessionizer exceeds = start(settings(G, L, 86_400_000, 4, 256));
    send(exceeds, 0, 0, 60, 60, 30);
    exceeds.end();
    assertThat(shown(exceeds.sessions()))
        .containsExactly("0..30 r1 n=3 MAX_EVENTS", "60..60 r1 n=2");
  }

  @Test
  @DisplayName("S34: an event between two halves joins the left one that has room")
  void shouldJoinLeftHalfWhenCutStandsBetween() throws Exception {
    Sessionizer sessionizer = start(settings(G, L, 20, 10_000, 256));
    send(sessionizer, 0, 10, 30, 15);
    sessionizer.end();

    assertThat(shown(sessionizer.sessions()))
        .containsExactly("0..15 r1 n=3 MAX_DURATION", "30..30 r1 n=1");
  }

  @Test
  @DisplayName("S34: an event right of a full left half joins the right one, or stands alone")
  void shouldJoinRightHalfWhenLeftIsFull() throws Exception {
    Sessionizer joins = start(settings(G, L, 86_400_000, 2, 256));
    send(joins, 0, 1, 20, 10);
    joins.end();
    assertThat(shown(joins.sessions())).containsExactly("0..1 r1 n=2 MAX_EVENTS", "10..20 r1 n=2");

    Sessionizer alone = start(settings(G, L, 86_400_000, 2, 256));
    send(alone, 0, 1, 20, 21, 10);
    alone.end();
    assertThat(shown(alone.sessions()))
        .containsExactly("0..1 r1 n=2 MAX_EVENTS", "10..10 r1 n=1 MAX_EVENTS", "20..21 r1 n=2");
  }

  @Test
  @DisplayName("S34: more than N events in one millisecond have sessions with ids of their own")
  void shouldGiveUniqueIdsWhenSessionsShareTheirStart() throws Exception {
    Sessionizer sessionizer = start(settings(G, L, 86_400_000, 3, 256));
    send(sessionizer, 7, 7, 7, 7, 7, 7, 7);
    sessionizer.end();

    assertThat(shown(sessionizer.sessions()))
        .containsExactly("7..7 r1 n=3 MAX_EVENTS", "7..7 r1 n=3 MAX_EVENTS", "7..7 r1 n=1");
    Set<UUID> ids = new HashSet<>();
    sessionizer.sessions().forEach(session -> ids.add(session.id()));
    assertThat(ids).hasSize(3);
  }

  @Test
  @DisplayName("S35: a watermark that jumps far emits first and then forgets")
  void shouldEmitBeforeForgettingWhenWatermarkJumps() throws Exception {
    Sessionizer sessionizer = start();
    send(sessionizer, 0);
    sessionizer.watermark(1_000_000);

    assertThat(shown(sessionizer.sessions())).containsExactly("0..0 r1 n=1");
    assertThat(sessionizer.stateEntries()).isZero();
    assertThat(sessionizer.timers()).isZero();
  }

  @Test
  @DisplayName("S36: events of one millisecond give the same record in any order")
  void shouldGiveSameRecordWhenTimesAreEqual() throws Exception {
    List<Click> clicks =
        List.of(
            same("b", "/b").anonymous("x").country("DE").purchase("p2", 1, "5.00", "EUR").click(),
            same("a", "/z").referrer("r1").user("u1").purchase("p1", 2, "2.50", "USD").click(),
            same("c", "/a").referrer("r2").user("u2").product("p3").click(),
            same(null, "/0").device("phone").userAgent("ua1").campaign("s", null, null).click(),
            same(null, null).device("desktop").userAgent("ua2").campaign(null, "m", null).click(),
            same(null, null).device("tablet").userAgent("ua0").campaign("r", null, "c").click());
    SessionValues expected =
        ValuesBuilder.values()
            .end(EPOCH)
            .text("user_id", "u1")
            .text("anonymous_id", "x")
            .number("event_count", 6)
            .number("page_views", 4)
            .number("unique_pages", 2)
            .number("purchases", 2)
            .revenue(
                List.of(
                    new Money("EUR", new BigDecimal("5.00")),
                    new Money("USD", new BigDecimal("5.00"))))
            .text("entry_page", "/a")
            .text("exit_page", "/a")
            .text("referrer", "r2")
            .text("utm_source", "s")
            .text("device_type", "phone")
            .text("country", "DE")
            .text("user_agent", "ua1")
            .products(
                List.of(new ProductActivity("p1", 0, 0, 1), new ProductActivity("p2", 0, 0, 1)))
            .build();
    assertThat(inAnyOrder(clicks, 60)).containsOnly(expected);
  }

  @Test
  @DisplayName("pages are those of page views alone")
  void shouldTakePagesOfPageViewsAlone() throws Exception {
    Sessionizer sessionizer = start();
    sessionizer.click(at(0).kind(EventKind.SEARCH).page("/search").click());
    sessionizer.click(at(1).page("/a").click());
    sessionizer.click(at(2).page("/b").click());
    sessionizer.click(at(3).kind(EventKind.PRODUCT_VIEW).page("/p").click());
    sessionizer.click(at(4).kind(EventKind.OTHER).page("/ping").click());
    sessionizer.end();

    SessionValues facts = onlyFacts(sessionizer);
    assertThat(facts.text("entry_page")).isEqualTo("/a");
    assertThat(facts.text("exit_page")).isEqualTo("/b");
    assertThat(facts.number("unique_pages")).isEqualTo(2);
    assertThat(facts.number("event_count")).isEqualTo(5);
  }

  @Test
  @DisplayName("the referrer is that of the first page view, and none of the site's own")
  void shouldTakeReferrerOfFirstPageView() throws Exception {
    String home = "https://shop.example/";
    // Came without a referrer; all later ones are no matter of theirs.
    assertThat(referrer(at(1).page(home + "b").referrer(home), at(0).page(home))).isNull();
    assertThat(referrer(at(0).page(home), at(1).page(home).referrer("https://ads.example/")))
        .isNull();
    assertThat(referrer(at(0).page(home + "b").referrer("http://www.SHOP.example:80/"))).isNull();
    assertThat(referrer(at(0).page(home).referrer("https://ads.example/x")))
        .isEqualTo("https://ads.example/x");
    // Neither a click that is no page view, nor a page view without a page is a reason to have
    // none.
    assertThat(
            referrer(
                at(0).kind(EventKind.SEARCH).page(home).referrer("https://a.example/"),
                at(1).referrer("https://b.example/"),
                at(2).page(home).referrer("https://c.example/")))
        .isEqualTo("https://b.example/");
    assertThat(referrer(at(0).kind(EventKind.SEARCH).referrer("https://a.example/"))).isNull();
  }

  @Test
  @DisplayName("a referrer from another site of ours, or from below it, is none")
  void shouldHaveNoReferrerWhenItIsOfOurSites() throws Exception {
    SessionSettings ours =
        settings(G, L).with(SessionSettings.OWN_HOSTS, List.of("pay.example", "shop.example"));
    String home = "https://m.shop.example/";
    assertThat(referrer(ours, at(0).page(home).referrer("https://pay.example/return"))).isNull();
    assertThat(referrer(ours, at(0).page(home).referrer("https://eu.pay.example/"))).isNull();
    assertThat(referrer(ours, at(0).page(home).referrer("https://shop.example/"))).isNull();
    assertThat(referrer(ours, at(0).page(home).referrer("https://mypay.example/")))
        .isEqualTo("https://mypay.example/");
    // It decides nothing else: the second page view's referrer is no matter.
    assertThat(
            referrer(
                ours,
                at(0).page(home).referrer("https://pay.example/"),
                at(1).page(home).referrer("https://ads.example/")))
        .isNull();
  }

  private @Nullable String referrer(Clicks.Builder... clicks) throws Exception {
    return referrer(settings(G, L), clicks);
  }

  private @Nullable String referrer(SessionSettings settings, Clicks.Builder... clicks)
      throws Exception {
    Sessionizer sessionizer = start(settings);
    for (Clicks.Builder click : clicks) {
      sessionizer.click(click.click());
    }
    sessionizer.end();
    return onlyFacts(sessionizer).text("referrer");
  }

  @Test
  @DisplayName("of the purchases of one order the first counts, in any order of arrival")
  void shouldCountOrderOnceWhenPurchasesNameIt() throws Exception {
    List<Click> clicks =
        List.of(
            at(5).id("b").purchase("p2", 1, "10", "EUR").order("o-1").click(),
            at(5).id("a").purchase("p1", 1, "49.90", "EUR").order("o-1").click(),
            at(9).id("0").purchase("p3", 1, "7", "EUR").order("o-1").click(),
            at(6).purchase("p1", 2, "1.50", "usd").order("o-2").click(),
            at(7).purchase("p1", 2, "1.50", "USD").order("o-3").click(),
            at(7).kind(EventKind.PURCHASE).order("o-4").click(),
            at(8).purchase("p4", 1, "1", "EUR").click(),
            at(8).purchase("p4", 1, "1", "EUR").click());
    for (SessionValues facts : inAnyOrder(clicks, 20)) {
      assertThat(facts.number("event_count")).isEqualTo(8);
      assertThat(facts.number("purchases")).isEqualTo(6);
      assertThat(facts.revenue())
          .containsExactly(
              new Money("EUR", new BigDecimal("51.90")), new Money("USD", new BigDecimal("6.00")));
      assertThat(facts.products())
          .containsExactly(new ProductActivity("p1", 0, 0, 3), new ProductActivity("p4", 0, 0, 2));
      assertThat(facts.number("orders_truncated")).isZero();
    }
  }

  @Test
  @DisplayName("a purchase comes to the order's total, else to its products, else to its price")
  void shouldTakeTotalThenProductsThenPrice() throws Exception {
    assertThat(amount(at(0).purchase("p", 3, "5", "EUR").products("a 2 1.50").revenue("39.90")))
        .isEqualByComparingTo("39.90");
    assertThat(amount(at(0).purchase("p", 3, "5", "EUR").products("a 2 1.50", "b 1 ", "c 1 0.40")))
        .isEqualByComparingTo("3.40");
    assertThat(amount(at(0).purchase("p", 3, "5", "EUR").products("a 2 ", "b 1 ")))
        .isEqualByComparingTo("15");
    assertThat(amount(at(0).purchase("p", 3, "5", "EUR"))).isEqualByComparingTo("15");
    assertThat(amount(at(0).purchase("p", 7, "5", "EUR").revenue("0"))).isEqualByComparingTo("0");
    assertThat(amount(at(0).kind(EventKind.PURCHASE).revenue("8"))).isEqualByComparingTo("8");
  }

  private BigDecimal amount(Clicks.Builder purchase) throws Exception {
    Sessionizer sessionizer = start();
    sessionizer.click(purchase.click());
    sessionizer.end();
    List<Money> revenue = onlyFacts(sessionizer).revenue();
    assertThat(revenue).hasSize(1);
    return revenue.get(0).amount();
  }

  @Test
  @DisplayName("a purchase without a price counts, without revenue")
  void shouldCountPurchaseWhenItHasNoPrice() throws Exception {
    Sessionizer sessionizer = start();
    sessionizer.click(at(0).kind(EventKind.PURCHASE).product("p1").click());
    sessionizer.click(at(1).kind(EventKind.PURCHASE).products("p2 4 ", "p1").click());
    sessionizer.click(at(2).kind(EventKind.PURCHASE).products("p3").order("o").click());
    sessionizer.end();

    SessionValues facts = onlyFacts(sessionizer);
    assertThat(facts.number("purchases")).isEqualTo(3);
    assertThat(facts.revenue()).isEmpty();
    assertThat(facts.products())
        .containsExactly(
            new ProductActivity("p1", 0, 0, 2),
            new ProductActivity("p2", 0, 0, 1),
            new ProductActivity("p3", 0, 0, 1));
  }

  @Test
  @DisplayName("each product of a click counts, once however often it is in the list")
  void shouldCountEachProductOfClick() throws Exception {
    List<Click> clicks =
        List.of(
            at(0).kind(EventKind.PRODUCT_VIEW).products("p2", "p1", "p2 5 1").click(),
            at(1).kind(EventKind.ADD_TO_CART).product("ignored").products("p1 3 ").click(),
            at(2).kind(EventKind.PURCHASE).products("p1 2 1.25", "p3 1 4").click(),
            at(3).kind(EventKind.PURCHASE).product("p1").click(),
            at(4).kind(EventKind.CHECKOUT).products("p9").click());
    for (SessionValues facts : inAnyOrder(clicks, 5)) {
      assertThat(facts.products())
          .containsExactly(
              new ProductActivity("p1", 1, 1, 2),
              new ProductActivity("p2", 1, 0, 0),
              new ProductActivity("p3", 0, 0, 1));
      assertThat(facts.revenue()).containsExactly(new Money("", new BigDecimal("6.50")));
      assertThat(facts.number("product_views")).isEqualTo(1);
      assertThat(facts.number("cart_adds")).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("of the purchases of one order the products of the first count, in any order")
  void shouldCountProductsOfFirstPurchaseOfOrder() throws Exception {
    List<Click> clicks =
        List.of(
            at(5).kind(EventKind.PURCHASE).products("p2 1 3", "p1 2 1").order("o-1").click(),
            at(6).kind(EventKind.PURCHASE).products("p3 1 9").order("o-1").click(),
            at(7)
                .kind(EventKind.PURCHASE)
                .products("p1 1 4", "p4")
                .revenue("6")
                .order("o-2")
                .click(),
            // Of one moment: the one with the smaller products, and none behind all.
            at(9).kind(EventKind.PURCHASE).order("o-3").click(),
            at(9).kind(EventKind.PURCHASE).products("p5", "p7").order("o-3").click(),
            at(9).kind(EventKind.PURCHASE).products("p5", "p6").order("o-3").click(),
            at(9).kind(EventKind.PURCHASE).product("p5").order("o-3").click());
    for (SessionValues facts : inAnyOrder(clicks, 20)) {
      assertThat(facts.number("purchases")).isEqualTo(3);
      assertThat(facts.revenue()).containsExactly(new Money("", new BigDecimal("11")));
      assertThat(facts.products())
          .containsExactly(
              new ProductActivity("p1", 0, 0, 2),
              new ProductActivity("p2", 0, 0, 1),
              new ProductActivity("p4", 0, 0, 1),
              new ProductActivity("p5", 0, 0, 1),
              new ProductActivity("p6", 0, 0, 1));
    }
  }

  @Test
  @DisplayName("of an order with very many products those with the smallest ids count")
  void shouldBoundProductsOfOrder() throws Exception {
    String[] many = new String[150];
    for (int i = 0; i < many.length; i++) {
      many[i] = "p%03d".formatted(many.length - 1 - i);
    }
    String[] lengthy = new String[5];
    for (int i = 0; i < lengthy.length; i++) {
      lengthy[i] = "a" + i + "x".repeat(1_022);
    }
    List<Click> few = List.of(at(0).kind(EventKind.PURCHASE).products(many).order("o").click());
    List<Click> shorter =
        List.of(at(0).kind(EventKind.PURCHASE).products(lengthy).order("o").click());
    List<Click> whole = List.of(at(0).kind(EventKind.PURCHASE).products(lengthy).click());

    SessionValues facts = inAnyOrder(few, 1).get(0);
    assertThat(facts.products()).hasSize(100);
    assertThat(facts.products().get(99).productId()).isEqualTo("p099");
    assertThat(facts.number("products_truncated")).isEqualTo(1);
    assertThat(inAnyOrder(shorter, 1).get(0).products()).hasSize(4);
    assertThat(inAnyOrder(shorter, 1).get(0).number("products_truncated")).isEqualTo(1);
    assertThat(inAnyOrder(whole, 1).get(0).products()).hasSize(5);
    assertThat(inAnyOrder(whole, 1).get(0).number("products_truncated")).isZero();
  }

  @Test
  @DisplayName("a click id alone is a campaign, and belongs to its click's other campaign fields")
  void shouldTakeClickIdOfFirstCampaign() throws Exception {
    Sessionizer sessionizer = start();
    sessionizer.click(at(2).campaign("s", "m", "c").clickId("g-2").click());
    sessionizer.click(at(1).clickId("g-1").click());
    sessionizer.click(at(0).click());
    sessionizer.end();
    SessionValues facts = onlyFacts(sessionizer);
    assertThat(facts.text("click_id")).isEqualTo("g-1");
    assertThat(facts.text("utm_source")).isNull();

    Sessionizer other = start();
    other.click(at(1).clickId("g-1").click());
    other.click(at(0).campaign(null, null, "c").click());
    other.end();
    assertThat(onlyFacts(other).text("click_id")).isNull();
    assertThat(onlyFacts(other).text("utm_campaign")).isEqualTo("c");

    List<Click> same =
        List.of(
            at(0).campaign("s", null, null).clickId("g-2").click(),
            at(0).campaign("s", null, null).clickId("g-1").click(),
            at(0).campaign("s", null, null).click());
    for (SessionValues values : inAnyOrder(same, 6)) {
      assertThat(values.text("click_id")).isEqualTo("g-1");
    }
  }

  /**
   * What the one session of some clicks holds, for as many random orders of their arrival, each a
   * visitor's.
   */
  private List<SessionValues> inAnyOrder(List<Click> clicks, int orders) throws Exception {
    Sessionizer sessionizer = start();
    for (int seed = 0; seed < orders; seed++) {
      List<Click> shuffled = new ArrayList<>(clicks);
      Collections.shuffle(shuffled, new Random(seed));
      Visitor visitor = new Visitor(null, VisitorKind.DEVICE, "order-" + seed);
      for (Click click : shuffled) {
        sessionizer.click(Clicks.of(visitor, click));
      }
    }
    sessionizer.end();
    List<Session> sessions = sessionizer.sessions();
    assertThat(sessions).hasSize(orders).extracting(Session::visitor).doesNotHaveDuplicates();
    return sessions.stream().map(SessionSemantics::facts).toList();
  }

  @Test
  @DisplayName("an order is counted once when sessions that both have it merge")
  void shouldCountOrderOnceWhenSessionsMerge() throws Exception {
    Sessionizer sessionizer = start();
    sessionizer.click(at(0).purchase("p1", 1, "5", "EUR").order("o-1").click());
    sessionizer.click(at(50).purchase("p1", 1, "6", "EUR").order("o-1").click());
    sessionizer.click(at(25).click());
    sessionizer.end();

    SessionValues facts = onlyFacts(sessionizer);
    assertThat(facts.number("purchases")).isEqualTo(1);
    assertThat(facts.revenue()).containsExactly(new Money("EUR", new BigDecimal("5")));
    assertThat(facts.products()).containsExactly(new ProductActivity("p1", 0, 0, 1));
  }

  @Test
  @DisplayName("of more than a thousand orders the same ones count in any order of arrival")
  void shouldBoundOrdersIndependentlyOfOrder() throws Exception {
    List<Click> clicks = new ArrayList<>();
    for (int i = 0; i < 1_100; i++) {
      clicks.add(at(i % 20).purchase("p", 1, Integer.toString(i), "EUR").order("o" + i).click());
    }
    List<SessionValues> all = inAnyOrder(clicks, 3);

    assertThat(all.get(0).number("purchases")).isEqualTo(1_000);
    assertThat(all.get(0).number("orders_truncated")).isEqualTo(1);
    assertThat(all).containsOnly(all.get(0));
  }

  private static Clicks.Builder same(@Nullable String id, @Nullable String page) {
    return at(0).id(id).page(page);
  }

  @Test
  @DisplayName("S36: the kept products and currencies are the smallest, in any order of arrival")
  void shouldBoundFieldsIndependentlyOfOrder() throws Exception {
    List<Click> clicks = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      clicks.add(at(i % 20).kind(EventKind.PRODUCT_VIEW).product("p%03d".formatted(i)).click());
      clicks.add(
          at(i % 20).purchase("p%03d".formatted(i), 1, "1.5", "C%02d".formatted(i % 12)).click());
    }
    for (int i = 0; i < 1_100; i++) {
      clicks.add(at(i % 20).page("/" + i).click());
    }
    List<SessionValues> all = inAnyOrder(clicks, 5);

    SessionValues facts = all.get(0);
    assertThat(facts.products()).hasSize(100);
    assertThat(facts.products().get(99)).isEqualTo(new ProductActivity("p099", 1, 0, 1));
    assertThat(facts.number("products_truncated")).isEqualTo(1);
    assertThat(facts.revenue()).hasSize(8);
    assertThat(facts.number("unique_pages")).isEqualTo(1_000);
    assertThat(all).containsOnly(facts);
  }
}
