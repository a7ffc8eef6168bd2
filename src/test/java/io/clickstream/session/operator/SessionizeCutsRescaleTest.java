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
import io.clickstream.model.SessionValues;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import io.clickstream.session.SessionSemantics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clicks that wait when subtasks with different watermarks are rescaled. */
class SessionizeCutsRescaleTest {

  private static final int MAX_PARALLELISM = 128;
  private static final SessionSettings SETTINGS = SessionSemantics.settings(30, 20);

  private static final Columns USER =
      Columns.of(
          Definitions.NONE.with(
              new CutDefinitions(
                  true, null, List.of(), null, null, null, null, CutDefinitions.MAX_WAITING)));

  private final List<KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session>> running =
      new ArrayList<>();
  private final List<Session> sessions = new ArrayList<>();
  private final List<LateClick> late = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> subtask : running) {
      subtask.close();
    }
  }

  private void start(int parallelism, OperatorSubtaskState state, int before) throws Exception {
    for (int i = 0; i < parallelism; i++) {
      KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> subtask =
          HarnessSessionizer.harness(
              new SessionizeClicks(USER, SETTINGS, null, false, Duration.ofMinutes(1), 100, 1),
              FewThreads.rocksDb(),
              parallelism,
              i,
              USER);
      if (state != null) {
        subtask.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                state, MAX_PARALLELISM, before, parallelism, i));
      }
      subtask.open();
      running.add(subtask);
    }
  }

  private void rescale(int parallelism) throws Exception {
    List<OperatorSubtaskState> states = new ArrayList<>();
    int before = running.size();
    for (KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> subtask : running) {
      subtask.prepareSnapshotPreBarrier(1);
      states.add(subtask.snapshot(1, 1));
    }
    drain();
    close();
    running.clear();
    start(
        parallelism,
        AbstractStreamOperatorTestHarness.repackageState(
            states.toArray(new OperatorSubtaskState[0])),
        before);
  }

  private void drain() {
    for (KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> subtask : running) {
      HarnessSessionizer.drain(subtask, sessions, late);
    }
  }

  /** A visitor of one of two subtasks. */
  private static Visitor visitorOf(int subtask) {
    return IntStream.range(0, 100)
        .mapToObj(number -> new Visitor(null, VisitorKind.DEVICE, "v" + number))
        .filter(visitor -> subtaskOf(visitor, 2) == subtask)
        .findFirst()
        .orElseThrow();
  }

  private static int subtaskOf(Visitor visitor, int parallelism) {
    return KeyGroupRangeAssignment.assignKeyToParallelOperator(
        visitor, MAX_PARALLELISM, parallelism);
  }

  private void click(Visitor visitor, long time, String user) throws Exception {
    Click click = at(time).visitor(visitor).user(user).click();
    running.get(subtaskOf(visitor, running.size())).processElement(click, click.timestamp());
  }

  private List<String> shown(Visitor visitor) {
    drain();
    List<String> shown = new ArrayList<>();
    for (Session session : sessions) {
      SessionValues values = session.values();
      if (session.visitor().equals(visitor) && values != null) {
        shown.add(
            "%d..%d n=%d late=%d %s"
                .formatted(
                    session.start() - EPOCH,
                    values.end() - EPOCH,
                    values.number("event_count"),
                    values.number("late_event_count"),
                    values.endReason()));
      }
    }
    return shown;
  }

  /** The subtask that was behind has had, from the restore on, the watermark of the other one. */
  @Test
  void shouldTakeWhatWaitedForTheLargestWatermarkOfAllSubtasks() throws Exception {
    start(2, null, 0);
    Visitor ahead = visitorOf(0);
    Visitor slow = visitorOf(1);
    click(ahead, 10, "a");
    click(slow, 10, "a");
    click(slow, 30, "b");
    click(slow, 50, "b");
    running.get(0).processWatermark(EPOCH + 40);
    running.get(1).processWatermark(EPOCH + 5);
    rescale(3);

    // 35 is behind for all, though the subtask of its visitor had only come to 5; 41 is not.
    click(slow, 35, "c");
    click(slow, 41, "b");
    assertThat(shown(slow)).isEmpty();
    for (KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> subtask : running) {
      subtask.processWatermark(EPOCH + 39);
    }
    // At 30 there is a mark, which 35 is behind of.
    assertThat(shown(slow)).containsExactly("10..10 n=1 late=0 USER");
    for (KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> subtask : running) {
      subtask.processWatermark(EPOCH + 100);
    }

    assertThat(shown(slow)).containsExactly("10..10 n=1 late=0 USER", "30..50 n=4 late=1 TIMEOUT");
    assertThat(shown(ahead)).containsExactly("10..10 n=1 late=0 TIMEOUT");
    assertThat(late).isEmpty();
  }

  /** Without a click of its visitor, too, when the watermark comes to the first that waits. */
  @Test
  void shouldTakeAllThatWaitedWhenTheWatermarkComesToTheFirst() throws Exception {
    start(2, null, 0);
    Visitor slow = visitorOf(1);
    click(slow, 10, "a");
    click(slow, 30, "b");
    running.get(0).processWatermark(EPOCH + 40);
    running.get(1).processWatermark(EPOCH + 5);
    rescale(1);

    running.get(0).processWatermark(EPOCH + 9);
    assertThat(shown(slow)).isEmpty();
    running.get(0).processWatermark(EPOCH + 10);

    assertThat(shown(slow)).containsExactly("10..10 n=1 late=0 USER");
  }
}
