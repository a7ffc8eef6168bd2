package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Columns;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.ValuesBuilder;
import io.clickstream.model.Click;
import io.clickstream.model.EndReason;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.model.Visitor;
import io.clickstream.reconcile.BatchSessions;
import io.clickstream.session.CutOracle.Expected;
import io.clickstream.session.CutOracle.Taken;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Plays a scenario with cuts on a sessionizer, and beside it on {@link CutOracle}. */
public final class CutCheck {

  /** What is known of one visitor. */
  private final class Own {
    final CutOracle oracle = new CutOracle(scenario.cuts(), gap);
    final List<Taken> waiting = new ArrayList<>();
  }

  private final CutScenario scenario;
  private final Sessionizer sessionizer;
  private final Columns columns;
  private final DefinedClicks.Reader reader;
  private final boolean waits;
  private final long gap;
  private final Map<Visitor, Own> visitors = new LinkedHashMap<>();
  private final Map<UUID, Session> latest = new LinkedHashMap<>();
  private boolean limited;
  private int folded;
  private long watermark = Long.MIN_VALUE;
  private long reached = Long.MIN_VALUE;
  private long horizon = Long.MIN_VALUE;
  private long late;
  private long duplicates;
  private long skipped;
  private long unmarked;

  /** Where no click waits: those that the watermark had passed. */
  private final Set<Taken> lateWithoutWaiting = new HashSet<>();

  private final Map<String, Boolean> seen = new HashMap<>();

  private CutCheck(CutScenario scenario, Sessionizer sessionizer) {
    this.scenario = scenario;
    this.sessionizer = sessionizer;
    this.columns = columns(scenario);
    this.reader = new DefinedClicks.Reader(columns);
    this.waits = columns.cuts().letWait();
    this.gap = scenario.settings().gap().toMillis();
  }

  /** The table of a scenario. */
  public static Columns columns(CutScenario scenario) {
    return Columns.of(Definitions.NONE.with(scenario.cuts()));
  }

  /**
   * The folded output is the sessions of the contract, at each watermark and at the end.
   *
   * @param sessionizer a new one with the scenario's table, which is closed
   * @return which of the rarer things it brought about
   */
  public static Map<String, Boolean> check(CutScenario scenario, Sessionizer sessionizer)
      throws Exception {
    try {
      CutCheck check = new CutCheck(scenario, sessionizer);
      check.play();
      return check.seen;
    } finally {
      sessionizer.close();
    }
  }

  /** Under small D and N: the limits only divide the sessions of the contract. */
  public static Map<String, Boolean> checkLimits(CutScenario scenario, Sessionizer sessionizer)
      throws Exception {
    try {
      CutCheck check = new CutCheck(scenario, sessionizer);
      check.limited = true;
      check.play();
      return check.seen;
    } finally {
      sessionizer.close();
    }
  }

  /** Every session of the contract is a row of sessions, within the limits and its walls. */
  private void checkRows(Visitor visitor, Own own) {
    Map<UUID, Integer> ordinals = new HashMap<>();
    List<Session> rest = new ArrayList<>();
    for (Session session : table(visitor)) {
      ordinals.put(session.id(), ordinal(visitor, session));
      rest.add(session);
    }
    rest.sort(
        Comparator.comparingLong(Session::start)
            .thenComparing(session -> ordinals.get(session.id())));
    for (Expected whole : own.oracle.sessions()) {
      long left = whole.clicks().size();
      long start = whole.start();
      while (left > 0) {
        assertThat(rest).as("%s", whole).isNotEmpty();
        Session part = rest.remove(0);
        SessionValues values = values(part);
        long count = values.number("event_count");
        assertThat(part.start()).isGreaterThanOrEqualTo(start);
        assertThat(values.end()).isLessThanOrEqualTo(whole.end());
        assertThat(values.end() - part.start())
            .isLessThanOrEqualTo(scenario.settings().maxDuration().toMillis());
        if (left == whole.clicks().size()) {
          assertThat(part.id()).isEqualTo(id(visitor, whole));
        }
        left -= count;
        if (left > 0) {
          seen.put(values.endReason().name(), true);
          assertThat(values.endReason()).isIn(EndReason.MAX_DURATION, EndReason.MAX_EVENTS);
        } else {
          assertThat(values.endReason()).isEqualTo(whole.endReason());
          assertThat(values.end()).isEqualTo(whole.end());
        }
        start = values.end();
      }
      assertThat(left).as("%s", whole).isZero();
    }
    assertThat(rest).isEmpty();
  }

  private void play() throws Exception {
    for (CutScenario.Step step : scenario.steps()) {
      if (step instanceof CutScenario.Arrival arrival) {
        arrive(arrival);
      } else if (step instanceof CutScenario.Mark mark) {
        if (mark.watermark() > watermark) {
          sessionizer.watermark(mark.watermark() - Clicks.EPOCH);
          advance(mark.watermark());
          look();
        }
      } else {
        sessionizer.restart(scenario.settings());
        seen.put(
            "restart with waiting",
            visitors.values().stream().anyMatch(own -> !own.waiting.isEmpty()));
        watermark = Long.MIN_VALUE;
      }
    }
    sessionizer.end();
    advance(Long.MAX_VALUE);
    look();
    if (limited) {
      visitors.forEach(this::checkRows);
    } else {
      visitors.forEach(this::checkAll);
    }
    assertThat(sessionizer.stateEntries()).isZero();
    assertThat(sessionizer.timers()).isZero();
  }

  private void checkAll(Visitor visitor, Own own) {
    assertThat(table(visitor).stream().map(Session::id))
        .containsExactlyElementsOf(
            own.oracle.sessions().stream().map(session -> id(visitor, session)).toList());
  }

  private void arrive(CutScenario.Arrival arrival) throws Exception {
    Click click = reader.read(arrival.click(), arrival.values());
    Own own = visitors.computeIfAbsent(click.visitor(), ignored -> new Own());
    boolean behind = click.timestamp() <= reached;
    if (click.timestamp() <= horizon) {
      late++;
    } else if (!waits || behind) {
      int before = own.oracle.accepted().size();
      take(own, click, arrival.values(), waits && behind, false);
      if (!waits && click.timestamp() <= watermark && own.oracle.accepted().size() > before) {
        lateWithoutWaiting.add(own.oracle.accepted().get(before));
      }
      seen.put("behind", true);
    } else {
      long bytes = own.waiting.stream().mapToLong(taken -> Waiting.bytesOf(taken.click)).sum();
      if (bytes + Waiting.bytesOf(click) > scenario.cuts().maxWaiting()) {
        unmarked++;
        seen.put("unmarked", true);
        take(own, click, arrival.values(), true, true);
      } else {
        own.waiting.add(new Taken(click, arrival.values(), false, false, null));
      }
    }
    sessionizer.click(click);
    if (sessionizer.isImmediate()) {
      checkCounts();
    }
  }

  private void take(
      Own own, Click click, DefinedClicks.Values values, boolean behind, boolean isUnmarked) {
    boolean passive = scenario.cuts().passive() != null && values.conditions().contains("passive");
    if (isDuplicate(own, click)) {
      duplicates++;
      seen.put("duplicate", true);
    } else if (!passive) {
      own.oracle.accept(new Taken(click, values, behind, isUnmarked, null));
    } else {
      Expected session = own.oracle.sessionOfPassive(click.timestamp());
      if (session == null) {
        skipped++;
        seen.put("skipped", true);
      } else {
        own.oracle.accept(new Taken(click, values, behind, isUnmarked, session.clicks().get(0)));
        seen.put("passive", true);
      }
    }
  }

  private boolean isDuplicate(Own own, Click click) {
    return click.eventId() != null
        && own.oracle.sessions().stream()
            .filter(session -> session.start() - gap <= click.timestamp())
            .filter(session -> click.timestamp() <= session.end() + gap)
            .flatMap(session -> session.all().stream())
            .anyMatch(
                other ->
                    click.eventId().equals(other.eventId())
                        && String.valueOf(click.eventType())
                            .equals(String.valueOf(other.eventType())));
  }

  private void advance(long mark) {
    watermark = mark;
    reached = Math.max(reached, mark);
    horizon = Math.max(horizon, mark - gap - scenario.settings().allowedLateness().toMillis());
    for (Own own : visitors.values()) {
      own.waiting.sort(order());
      while (!own.waiting.isEmpty() && own.waiting.get(0).time() <= reached) {
        Taken next = own.waiting.remove(0);
        take(own, next.click, next.values, false, false);
      }
    }
  }

  private Comparator<Taken> order() {
    return scenario.cuts().passive() != null ? CutOracle.ORDER : CutOracle.ORDER_WITHOUT_PASSIVE;
  }

  private void checkCounts() throws Exception {
    assertThat(sessionizer.late()).hasSize((int) late);
    assertThat(sessionizer.duplicates()).isEqualTo(duplicates);
    assertThat(sessionizer.skipped()).isEqualTo(skipped);
    assertThat(sessionizer.unmarked()).isEqualTo(unmarked);
    assertThat(sessionizer.waiting())
        .isEqualTo(visitors.values().stream().mapToLong(own -> own.waiting.size()).sum());
    assertThat(sessionizer.inSessions())
        .isEqualTo(visitors.values().stream().mapToLong(own -> own.oracle.accepted().size()).sum());
  }

  private void look() throws Exception {
    fold();
    checkCounts();
    if (!limited) {
      visitors.forEach(this::checkClosed);
    }
  }

  private void fold() throws Exception {
    List<Session> output = sessionizer.sessions();
    for (; folded < output.size(); folded++) {
      Session session = output.get(folded);
      Session before = latest.put(session.id(), session);
      assertThat(session.revision()).isGreaterThan(before == null ? 0 : before.revision());
      if (session.isDeleted()) {
        seen.put("retraction", true);
        assertThat(before).as("what was retracted had been emitted").isNotNull();
        Session survivor =
            output.subList(folded, output.size()).stream()
                .filter(later -> !later.isDeleted())
                .findFirst()
                .orElseThrow();
        assertThat(survivor.id()).isEqualTo(session.supersededBy());
      }
    }
  }

  private List<Session> table(Visitor visitor) {
    return latest.values().stream()
        .filter(session -> !session.isDeleted() && session.visitor().equals(visitor))
        .sorted(
            Comparator.comparingLong(Session::start)
                .thenComparingLong(session -> values(session).end())
                .thenComparing(session -> ordinal(visitor, session)))
        .toList();
  }

  /** The one that makes this id. */
  private static int ordinal(Visitor visitor, Session session) {
    // Small ones first: each guess costs a hash.
    for (int sum = 0; sum < 128; sum++) {
      for (int mark = Math.max(0, sum - 63); mark <= Math.min(sum, 63); mark++) {
        int ordinal = (mark << 20) + sum - mark;
        if (SessionIds.of(visitor, session.start(), ordinal).equals(session.id())) {
          return ordinal;
        }
      }
    }
    throw new AssertionError("no ordinal gives the id of " + session);
  }

  /** All that is closed is in the table, exactly as the oracle has it. */
  private void checkClosed(Visitor visitor, Own own) {
    for (Expected session : own.oracle.sessions()) {
      seen.put(session.endReason().name(), true);
      if (session.atMark() || watermark >= session.end() + gap) {
        Session published = latest.get(id(visitor, session));
        assertThat(published).as("%s", session).isNotNull();
        assertThat(withoutDuplicates(values(published))).isEqualTo(expected(session));
      }
    }
  }

  private SessionValues expected(Expected session) {
    return ValuesBuilder.from(BatchSessions.values(columns, session.all()))
        .end(session.end())
        .endReason(session.endReason())
        .number(
            "late_event_count",
            session.clicks().stream().filter(taken -> isLate(taken)).count()
                + session.passive().stream().filter(taken -> isLate(taken)).count())
        .build();
  }

  private boolean isLate(Taken taken) {
    return taken.behind || lateWithoutWaiting.contains(taken);
  }

  private static SessionValues withoutDuplicates(SessionValues values) {
    return ValuesBuilder.from(values).number("duplicate_count", 0).build();
  }

  private static SessionValues values(Session session) {
    SessionValues values = session.values();
    assertThat(values).isNotNull();
    return values;
  }

  private static UUID id(Visitor visitor, @Nullable Expected session) {
    return SessionIds.of(visitor, session.start(), session.ordinal());
  }
}
