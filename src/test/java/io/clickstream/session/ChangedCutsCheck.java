package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Columns;
import io.clickstream.columns.Definitions;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.model.Visitor;
import io.clickstream.session.CutScenario.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Plays a scenario whose restarts change the gap, the lateness and the cuts, also to none. What
 * holds whatever the settings: each accepted click counts once, sessions of a visitor do not
 * overlap, what is retracted was there, and nothing is left in state.
 */
final class ChangedCutsCheck {

  private static final Kind ALL = new Kind(true, true, true, false);

  private ChangedCutsCheck() {}

  static void check(long seed) throws Exception {
    Random random = new Random(seed);
    CutScenario scenario = CutScenario.random(random, ALL);
    Columns columns = CutCheck.columns(scenario);
    PureSessionizer sessionizer = new PureSessionizer(scenario.settings(), null, columns);
    long clicks = 0;
    for (CutScenario.Step step : scenario.steps()) {
      if (step instanceof CutScenario.Arrival arrival) {
        Click click = new DefinedClicks.Reader(columns).read(arrival.click(), arrival.values());
        sessionizer.click(click);
        clicks++;
      } else if (step instanceof CutScenario.Mark mark) {
        sessionizer.watermark(mark.watermark() - Clicks.EPOCH);
      } else {
        columns = columns(random);
        sessionizer.restart(settings(random, scenario.settings()), columns);
      }
      assertThat(
              sessionizer.inSessions()
                  + sessionizer.duplicates()
                  + sessionizer.late().size()
                  + sessionizer.skipped()
                  + sessionizer.waiting())
          .isEqualTo(clicks);
    }
    sessionizer.end();

    assertThat(sessionizer.waiting()).isZero();
    assertThat(sessionizer.stateEntries()).isZero();
    checkTable(sessionizer);
  }

  private static Columns columns(Random random) {
    return random.nextInt(3) == 0
        ? Columns.BUILT_IN
        : Columns.of(Definitions.NONE.with(CutScenario.random(random, ALL).cuts()));
  }

  private static SessionSettings settings(Random random, SessionSettings first) {
    long gap = first.gap().toMillis();
    return first
        .with(
            SessionSettings.GAP,
            Duration.ofMillis(new long[] {gap / 2, gap, 3 * gap}[random.nextInt(3)]))
        .with(SessionSettings.ALLOWED_LATENESS, Duration.ofMillis(gap * random.nextInt(4)));
  }

  private static void checkTable(PureSessionizer sessionizer) {
    Map<UUID, Session> table = new HashMap<>();
    for (Session session : sessionizer.sessions()) {
      Session before = table.put(session.id(), session);
      assertThat(session.revision()).isGreaterThan(before == null ? 0 : before.revision());
      assertThat(session.isDeleted() && before == null).as("%s", session).isFalse();
    }
    table.values().removeIf(Session::isDeleted);
    assertThat(table.values().stream().mapToLong(ChangedCutsCheck::events).sum())
        .isEqualTo(sessionizer.inSessions());
    Map<Visitor, List<Session>> byVisitor =
        table.values().stream().collect(Collectors.groupingBy(Session::visitor));
    for (List<Session> sessions : byVisitor.values()) {
      List<Session> sorted = new ArrayList<>(sessions);
      sorted.sort(
          Comparator.comparingLong(Session::start).thenComparingLong(ChangedCutsCheck::end));
      for (int i = 1; i < sorted.size(); i++) {
        assertThat(sorted.get(i).start()).isGreaterThanOrEqualTo(end(sorted.get(i - 1)));
      }
    }
  }

  private static long end(Session session) {
    SessionValues values = session.values();
    assertThat(values).isNotNull();
    return values.end();
  }

  private static long events(Session session) {
    SessionValues values = session.values();
    assertThat(values).isNotNull();
    return values.number("event_count");
  }
}
