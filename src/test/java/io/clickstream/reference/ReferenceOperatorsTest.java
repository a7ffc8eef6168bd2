package io.clickstream.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.UserProfile;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.junit.jupiter.api.Test;

class ReferenceOperatorsTest {

  private static final ReferenceUpdate UPDATE =
      ReferenceUpdate.ofProfile("u-1", new UserProfile("s", "t"), 0, 1, true);
  private static final Rejection REJECTION =
      new Rejection(
          RejectionReason.MALFORMED_JSON,
          "value",
          new Origin("user-profiles", 0, 2, new byte[] {1}, new byte[] {2}));

  @Test
  void shouldSayLoadedAfterLastRecord() throws Exception {
    try (var harness = new OneInputStreamOperatorTestHarness<>(new MarkLoaded(), 1, 1, 0)) {
      // Given
      harness.open();
      harness.processElement(ReferenceRecord.of(UPDATE), 0);
      harness.processElement(ReferenceRecord.of(REJECTION), 0);
      assertThat(harness.extractOutputValues())
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactly(ReferenceRecord.of(UPDATE), ReferenceRecord.of(REJECTION));

      // When
      harness.endInput();

      // Then
      assertThat(harness.extractOutputValues())
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactly(
              ReferenceRecord.of(UPDATE),
              ReferenceRecord.of(REJECTION),
              ReferenceRecord.of(ReferenceUpdate.LOADED));
    }
  }

  @Test
  void shouldNotSayLoadedWhenItStopsBeforeTheEnd() throws Exception {
    // Given
    OperatorSubtaskState state;
    try (var harness = new OneInputStreamOperatorTestHarness<>(new MarkLoaded(), 1, 1, 0)) {
      harness.open();
      harness.processElement(ReferenceRecord.of(UPDATE), 0);
      state = harness.snapshot(1, 1);
      assertThat(harness.extractOutputValues()).hasSize(1);
    }

    try (var harness = new OneInputStreamOperatorTestHarness<>(new MarkLoaded(), 1, 1, 0)) {
      // When
      harness.initializeState(state);
      harness.open();

      // Then
      assertThat(harness.extractOutputValues()).isEmpty();
      harness.endInput();
      assertThat(harness.extractOutputValues())
          .containsExactly(ReferenceRecord.of(ReferenceUpdate.LOADED));
    }
  }

  @Test
  void shouldPartUpdatesFromRejects() throws Exception {
    try (var harness = ProcessFunctionTestHarnesses.forProcessFunction(new RouteReferences())) {
      // When
      harness.processElement(ReferenceRecord.of(UPDATE), 0);
      harness.processElement(ReferenceRecord.of(REJECTION), 0);
      harness.processElement(ReferenceRecord.of(ReferenceUpdate.LOADED), 0);

      // Then
      assertThat(harness.extractOutputValues()).isEqualTo(List.of(UPDATE, ReferenceUpdate.LOADED));
      assertThat(harness.getSideOutput(RouteReferences.REJECTED))
          .extracting(record -> record.getValue())
          .containsExactly(REJECTION);
    }
  }

  @Test
  void shouldCountRejectsAndColumnsThatCouldNotBeReadAlsoOverARestore() throws Exception {
    // Given
    Map<String, Long> expected =
        Map.of(
            "clickstream.reference-rejected", 2L,
            "clickstream.reference-problems", 3L,
            "clickstream.reference-problems-segment", 1L,
            "clickstream.reference-problems-tier", 2L,
            "clickstream.reference-problems-category", 0L,
            "clickstream.reference-problems-brand", 0L);
    OperatorSubtaskState state;
    try (var harness = ProcessFunctionTestHarnesses.forProcessFunction(new RouteReferences())) {
      // When
      harness.processElement(ReferenceRecord.of(REJECTION), 0);
      harness.processElement(ReferenceRecord.of(UPDATE), 0);
      harness.processElement(ReferenceRecord.of(REJECTION), 0);
      harness.processElement(ReferenceRecord.of(UPDATE, Set.of("tier")), 0);
      harness.processElement(ReferenceRecord.of(UPDATE, Set.of("segment", "tier")), 0);

      // Then
      assertThat(counts(harness)).isEqualTo(expected);
      state = harness.snapshot(1, 1);
    }
    try (var restored =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(new RouteReferences()), 1, 1, 0)) {
      restored.initializeState(state);
      restored.open();
      assertThat(counts(restored)).isEqualTo(expected);
    }
  }

  private static Map<String, Long> counts(OneInputStreamOperatorTestHarness<?, ?> harness) {
    Map<String, Long> counts = new TreeMap<>();
    harness
        .getEnvironment()
        .getAccumulatorRegistry()
        .getUserMap()
        .forEach((name, counter) -> counts.put(name, (Long) counter.getLocalValue()));
    return counts;
  }
}
