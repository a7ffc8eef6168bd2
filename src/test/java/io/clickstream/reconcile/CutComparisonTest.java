package io.clickstream.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.columns.CutDefinitions;
import io.clickstream.columns.ValueSource;
import io.clickstream.model.Click;
import io.clickstream.model.Origin;
import io.clickstream.reconcile.CutRun.Verdict;
import io.clickstream.session.Clicks;
import io.clickstream.session.CutScenario;
import io.clickstream.session.CutScenario.Step;
import io.clickstream.session.DefinedClicks;
import io.clickstream.session.SessionSemantics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is said where the input does not tell which sessions there must be. */
class CutComparisonTest {

  /** What the partition of no click was ahead of. */
  private static final CutRun.Arrivals NONE_BEHIND = arrivals(false);

  private static final CutRun.Arrivals ANY_BEHIND = arrivals(true);

  private static CutRun.Arrivals arrivals(boolean mayBeBehind) {
    return new CutRun.Arrivals() {
      @Override
      public int partition(int arrival) {
        return 0;
      }

      @Override
      public boolean mayBeBehind(int arrival, boolean isBehind) {
        return mayBeBehind;
      }
    };
  }

  private static CutDefinitions cuts(boolean user, long maxWaiting, ValueSource... onChange) {
    return new CutDefinitions(user, null, List.of(onChange), null, null, null, null, maxWaiting);
  }

  private static CutScenario scenario(CutDefinitions cuts, List<Step> steps) {
    return new CutScenario(SessionSemantics.settings(30, 20), cuts, steps);
  }

  private static Step click(long time, @Nullable String user, Map<String, String> texts) {
    Click click = Clicks.at(time).user(user).click();
    String content = time + user + texts;
    return new CutScenario.Arrival(
        click.withOrigin(
            new Origin("raw-clicks", 0, 0, null, content.getBytes(StandardCharsets.UTF_8))),
        new DefinedClicks.Values(texts, Set.of()));
  }

  private static Step user(long time, String user) {
    return click(time, user, Map.of());
  }

  private static Step watermark(long time) {
    return new CutScenario.Mark(Clicks.EPOCH + time);
  }

  @Test
  void shouldSayUndecidedWhenOnlyAnIdlePartitionExplainsTheSessions() throws Exception {
    CutDefinitions cuts = cuts(true, CutDefinitions.MAX_WAITING);
    List<Step> steps = List.of(user(10, "a"), watermark(25), user(20, "b"), user(26, "a"));

    Verdict ofOne = CutRun.of(scenario(cuts, steps), NONE_BEHIND).compare(cuts, false);
    Verdict ofSeveral = CutRun.of(scenario(cuts, steps), NONE_BEHIND).compare(cuts, true);
    Verdict told = CutRun.of(scenario(cuts, steps), ANY_BEHIND).compare(cuts, true);

    assertThat(ofOne.isWrong()).isTrue();
    assertThat(ofSeveral.isWrong()).isFalse();
    assertThat(ofSeveral.undecided()).isEqualTo(1);
    assertThat(ofSeveral.texts())
        .singleElement()
        .asString()
        .startsWith(
            "undecided: right only if clicks of an idle partition were behind, of the visit from"
                + " 2026-01-01T00:00:00.010Z, raw-clicks-0@0");
    assertThat(told.isWrong()).isFalse();
    assertThat(told.undecided()).isZero();
  }

  @Test
  void shouldSayUndecidedWhenClicksMayHaveHadNoRoomToWait() throws Exception {
    List<Step> steps = List.of(user(10, "a"), user(12, "b"), user(14, "b"));
    CutDefinitions narrow = cuts(true, 0);
    CutRun run = CutRun.of(scenario(narrow, steps), NONE_BEHIND);

    Verdict verdict = run.compare(narrow, false);
    Verdict withRoom = run.compare(cuts(true, CutDefinitions.MAX_WAITING), false);

    assertThat(run.unmarked).isEqualTo(3);
    assertThat(verdict.isWrong()).isFalse();
    assertThat(verdict.undecided()).isEqualTo(1);
    assertThat(verdict.texts())
        .singleElement()
        .asString()
        .contains("right only if clicks had no room to wait (session.max-waiting)");
    assertThat(withRoom.isWrong()).isTrue();
  }

  @Test
  void shouldSayUndecidedWhenTheSearchGivesUp() throws Exception {
    ValueSource[] paths =
        IntStream.range(0, 12).mapToObj(i -> DefinedClicks.at("p" + i)).toArray(ValueSource[]::new);
    CutDefinitions cuts = cuts(false, CutDefinitions.MAX_WAITING, paths);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      // One in six is on time; the others come when the watermark has passed all.
      if (i % 6 == 0) {
        steps.add(click(i, null, Map.of("p" + i % 12, "v")));
      }
    }
    steps.add(watermark(60));
    for (int i = 0; i < 60; i++) {
      if (i % 6 != 0) {
        steps.add(click(i, null, Map.of("p" + i % 12, "v")));
      }
    }

    Verdict verdict = CutRun.of(scenario(cuts, steps), ANY_BEHIND).compare();

    assertThat(verdict.isWrong()).isFalse();
    assertThat(verdict.undecided()).isPositive();
    assertThat(verdict.texts().get(0))
        .startsWith("undecided: more than 1000 ways to take its clicks, of the visit from");
  }

  @Test
  void shouldSayWhatIsWrongAtTheBorder() throws Exception {
    CutDefinitions cuts = cuts(true, CutDefinitions.MAX_WAITING);
    CutRun run =
        CutRun.of(
            scenario(cuts, List.of(user(10, "a"), user(12, "b"), user(14, "b"))), NONE_BEHIND);
    ObjectNode first = run.published.values().iterator().next();
    first.put("end_reason", "TIMEOUT");

    Verdict verdict = run.compare();

    assertThat(verdict.wrong()).isEqualTo(1);
    assertThat(verdict.texts())
        .containsExactly(
            "wrong: session_id=%s: end_reason=TIMEOUT expected=USER"
                .formatted(first.path("session_id").asText()));
  }

  @Test
  void shouldCountLostClicksOfAVisit() throws Exception {
    CutDefinitions cuts = cuts(true, CutDefinitions.MAX_WAITING);
    CutRun run =
        CutRun.of(
            scenario(cuts, List.of(user(10, "a"), user(12, "b"), user(14, "b"))), NONE_BEHIND);
    run.published.remove(PublishedRow.id(Clicks.VISITOR, Clicks.EPOCH + 12, 1 << 20));

    Verdict verdict = run.compare();

    assertThat(verdict.lost()).isEqualTo(2);
    assertThat(verdict.wrong()).isEqualTo(1);
  }

  /** A visit of 10 000 clicks, each of which may have been behind for all that offsets tell. */
  @Test
  void shouldFollowOneWayWhenNoClickWasBehind() throws Exception {
    CutDefinitions cuts = cuts(true, CutDefinitions.MAX_WAITING * 100);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      steps.add(user(i, "u" + i / 3 % 2));
      if (i % 50 == 49) {
        steps.add(watermark(i - 5));
      }
    }
    CutRun run = CutRun.of(scenario(cuts, steps), ANY_BEHIND);

    Verdict verdict = run.compare();

    assertThat(verdict.isWrong()).isFalse();
    assertThat(verdict.undecided()).isZero();
    assertThat(verdict.sessions()).isEqualTo(run.published.size()).isEqualTo(3_334);
  }
}
