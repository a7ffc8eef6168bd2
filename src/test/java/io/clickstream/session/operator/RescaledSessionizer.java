package io.clickstream.session.operator;

import io.clickstream.columns.Columns;
import io.clickstream.config.SessionSettings;
import io.clickstream.metrics.MetricNames;
import io.clickstream.model.Click;
import io.clickstream.model.LateClick;
import io.clickstream.model.Session;
import io.clickstream.model.Visitor;
import io.clickstream.session.Clicks;
import io.clickstream.session.Sessionizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.accumulators.Accumulator;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/** Several subtasks of the operator, of which there are more or fewer after each restart. */
final class RescaledSessionizer implements Sessionizer {

  private static final int MAX_PARALLELISM = 128;
  private static final int[] PARALLELISMS = {2, 1, 3};

  private record Subtask(
      SessionizeClicks operator,
      KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> harness) {}

  private Columns columns;
  private final List<Session> sessions = new ArrayList<>();
  private final List<LateClick> late = new ArrayList<>();
  private final List<Subtask> subtasks = new ArrayList<>();
  private int starts;

  RescaledSessionizer(SessionSettings settings, Columns columns) throws Exception {
    this.columns = columns;
    start(settings, null, 0);
  }

  private void start(SessionSettings settings, OperatorSubtaskState state, int before)
      throws Exception {
    int parallelism = PARALLELISMS[starts++ % PARALLELISMS.length];
    for (int i = 0; i < parallelism; i++) {
      SessionizeClicks operator =
          new SessionizeClicks(columns, settings, null, false, Duration.ofMinutes(1), 100, 1);
      KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> harness =
          HarnessSessionizer.harness(operator, FewThreads.rocksDb(), parallelism, i, columns);
      if (state != null) {
        harness.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                state, MAX_PARALLELISM, before, parallelism, i));
      }
      harness.open();
      subtasks.add(new Subtask(operator, harness));
    }
  }

  @Override
  public void click(Click click) throws Exception {
    int subtask =
        KeyGroupRangeAssignment.assignKeyToParallelOperator(
            click.visitor(), MAX_PARALLELISM, subtasks.size());
    subtasks.get(subtask).harness.processElement(click, click.timestamp());
    drain();
  }

  private void drain() {
    for (Subtask subtask : subtasks) {
      HarnessSessionizer.drain(subtask.harness, sessions, late);
    }
  }

  @Override
  public void watermark(long watermark) throws Exception {
    for (Subtask subtask : subtasks) {
      subtask.harness.processWatermark(Clicks.EPOCH + watermark);
    }
    drain();
  }

  @Override
  public void end() throws Exception {
    for (Subtask subtask : subtasks) {
      subtask.operator.finish();
    }
    drain();
  }

  @Override
  public void restart(SessionSettings settings) throws Exception {
    restart(settings, columns);
  }

  @Override
  public void restart(SessionSettings settings, Columns changed) throws Exception {
    List<OperatorSubtaskState> states = new ArrayList<>();
    for (Subtask subtask : subtasks) {
      subtask.harness.prepareSnapshotPreBarrier(starts);
      states.add(subtask.harness.snapshot(starts, starts));
    }
    drain();
    int before = subtasks.size();
    close();
    subtasks.clear();
    columns = changed;
    start(
        settings,
        AbstractStreamOperatorTestHarness.repackageState(
            states.toArray(new OperatorSubtaskState[0])),
        before);
  }

  @Override
  public List<Session> sessions() {
    return sessions;
  }

  @Override
  public List<LateClick> late() {
    return late;
  }

  @Override
  public long inSessions() {
    return counter(MetricNames.IN_SESSIONS);
  }

  @Override
  public long duplicates() {
    return counter(MetricNames.DUPLICATES);
  }

  @Override
  public long skipped() {
    return counter(MetricNames.SKIPPED);
  }

  @Override
  public long waiting() {
    return counter("waiting");
  }

  @Override
  public long unmarked() {
    return counter("unmarked");
  }

  private long counter(String name) {
    long sum = 0;
    for (Subtask subtask : subtasks) {
      Accumulator<?, ?> counter =
          subtask.operator.getRuntimeContext().getAccumulator(MetricNames.accumulator(name));
      sum += counter == null ? 0 : (Long) counter.getLocalValue();
    }
    return sum;
  }

  @Override
  public int stateEntries() throws Exception {
    int entries = 0;
    for (Subtask subtask : subtasks) {
      subtask.operator.flush();
      KeyedStateBackend<Visitor> backend = subtask.operator.getKeyedStateBackend();
      for (String state : new String[] {"sessions", "waiting"}) {
        try (Stream<Visitor> keys = backend.getKeys(state, VoidNamespace.INSTANCE)) {
          entries += (int) keys.count();
        }
      }
    }
    return entries;
  }

  @Override
  public int timers() {
    return subtasks.stream().mapToInt(subtask -> subtask.harness.numEventTimeTimers()).sum();
  }

  @Override
  public void close() throws Exception {
    for (Subtask subtask : subtasks) {
      subtask.harness.close();
    }
  }
}
