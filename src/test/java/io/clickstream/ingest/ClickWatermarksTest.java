package io.clickstream.ingest;

import static io.clickstream.ingest.IngestSamples.NOW;
import static io.clickstream.ingest.IngestSamples.bareClick;
import static io.clickstream.ingest.IngestSamples.json;
import static io.clickstream.ingest.IngestSamples.origin;
import static io.clickstream.ingest.IngestSamples.rejected;
import static io.clickstream.ingest.IngestSamples.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.ingest.json.JsonClickFormat;
import io.clickstream.metrics.MetricNames;
import io.clickstream.metrics.RecordedMetrics;
import io.clickstream.model.EventKind;
import io.clickstream.model.Ingested;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.runtime.metrics.groups.TaskIOMetricGroup;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.apache.flink.streaming.api.operators.source.TimestampsAndWatermarks;
import org.apache.flink.streaming.api.operators.source.TimestampsAndWatermarks.WatermarkUpdateListener;
import org.apache.flink.streaming.api.operators.util.PausableRelativeClock;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.io.PushingAsyncDataInput.DataOutput;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.RecordAttributes;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.clock.ManualClock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs the strategy in Flink's own watermarking of a source's splits, with a clock of the test's.
 */
class ClickWatermarksTest {

  private static final Duration BOUND = Duration.ofMillis(30);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);
  private static final long T = NOW;

  private static final WatermarkUpdateListener IGNORED =
      new WatermarkUpdateListener() {
        @Override
        public void updateIdle(boolean isIdle) {}

        @Override
        public void updateCurrentEffectiveWatermark(long watermark) {}

        @Override
        public void updateCurrentSplitWatermark(String splitId, long watermark) {}

        @Override
        public void updateCurrentSplitIdle(String splitId, boolean idle) {}

        @Override
        public void splitFinished(String splitId) {}
      };

  private final ManualClock clock = new ManualClock();
  private final RecordedMetrics own = new RecordedMetrics();
  private final TaskIOMetricGroup metrics =
      UnregisteredMetricGroups.createUnregisteredTaskMetricGroup().getIOMetricGroup();
  private final Emitted emitted = new Emitted();

  private static Ingested clickAt(long timestamp) {
    return clickOf("d", timestamp);
  }

  private static Ingested clickOf(String visitor, long timestamp) {
    return Ingested.of(
        bareClick(
            new Visitor(null, VisitorKind.DEVICE, visitor),
            EventKind.PAGE_VIEW,
            timestamp,
            origin(null)));
  }

  private static Ingested reject() {
    return rejected(RejectionReason.MALFORMED_JSON, "empty", origin(new byte[0]));
  }

  /** A source subtask that reads two partitions. */
  private Source source(ClickWatermarks strategy) {
    TimestampsAndWatermarks<Ingested> logic =
        TimestampsAndWatermarks.createProgressiveEventTimeLogic(
            strategy,
            own,
            new TestProcessingTimeService(),
            200,
            new PausableRelativeClock(clock),
            clock,
            metrics);
    return new Source(logic, logic.createMainOutput(emitted, IGNORED));
  }

  private Source periodic() {
    return source(ClickWatermarks.periodic(BOUND, IDLE_TIMEOUT));
  }

  private final class Source {

    final SourceOutput<Ingested> first;
    final SourceOutput<Ingested> second;
    private final TimestampsAndWatermarks<Ingested> logic;

    Source(TimestampsAndWatermarks<Ingested> logic, ReaderOutput<Ingested> output) {
      this.logic = logic;
      this.first = output.createOutputForSplit("first");
      this.second = output.createOutputForSplit("second");
    }

    /**
     * Lets time pass up to the next periodic emission and returns what was emitted since the last.
     */
    List<String> after(Duration duration) {
      clock.advanceTime(duration);
      logic.emitImmediateWatermark(0);
      return emitted.drain();
    }
  }

  @Test
  void shouldStayBehindTheNewestClickByTheBoundAndOneMillisecond() {
    // Given
    Source source = periodic();
    // When
    source.first.collect(clickAt(T));
    source.second.collect(clickAt(T + 5));
    source.first.collect(clickAt(T - 20));
    // Then a click at exactly T - 30 is still expected
    assertThat(source.after(Duration.ZERO))
        .containsExactly("record " + T, "record " + (T + 5), "record " + (T - 20), "W " + (T - 31));
  }

  @Test
  void shouldGiveNoTimeToRejectionWhenKafkaHasOne() {
    // Given
    Source source = periodic();
    // When
    source.first.collect(reject(), T);
    source.second.collect(clickAt(T + 5), T);
    // Then
    assertThat(source.after(Duration.ZERO))
        .containsExactly("record " + TimestampAssigner.NO_TIMESTAMP, "record " + (T + 5));
  }

  @Test
  void shouldTellHowFarThePartitionIsBehindThatIsFurthestBehind() {
    // Given
    Source source = periodic();
    long now = System.currentTimeMillis();
    assertThat(lag()).isZero();
    // When
    source.first.collect(clickAt(now - 600_000));
    source.second.collect(clickAt(now - 60_000));
    source.after(Duration.ZERO);
    // Then
    assertThat(lag()).isBetween(600_000L, 660_000L);
    assertThat(own.value(MetricNames.IDLE_PARTITIONS)).isEqualTo(0L);
    // When
    source.after(IDLE_TIMEOUT.minusMillis(1));
    source.second.collect(clickAt(now - 60_000));
    source.after(Duration.ofMillis(1));
    // Then
    assertThat(lag()).isBetween(60_000L, 120_000L);
    assertThat(own.value(MetricNames.IDLE_PARTITIONS)).isEqualTo(1L);
  }

  private long lag() {
    return (Long) own.value(MetricNames.EVENT_TIME_LAG);
  }

  @DisplayName("S17: a click from the future does not touch the watermark")
  @Test
  void shouldNotMoveWhenClickFromTheFutureIsRejected() {
    // Given
    JsonClickFormat format = new JsonClickFormat(settings());
    Source source = periodic();
    long year = 365L * 24 * 3_600_000;
    // When
    for (long ahead : new long[] {0, 1, year, 2}) {
      source.first.collect(
          format.parse(
              json("{'event_type':'x','timestamp':%d,'anonymous_id':'d'}".formatted(NOW + ahead)),
              NOW,
              NOW));
    }
    source.second.collect(clickAt(T + 100));
    // Then
    assertThat(source.after(Duration.ZERO)).last().isEqualTo("W " + (T + 2 - 31));
  }

  @DisplayName("S18: one idle partition holds event time for the idle timeout and no longer")
  @Test
  void shouldMoveOnWithoutIdlePartitionWhenTimeoutIsReached() {
    // Given
    Source source = periodic();
    source.first.collect(clickAt(T));
    source.second.collect(clickAt(T));
    assertThat(source.after(Duration.ZERO)).last().isEqualTo("W " + (T - 31));
    // When
    source.first.collect(clickAt(T + 1_000));
    // Then
    assertThat(source.after(IDLE_TIMEOUT.minusMillis(1))).containsExactly("record " + (T + 1_000));
    assertThat(source.after(Duration.ofMillis(1))).containsExactly("W " + (T + 1_000 - 31));
  }

  @DisplayName("S18: a partition that never had a click becomes idle")
  @Test
  void shouldMoveOnWithoutEmptyPartitionWhenTimeoutIsReached() {
    // Given
    Source source = periodic();
    source.first.collect(clickAt(T));
    assertThat(source.after(Duration.ZERO)).containsExactly("record " + T);
    // When, Then
    source.first.collect(clickAt(T + 1));
    assertThat(source.after(IDLE_TIMEOUT.minusMillis(1))).containsExactly("record " + (T + 1));
    assertThat(source.after(Duration.ofMillis(1))).containsExactly("W " + (T + 1 - 31));
  }

  @DisplayName("S33: a partition that only delivers rejects becomes idle")
  @Test
  void shouldMoveOnWithoutRejectingPartitionWhenTimeoutIsReached() {
    // Given
    Source source = periodic();
    source.first.collect(clickAt(T));
    source.second.collect(clickAt(T));
    assertThat(source.after(Duration.ZERO)).last().isEqualTo("W " + (T - 31));
    // When
    for (int second = 1; second < IDLE_TIMEOUT.toSeconds(); second++) {
      source.first.collect(clickAt(T + second));
      source.second.collect(reject());
      assertThat(source.after(Duration.ofSeconds(1)))
          .containsExactly("record " + (T + second), "record " + TimestampAssigner.NO_TIMESTAMP);
    }
    source.second.collect(reject());
    // Then
    assertThat(source.after(Duration.ofSeconds(1)))
        .containsExactly(
            "record " + TimestampAssigner.NO_TIMESTAMP,
            "W " + (T + IDLE_TIMEOUT.toSeconds() - 1 - 31));
  }

  @DisplayName("S33: a click ends the idleness of a rejecting partition, a reject does not")
  @Test
  void shouldHoldEventTimeAgainWhenIdlePartitionDeliversClick() {
    // Given the second partition is idle
    Source source = periodic();
    source.after(Duration.ZERO);
    source.first.collect(clickAt(T));
    assertThat(source.after(IDLE_TIMEOUT)).last().isEqualTo("W " + (T - 31));
    // When, Then
    source.second.collect(reject());
    source.first.collect(clickAt(T + 10));
    assertThat(source.after(Duration.ofSeconds(1))).last().isEqualTo("W " + (T + 10 - 31));
    source.second.collect(clickAt(T + 12));
    source.first.collect(clickAt(T + 20));
    assertThat(source.after(Duration.ofSeconds(1))).last().isEqualTo("W " + (T + 12 - 31));
  }

  @DisplayName("S19: all partitions idle, then traffic: time stands, then moves on")
  @Test
  void shouldMoveAgainWhenTrafficComesAfterAllWereIdle() {
    // Given
    Source source = periodic();
    source.first.collect(clickAt(T));
    source.second.collect(clickAt(T + 7));
    source.after(Duration.ZERO);
    // When, Then
    assertThat(source.after(IDLE_TIMEOUT)).containsExactly("W " + (T + 7 - 31), "IDLE");
    assertThat(source.after(IDLE_TIMEOUT)).isEmpty();
    source.first.collect(clickAt(T + 5));
    assertThat(source.after(Duration.ofSeconds(1))).containsExactly("record " + (T + 5));
    source.first.collect(clickAt(T + 50));
    assertThat(source.after(Duration.ofSeconds(1)))
        .containsExactly("record " + (T + 50), "ACTIVE", "W " + (T + 50 - 31));
  }

  @Test
  void shouldNotBecomeIdleWhenKeptFromReading() {
    // Given
    Source source = periodic();
    source.first.collect(clickAt(T));
    source.second.collect(clickAt(T));
    source.after(Duration.ZERO);
    source.first.collect(clickAt(T + 1_000));
    source.after(Duration.ofSeconds(1));
    // When
    metrics.getSoftBackPressuredTimePerSecond().markStart();
    List<String> whileHeld = source.after(IDLE_TIMEOUT.multipliedBy(10));
    metrics.getSoftBackPressuredTimePerSecond().markEnd();
    // Then
    assertThat(whileHeld).isEmpty();
    assertThat(source.after(IDLE_TIMEOUT)).contains("W " + (T + 1_000 - 31));
  }

  @Test
  void shouldEmitAfterEveryClickWhenPunctuated() {
    // Given
    Source source = source(ClickWatermarks.punctuated(BOUND));
    // When
    source.first.collect(clickAt(T));
    source.second.collect(clickAt(T + 5));
    source.second.collect(reject());
    source.first.collect(clickAt(T + 2));
    source.first.collect(clickAt(T + 1));
    source.first.collect(clickAt(T + 9));
    // Then
    assertThat(emitted.drain())
        .containsExactly(
            "record " + T,
            "record " + (T + 5),
            "W " + (T - 31),
            "record " + TimestampAssigner.NO_TIMESTAMP,
            "record " + (T + 2),
            "W " + (T + 2 - 31),
            "record " + (T + 1),
            "record " + (T + 9),
            "W " + (T + 5 - 31));
    assertThat(source.after(IDLE_TIMEOUT.multipliedBy(10))).isEmpty();
  }

  @Test
  void shouldEmitAfterEveryStepOfEventTimeWhenStepped() {
    // Given
    Source source = source(ClickWatermarks.stepped(BOUND));
    source.second.collect(clickAt(T + 10_000));
    // When
    source.first.collect(clickAt(T));
    source.first.collect(clickAt(T + 199));
    source.first.collect(reject());
    source.first.collect(clickAt(T + 200));
    source.first.collect(clickAt(T + 5_000));
    // Then
    assertThat(emitted.drain())
        .filteredOn(each -> each.startsWith("W"))
        .containsExactly("W " + (T - 31), "W " + (T + 200 - 31), "W " + (T + 5_000 - 31));
    assertThat(source.after(IDLE_TIMEOUT.multipliedBy(10))).isEmpty();
  }

  // ------------------------------------------------------------------------- witnesses

  private static List<String> watermarks(List<String> emitted) {
    return emitted.stream().filter(each -> each.startsWith("W")).toList();
  }

  @Test
  void shouldFollowTheSecondVisitorWhenTwoWitnessesAreNeeded() {
    // Given
    Source source = source(ClickWatermarks.periodic(BOUND, IDLE_TIMEOUT).witnessedBy(2));
    source.second.collect(clickOf("x", T + 100_000));
    source.second.collect(clickOf("y", T + 100_000));
    // When one visitor is far ahead, with many clicks
    for (int i = 0; i < 100; i++) {
      source.first.collect(clickOf("ahead", T + 50_000 + i));
    }
    // Then
    assertThat(watermarks(source.after(Duration.ZERO))).isEmpty();
    // When
    source.first.collect(clickOf("a", T));
    source.first.collect(clickOf("b", T - 1));
    // Then
    assertThat(watermarks(source.after(Duration.ZERO))).containsExactly("W " + (T - 31));
    // When
    source.first.collect(clickOf("b", T + 7));
    // Then
    assertThat(watermarks(source.after(Duration.ZERO))).containsExactly("W " + (T + 7 - 31));
  }

  @Test
  void shouldEmitAfterEveryMoveWhenPunctuatedWithWitnesses() {
    // Given
    Source source = source(ClickWatermarks.punctuated(BOUND).witnessedBy(2));
    source.second.collect(clickOf("x", T + 100_000));
    source.second.collect(clickOf("y", T + 100_000));
    // When
    source.first.collect(clickOf("ahead", T + 50_000));
    source.first.collect(reject());
    source.first.collect(clickOf("a", T));
    source.first.collect(clickOf("b", T + 2));
    source.first.collect(clickOf("b", T + 1));
    source.first.collect(clickOf("b", T + 9));
    // Then
    assertThat(watermarks(emitted.drain()))
        .containsExactly("W " + (T - 31), "W " + (T + 2 - 31), "W " + (T + 9 - 31));
  }

  @Test
  void shouldEmitAfterEveryStepWhenSteppedWithWitnesses() {
    // Given
    Source source = source(ClickWatermarks.stepped(BOUND).witnessedBy(2));
    source.second.collect(clickOf("x", T + 100_000));
    source.second.collect(clickOf("y", T + 100_000));
    // When
    source.first.collect(clickOf("ahead", T + 50_000));
    for (int time : new int[] {0, 199, 200, 5_000}) {
      source.first.collect(clickOf("a", T + time));
    }
    // Then
    assertThat(watermarks(emitted.drain()))
        .containsExactly("W " + (T - 31), "W " + (T + 200 - 31), "W " + (T + 5_000 - 31));
  }

  @DisplayName("a partition that stands for lack of visitors holds event time no longer")
  @Test
  void shouldMoveOnWithoutPartitionThatLacksVisitors() {
    // Given
    Source source = source(ClickWatermarks.periodic(BOUND, IDLE_TIMEOUT).witnessedBy(2));
    source.second.collect(clickOf("a", T));
    source.second.collect(clickOf("b", T));
    source.first.collect(clickOf("a", T));
    source.first.collect(clickOf("b", T));
    assertThat(watermarks(source.after(Duration.ZERO))).containsExactly("W " + (T - 31));
    // When only one visitor goes on in the second
    for (int second = 1; second < IDLE_TIMEOUT.toSeconds(); second++) {
      source.first.collect(clickOf(second % 2 == 0 ? "a" : "b", T + second));
      source.second.collect(clickOf("a", T + second));
      assertThat(watermarks(source.after(Duration.ofSeconds(1)))).isEmpty();
    }
    source.second.collect(clickOf("a", T + 60));
    // Then
    assertThat(watermarks(source.after(Duration.ofSeconds(1))))
        .containsExactly("W " + (T + 58 - 31));
    // When another one comes back, behind it
    source.second.collect(clickOf("b", T + 59));
    source.first.collect(clickOf("a", T + 1_000));
    source.first.collect(clickOf("b", T + 1_000));
    // Then it holds event time again
    assertThat(watermarks(source.after(Duration.ofSeconds(1))))
        .containsExactly("W " + (T + 59 - 31));
  }

  @Test
  void shouldNotBecomeIdleWhenClicksComeThatAreNotAhead() {
    // Given
    Source source = source(ClickWatermarks.periodic(BOUND, IDLE_TIMEOUT).witnessedBy(2));
    for (String visitor : new String[] {"a", "b"}) {
      source.first.collect(clickOf(visitor, T));
      source.second.collect(clickOf(visitor, T));
    }
    source.after(Duration.ZERO);
    // When all that comes is old
    source.first.collect(clickOf("a", T + 1_000));
    source.first.collect(clickOf("b", T + 1_000));
    for (int second = 0; second < 2 * IDLE_TIMEOUT.toSeconds(); second++) {
      source.second.collect(clickOf("a", T - 5));
      // Then
      assertThat(watermarks(source.after(Duration.ofSeconds(1)))).isEmpty();
    }
  }

  @DisplayName("one wrong clock in a backfill: 20 clicks of May and one of June")
  @ParameterizedTest
  @CsvSource({"1, 19", "2, 0", "3, 0"})
  void shouldPutNoClickBehindWhenOneClockIsWrong(int witnesses, int expected) {
    // Given
    long may = 1_716_249_600_000L;
    Source source = source(ClickWatermarks.punctuated(BOUND).witnessedBy(witnesses));
    source.second.collect(clickOf("x", Long.MAX_VALUE / 2));
    source.second.collect(clickOf("y", Long.MAX_VALUE / 2));
    source.second.collect(clickOf("z", Long.MAX_VALUE / 2));
    long watermark = Long.MIN_VALUE;
    int behind = 0;
    // When
    for (int i = 0; i < 21; i++) {
      boolean isWrong = i == 1;
      long time = may + (isWrong ? 14L * 86_400_000 : i * 1_000);
      source.first.collect(clickOf(isWrong ? "wrong-clock" : "d" + i % 3, time));
      behind += time <= watermark ? 1 : 0;
      for (String each : watermarks(emitted.drain())) {
        watermark = Long.parseLong(each.substring("W ".length()));
      }
    }
    // Then
    assertThat(behind).isEqualTo(expected);
  }

  /** What reaches the next operator, as text. */
  private static final class Emitted implements DataOutput<Ingested> {

    private final List<String> elements = new ArrayList<>();

    List<String> drain() {
      List<String> drained = List.copyOf(elements);
      elements.clear();
      return drained;
    }

    @Override
    public void emitRecord(StreamRecord<Ingested> record) {
      elements.add("record " + record.getTimestamp());
    }

    @Override
    public void emitWatermark(Watermark watermark) {
      elements.add("W " + watermark.getTimestamp());
    }

    @Override
    public void emitWatermarkStatus(WatermarkStatus status) {
      elements.add(status.isIdle() ? "IDLE" : "ACTIVE");
    }

    @Override
    public void emitLatencyMarker(LatencyMarker marker) {
      elements.add("latency");
    }

    @Override
    public void emitRecordAttributes(RecordAttributes attributes) {
      elements.add("attributes");
    }

    @Override
    public void emitWatermark(WatermarkEvent watermark) {
      elements.add("custom watermark");
    }
  }
}
