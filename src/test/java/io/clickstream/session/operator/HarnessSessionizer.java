package io.clickstream.session.operator;

import io.clickstream.columns.Columns;
import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import io.clickstream.metrics.MetricNames;
import io.clickstream.model.Click;
import io.clickstream.model.LateClick;
import io.clickstream.model.Session;
import io.clickstream.model.Visitor;
import io.clickstream.session.Clicks;
import io.clickstream.session.Sessionizer;
import io.clickstream.wire.IngestTypes;
import io.clickstream.wire.OutputTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.flink.api.common.accumulators.Accumulator;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;

/** The operator, in several circumstances. */
final class HarnessSessionizer implements Sessionizer {

  /** What it has to get by with. */
  enum Circumstances {
    /** RocksDB, room for all sessions of a test on the heap, and time for a whole watermark. */
    ROOM(1 << 20, 100, 3, FewThreads.rocksDb(), false),
    /**
     * RocksDB and a heap that holds one visitor, or two that are written at once. The input is idle
     * when it ends.
     */
    NO_ROOM(0, 0, 2, FewThreads.rocksDb(), true),
    /** A state backend that keeps the objects that it is given. */
    OBJECTS(0, 1, 1, new HashMapStateBackend(), false),
    /**
     * RocksDB, and a slice for each visitor that a watermark closes: clicks come in between. The
     * input is idle when it ends.
     */
    SLICES(3_000, 2, 1, FewThreads.rocksDb(), true);

    private final long cacheSize;
    private final int maxDirty;
    private final int clicksAtOnce;
    private final StateBackend backend;
    private final boolean endsIdle;

    Circumstances(
        long cacheSize, int maxDirty, int clicksAtOnce, StateBackend backend, boolean endsIdle) {
      this.cacheSize = cacheSize;
      this.maxDirty = maxDirty;
      this.clicksAtOnce = clicksAtOnce;
      this.backend = backend;
      this.endsIdle = endsIdle;
    }

    private boolean emitsRepeated() {
      return this != OBJECTS;
    }

    SessionizeClicks operator(
        SessionSettings given, @Nullable SessionRange range, Columns columns) {
      return new SessionizeClicks(
          columns,
          given.with(SessionSettings.CACHE_SIZE, cacheSize),
          range,
          emitsRepeated(),
          this == SLICES ? Duration.ZERO : Duration.ofMinutes(1),
          maxDirty,
          clicksAtOnce);
    }
  }

  private final List<Session> sessions = new ArrayList<>();
  private final List<Click> repeated = new ArrayList<>();
  private final List<LateClick> late = new ArrayList<>();
  private KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> harness;
  private SessionizeClicks operator;
  private final Circumstances circumstances;
  private final @Nullable SessionRange range;
  private Columns columns;
  private long snapshots;
  private long wallClock;

  HarnessSessionizer(Circumstances circumstances, SessionSettings settings) throws Exception {
    this(circumstances, settings, null);
  }

  HarnessSessionizer(
      Circumstances circumstances, SessionSettings settings, @Nullable SessionRange range)
      throws Exception {
    this(circumstances, settings, range, Columns.BUILT_IN);
  }

  HarnessSessionizer(
      Circumstances circumstances,
      SessionSettings settings,
      @Nullable SessionRange range,
      Columns columns)
      throws Exception {
    this.circumstances = circumstances;
    this.range = range;
    this.columns = columns;
    start(settings, null);
  }

  private void start(SessionSettings settings, OperatorSubtaskState state) throws Exception {
    operator = circumstances.operator(settings, range, columns);
    harness = harness(operator, circumstances.backend, 1, 0, columns);
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
  }

  static KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> harness(
      SessionizeClicks operator, StateBackend backend, int parallelism, int subtask)
      throws Exception {
    return harness(operator, backend, parallelism, subtask, Columns.BUILT_IN);
  }

  static KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> harness(
      SessionizeClicks operator,
      StateBackend backend,
      int parallelism,
      int subtask,
      Columns columns)
      throws Exception {
    KeyedOneInputStreamOperatorTestHarness<Visitor, Click, Session> harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            operator, Click::visitor, IngestTypes.VISITOR, 128, parallelism, subtask);
    harness.setStateBackend(backend);
    harness.setup(OutputTypes.session(columns).createSerializer(new SerializerConfigImpl()));
    return harness;
  }

  @Override
  public void click(Click click) throws Exception {
    // One whose origin has bytes of its own has texts that are not in them.
    Click given =
        circumstances == Circumstances.OBJECTS || click.origin().value().length > 0
            ? click
            : Clicks.inValue(click);
    harness.processElement(given, click.timestamp());
    drain();
  }

  @Override
  public boolean isImmediate() {
    return circumstances.clicksAtOnce == 1;
  }

  /** Lets the clicks be processed that wait for others. */
  private void endWait() throws Exception {
    if (!isImmediate()) {
      finishSlices();
    }
  }

  /** Lets the slices run that are still to come, if there are any. */
  private void finishSlices() throws Exception {
    while (harness.getProcessingTimeService().getNumActiveTimers() > 0) {
      wallClock += 10;
      harness.setProcessingTime(wallClock);
    }
    drain();
  }

  @Override
  public void watermark(long watermark) throws Exception {
    harness.processWatermark(Clicks.EPOCH + watermark);
    drain();
  }

  /** As Flink does it: with the last watermark, which is dropped behind an idle status. */
  @Override
  public void end() throws Exception {
    if (circumstances.endsIdle) {
      harness.processWatermarkStatus(WatermarkStatus.IDLE);
    } else {
      harness.processWatermark(Watermark.MAX_WATERMARK);
    }
    operator.finish();
    drain();
  }

  private void drain() {
    drain(harness, sessions, late);
    ConcurrentLinkedQueue<StreamRecord<Click>> side =
        harness.getSideOutput(SessionizeClicks.REPEATED);
    if (side != null) {
      for (StreamRecord<Click> element = side.poll(); element != null; element = side.poll()) {
        repeated.add(element.getValue());
      }
    }
  }

  static void drain(
      OneInputStreamOperatorTestHarness<Click, Session> harness,
      List<Session> sessions,
      List<LateClick> late) {
    for (Object output = harness.getOutput().poll();
        output != null;
        output = harness.getOutput().poll()) {
      if (output instanceof StreamRecord<?> element) {
        sessions.add((Session) element.getValue());
      }
    }
    ConcurrentLinkedQueue<StreamRecord<LateClick>> side =
        harness.getSideOutput(SessionizeClicks.LATE);
    if (side != null) {
      for (StreamRecord<LateClick> element = side.poll(); element != null; element = side.poll()) {
        late.add(element.getValue());
      }
    }
  }

  @Override
  public void restart(SessionSettings settings) throws Exception {
    restart(settings, columns);
  }

  @Override
  public void restart(SessionSettings settings, Columns changed) throws Exception {
    harness.prepareSnapshotPreBarrier(++snapshots);
    drain();
    requireOpenSessionsCounted();
    OperatorSubtaskState state = harness.snapshot(snapshots, snapshots);
    harness.close();
    columns = changed;
    start(settings, state);
  }

  @Override
  public List<Session> sessions() throws Exception {
    finishSlices();
    return sessions;
  }

  @Override
  public List<LateClick> late() throws Exception {
    endWait();
    return late;
  }

  @Override
  public long inSessions() throws Exception {
    endWait();
    return counter(MetricNames.IN_SESSIONS);
  }

  @Override
  public long duplicates() throws Exception {
    endWait();
    drain();
    long counted = counter(MetricNames.DUPLICATES);
    if (repeated.size() != (circumstances.emitsRepeated() ? counted : 0)) {
      throw new AssertionError(
          "counted as duplicates: " + counted + ", but " + repeated.size() + " are emitted");
    }
    return counted;
  }

  @Override
  public long skipped() throws Exception {
    endWait();
    return counter(MetricNames.SKIPPED);
  }

  @Override
  public long waiting() throws Exception {
    endWait();
    return counter("waiting");
  }

  @Override
  public long unmarked() throws Exception {
    endWait();
    return counter("unmarked");
  }

  private long counter(String name) {
    Accumulator<?, ?> counter =
        operator.getRuntimeContext().getAccumulator(MetricNames.accumulator(name));
    return counter == null ? 0 : (Long) counter.getLocalValue();
  }

  @Override
  public int stateEntries() throws Exception {
    finishSlices();
    requireOpenSessionsCounted();
    KeyedStateBackend<Visitor> backend = operator.getKeyedStateBackend();
    try (Stream<Visitor> keys = backend.getKeys("sessions", VoidNamespace.INSTANCE)) {
      return (int) keys.count();
    }
  }

  /** The metric, which is kept up to date, must be what a look at all visitors gives. */
  private void requireOpenSessionsCounted() throws Exception {
    operator.flush();
    long[] open = {0};
    operator
        .<Visitor>getKeyedStateBackend()
        .applyToAllKeys(
            VoidNamespace.INSTANCE,
            VoidNamespaceSerializer.INSTANCE,
            new ValueStateDescriptor<>("sessions", new VisitorSessionsSerializer(columns)),
            (visitor, state) -> open[0] += state.value().open());
    if (open[0] != counter(MetricNames.OPEN_SESSIONS)) {
      throw new AssertionError(
          "counted as open: " + counter(MetricNames.OPEN_SESSIONS) + ", but there are " + open[0]);
    }
  }

  @Override
  public int timers() {
    return harness.numEventTimeTimers();
  }

  @Override
  public void close() throws Exception {
    harness.close();
  }
}
