package io.clickstream.session.operator;

import io.clickstream.config.SessionRange;
import io.clickstream.config.SessionSettings;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.jspecify.annotations.Nullable;

/**
 * The state that belongs to no visitor: the largest watermark where clicks wait, the horizon with
 * the settings of its time, the range of a replay, and whether open sessions were counted.
 *
 * <p>State: at most seven longs a subtask. Every subtask restores those of all.
 */
final class OperatorState {

  private static final String REACHED = "reached-watermark";

  private final SessionSettings settings;
  private final @Nullable SessionRange range;
  private final ListState<Horizon> horizons;

  /** Holds something if open sessions were counted up to the checkpoint. */
  private final ListState<Long> openCounted;

  /** The two ends of the job's range, or nothing. */
  private final ListState<Long> ends;

  /** The largest watermark; null where no click waits, nor ever did. */
  private final @Nullable ListState<Long> watermarks;

  private long reached = Long.MIN_VALUE;
  private final boolean restored;
  private final boolean openWereCounted;
  private long horizon = Long.MIN_VALUE;
  private boolean settingsChanged;

  /**
   * Restores the state.
   *
   * @param letsWait whether clicks wait for the watermark
   * @throws IllegalStateException if it is of a job with another range
   */
  OperatorState(
      StateInitializationContext context,
      SessionSettings settings,
      @Nullable SessionRange range,
      boolean letsWait)
      throws Exception {
    this.settings = settings;
    this.range = range;
    OperatorStateStore store = context.getOperatorStateStore();
    restored = context.isRestored();
    horizons =
        store.getUnionListState(new ListStateDescriptor<>("horizon", HorizonSerializer.INSTANCE));
    for (Horizon then : horizons.get()) {
      horizon = Math.max(horizon, then.time());
      settingsChanged |=
          then.gapMs() != settings.gap().toMillis()
              || then.latenessMs() != settings.allowedLateness().toMillis();
    }
    if (letsWait || store.getRegisteredStateNames().contains(REACHED)) {
      watermarks =
          store.getUnionListState(new ListStateDescriptor<>(REACHED, LongSerializer.INSTANCE));
      for (long then : watermarks.get()) {
        reached = Math.max(reached, then);
      }
    } else {
      watermarks = null;
    }
    openCounted =
        store.getUnionListState(
            new ListStateDescriptor<>("open-sessions-counted", LongSerializer.INSTANCE));
    openWereCounted = openCounted.get().iterator().hasNext();
    ends = store.getUnionListState(new ListStateDescriptor<>("range", LongSerializer.INSTANCE));
    if (restored) {
      requireSameRange(ends.get().iterator(), ends(range));
    }
  }

  /** The state of a replay lacks sessions, and the state of another job has no end to read to. */
  private static void requireSameRange(Iterator<Long> ends, List<Long> given) {
    // Every subtask has written the same.
    List<Long> restored = ends.hasNext() ? List.of(ends.next(), ends.next()) : List.of();
    if (!given.equals(restored)) {
      throw new IllegalStateException(
          "the restored state is %s, and the settings are %s: a replay is started without state, and goes on with the same ingest.start-from and ingest.stop-at"
              .formatted(describe(restored), describe(given)));
    }
  }

  private static List<Long> ends(@Nullable SessionRange range) {
    return range == null ? List.of() : List.of(range.from(), range.until());
  }

  private static String describe(List<Long> ends) {
    return ends.isEmpty()
        ? "of a job without ingest.stop-at"
        : "of a replay from %s to %s"
            .formatted(Instant.ofEpochMilli(ends.get(0)), Instant.ofEpochMilli(ends.get(1)));
  }

  /** Whether there was a state. */
  boolean isRestored() {
    return restored;
  }

  /** The largest horizon of all subtasks at the checkpoint, the smallest time without one. */
  long horizon() {
    return horizon;
  }

  /** The largest watermark of all subtasks up to the checkpoint, the smallest time without one. */
  long reached() {
    return reached;
  }

  /** Whether clicks may wait, or did before the restore. */
  boolean hasWaiting() {
    return watermarks != null;
  }

  /** Whether the timers in state were set under another gap or lateness. */
  boolean haveSettingsChanged() {
    return settingsChanged;
  }

  /** Whether a version wrote the state that did not count open sessions. */
  boolean lacksOpenSessions() {
    return restored && !openWereCounted;
  }

  /**
   * Puts the state into the checkpoint.
   *
   * @param horizonNow the horizon of this subtask
   * @param open the open sessions of this subtask
   * @param reachedNow the largest watermark so far
   */
  void snapshot(long horizonNow, long open, long reachedNow) throws Exception {
    if (watermarks != null) {
      watermarks.update(List.of(reachedNow));
    }
    horizons.update(
        List.of(
            new Horizon(
                horizonNow, settings.gap().toMillis(), settings.allowedLateness().toMillis())));
    openCounted.update(List.of(open));
    ends.update(ends(range));
  }
}
