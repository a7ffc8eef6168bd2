package io.clickstream.session.operator;

import static io.clickstream.session.Clicks.EPOCH;
import static io.clickstream.session.Clicks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Columns;
import io.clickstream.columns.CutDefinitions;
import io.clickstream.columns.Definitions;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.LateClick;
import io.clickstream.model.Session;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import io.clickstream.session.SessionSemantics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No click that waits is forgotten, wherever it is when its time comes. */
class SessionizeWaitingTest {

  private static final Columns USER =
      Columns.of(
          Definitions.NONE.with(
              new CutDefinitions(
                  true, null, List.of(), null, null, null, null, CutDefinitions.MAX_WAITING)));

  private final List<Session> sessions = new ArrayList<>();
  private final List<LateClick> late = new ArrayList<>();
  private KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> harness;
  private SessionizeClicks operator;

  private void open(long cacheSize, OperatorSubtaskState state) throws Exception {
    SessionSettings settings =
        SessionSemantics.settings(30, 20).with(SessionSettings.CACHE_SIZE, cacheSize);
    operator = new SessionizeClicks(USER, settings, null, false, Duration.ofMinutes(1), 100, 1);
    harness = HarnessSessionizer.harness(operator, FewThreads.rocksDb(), 1, 0, USER);
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private void click(String visitor, long time) throws Exception {
    Visitor other = new Visitor(null, VisitorKind.DEVICE, visitor);
    harness.processElement(at(time).visitor(other).user("user").click(), EPOCH + time);
  }

  /** The visitors whose sessions a watermark has closed. */
  private List<String> closedBy(long watermark) throws Exception {
    harness.processWatermark(EPOCH + watermark);
    sessions.clear();
    HarnessSessionizer.drain(harness, sessions, late);
    return sessions.stream().map(session -> session.visitor().id()).toList();
  }

  @Test
  void shouldTakeWhatWaitedWhenRestored() throws Exception {
    open(1 << 20, null);
    click("a", 10);
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();

    open(1 << 20, state);

    assertThat(harness.numEventTimeTimers()).as("the cache looks after it").isZero();
    assertThat(closedBy(100)).containsExactly("a");
  }

  @Test
  void shouldTakeWhatWaitsWhenEvictedAfterACheckpoint() throws Exception {
    open(0, null);
    click("a", 10);
    operator.flush();
    assertThat(harness.numEventTimeTimers()).isZero();

    click("b", 11);

    assertThat(harness.numEventTimeTimers()).as("a is in the cache no longer").isEqualTo(1);
    assertThat(closedBy(100)).containsExactlyInAnyOrder("a", "b");
    assertThat(closedBy(200)).isEmpty();
    assertThat(harness.numEventTimeTimers()).isZero();
  }

  @Test
  void shouldTakeWhatWaitedWhenEvictedAndRestored() throws Exception {
    open(0, null);
    click("a", 10);
    click("b", 11);
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();

    open(0, state);

    assertThat(closedBy(100)).containsExactlyInAnyOrder("a", "b");
  }
}
