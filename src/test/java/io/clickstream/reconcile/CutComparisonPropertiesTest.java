package io.clickstream.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.reconcile.CutRun.Verdict;
import io.clickstream.session.CutScenario;
import io.clickstream.session.CutScenario.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison says of the sessions that the rules make under any cuts, and of spoilt ones.
 */
@Label("A comparison under any cuts")
class CutComparisonPropertiesTest {

  private static final Kind ALL = new Kind(true, true, true, false);
  private static final Kind LIMITS = new Kind(false, false, true, true);

  /** No click has too little room to wait. */
  private static final Kind ROOM = new Kind(true, false, true, false);

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  @Label("finds nothing wrong in what the rules make")
  void shouldFindNothingWrong(@ForAll long seed) throws Exception {
    checkRight(seed, ALL);
  }

  @Tag("full")
  @Property(tries = 20_000, edgeCases = EdgeCasesMode.NONE)
  @Label("finds nothing wrong in what the rules make, again and again")
  void shouldNeverFindAnythingWrong(@ForAll long seed) throws Exception {
    checkRight(seed, ALL);
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  @Label("finds nothing wrong where limits divide sessions")
  void shouldFindNothingWrongUnderLimits(@ForAll long seed) throws Exception {
    checkRight(seed, LIMITS);
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  @Label("finds nothing wrong in what is closed while others are open")
  void shouldFindNothingWrongInClosedSessions(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    CutScenario scenario = CutScenario.random(random, random.nextBoolean() ? ALL : LIMITS);
    CutRun run = CutRun.untilLastWatermark(scenario, CutRun.guessed(random, 1 + random.nextInt(2)));
    if (run == null) {
      return;
    }

    Verdict verdict = run.compare();

    assertThat(verdict.isWrong()).as("%s", verdict.texts()).isFalse();
    assertThat(verdict.undecided() == 0 || run.unmarked > 0).as("%s", verdict.texts()).isTrue();
    require("compared", verdict.sessions() > 0);
  }

  private static void checkRight(long seed, Kind kind) throws Exception {
    Random random = new Random(seed);
    CutScenario scenario = CutScenario.random(random, kind);
    CutRun run = CutRun.of(scenario, CutRun.guessed(random, 1 + random.nextInt(2)));

    Verdict verdict = run.compare();

    assertThat(verdict.isWrong()).as("%s", verdict.texts()).isFalse();
    assertThat(verdict.undecided() == 0 || run.unmarked > 0).as("%s", verdict.texts()).isTrue();
    if (verdict.undecided() == 0) {
      assertThat(verdict.sessions()).isEqualTo(run.published.size());
      assertThat(verdict.inSessions()).isEqualTo(run.inSessions);
      assertThat(verdict.duplicates() + verdict.skipped()).isEqualTo(run.duplicates + run.skipped);
    }
    require("behind", run.anyBehind);
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  @Label("finds each fault where no click came behind")
  void shouldFindEveryFaultWhereNoClickIsBehind(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    CutScenario scenario = CutScenario.random(random, ROOM);
    CutRun run = CutRun.of(scenario, CutRun.KNOWN);
    String fault = run.anyBehind ? null : spoil(run, random);
    if (fault == null) {
      return;
    }

    Verdict verdict = run.compare();

    assertThat(verdict.isWrong()).as(fault).isTrue();
    Statistics.collect(fault);
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  @Label("finds nearly all faults where clicks came behind")
  void shouldFindNearlyEveryFaultWhereClicksAreBehind(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    CutScenario scenario = CutScenario.random(random, ROOM);
    CutRun run = CutRun.of(scenario, CutRun.KNOWN);
    String fault = run.anyBehind ? spoil(run, random) : null;
    if (fault == null) {
      return;
    }

    Verdict verdict = run.compare();

    Statistics.label("found")
        .collect(verdict.isWrong())
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 97));
  }

  /** Other cuts than those of the settings: every border is consistent in itself. */
  @Property(tries = 1_500, edgeCases = EdgeCasesMode.NONE)
  @Label("finds sessions that were made under other cuts")
  void shouldFindSessionsOfOtherCuts(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    CutScenario scenario = CutScenario.random(random, ROOM);
    CutScenario other = CutScenario.random(random, ROOM);
    CutRun right = CutRun.of(scenario, CutRun.KNOWN);
    CutRun wrong =
        CutRun.of(
            new CutScenario(scenario.settings(), other.cuts(), scenario.steps()), CutRun.KNOWN);
    if (right.anyBehind || borders(right).equals(borders(wrong))) {
      return;
    }

    Verdict verdict = wrong.compare(scenario.cuts(), false);

    assertThat(verdict.isWrong()).isTrue();
    Statistics.label("other cuts").collect(true);
  }

  private static List<String> borders(CutRun run) {
    return run.published.values().stream()
        .map(
            session ->
                session.path("session_id").asText()
                    + session.path("session_end")
                    + session.path("event_count")
                    + session.path("end_reason"))
        .sorted()
        .toList();
  }

  /** Spoils the output of a run, or its input; returns how, or null if it cannot. */
  private static @Nullable String spoil(CutRun run, Random random) {
    List<ObjectNode> sessions = new ArrayList<>(run.published.values());
    if (sessions.isEmpty()) {
      return null;
    }
    ObjectNode session = sessions.get(random.nextInt(sessions.size()));
    String id = session.path("session_id").asText();
    long start = session.path("session_start").asLong();
    long events = session.path("event_count").asLong();
    switch (random.nextInt(7)) {
      case 0:
        run.published.remove(id);
        return "a session that is missing";
      case 1:
        session.put("event_count", events - 1);
        return "a click that is missing in a session";
      case 2:
        String reason = session.path("end_reason").asText();
        session.put("end_reason", reason.equals("USER") ? "CHANGED" : "USER");
        return "another end_reason";
      case 3:
        int ordinal = 1 + random.nextInt(3);
        String other = PublishedRow.id(run.owner(id), start, PublishedRow.ordinalOfMark(ordinal));
        if (run.published.containsKey(other)) {
          return null;
        }
        run.rename(id, UUID.fromString(other));
        return "another ordinal";
      case 4:
        session.put("session_end", session.path("session_end").asLong() + 1);
        return "another end";
      case 5:
        return run.addUnseenClick(random) ? "a click that was lost" : null;
      default:
        session.put("late_event_count", session.path("late_event_count").asLong() + 1);
        return "another late_event_count";
    }
  }

  private static void require(String what, boolean seen) {
    Statistics.label(what)
        .collect(seen)
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 10));
  }
}
