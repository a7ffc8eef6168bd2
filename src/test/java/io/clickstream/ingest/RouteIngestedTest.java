package io.clickstream.ingest;

import static io.clickstream.ingest.IngestSamples.NOW;
import static io.clickstream.ingest.IngestSamples.bareClick;
import static io.clickstream.ingest.IngestSamples.origin;
import static io.clickstream.ingest.IngestSamples.rejected;
import static io.clickstream.ingest.IngestSamples.withProblems;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.columns.ColumnsBuilder;
import io.clickstream.columns.FieldDefinition.Type;
import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import io.clickstream.model.Ingested;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import io.clickstream.wire.IngestTypes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class RouteIngestedTest {

  private static final int MAX_PARALLELISM = 8;

  private static final Ingested CLICK =
      Ingested.of(
          bareClick(
              new Visitor(null, VisitorKind.DEVICE, "d"), EventKind.SEARCH, NOW, origin(null)));
  private static final Ingested MALFORMED =
      rejected(RejectionReason.MALFORMED_JSON, "empty", origin(new byte[0]));
  private static final Ingested IN_FUTURE =
      rejected(RejectionReason.TIMESTAMP_IN_FUTURE, "timestamp: ahead", origin(new byte[1]));

  /** One subtask of the operator, with what it tells to the outside. */
  private static final class Subtask implements AutoCloseable {

    private final Map<String, Gauge<?>> gauges = new LinkedHashMap<>();
    private final OneInputStreamOperatorTestHarness<Ingested, Click> harness;

    Subtask(int parallelism, int index) throws Exception {
      this(parallelism, index, Columns.BUILT_IN);
    }

    Subtask(int parallelism, int index, Columns table) throws Exception {
      MockEnvironment environment =
          MockEnvironment.builder()
              .setTaskName("route")
              .setMaxParallelism(MAX_PARALLELISM)
              .setParallelism(parallelism)
              .setSubtaskIndex(index)
              .setMetricGroup(
                  TaskManagerMetricGroup.createTaskManagerMetricGroup(
                          TestingMetricRegistry.builder()
                              .setRegisterConsumer(
                                  (metric, name, group) -> {
                                    if (metric instanceof Gauge<?> gauge) {
                                      gauges.put(group.getMetricIdentifier(name), gauge);
                                    }
                                  })
                              .build(),
                          "host",
                          ResourceID.generate())
                      .addJob(new JobID(), "job")
                      .addTask(ExecutionAttemptID.randomId(), "task"))
              .build();
      harness =
          new OneInputStreamOperatorTestHarness<>(
              new ProcessOperator<>(new RouteIngested(table)),
              IngestTypes.INGESTED.createSerializer(
                  environment.getExecutionConfig().getSerializerConfig()),
              environment);
      harness.setup(
          IngestTypes.CLICK.createSerializer(
              environment.getExecutionConfig().getSerializerConfig()));
    }

    Subtask open(OperatorSubtaskState restored) throws Exception {
      harness.initializeState(restored);
      harness.open();
      return this;
    }

    Subtask read(Ingested... records) throws Exception {
      for (Ingested record : records) {
        harness.processElement(
            new StreamRecord<>(
                record, record.click() == null ? TimestampAssigner.NO_TIMESTAMP : NOW));
      }
      return this;
    }

    /** What is not 0 of the gauges and accumulators. */
    Map<String, Long> counts() {
      Map<String, Long> counts = new TreeMap<>();
      gauges.forEach(
          (name, gauge) -> {
            if (name.contains(".clickstream.") && gauge.getValue() instanceof Long count) {
              counts.put("gauge " + name.substring(name.indexOf("clickstream.")), count);
            }
          });
      harness
          .getEnvironment()
          .getAccumulatorRegistry()
          .getUserMap()
          .forEach((name, counter) -> counts.put(name, (Long) counter.getLocalValue()));
      counts.values().removeIf(count -> count == 0);
      return counts;
    }

    OperatorSubtaskState snapshot() throws Exception {
      return harness.snapshot(1, 1);
    }

    @Override
    public void close() throws Exception {
      harness.close();
    }
  }

  private static Map<String, Long> counts(long read, long malformed, long inFuture) {
    Map<String, Long> counts = new TreeMap<>();
    for (String prefix : new String[] {"", "gauge "}) {
      counts.put(prefix + "clickstream.read", read);
      counts.put(prefix + "clickstream.records", read);
      counts.put(prefix + "clickstream.rejected", malformed + inFuture);
      counts.put(prefix + "clickstream.rejected-malformed-json", malformed);
      counts.put(prefix + "clickstream.rejected-timestamp-in-future", inFuture);
    }
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  @Test
  void shouldCountClicksThatWereMoved() throws Exception {
    // Given
    Ingested corrected = Ingested.of(Objects.requireNonNull(CLICK.click()), List.of(), true);
    // When
    try (Subtask subtask = new Subtask(1, 0).open(OperatorSubtaskState.builder().build())) {
      subtask.read(corrected, CLICK, MALFORMED, corrected);
      // Then
      assertThat(subtask.counts())
          .containsEntry("clickstream.clock-corrected", 2L)
          .containsEntry("gauge clickstream.clock-corrected", 2L)
          .containsEntry("clickstream.read", 4L);
    }
  }

  @Test
  void shouldSendClicksOnAndRejectionsAsideWhenBothCome() throws Exception {
    try (Subtask subtask = new Subtask(1, 0)) {
      // When
      subtask.open(null).read(CLICK, MALFORMED, CLICK, IN_FUTURE);
      // Then
      assertThat(subtask.harness.getOutput())
          .containsExactly(
              new StreamRecord<>(CLICK.click(), NOW), new StreamRecord<>(CLICK.click(), NOW));
      assertThat(subtask.harness.getSideOutput(RouteIngested.REJECTED))
          .extracting(StreamRecord::getValue)
          .containsExactly(MALFORMED.rejection(), IN_FUTURE.rejection());
    }
  }

  @Test
  void shouldCountEachRecordOnceByReason() throws Exception {
    try (Subtask subtask = new Subtask(1, 0)) {
      // When
      subtask.open(null).read(CLICK, MALFORMED, CLICK, MALFORMED, IN_FUTURE);
      // Then
      assertThat(subtask.counts()).isEqualTo(counts(5, 2, 1));
    }
  }

  @Test
  void shouldCountRecordsAndTheClicksInThem() throws Exception {
    try (Subtask subtask = new Subtask(1, 0)) {
      // When a record of four clicks, one of none, one that is left out
      subtask
          .open(null)
          .read(
              CLICK,
              MALFORMED.notFirst(),
              CLICK.notFirst(),
              Ingested.skipped().notFirst(),
              Ingested.nothing(),
              Ingested.skipped());
      // Then
      Map<String, Long> expected = counts(5, 1, 0);
      for (String prefix : new String[] {"", "gauge "}) {
        expected.put(prefix + "clickstream.records", 3L);
        expected.put(prefix + "clickstream.skipped", 2L);
      }
      assertThat(subtask.counts()).isEqualTo(expected);
      assertThat(subtask.harness.getOutput()).hasSize(2);
    }
  }

  @Test
  void shouldCountEachFieldThatAClickIsWithout() throws Exception {
    // Given
    Click click = CLICK.click();
    try (Subtask subtask = new Subtask(1, 0)) {
      // When
      subtask
          .open(null)
          .read(
              CLICK,
              withProblems(click, ClickField.PRICE),
              withProblems(click, ClickField.PRICE, ClickField.QUANTITY, ClickField.USER_ID),
              MALFORMED);
      // Then
      Map<String, Long> expected = counts(4, 1, 0);
      for (String prefix : new String[] {"", "gauge "}) {
        expected.put(prefix + "clickstream.field-problems", 4L);
        expected.put(prefix + "clickstream.field-problems-price", 2L);
        expected.put(prefix + "clickstream.field-problems-quantity", 1L);
        expected.put(prefix + "clickstream.field-problems-user-id", 1L);
      }
      assertThat(subtask.counts()).isEqualTo(expected);
      assertThat(subtask.harness.getOutput()).hasSize(3);
      // When restored
      OperatorSubtaskState checkpoint = subtask.snapshot();
      try (Subtask after = new Subtask(1, 0)) {
        // Then
        assertThat(after.open(checkpoint).counts()).isEqualTo(expected);
      }
    }
  }

  @Test
  void shouldHaveACounterForEachFieldThatMayHaveProblemsAndForNoOther() throws Exception {
    // Given a problem of each
    Ingested all = withProblems(CLICK.click(), optional(Columns.BUILT_IN));
    try (Subtask subtask = new Subtask(1, 0)) {
      // When, Then
      assertThat(subtask.open(null).read(all).counts().keySet())
          .filteredOn(name -> name.startsWith("clickstream.field-problems-"))
          .extracting(name -> name.substring("clickstream.field-problems-".length()))
          .containsExactlyInAnyOrder(
              "event-type",
              "event-id",
              "user-id",
              "anonymous-id",
              "app-id",
              "page-url",
              "referrer",
              "utm-source",
              "utm-medium",
              "utm-campaign",
              "product-id",
              "quantity",
              "price",
              "currency",
              "order-id",
              "user-agent",
              "device-type",
              "country",
              "revenue",
              "sent-at",
              "received-at",
              "click-id");
    }
  }

  @Test
  void shouldCountFromTheCheckpointOnWhenRestored() throws Exception {
    // Given records read after the checkpoint are read again
    OperatorSubtaskState checkpoint;
    try (Subtask before = new Subtask(1, 0)) {
      before.open(null).read(CLICK, MALFORMED, IN_FUTURE);
      checkpoint = before.snapshot();
      before.read(CLICK, MALFORMED);
    }
    try (Subtask after = new Subtask(1, 0)) {
      // When
      after.open(checkpoint);
      // Then
      assertThat(after.counts()).isEqualTo(counts(3, 1, 1));
      assertThat(after.read(CLICK, MALFORMED).counts()).isEqualTo(counts(5, 2, 1));
    }
  }

  @Test
  void shouldKeepTheSumsWhenParallelismChanges() throws Exception {
    // Given
    OperatorSubtaskState ofOne;
    try (Subtask one = new Subtask(1, 0)) {
      one.open(null).read(CLICK, CLICK, MALFORMED);
      ofOne = one.snapshot();
    }
    // When one becomes two
    OperatorSubtaskState ofTwo;
    try (Subtask first = new Subtask(2, 0);
        Subtask second = new Subtask(2, 1)) {
      first.open(part(ofOne, 1, 2, 0));
      second.open(part(ofOne, 1, 2, 1));
      // Then
      assertThat(sum(first.counts(), second.counts())).isEqualTo(counts(3, 1, 0));
      first.read(CLICK, IN_FUTURE);
      second.read(MALFORMED);
      assertThat(sum(first.counts(), second.counts())).isEqualTo(counts(6, 2, 1));
      ofTwo = AbstractStreamOperatorTestHarness.repackageState(first.snapshot(), second.snapshot());
    }
    // When two become one
    try (Subtask one = new Subtask(1, 0)) {
      one.open(part(ofTwo, 2, 1, 0));
      // Then
      assertThat(one.counts()).isEqualTo(counts(6, 2, 1));
      assertThat(one.read(CLICK).counts()).isEqualTo(counts(7, 2, 1));
    }
  }

  private static Columns table(String... fields) {
    ColumnsBuilder table = new ColumnsBuilder();
    for (String field : fields) {
      table.first(field, "One of some.");
    }
    return table.build();
  }

  private static ClickField[] optional(Columns table) {
    return ClickFields.of(table).all().stream()
        .filter(ClickField::isOptional)
        .toArray(ClickField[]::new);
  }

  @Test
  void shouldCountByNameWhenTheTableIsAnother() throws Exception {
    // Given
    OperatorSubtaskState checkpoint;
    try (Subtask before = new Subtask(1, 0, table("language", "zone"))) {
      before
          .open(null)
          .read(
              withProblems(CLICK.click(), optional(table("language", "zone"))),
              withProblems(
                  CLICK.click(), ClickFields.of(table("language", "zone")).named("language")));
      checkpoint = before.snapshot();
    }
    // When a field comes before another, and one is gone
    Columns other = table("plan", "language");
    try (Subtask after = new Subtask(1, 0, other)) {
      Map<String, Long> counts = after.open(checkpoint).counts();
      // Then
      assertThat(counts)
          .containsEntry("clickstream.field-problems-language", 2L)
          .containsEntry("clickstream.field-problems-country", 1L)
          .doesNotContainKeys("clickstream.field-problems-plan", "clickstream.field-problems-zone");
      assertThat(
              after.read(withProblems(CLICK.click(), ClickFields.of(other).named("plan"))).counts())
          .containsEntry("clickstream.field-problems-plan", 1L);
    }
  }

  @Test
  void shouldCountWhatDefinitionsCannotReadByTheirNames() throws Exception {
    // Given
    Columns defined =
        new DefinitionSamples()
            .last("next_plan", Type.TEXT, "plan")
            .goal("order", Map.of("event_type", "purchase"), "total", null, "order.id")
            .milliseconds("ms")
            .table();
    try (Subtask subtask = new Subtask(1, 0, defined)) {
      // When
      Map<String, Long> counts =
          subtask
              .open(null)
              .read(
                  withProblems(
                      CLICK.click(), ClickFields.of(defined).defined().toArray(ClickField[]::new)))
              .counts();
      // Then
      assertThat(counts)
          .containsEntry("clickstream.field-problems", 4L)
          .containsEntry("clickstream.field-problems-fields-next-plan", 1L)
          .containsEntry("clickstream.field-problems-goals-order-value", 1L)
          .containsEntry("clickstream.field-problems-goals-order-once-per", 1L)
          .containsEntry("clickstream.field-problems-engagement-milliseconds", 1L);
    }
  }

  @Test
  void shouldCountTheValuesOfOneCutTogether() throws Exception {
    // Given
    Columns cut = new DefinitionSamples().cut(List.of("a.b", "c.d"), null, null, null).table();
    ClickField[] values = ClickFields.of(cut).defined().toArray(ClickField[]::new);
    assertThat(values).hasSize(2);
    try (Subtask subtask = new Subtask(1, 0, cut)) {
      // When
      Map<String, Long> counts =
          subtask
              .open(null)
              .read(withProblems(CLICK.click(), values), withProblems(CLICK.click(), values[1]))
              .counts();
      // Then
      assertThat(counts)
          .containsEntry("clickstream.field-problems", 3L)
          .containsEntry("clickstream.field-problems-cut-on-change", 3L);
    }
  }

  private static OperatorSubtaskState part(
      OperatorSubtaskState all, int oldParallelism, int newParallelism, int index) {
    return AbstractStreamOperatorTestHarness.repartitionOperatorState(
        all, MAX_PARALLELISM, oldParallelism, newParallelism, index);
  }

  private static Map<String, Long> sum(Map<String, Long> first, Map<String, Long> second) {
    Map<String, Long> sums = new TreeMap<>(first);
    second.forEach((name, count) -> sums.merge(name, count, Long::sum));
    return sums;
  }
}
