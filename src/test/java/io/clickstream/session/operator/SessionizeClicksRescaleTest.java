package io.clickstream.session.operator;

import static io.clickstream.session.Clicks.EPOCH;
import static io.clickstream.session.Clicks.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.columns.Columns;
import io.clickstream.columns.Definitions;
import io.clickstream.columns.Definitions.Bounce;
import io.clickstream.columns.Definitions.Engaged;
import io.clickstream.columns.FieldDefinition;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.FieldDefinition.Type;
import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.LateClick;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import io.clickstream.session.Clicks;
import io.clickstream.session.DefinedClicks;
import io.clickstream.session.SessionSemantics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SessionizeClicksRescaleTest {

  private static final SessionSettings SETTINGS = SessionSemantics.settings(30, 20);
  private static final int MAX_PARALLELISM = 128;

  private final List<Session> sessions = new ArrayList<>();
  private final List<LateClick> late = new ArrayList<>();

  private static Visitor visitor(int number) {
    return new Visitor(null, VisitorKind.DEVICE, "v" + number);
  }

  private static int subtask(Visitor visitor, int parallelism) {
    return KeyGroupRangeAssignment.assignKeyToParallelOperator(
        visitor, MAX_PARALLELISM, parallelism);
  }

  private List<KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session>> start(
      int parallelism, OperatorSubtaskState state, int oldParallelism) throws Exception {
    return start(parallelism, state, oldParallelism, Columns.BUILT_IN);
  }

  private List<KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session>> start(
      int parallelism, OperatorSubtaskState state, int oldParallelism, Columns columns)
      throws Exception {
    List<KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session>> all = new ArrayList<>();
    for (int i = 0; i < parallelism; i++) {
      KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> harness =
          HarnessSessionizer.harness(
              new SessionizeClicks(columns, SETTINGS, null, false, Duration.ofMinutes(1), 1_000, 3),
              new EmbeddedRocksDBStateBackend(false),
              parallelism,
              i,
              columns);
      if (state != null) {
        harness.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                state, MAX_PARALLELISM, oldParallelism, parallelism, i));
      }
      harness.open();
      all.add(harness);
    }
    return all;
  }

  @Test
  void shouldRefuseTheStateOfAJobWithAnotherRange() throws Exception {
    OperatorSubtaskState live = stop(start(1, null, 0));
    SessionRange range = new SessionRange(EPOCH, EPOCH + 1_000);
    OperatorSubtaskState replay;
    try (KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> harness = of(range)) {
      harness.open();
      replay = harness.snapshot(1, 1);
    }

    assertThatThrownBy(() -> restore(live, range))
        .hasStackTraceContaining("of a job without ingest.stop-at");
    assertThatThrownBy(() -> restore(replay, null))
        .hasStackTraceContaining("of a replay from 2026-01-01T00:00:00Z to 2026-01-01T00:00:01Z");
    restore(replay, range);
  }

  private static void restore(OperatorSubtaskState state, @Nullable SessionRange range)
      throws Exception {
    try (KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> harness = of(range)) {
      harness.initializeState(state);
      harness.open();
    }
  }

  private static KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> of(
      @Nullable SessionRange range) throws Exception {
    return HarnessSessionizer.harness(
        new SessionizeClicks(Columns.BUILT_IN, SETTINGS, range, false),
        new EmbeddedRocksDBStateBackend(false),
        1,
        0);
  }

  private OperatorSubtaskState stop(
      List<KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session>> all) throws Exception {
    List<OperatorSubtaskState> states = new ArrayList<>();
    for (KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> harness : all) {
      harness.prepareSnapshotPreBarrier(1);
      states.add(harness.snapshot(1, 1));
      HarnessSessionizer.drain(harness, sessions, late);
      harness.close();
    }
    return AbstractStreamOperatorTestHarness.repackageState(
        states.toArray(new OperatorSubtaskState[0]));
  }

  @Test
  @DisplayName("S23: rescaled 1 to 3 to 2, each visitor's session goes on and closes once")
  void shouldContinueSessionsWhenRescaled() throws Exception {
    OperatorSubtaskState state = null;
    int before = 0;
    int time = 0;
    for (int parallelism : new int[] {1, 3, 2}) {
      List<KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session>> all =
          start(parallelism, state, before);
      for (int i = 0; i < 40; i++) {
        all.get(subtask(visitor(i), parallelism))
            .processElement(at(time).visitor(visitor(i)).click(), EPOCH + time);
      }
      for (KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> each : all) {
        each.processWatermark(parallelism == 2 ? EPOCH + 1_000 : EPOCH + time);
      }
      state = stop(all);
      before = parallelism;
      time += 20;
    }

    assertThat(sessions).hasSize(40);
    assertThat(sessions)
        .allSatisfy(
            session -> {
              assertThat(session.start()).isEqualTo(EPOCH);
              assertThat(session.revision()).isEqualTo(1);
              assertThat(session.values()).isNotNull();
              assertThat(session.values().number("event_count")).isEqualTo(3);
            });
    assertThat(late).isEmpty();
  }

  private static Columns table(FieldDefinition... fields) {
    return Columns.of(
        new Definitions(List.of(fields), List.of(), null, Engaged.GA4, Bounce.SINGLE_VIEW));
  }

  private static FieldDefinition field(String name, How how) {
    return new FieldDefinition(name, how, DefinedClicks.at("a"), Type.TEXT, null);
  }

  @Test
  @DisplayName("F17, S23: rescaled 1 to 3 to 2 with other definitions each time")
  void shouldBeginWhatIsNewEmptyWhenRescaledUnderOtherDefinitions() throws Exception {
    // Given: a sum that stays, one aggregate that changes, others that come and go
    List<Columns> tables =
        List.of(
            table(field("same", How.SUM), field("how", How.MAX), field("gone", How.FIRST)),
            table(field("new", How.SET), field("how", How.MIN), field("same", How.SUM)),
            table(
                field("newest", How.DISTINCT),
                field("same", How.SUM),
                field("last", How.LAST),
                field("new", How.SET),
                field("how", How.MIN)));
    int[] parallelisms = {1, 3, 2};
    OperatorSubtaskState state = null;

    // When
    for (int i = 0; i < 3; i++) {
      int parallelism = parallelisms[i];
      List<KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session>> all =
          start(parallelism, state, i == 0 ? 0 : parallelisms[i - 1], tables.get(i));
      if (i == 0) {
        send(all, tables.get(0), 0, 8);
        for (KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> each : all) {
          each.processWatermark(EPOCH + 60);
        }
      }
      send(all, tables.get(i), 70 + 20 * i, 1 << i);
      for (KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> each : all) {
        each.processWatermark(EPOCH + (i == 2 ? 1_000 : 70 + i));
      }
      state = stop(all);
      // Then: the first session of each is emitted once, whatever is defined later
      assertThat(sessions).hasSize(i < 2 ? 40 : 80);
    }
    for (Session session : sessions.subList(40, 80)) {
      SessionValues values = session.values();
      assertThat(session.start()).isEqualTo(EPOCH + 70);
      assertThat(session.revision()).isEqualTo(1);
      assertThat(values).isNotNull();
      assertThat(values.number("event_count")).isEqualTo(3);
      assertThat(values.decimal(values.layout().decimalSlot("fields.same"))).isEqualTo("7");
      assertThat(values.decimal(values.layout().decimalSlot("fields.how"))).isEqualTo("2");
      assertThat(values.set(values.layout().setSlot("fields.new")).texts())
          .containsExactly("2", "4");
      assertThat(values.number("fields.newest")).isEqualTo(1);
      assertThat(values.text("fields.last")).isEqualTo("4");
    }
    assertThat(late).isEmpty();
  }

  private static void send(
      List<KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session>> all,
      Columns columns,
      int time,
      int value)
      throws Exception {
    DefinedClicks.Reader reader = new DefinedClicks.Reader(columns);
    DefinedClicks.Values values = new DefinedClicks.Values(Map.of("a", "" + value), Set.of());
    for (int i = 0; i < 40; i++) {
      Click click = reader.read(at(time).visitor(visitor(i)).click(), values);
      all.get(subtask(visitor(i), all.size())).processElement(Clicks.inValue(click), EPOCH + time);
    }
  }

  @Test
  @DisplayName("S31: after rescaling every subtask has the horizon of the one that was furthest")
  void shouldRestoreLargestHorizonWhenRescaled() throws Exception {
    List<KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session>> two = start(2, null, 0);
    two.get(0).processWatermark(EPOCH + 100);
    two.get(1).processWatermark(EPOCH + 10);
    List<KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session>> three =
        start(3, stop(two), 2);
    for (int i = 0; i < 40; i++) {
      KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> harness =
          three.get(subtask(visitor(i), 3));
      harness.processElement(at(50).visitor(visitor(i)).click(), EPOCH + 50);
      harness.processElement(at(51).visitor(visitor(i)).click(), EPOCH + 51);
    }
    stop(three);

    assertThat(late).hasSize(40);
    assertThat(late)
        .allMatch(click -> click.watermark() == EPOCH + 100 && click.latenessMs() == 50);
  }
}
