package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.ValuesBuilder;
import io.clickstream.config.DedupKey;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.EndReason;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.model.Visitor;
import io.clickstream.reconcile.BatchSessions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * Plays a scenario on a sessionizer and knows by itself, from the contract alone, what must become
 * of each click.
 */
public final class ScenarioCheck {

  /** What is checked of a scenario. */
  private interface Part {
    void check(ScenarioCheck check) throws Exception;
  }

  private final Sessionizer sessionizer;
  private final Tables tables;
  private final boolean exact;
  private SessionSettings settings;
  private long watermark = Long.MIN_VALUE;
  private long horizon = Long.MIN_VALUE;
  private final Map<Visitor, List<Click>> accepted = new LinkedHashMap<>();
  private final Set<Click> behind = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Click> late = new ArrayList<>();
  private long duplicates;
  private final Map<UUID, Session> latest = new LinkedHashMap<>();

  /** The table under which each session was emitted last. */
  private final Map<UUID, Integer> emittedUnder = new HashMap<>();

  private final Map<List<Object>, SessionValues> expected = new HashMap<>();
  private int folded;
  private long smallestGap;
  private long largestGap;

  /**
   * @param exact whether every revision must be the batch session; not where cuts or changed gaps
   *     make the result depend on the order of arrival
   */
  private ScenarioCheck(Scenario scenario, Sessionizer sessionizer, Tables tables, boolean exact) {
    this.sessionizer = sessionizer;
    this.tables = tables;
    this.exact = exact;
    settings = scenario.settings();
    smallestGap = gap();
    largestGap = gap();
  }

  /**
   * The folded output is the batch sessions of the accepted events, and so is every revision.
   *
   * @param sessionizer a new one, which is closed
   * @return the check, to ask what was seen
   */
  public static ScenarioCheck checkBatchSessions(Scenario scenario, Sessionizer sessionizer)
      throws Exception {
    return checkBatchSessions(scenario, sessionizer, Tables.BUILT_IN);
  }

  /** The same under tables of columns that change with restarts. */
  public static ScenarioCheck checkBatchSessions(
      Scenario scenario, Sessionizer sessionizer, Tables tables) throws Exception {
    return check(scenario, sessionizer, tables, true, true, ScenarioCheck::checkBatchEquality);
  }

  /** The same where nobody looks before the end, so that all may come while a watermark works. */
  public static void checkBatchSessionsWithoutLooking(Scenario scenario, Sessionizer sessionizer)
      throws Exception {
    check(scenario, sessionizer, Tables.BUILT_IN, true, false, ScenarioCheck::checkBatchEquality);
  }

  /** Under small bounds every click is in one session within them. */
  public static void checkCuts(Scenario scenario, Sessionizer sessionizer) throws Exception {
    check(scenario, sessionizer, Tables.BUILT_IN, false, true, ScenarioCheck::checkCuts);
  }

  /** Under changed gaps every click is in one session, between the sessions of all gaps. */
  public static void checkChangedGaps(Scenario scenario, Sessionizer sessionizer) throws Exception {
    check(scenario, sessionizer, Tables.BUILT_IN, false, true, ScenarioCheck::checkChangedGaps);
  }

  private static ScenarioCheck check(
      Scenario scenario,
      Sessionizer sessionizer,
      Tables tables,
      boolean exact,
      boolean looking,
      Part ofTheEnd)
      throws Exception {
    try {
      ScenarioCheck check = new ScenarioCheck(scenario, sessionizer, tables, exact);
      check.play(scenario.steps(), looking);
      ofTheEnd.check(check);
      check.checkNothingLeft();
      return check;
    } finally {
      sessionizer.close();
    }
  }

  private long gap() {
    return settings.gap().toMillis();
  }

  private void play(List<Scenario.Step> steps, boolean looking) throws Exception {
    for (Scenario.Step step : steps) {
      if (step instanceof Scenario.Arrival arrival) {
        arrive(tables.read(arrival.click()));
      } else if (step instanceof Scenario.Mark mark) {
        if (Clicks.EPOCH + mark.watermark() > watermark) {
          sessionizer.watermark(mark.watermark());
          setWatermark(Clicks.EPOCH + mark.watermark());
          if (looking) {
            look();
          }
        }
      } else if (step instanceof Scenario.Restart restart) {
        settings = restart.settings();
        restart();
        watermark = Long.MIN_VALUE;
        smallestGap = Math.min(smallestGap, gap());
        largestGap = Math.max(largestGap, gap());
      }
    }
    sessionizer.end();
    setWatermark(Long.MAX_VALUE);
    look();
  }

  private void restart() throws Exception {
    if (tables.restart()) {
      fold();
      sessionizer.restart(settings, tables.columns());
    } else {
      sessionizer.restart(settings);
    }
  }

  private void arrive(Click click) throws Exception {
    List<Click> own = accepted.computeIfAbsent(click.visitor(), ignored -> new ArrayList<>());
    if (click.timestamp() <= horizon) {
      late.add(click);
    } else if (exact && isDuplicate(click, own)) {
      duplicates++;
    } else {
      own.add(click);
      if (click.timestamp() <= watermark) {
        behind.add(click);
      }
    }
    sessionizer.click(click);
    if (sessionizer.isImmediate()) {
      checkCounts();
    }
  }

  private void checkCounts() throws Exception {
    assertThat(sessionizer.late()).hasSameSizeAs(late);
    if (exact) {
      assertThat(sessionizer.duplicates()).isEqualTo(duplicates);
      assertThat(sessionizer.inSessions()).isEqualTo(acceptedCount());
    }
  }

  private boolean isDuplicate(Click click, List<Click> own) {
    return click.eventId() != null
        && BatchSessions.split(own, gap()).stream()
            .filter(
                session ->
                    session.get(0).timestamp() - gap() <= click.timestamp()
                        && click.timestamp() <= session.get(session.size() - 1).timestamp() + gap())
            .flatMap(Collection::stream)
            .anyMatch(
                other ->
                    click.eventId().equals(other.eventId())
                        && (settings.dedupKey() == DedupKey.EVENT_ID
                            || Objects.equals(click.eventType(), other.eventType())));
  }

  private long acceptedCount() {
    return accepted.values().stream().mapToLong(List::size).sum();
  }

  private void setWatermark(long mark) {
    watermark = mark;
    horizon = Math.max(horizon, watermark - gap() - settings.allowedLateness().toMillis());
  }

  private void look() throws Exception {
    fold();
    checkCounts();
    checkTable();
    if (exact) {
      accepted.values().forEach(this::checkClosedSessions);
    }
  }

  /** Takes the new output into the table, checking the order that consumers rely on. */
  private void fold() throws Exception {
    List<Session> output = sessionizer.sessions();
    for (; folded < output.size(); folded++) {
      Session session = output.get(folded);
      Session before = latest.put(session.id(), session);
      emittedUnder.put(session.id(), tables.number());
      assertThat(session.revision()).isGreaterThan(before == null ? 0 : before.revision());
      assertThat(SessionIds.startOf(session.id())).isEqualTo(session.start());
      if (session.isDeleted()) {
        assertThat(before).as("what was retracted had been emitted").isNotNull();
        Session survivor =
            output.subList(folded, output.size()).stream()
                .filter(later -> !later.isDeleted())
                .findFirst()
                .orElseThrow();
        assertThat(survivor.id()).isEqualTo(session.supersededBy());
        assertThat(survivor.revision()).isGreaterThanOrEqualTo(session.revision());
      } else {
        assertThat(end(session) + gap()).as("not before it closes").isLessThanOrEqualTo(watermark);
      }
    }
  }

  private List<Session> table(Visitor visitor) {
    return latest.values().stream()
        .filter(session -> !session.isDeleted() && session.visitor().equals(visitor))
        .sorted(Comparator.comparingLong(Session::start).thenComparingLong(ScenarioCheck::end))
        .toList();
  }

  private static SessionValues facts(Session session) {
    SessionValues facts = session.values();
    assertThat(facts).isNotNull();
    return facts;
  }

  private static long end(Session session) {
    return facts(session).end();
  }

  /** At every moment the sessions of a visitor neither overlap nor stand within the gap. */
  private void checkTable() {
    for (Visitor visitor : accepted.keySet()) {
      List<Session> sessions = table(visitor);
      for (int i = 1; i < sessions.size(); i++) {
        Session left = sessions.get(i - 1);
        Session right = sessions.get(i);
        if (facts(left).endReason() == EndReason.TIMEOUT) {
          assertThat(right.start() - end(left)).isGreaterThan(smallestGap);
        } else {
          assertThat(right.start()).isGreaterThanOrEqualTo(end(left));
        }
      }
    }
  }

  /** What has closed by event time is in the table, exactly as a batch would have it. */
  private void checkClosedSessions(List<Click> own) {
    for (List<Click> session : BatchSessions.split(own, gap())) {
      long end = session.get(session.size() - 1).timestamp();
      if (watermark >= end + gap()) {
        Session published = latest.get(id(session));
        assertThat(published).isNotNull();
        assertThat(facts(published).number("late_event_count"))
            .isEqualTo(session.stream().filter(behind::contains).count());
        assertThat(withoutCounts(facts(published))).isEqualTo(expected(session));
      }
    }
  }

  private static UUID id(List<Click> session) {
    return SessionIds.of(session.get(0).visitor(), session.get(0).timestamp(), 0);
  }

  private SessionValues expected(List<Click> session) {
    int table = emittedUnder.getOrDefault(id(session), tables.number());
    // Sessions only grow, so the same size means the same clicks.
    return expected.computeIfAbsent(
        List.of(id(session), session.size(), table),
        ignored -> tables.expected(table, settings.ownHosts(), session));
  }

  /** The sessions of the whole input are the batch sessions, and nothing is left anywhere. */
  private void checkBatchEquality() {
    for (Map.Entry<Visitor, List<Click>> entry : accepted.entrySet()) {
      List<SessionValues> expected =
          BatchSessions.split(entry.getValue(), gap()).stream().map(this::expected).toList();
      assertThat(table(entry.getKey()).stream().map(session -> withoutCounts(facts(session))))
          .containsExactlyElementsOf(expected);
    }
  }

  /** Every accepted click is in exactly one session, and every session within its bounds. */
  private void checkCuts() throws Exception {
    Set<UUID> ids = new HashSet<>();
    for (Session session : latest.values()) {
      assertThat(ids.add(session.id())).isTrue();
      if (!session.isDeleted()) {
        long duration = end(session) - session.start();
        assertThat(duration).isLessThanOrEqualTo(settings.maxDuration().toMillis());
        if (duration == 0) {
          assertThat(facts(session).number("event_count"))
              .isLessThanOrEqualTo(settings.maxEvents());
        }
      }
    }
    checkEachClickCountedOnce(sessionizer.inSessions());
  }

  private void checkEachClickCountedOnce(long expected) throws Exception {
    long counted =
        latest.values().stream()
            .filter(session -> !session.isDeleted())
            .mapToLong(session -> facts(session).number("event_count"))
            .sum();
    assertThat(counted).isEqualTo(expected);
    assertThat(sessionizer.inSessions() + sessionizer.duplicates() + late.size())
        .isEqualTo(acceptedCount() + duplicates + late.size());
  }

  /**
   * Under changed gaps a session can be split no finer than the smallest gap would, and joined no
   * further than the largest.
   */
  private void checkChangedGaps() throws Exception {
    checkEachClickCountedOnce(acceptedCount());
    for (Map.Entry<Visitor, List<Click>> entry : accepted.entrySet()) {
      List<Session> sessions = table(entry.getKey());
      for (List<Click> finest : BatchSessions.split(entry.getValue(), smallestGap)) {
        assertThat(sessions)
            .anySatisfy(
                session -> {
                  assertThat(session.start()).isLessThanOrEqualTo(finest.get(0).timestamp());
                  assertThat(end(session))
                      .isGreaterThanOrEqualTo(finest.get(finest.size() - 1).timestamp());
                });
      }
      List<List<Click>> coarsest = BatchSessions.split(entry.getValue(), largestGap);
      for (Session session : sessions) {
        assertThat(coarsest)
            .anySatisfy(
                clicks -> {
                  assertThat(clicks.get(0).timestamp()).isLessThanOrEqualTo(session.start());
                  assertThat(clicks.get(clicks.size() - 1).timestamp())
                      .isGreaterThanOrEqualTo(end(session));
                });
      }
    }
  }

  private void checkNothingLeft() throws Exception {
    assertThat(sessionizer.stateEntries()).isZero();
    assertThat(sessionizer.timers()).isZero();
  }

  /** Which of the rarer things a scenario brought about, to see that none is missing. */
  Map<String, Boolean> coverage() throws Exception {
    Map<String, Boolean> seen = new HashMap<>();
    List<Session> output = sessionizer.sessions();
    seen.put("retraction", output.stream().anyMatch(Session::isDeleted));
    seen.put("revision", output.stream().anyMatch(session -> session.revision() > 1));
    seen.put("late", !late.isEmpty());
    seen.put("duplicate", duplicates > 0);
    seen.put("behind", !behind.isEmpty());
    return seen;
  }

  /** Whether any session had more texts than are kept. */
  boolean hasTruncatedSet() throws Exception {
    for (Session session : sessionizer.sessions()) {
      SessionValues values = session.values();
      for (int set = 0; values != null && set < values.layout().sets().size(); set++) {
        if (values.set(set).isTruncated()) {
          return true;
        }
      }
    }
    return false;
  }

  private static SessionValues withoutCounts(SessionValues facts) {
    return with(facts, facts.endReason(), 0, 0);
  }

  /** The same with another end and other counts, which depend on the order of arrival. */
  static SessionValues with(SessionValues facts, EndReason endReason, long duplicates, long late) {
    return ValuesBuilder.from(facts)
        .endReason(endReason)
        .number("duplicate_count", duplicates)
        .number("late_event_count", late)
        .build();
  }
}
