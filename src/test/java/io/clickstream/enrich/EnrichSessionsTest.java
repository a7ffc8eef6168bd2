package io.clickstream.enrich;

import static io.clickstream.enrich.EnrichSamples.retraction;
import static io.clickstream.enrich.EnrichSamples.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.columns.Aggregate;
import io.clickstream.columns.Columns;
import io.clickstream.columns.ColumnsBuilder;
import io.clickstream.columns.Source;
import io.clickstream.columns.ValuesBuilder;
import io.clickstream.config.EnrichmentSettings;
import io.clickstream.config.ReferenceEncoding;
import io.clickstream.metrics.MetricNames;
import io.clickstream.model.EndReason;
import io.clickstream.model.EnrichedSession;
import io.clickstream.model.Enrichment;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.Product;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.model.UserProfile;
import io.clickstream.model.Visitor;
import io.clickstream.reference.ReferenceBlock;
import io.clickstream.reference.ReferenceTable;
import io.clickstream.reference.ReferenceUpdate;
import io.clickstream.wire.IngestTypes;
import io.clickstream.wire.OutputTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gate and the reference data, on the state backend that keeps objects. */
class EnrichSessionsTest {

  private static final long NOW = 1_800_000_000_000L;
  private static final Duration WAIT = Duration.ofSeconds(33);
  private static final Duration FOREVER = null;
  private static final int MAX_PARALLELISM = 16;

  StateBackend stateBackend() {
    return new HashMapStateBackend();
  }

  @Test
  @DisplayName("S28: sessions that close while reference data loads are enriched when they leave")
  void shouldHoldSessionsUntilLoaded() throws Exception {
    try (Subtask subtask = start(FOREVER)) {
      // Given
      subtask.profile("u-1", "loyal", 0);
      subtask.session(session(1, "v", "u-1", "p-1"));
      subtask.product("p-1", "shoes", 1);
      subtask.session(session(2, "v", "u-1"));
      assertThat(subtask.output()).isEmpty();

      // When
      subtask.loaded();

      // Then
      assertThat(subtask.output())
          .containsExactly("1 r1 FULL loyal {\"shoes\":1}", "2 r1 FULL loyal {}");
    }
  }

  @Test
  void shouldKeepOrderOfVisitorWhenSomeSessionsWaited() throws Exception {
    try (Subtask subtask = start(FOREVER)) {
      // Given
      subtask.session(session(1, "v", null));
      subtask.session(session(11, "w", null));
      subtask.session(retraction(1, "v", 2));
      subtask.session(session(2, "v", null));
      subtask.session(retraction(11, "w", 12));

      // When
      subtask.loaded();
      subtask.session(session(12, "w", null));
      subtask.session(session(3, "v", null));

      // Then
      List<String> output = subtask.output();
      assertThat(output)
          .filteredOn(text -> !text.startsWith("1") || text.startsWith("1 "))
          .containsExactly("1 r1 FULL - {}", "1 r2 deleted", "2 r1 FULL - {}", "3 r1 FULL - {}");
      assertThat(output)
          .filteredOn(text -> text.matches("1[12] .*"))
          .containsExactly("11 r1 FULL - {}", "11 r2 deleted", "12 r1 FULL - {}");
    }
  }

  @Test
  void shouldReleaseRetractionRightBeforeItsReplacement() throws Exception {
    try (Subtask subtask = start(FOREVER)) {
      // Given
      for (int visitor = 0; visitor < 50; visitor++) {
        subtask.session(retraction(visitor, "v" + visitor, 1_000 + visitor));
        subtask.session(session(1_000 + visitor, "v" + visitor, null));
      }

      // When
      subtask.loaded();

      // Then
      List<String> output = subtask.output();
      assertThat(output).hasSize(100);
      for (int i = 0; i < 100; i += 2) {
        int visitor = Integer.parseInt(output.get(i).replace(" r2 deleted", ""));
        assertThat(output.get(i + 1)).isEqualTo((1_000 + visitor) + " r1 FULL - {}");
      }
    }
  }

  @Test
  @DisplayName("S27: unknown, updated and deleted reference data")
  void shouldFollowReferenceDataOnceLoaded() throws Exception {
    try (Subtask subtask = start(FOREVER)) {
      // Given
      subtask.loaded();

      // When
      subtask.session(session(1, "v", "u-1", "p-1"));
      subtask.profileUpdate("u-1", "new", 10);
      subtask.session(session(2, "v", "u-1", "p-1"));
      subtask.productUpdate("p-1", "shoes", 11);
      subtask.session(session(3, "v", "u-1", "p-1"));
      subtask.profileUpdate("u-1", "loyal", 12);
      subtask.session(session(4, "v", "u-1", "p-1"));
      subtask.profileUpdate("u-1", null, 13);
      subtask.productUpdate("p-1", null, 14);
      subtask.session(session(5, "v", "u-1", "p-1"));

      // Then
      assertThat(subtask.output())
          .containsExactly(
              "1 r1 MISSING - {}",
              "2 r1 PARTIAL new {}",
              "3 r1 FULL new {\"shoes\":1}",
              "4 r1 FULL loyal {\"shoes\":1}",
              "5 r1 MISSING - {}");
    }
  }

  @Test
  void shouldStampEmissionWithClock() throws Exception {
    try (Subtask subtask = start(FOREVER)) {
      // Given
      subtask.loaded();

      // When
      subtask.session(session(1, "v", null));
      subtask.session(retraction(1, "v", 2));

      // Then
      assertThat(subtask.harness.extractOutputValues())
          .extracting(EnrichedSession::emittedAt)
          .containsExactly(NOW, NOW);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a:1 b:2,       b",
    "b:2 a:1,       b",
    "a:1 -:2,       -",
    "-:2 a:1,       -",
    "-:2 a:1 b:3,   b",
    "b:3 -:2 a:1,   b",
    "a:1 b:2 a:1,   b",
    "-:1 a:2,       a",
    "a:2 -:1,       a",
  })
  void shouldLetOffsetsDecideWhileLoading(String arrivals, String expected) throws Exception {
    try (Subtask subtask = start(FOREVER)) {
      // Given
      for (String arrival : arrivals.split(" ")) {
        String[] parts = arrival.split(":");
        String segment = parts[0].equals("-") ? null : parts[0];
        subtask.profile("u-1", segment, Long.parseLong(parts[1]));
        subtask.product("p-1", segment, Long.parseLong(parts[1]));
      }
      subtask.session(session(1, "v", "u-1", "p-1"));

      // When
      subtask.loaded();

      // Then
      assertThat(subtask.output())
          .containsExactly(
              expected.equals("-")
                  ? "1 r1 MISSING - {}"
                  : "1 r1 FULL " + expected + " {\"" + expected + "\":1}");
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 9, 1, 2, b", "1, 2, 0, 9, a"})
  void shouldLetLargerPartitionDecideWhenTopicGrewWhileLoading(
      int firstPartition, long firstOffset, int secondPartition, long secondOffset, String expected)
      throws Exception {
    try (Subtask subtask = start(FOREVER)) {
      // Given
      subtask.reference(
          ReferenceUpdate.ofProfile(
              "u-1", new UserProfile("a", null), firstPartition, firstOffset, true));
      subtask.reference(
          ReferenceUpdate.ofProfile(
              "u-1", new UserProfile("b", null), secondPartition, secondOffset, true));

      // When
      subtask.loaded();
      subtask.session(session(1, "v", "u-1"));

      // Then
      assertThat(subtask.output()).containsExactly("1 r1 FULL " + expected + " {}");
    }
  }

  @Test
  void shouldLetLastWriteWinOnceLoaded() throws Exception {
    try (Subtask subtask = start(FOREVER)) {
      // Given
      subtask.profile("u-1", "old", 100);
      subtask.loaded();

      // When: a topic that was made anew counts from 0
      subtask.profileUpdate("u-1", "new", 0);
      subtask.session(session(1, "v", "u-1"));

      // Then
      assertThat(subtask.output()).containsExactly("1 r1 FULL new {}");
    }
  }

  @Test
  void shouldIgnoreBoundedReadOnceLoaded() throws Exception {
    try (Subtask subtask = start(FOREVER)) {
      // Given
      subtask.loaded();
      subtask.profileUpdate("u-1", "new", 5);

      // When
      subtask.profile("u-1", "old", 4);
      subtask.profile("u-2", "old", 6);
      subtask.loaded();
      subtask.session(session(1, "v", "u-1"));
      subtask.session(session(2, "v", "u-2"));

      // Then
      assertThat(subtask.output()).containsExactly("1 r1 FULL new {}", "2 r1 MISSING - {}");
    }
  }

  @Test
  void shouldLeaveNothingBehindOnceLoaded() throws Exception {
    try (Subtask subtask = start(Duration.ofMinutes(1))) {
      // Given
      subtask.profile("u-1", "loyal", 0);
      subtask.profile("u-2", null, 1);
      subtask.product("p-1", null, 2);
      for (int i = 0; i < 10; i++) {
        subtask.session(session(i, "v" + i, "u-1"));
      }
      assertThat(subtask.stateEntries()).isEqualTo(20);

      // When
      subtask.loaded();

      // Then
      assertThat(subtask.stateEntries()).isZero();
      assertThat(subtask.stored())
          .containsExactly(
              ReferenceUpdate.ofProfile("u-1", new UserProfile("loyal", null), -1, -1, false));
      subtask.harness.setProcessingTime(Duration.ofMinutes(2).toMillis());
      assertThat(subtask.harness.numProcessingTimeTimers()).isZero();
      assertThat(subtask.output()).hasSize(10);
    }
  }

  @Test
  @DisplayName("S28: restored in the middle of loading, the first record is already enriched")
  void shouldGoOnWaitingWhenRestoredWhileLoading() throws Exception {
    // Given
    OperatorSubtaskState state;
    try (Subtask subtask = start(FOREVER)) {
      subtask.profile("u-1", "loyal", 7);
      subtask.profile("u-2", null, 8);
      subtask.session(retraction(1, "v", 2));
      subtask.session(session(2, "v", "u-1", "p-1"));
      state = subtask.snapshot();
    }

    try (Subtask subtask = restore(FOREVER, state)) {
      // When
      subtask.session(session(3, "v", "u-1"));
      subtask.profile("u-1", "older", 6);
      subtask.profile("u-2", "older", 7);
      subtask.product("p-1", "shoes", 9);
      subtask.session(session(4, "w", "u-2"));
      assertThat(subtask.output()).isEmpty();
      subtask.loaded();

      // Then
      assertThat(subtask.output())
          .containsExactlyInAnyOrder(
              "1 r2 deleted",
              "2 r1 FULL loyal {\"shoes\":1}",
              "3 r1 FULL loyal {}",
              "4 r1 MISSING - {}")
          .containsSubsequence(
              "1 r2 deleted", "2 r1 FULL loyal {\"shoes\":1}", "3 r1 FULL loyal {}");
    }
  }

  @Test
  void shouldNeedNoMarkerWhenRestoredAfterLoading() throws Exception {
    // Given
    OperatorSubtaskState state;
    try (Subtask subtask = start(FOREVER)) {
      subtask.profile("u-1", "loyal", 7);
      subtask.loaded();
      state = subtask.snapshot();
    }

    try (Subtask subtask = restore(FOREVER, state)) {
      // When
      subtask.session(session(1, "v", "u-1"));
      assertThat(subtask.output()).hasSize(1);
      subtask.loaded();
      subtask.session(session(2, "v", "u-1"));

      // Then
      assertThat(subtask.output()).containsExactly("1 r1 FULL loyal {}", "2 r1 FULL loyal {}");
      assertThat(subtask.gauge(MetricNames.REFERENCE_LOADED)).isEqualTo(1);
      assertThat(subtask.gauge(MetricNames.REFERENCE_ENTRIES)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 3, false", "3, 2, false", "2, 1, false", "1, 3, true", "3, 2, true"})
  void shouldLoseNothingWhenRescaled(int before, int after, boolean loadedBefore) throws Exception {
    // Given: sessions of 40 visitors, each two, with the same reference data everywhere
    List<OperatorSubtaskState> parts = new ArrayList<>();
    for (int index = 0; index < before; index++) {
      try (Subtask subtask = new Subtask(FOREVER, before, index)) {
        subtask.open(null);
        subtask.profile("u-1", "loyal", 7);
        subtask.profile("u-2", null, 8);
        if (loadedBefore) {
          subtask.loaded();
        } else {
          for (int number = 0; number < 40; number++) {
            if (subtask.owns("v" + number)) {
              subtask.session(retraction(number, "v" + number, 100 + number));
              subtask.session(session(100 + number, "v" + number, "u-1"));
            }
          }
        }
        parts.add(subtask.snapshot());
      }
    }
    OperatorSubtaskState all =
        AbstractStreamOperatorTestHarness.repackageState(
            parts.toArray(OperatorSubtaskState[]::new));

    // When
    List<String> output = new ArrayList<>();
    for (int index = 0; index < after; index++) {
      try (Subtask subtask = new Subtask(FOREVER, after, index)) {
        subtask.open(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                all, MAX_PARALLELISM, before, after, index));
        subtask.profile("u-2", "older", 7);
        for (int number = 0; number < 40; number++) {
          if (subtask.owns("v" + number)) {
            subtask.session(session(200 + number, "v" + number, "u-2"));
          }
        }
        subtask.loaded();
        assertThat(subtask.stateEntries()).isZero();
        assertThat(subtask.gauge(MetricNames.REFERENCE_ENTRIES)).isEqualTo(1);
        output.addAll(subtask.output());
      }
    }

    // Then
    for (int number = 0; number < 40; number++) {
      List<String> expected = new ArrayList<>();
      if (!loadedBefore) {
        expected.add(number + " r2 deleted");
        expected.add((100 + number) + " r1 FULL loyal {}");
      }
      expected.add((200 + number) + " r1 MISSING - {}");
      assertThat(output).containsSubsequence(expected);
    }
    assertThat(output).hasSize(loadedBefore ? 40 : 120);
  }

  @ParameterizedTest
  @CsvSource({"2, 3, true", "3, 2, false", "3, 1, true", "1, 4, false", "5, 5, true"})
  void shouldKnowAllSharesWhenRescaled(int before, int after, boolean loadedBefore)
      throws Exception {
    // Given: more than two subtasks may write, so that the fourth and fifth have no share
    int products = 2 * ReferenceTable.ENTRIES_PER_WRITER + 1;
    List<OperatorSubtaskState> parts = new ArrayList<>();
    List<Integer> shares = new ArrayList<>();
    for (int index = 0; index < before; index++) {
      try (Subtask subtask = new Subtask(FOREVER, before, index)) {
        subtask.open(null);
        for (int number = 0; number < products; number++) {
          subtask.product("p-" + number, "c" + number % 5, number);
        }
        if (loadedBefore) {
          subtask.loaded();
        }
        shares.add(subtask.stored().size());
        parts.add(subtask.snapshot());
      }
    }
    assertThat(shares.stream().mapToInt(Integer::intValue).sum()).isEqualTo(products);
    assertThat(shares.stream().filter(share -> share > 0)).hasSize(Math.min(before, 3));
    OperatorSubtaskState all =
        AbstractStreamOperatorTestHarness.repackageState(
            parts.toArray(OperatorSubtaskState[]::new));

    for (int index = 0; index < after; index++) {
      // When
      try (Subtask subtask = new Subtask(FOREVER, after, index)) {
        subtask.open(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                all, MAX_PARALLELISM, before, after, index));
        subtask.loaded();

        // Then
        assertThat(subtask.gauge(MetricNames.REFERENCE_ENTRIES)).isEqualTo(products);
        subtask.session(session(1, subtask.ownVisitor(), null, "p-0", "p-" + (products - 1)));
        assertThat(subtask.output()).containsExactly("1 r1 FULL - {\"c0\":1,\"c1\":1}");
      }
    }
  }

  @Test
  void shouldFailWhenShareOfSubtaskIsMissing() throws Exception {
    // Given
    OperatorSubtaskState state;
    try (Subtask subtask = new Subtask(FOREVER, 2, 1)) {
      subtask.open(null);
      subtask.profile("u-1", "loyal", 7);
      subtask.loaded();
      assertThat(subtask.stored()).isEmpty();
      state = subtask.snapshot();
    }

    // When, Then
    assertThatThrownBy(() -> restore(FOREVER, state)).hasMessageContaining("not complete");
  }

  @Test
  void shouldGiveUpOnVisitorAfterMaxWait() throws Exception {
    try (Subtask subtask = start(Duration.ofSeconds(10))) {
      // Given
      subtask.profile("u-1", "loyal", 0);
      subtask.harness.setProcessingTime(1_000);
      subtask.session(retraction(1, "v", 2));
      subtask.session(session(2, "v", "u-1"));
      subtask.harness.setProcessingTime(5_000);
      subtask.session(session(3, "v", null));
      subtask.session(session(11, "w", "u-1"));

      // When, Then: one millisecond before, nothing leaves
      subtask.harness.setProcessingTime(10_999);
      assertThat(subtask.output()).isEmpty();

      // When, Then: the visitor's first session has waited long enough, and the others go with it
      subtask.harness.setProcessingTime(11_000);
      assertThat(subtask.output())
          .containsExactly("1 r2 deleted", "2 r1 MISSING - {}", "3 r1 FULL - {}");

      // When, Then: this visitor's next do not wait, another's still do
      subtask.session(session(4, "v", "u-1"));
      subtask.session(session(12, "w", "u-1"));
      assertThat(subtask.output()).hasSize(4).endsWith("4 r1 MISSING - {}");

      // When, Then
      subtask.loaded();
      subtask.session(session(5, "v", "u-1"));
      assertThat(subtask.output().subList(4, 7))
          .containsExactly("11 r1 FULL loyal {}", "12 r1 FULL loyal {}", "5 r1 FULL loyal {}");
      subtask.harness.setProcessingTime(100_000);
      assertThat(subtask.output()).hasSize(7);
      assertThat(subtask.stateEntries()).isZero();
    }
  }

  @Test
  void shouldNotWaitAtAllWhenMaxWaitIsZero() throws Exception {
    try (Subtask subtask = start(Duration.ZERO)) {
      // When
      subtask.session(session(1, "v", "u-1"));

      // Then
      assertThat(subtask.output()).containsExactly("1 r1 MISSING - {}");
    }
  }

  @Test
  void shouldWaitForeverWhenMaxWaitIsBeyondTheEndOfTime() throws Exception {
    try (Subtask subtask = start(Duration.ofMillis(Long.MAX_VALUE))) {
      // When
      subtask.harness.setProcessingTime(NOW);
      subtask.session(session(1, "v", "u-1"));

      // Then
      assertThat(subtask.output()).isEmpty();
    }
  }

  @Test
  void shouldGoOnCountingDownWhenRestored() throws Exception {
    // Given
    OperatorSubtaskState state;
    try (Subtask subtask = start(Duration.ofSeconds(10))) {
      subtask.session(session(1, "v", "u-1"));
      state = subtask.snapshot();
    }

    try (Subtask subtask = restore(Duration.ofSeconds(10), state)) {
      // When, Then
      subtask.harness.setProcessingTime(9_999);
      assertThat(subtask.output()).isEmpty();
      subtask.harness.setProcessingTime(10_000);
      assertThat(subtask.output()).containsExactly("1 r1 MISSING - {}");
    }
  }

  @Test
  void shouldWaitOnWhenMaxWaitWasTakenAway() throws Exception {
    // Given
    OperatorSubtaskState state;
    try (Subtask subtask = start(Duration.ofSeconds(10))) {
      subtask.profile("u-1", "loyal", 0);
      subtask.session(session(1, "v", "u-1"));
      state = subtask.snapshot();
    }

    try (Subtask subtask = restore(FOREVER, state)) {
      // When
      subtask.harness.setProcessingTime(20_000);
      subtask.session(session(2, "v", "u-1"));
      assertThat(subtask.output()).isEmpty();
      subtask.loaded();

      // Then
      assertThat(subtask.output()).containsExactly("1 r1 FULL loyal {}", "2 r1 FULL loyal {}");
      assertThat(subtask.stateEntries()).isZero();
    }
  }

  @Test
  void shouldCountWhatItDoes() throws Exception {
    try (Subtask subtask = start(Duration.ofSeconds(10))) {
      // Given
      subtask.profile("u-1", "loyal", 0);
      subtask.profile("u-1", "again", 1);
      subtask.profile("u-2", null, 2);
      subtask.product("p-1", "shoes", 3);
      subtask.session(session(1, "v", "u-1"));
      subtask.harness.setProcessingTime(5_000);
      subtask.session(session(2, "w", "u-9"));
      subtask.session(session(3, "w", "u-1"));

      // When, Then
      assertThat(subtask.metrics())
          .isEqualTo("waiting 3 waited 3 gaveUp 0 misses 0 entries 2 loaded 0");
      subtask.harness.setProcessingTime(10_000);
      assertThat(subtask.metrics())
          .isEqualTo("waiting 2 waited 3 gaveUp 1 misses 1 entries 2 loaded 0");
      subtask.loaded();
      assertThat(subtask.metrics())
          .isEqualTo("waiting 0 waited 3 gaveUp 1 misses 2 entries 2 loaded 1");
      subtask.profileUpdate("u-1", null, 4);
      subtask.profileUpdate("u-1", null, 5);
      assertThat(subtask.metrics())
          .isEqualTo("waiting 0 waited 3 gaveUp 1 misses 2 entries 1 loaded 1");
    }
  }

  @Test
  void shouldMakeTheRevisionLargerByMillionsWhenThereIsAGeneration() throws Exception {
    try (Subtask subtask = new Subtask(Columns.BUILT_IN, FOREVER, WAIT, 4_000, 1, 0)) {
      subtask.open(null);
      subtask.loaded();

      // When: the largest, which 32 bits still hold
      subtask.session(session(1, "v", null));

      // Then
      assertThat(subtask.harness.extractOutputValues())
          .extracting(EnrichedSession::revision)
          .containsExactly(4_000_000_001L);
    }
  }

  @Test
  void shouldTellWhenASessionWasDueOnlyIfTheWatermarkClosedIt() throws Exception {
    // Given: one in time, and four that something else closed
    Session timely = session(1, "v", null);
    Session late = with(timely, 1, from(timely).number("late_event_count", 1).build());
    Session cut = with(timely, 1, from(timely).endReason(EndReason.MAX_EVENTS).build());
    Session again = with(timely, 2, timely.values());
    Session retraction = retraction(1, "v", 2);

    try (Subtask subtask = start(FOREVER)) {
      subtask.loaded();

      // When
      for (Session session : List.of(timely, late, cut, again, retraction)) {
        subtask.session(session);
      }

      // Then
      long none = OutputRecord.NOT_DUE;
      assertThat(subtask.harness.extractOutputValues())
          .extracting(EnrichedSession::dueAt)
          .containsExactly(EnrichSamples.START + WAIT.toMillis(), none, none, none, none);
    }
    try (Subtask replay = new Subtask(Columns.BUILT_IN, FOREVER, null, 0, 1, 0)) {
      replay.open(null);
      replay.loaded();

      // When
      replay.session(timely);

      // Then
      assertThat(replay.harness.extractOutputValues())
          .extracting(EnrichedSession::dueAt)
          .containsExactly(OutputRecord.NOT_DUE);
    }
  }

  private static ValuesBuilder from(Session session) {
    return ValuesBuilder.from(Objects.requireNonNull(session.values()));
  }

  private static Session with(Session session, int revision, @Nullable SessionValues values) {
    return new Session(session.id(), revision, null, session.visitor(), session.start(), values);
  }

  @Test
  void shouldReleaseSessionsThatWaitedUnderAnotherTable() throws Exception {
    // Given: columns in another order, one that is gone since, and none of the one that is new
    ColumnsBuilder before = new ColumnsBuilder();
    before.text("gone", new Aggregate.First(new Source("country", 13), null), "Is dropped.");
    before.number("late_event_count", Aggregate.Own.LATE_EVENTS, "Has another slot.");
    before.last("user_id", "Has another slot.");
    Columns older = before.build();
    ColumnsBuilder since = new ColumnsBuilder();
    since.first("country", "Is new.");
    since.last("user_id", "The same as before.");
    since.number("event_count", Aggregate.Own.EVENTS, "Is new.");
    since.number("late_event_count", Aggregate.Own.LATE_EVENTS, "The same as before.");
    Columns newer = since.build();
    Session stored =
        with(
            session(1, "v", null),
            1,
            ValuesBuilder.values(older)
                .end(EnrichSamples.START)
                .text("gone", "x")
                .text("user_id", "u-1")
                .number("late_event_count", 7)
                .build());
    OperatorSubtaskState state;
    OperatorSubtaskState storedAgain;
    try (Subtask subtask = new Subtask(older, FOREVER, WAIT, 0, 1, 0)) {
      subtask.open(null);
      subtask.session(stored);
      subtask.session(retraction(2, "w", 3));
      state = subtask.snapshot();
    }

    // When: it is stored once more before it is released
    try (Subtask subtask = new Subtask(newer, FOREVER, WAIT, 0, 1, 0)) {
      subtask.open(state);
      subtask.session(
          with(
              session(4, "x", null),
              1,
              ValuesBuilder.values(newer).end(EnrichSamples.START).build()));
      storedAgain = subtask.snapshot();
    }
    try (Subtask subtask = new Subtask(newer, FOREVER, WAIT, 0, 1, 0)) {
      subtask.open(storedAgain);
      subtask.profile("u-1", "loyal", 0);
      subtask.loaded();

      // Then
      assertThat(subtask.output())
          .containsExactlyInAnyOrder("1 r1 FULL loyal {}", "2 r2 deleted", "4 r1 FULL - {}");
      assertThat(subtask.harness.extractOutputValues())
          .filteredOn(enriched -> enriched.session().id().equals(stored.id()))
          .extracting(EnrichedSession::values)
          .containsExactly(
              ValuesBuilder.values(newer)
                  .end(EnrichSamples.START)
                  .text("user_id", "u-1")
                  .number("late_event_count", 7)
                  .build());
    }
    // When: released at once
    try (Subtask subtask = new Subtask(newer, FOREVER, WAIT, 0, 1, 0)) {
      subtask.open(state);
      subtask.loaded();

      // Then
      assertThat(subtask.output()).containsExactlyInAnyOrder("1 r1 MISSING - {}", "2 r2 deleted");
    }
  }

  private Subtask start(@Nullable Duration maxWait) throws Exception {
    Subtask subtask = new Subtask(maxWait, 1, 0);
    subtask.open(null);
    return subtask;
  }

  private Subtask restore(@Nullable Duration maxWait, OperatorSubtaskState state) throws Exception {
    Subtask subtask = new Subtask(maxWait, 1, 0);
    subtask.open(state);
    return subtask;
  }

  /** One subtask of the operator, with what it emitted in short form. */
  private final class Subtask implements AutoCloseable {

    final KeyedBroadcastOperatorTestHarness<Visitor, Session, ReferenceUpdate, EnrichedSession>
        harness;
    final Operator operator;
    final Columns columns;
    final int parallelism;
    final int index;

    Subtask(@Nullable Duration maxWait, int parallelism, int index) throws Exception {
      this(Columns.BUILT_IN, maxWait, WAIT, 0, parallelism, index);
    }

    Subtask(
        Columns columns,
        @Nullable Duration maxWait,
        @Nullable Duration wait,
        int generation,
        int parallelism,
        int index)
        throws Exception {
      this.columns = columns;
      this.parallelism = parallelism;
      this.index = index;
      operator =
          new Operator(
              new EnrichSessions(
                  new EnrichmentSettings(
                      maxWait,
                      ReferenceEncoding.JSON,
                      Map.of(),
                      null,
                      ReferenceEncoding.JSON,
                      Map.of(),
                      null),
                  columns,
                  wait,
                  generation,
                  () -> NOW));
      harness =
          new KeyedBroadcastOperatorTestHarness<>(
              operator, Session::visitor, IngestTypes.VISITOR, MAX_PARALLELISM, parallelism, index);
      harness.setStateBackend(stateBackend());
    }

    void open(@Nullable OperatorSubtaskState state) throws Exception {
      harness.setup(
          OutputTypes.enrichedSession(columns)
              .createSerializer(harness.getExecutionConfig().getSerializerConfig()));
      if (state == null) {
        harness.initializeEmptyState();
      } else {
        harness.initializeState(state);
      }
      harness.open();
    }

    void session(Session session) throws Exception {
      harness.processElement(session, 0);
    }

    void reference(ReferenceUpdate update) throws Exception {
      harness.processBroadcastElement(update, 0);
    }

    void loaded() throws Exception {
      reference(ReferenceUpdate.LOADED);
    }

    void profile(String id, @Nullable String segment, long offset) throws Exception {
      reference(ReferenceUpdate.ofProfile(id, profile(segment), 0, offset, true));
    }

    void product(String id, @Nullable String category, long offset) throws Exception {
      reference(ReferenceUpdate.ofProduct(id, product(category), 0, offset, true));
    }

    void profileUpdate(String id, @Nullable String segment, long offset) throws Exception {
      reference(ReferenceUpdate.ofProfile(id, profile(segment), 0, offset, false));
    }

    void productUpdate(String id, @Nullable String category, long offset) throws Exception {
      reference(ReferenceUpdate.ofProduct(id, product(category), 0, offset, false));
    }

    boolean owns(String visitor) {
      return KeyGroupRangeAssignment.assignKeyToParallelOperator(
              EnrichSamples.device(visitor), MAX_PARALLELISM, parallelism)
          == index;
    }

    /** A visitor whose sessions come to this subtask. */
    String ownVisitor() {
      int number = 0;
      while (!owns("v" + number)) {
        number++;
      }
      return "v" + number;
    }

    OperatorSubtaskState snapshot() throws Exception {
      return harness.snapshot(1, 1);
    }

    /** Keyed entries, without timers: RocksDB removes those from its files later. */
    long stateEntries() {
      KeyedStateBackend<Visitor> backend = operator.getKeyedStateBackend();
      return Stream.of(EnrichSessions.waiting(columns), EnrichSessions.PATIENCE)
          .flatMap(state -> backend.getKeys(state.getName(), VoidNamespace.INSTANCE))
          .count();
    }

    /** The share of the reference data that it puts into a checkpoint. */
    List<ReferenceUpdate> stored() throws Exception {
      snapshot();
      List<ReferenceUpdate> stored = new ArrayList<>();
      for (ReferenceBlock block :
          operator.getOperatorStateBackend().getUnionListState(EnrichSessions.REFERENCES).get()) {
        stored.addAll(ReferenceBlock.ofEncoded(block.encoded()).updates());
      }
      return stored;
    }

    /** Of each record: number, revision, then {@code deleted} or status, segment, categories. */
    List<String> output() {
      return harness.extractOutputValues().stream().map(Subtask::shown).toList();
    }

    private static String shown(EnrichedSession enriched) {
      Enrichment enrichment = enriched.enrichment();
      return enriched.session().id().getLeastSignificantBits()
          + " r"
          + enriched.revision()
          + " "
          + (enrichment == null
              ? "deleted"
              : "%s %s %s"
                  .formatted(
                      enrichment.status(),
                      enrichment.userSegment() == null ? "-" : enrichment.userSegment(),
                      enrichment.categories().stream()
                          .map(count -> "\"%s\":%d".formatted(count.name(), count.events()))
                          .collect(Collectors.joining(",", "{", "}"))));
    }

    Object gauge(String name) {
      return ((Gauge<?>) operator.group.get(name)).getValue();
    }

    long counter(String name) {
      return ((Counter) operator.group.get(name)).getCount();
    }

    String metrics() {
      return "waiting %s waited %s gaveUp %s misses %s entries %s loaded %s"
          .formatted(
              gauge(MetricNames.SESSIONS_WAITING),
              counter(MetricNames.SESSIONS_WAITED),
              counter(MetricNames.SESSIONS_GAVE_UP),
              counter(MetricNames.ENRICHMENT_MISSES),
              gauge(MetricNames.REFERENCE_ENTRIES),
              gauge(MetricNames.REFERENCE_LOADED));
    }

    @Override
    public void close() throws Exception {
      harness.close();
    }

    private static @Nullable UserProfile profile(@Nullable String segment) {
      return segment == null ? null : new UserProfile(segment, null);
    }

    private static @Nullable Product product(@Nullable String category) {
      return category == null ? null : new Product(category, null);
    }
  }

  /** The operator, with its metrics at hand. */
  private static final class Operator
      extends CoBroadcastWithKeyedOperator<Visitor, Session, ReferenceUpdate, EnrichedSession> {

    private static final long serialVersionUID = 1L;

    final transient Group group = new Group();

    Operator(EnrichSessions function) {
      super(function, List.of(EnrichSessions.broadcastStates()));
    }

    @Override
    public InternalOperatorMetricGroup getMetricGroup() {
      return group;
    }
  }

  /** Metrics of all groups by their own names. */
  private static final class Group extends InterceptingOperatorMetricGroup {

    @Override
    public MetricGroup addGroup(String name) {
      return this;
    }
  }
}
