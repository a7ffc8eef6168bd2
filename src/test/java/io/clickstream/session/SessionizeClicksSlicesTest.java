package io.clickstream.session;

import static io.clickstream.session.Clicks.EPOCH;
import static io.clickstream.session.Clicks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.Session;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One visitor a slice: what may and what may not come between two of them. */
class SessionizeClicksSlicesTest {

  private static final int VISITORS = 5;
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
            new SessionizeClicks(SETTINGS, Duration.ZERO, 1_000, 1),
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
        assertThat(session.facts()).isNotNull();
        shown.add(
            "%s r%d n=%d"
                .formatted(
                    session.visitor().id(), session.revision(), session.facts().eventCount()));
      } else if (next instanceof Watermark watermark) {
        shown.add("W" + (watermark.getTimestamp() - EPOCH));
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
    watermark(Long.MAX_VALUE - EPOCH);
    harness.endInput();
    harness.getOneInputOperator().finish();

    assertThat(output()).hasSize(VISITORS + 1);
    assertThat(harness.numEventTimeTimers()).isZero();
  }
}
