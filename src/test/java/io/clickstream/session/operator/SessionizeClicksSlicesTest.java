package io.clickstream.session.operator;

import static io.clickstream.session.Clicks.EPOCH;
import static io.clickstream.session.Clicks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Columns;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.Session;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import io.clickstream.session.SessionSemantics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.io.PushingAsyncDataInput.DataOutput;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.RecordAttributes;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.StatusWatermarkValve;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One visitor a slice: what may and what may not come between two of them. */
class SessionizeClicksSlicesTest {

  private static final int VISITORS = 5;
  private static final String END = "the end of time";
  private static final SessionSettings SETTINGS = SessionSemantics.settings(30, 20);

  private KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> harness;
  private long wallClock;

  private static Visitor visitor(int number) {
    return new Visitor(null, VisitorKind.DEVICE, "v" + number);
  }

  /** Visitors 0 to 4 with a click each, at 0 to 4; nothing is closed. */
  @BeforeEach
  void start() throws Exception {
    open(null);
    for (int i = 0; i < VISITORS; i++) {
      click(i, i);
    }
  }

  private void open(OperatorSubtaskState state) throws Exception {
    harness =
        HarnessSessionizer.harness(
            new SessionizeClicks(Columns.BUILT_IN, SETTINGS, null, false, Duration.ZERO, 1_000, 1),
            new EmbeddedRocksDBStateBackend(false),
            1,
            0);
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
  }

  @AfterEach
  void stop() throws Exception {
    harness.close();
  }

  private void click(int visitor, long time) throws Exception {
    harness.processElement(at(time).visitor(visitor(visitor)).click(), EPOCH + time);
  }

  private void watermark(long time) throws Exception {
    harness.processWatermark(EPOCH + time);
  }

  private void slice() throws Exception {
    wallClock++;
    harness.setProcessingTime(wallClock);
  }

  /** What came out since the last call: sessions as visitor, revision and clicks; watermarks. */
  private List<String> output() {
    List<String> shown = new ArrayList<>();
    for (Object next = harness.getOutput().poll();
        next != null;
        next = harness.getOutput().poll()) {
      if (next instanceof StreamRecord<?> element) {
        Session session = (Session) element.getValue();
        assertThat(session.values()).isNotNull();
        shown.add(
            "%s r%d n=%d"
                .formatted(
                    session.visitor().id(),
                    session.revision(),
                    session.values().number("event_count")));
      } else if (next instanceof Watermark watermark) {
        shown.add(
            watermark.equals(Watermark.MAX_WATERMARK)
                ? END
                : "W" + (watermark.getTimestamp() - EPOCH));
      } else if (next instanceof WatermarkStatus status) {
        shown.add(status.isIdle() ? "idle" : "active");
      }
    }
    return shown;
  }

  @Test
  void shouldSendWatermarkOnAfterLastSlice() throws Exception {
    watermark(32);
    assertThat(output()).containsExactly("v0 r1 n=1");
    slice();
    assertThat(output()).containsExactly("v1 r1 n=1");
    slice();
    assertThat(output()).containsExactly("v2 r1 n=1");
    slice();
    assertThat(output()).containsExactly("W32");
    slice();
    assertThat(output()).isEmpty();
  }

  @Test
  void shouldCloseVisitorBeforeItsNextClick() throws Exception {
    watermark(34);
    assertThat(output()).containsExactly("v0 r1 n=1");

    // Behind, within reach of the session that the watermark has closed but no slice yet
    click(3, 3);
    assertThat(output()).containsExactly("v3 r1 n=1");
    click(3, 3);
    assertThat(output()).isEmpty();
    for (int i = 0; i < VISITORS; i++) {
      slice();
    }
    assertThat(output()).containsExactly("v1 r1 n=1", "v2 r1 n=1", "v4 r1 n=1", "W34");

    // Both clicks are one revision, with the next watermark
    watermark(35);
    assertThat(output()).containsExactly("v3 r2 n=3");
  }

  @Test
  void shouldGoOnWithNewerWatermarkWhenOneComesInBetween() throws Exception {
    watermark(31);
    click(3, 3);
    watermark(40);
    for (int i = 0; i <= VISITORS; i++) {
      slice();
    }

    assertThat(output())
        .containsExactly("v0 r1 n=1", "v1 r1 n=1", "v2 r1 n=1", "v3 r1 n=2", "v4 r1 n=1", "W40");
  }

  @Test
  void shouldShowRevisionWithNewerWatermarkWhenOneComesInBetween() throws Exception {
    watermark(34);
    click(3, 3);
    watermark(35);
    for (int i = 0; i <= VISITORS; i++) {
      slice();
    }

    assertThat(output())
        .containsExactly(
            "v0 r1 n=1", "v3 r1 n=1", "v1 r1 n=1", "v2 r1 n=1", "v3 r2 n=2", "v4 r1 n=1", "W35");
  }

  @Test
  void shouldLetNoStatusOvertakeWatermark() throws Exception {
    watermark(31);
    harness.processWatermarkStatus(WatermarkStatus.IDLE);
    assertThat(output()).containsExactly("v0 r1 n=1");
    slice();
    slice();

    assertThat(output()).containsExactly("v1 r1 n=1", "W31", "idle");
  }

  @Test
  void shouldCloseRestAfterRestoreFromBetweenSlices() throws Exception {
    watermark(34);
    slice();
    OperatorSubtaskState state = harness.snapshot(1, 1);
    assertThat(output()).containsExactly("v0 r1 n=1", "v1 r1 n=1");
    harness.close();
    open(state);
    watermark(34);
    for (int i = 0; i <= VISITORS; i++) {
      slice();
    }

    assertThat(output()).containsExactlyInAnyOrder("v2 r1 n=1", "v3 r1 n=1", "v4 r1 n=1", "W34");
  }

  @Test
  void shouldCloseRestWhenInputEnds() throws Exception {
    watermark(31);
    harness.processWatermark(Watermark.MAX_WATERMARK);
    finish();

    assertThat(output()).containsExactly(allAnd("v0 r1 n=1", "active"));
    assertThat(harness.numEventTimeTimers()).isZero();
  }

  @Test
  @DisplayName("The last watermark is dropped behind an idle status: the end closes all without it")
  void shouldCloseEverythingWhenInputEndsBehindIdleStatus() throws Exception {
    watermark(4);
    harness.processWatermarkStatus(WatermarkStatus.IDLE);
    finish();

    assertThat(output()).containsExactly(allAnd("W4", "idle", "active", "v0 r1 n=1"));
    assertThat(harness.numEventTimeTimers()).isZero();
  }

  @Test
  void shouldCloseEverythingWhenInputEndsBeforeSlicesOfWatermarksAndStatus() throws Exception {
    watermark(31);
    click(3, 3);
    watermark(33);
    harness.processWatermarkStatus(WatermarkStatus.IDLE);
    finish();

    assertThat(output())
        .containsExactly(
            "v0 r1 n=1", "active", "v1 r1 n=1", "v2 r1 n=1", "v3 r1 n=2", "v4 r1 n=1", END);
  }

  @Test
  void shouldShowLastRevisionWhenInputEndsBehindIdleStatus() throws Exception {
    watermark(30);
    slice();
    click(0, 0);
    harness.processWatermarkStatus(WatermarkStatus.IDLE);
    assertThat(output()).containsExactly("v0 r1 n=1", "W30", "idle");
    finish();

    assertThat(output())
        .containsExactly(
            "active", "v0 r2 n=2", "v1 r1 n=1", "v2 r1 n=1", "v3 r1 n=1", "v4 r1 n=1", END);
  }

  @Test
  void shouldCloseEverythingWhenInputEndsWithoutWatermarkSinceRestore() throws Exception {
    watermark(30);
    slice();
    OperatorSubtaskState state = harness.snapshot(1, 1);
    assertThat(output()).containsExactly("v0 r1 n=1", "W30");
    harness.close();
    open(state);
    harness.processWatermarkStatus(WatermarkStatus.IDLE);
    finish();

    assertThat(output())
        .containsExactlyInAnyOrder(
            "idle", "active", "v1 r1 n=1", "v2 r1 n=1", "v3 r1 n=1", "v4 r1 n=1", END);
  }

  @Test
  @DisplayName("The last watermark of an input that is active comes ahead of clicks of an idle one")
  void shouldTakeNoClickOfIdleInputForLateWhenAnotherHasEnded() throws Exception {
    StatusWatermarkValve valve = new StatusWatermarkValve(2);
    DataOutput<Click> operator = new ToOperator(harness);
    valve.inputWatermark(new Watermark(EPOCH + 2), 0, operator);
    valve.inputWatermarkStatus(WatermarkStatus.IDLE, 1, operator);
    assertThat(output()).containsExactly("W2");

    // The first input ends. The second one has read a click, and is still to say that it is active.
    valve.inputWatermark(Watermark.MAX_WATERMARK, 0, operator);
    assertThat(output()).isEmpty();
    click(0, 5);
    finish();

    assertThat(harness.getSideOutput(SessionizeClicks.LATE)).isNull();
    assertThat(output())
        .containsExactly(
            "active", "v0 r1 n=2", "v1 r1 n=1", "v2 r1 n=1", "v3 r1 n=1", "v4 r1 n=1", END);
  }

  /** What a task does at the end of its input. */
  private void finish() throws Exception {
    harness.endInput();
    harness.getOneInputOperator().finish();
  }

  /** Some output, then visitors 1 to 4, and the last watermark. */
  private static String[] allAnd(String... before) {
    return Stream.concat(
            Stream.of(before), Stream.of("v1 r1 n=1", "v2 r1 n=1", "v3 r1 n=1", "v4 r1 n=1", END))
        .toArray(String[]::new);
  }

  /** What passes the valve in front of an operator. */
  private record ToOperator(KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> harness)
      implements DataOutput<Click> {

    @Override
    public void emitRecord(StreamRecord<Click> element) throws Exception {
      harness.processElement(element);
    }

    @Override
    public void emitWatermark(Watermark watermark) throws Exception {
      harness.processWatermark(watermark);
    }

    @Override
    public void emitWatermarkStatus(WatermarkStatus status) throws Exception {
      harness.processWatermarkStatus(status);
    }

    @Override
    public void emitLatencyMarker(LatencyMarker marker) {}

    @Override
    public void emitRecordAttributes(RecordAttributes attributes) {}

    @Override
    public void emitWatermark(WatermarkEvent watermark) {}
  }
}
