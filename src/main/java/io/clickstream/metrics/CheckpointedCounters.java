package io.clickstream.metrics;

import java.util.List;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.array.LongPrimitiveArraySerializer;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Totals that are exact across restarts: what is counted after a checkpoint and then replayed is
 * counted once, because the counts come back with the state.
 *
 * <p>Every subtask holds a part; the total is their sum, also after rescaling. Each counter is also
 * a gauge of the metric group and an accumulator of the job.
 *
 * <p>State: one array a subtask. Its order is that of the names and must not change; new names come
 * at the end.
 */
public final class CheckpointedCounters {

  private final ListState<long[]> state;
  private final LongCounter[] counters;

  /**
   * Restores the counts and registers them.
   *
   * @param names in an order that never changes
   */
  public CheckpointedCounters(
      List<String> names, OperatorStateStore store, RuntimeContext context, MetricGroup metrics)
      throws Exception {
    state =
        store.getListState(
            new ListStateDescriptor<>("counters", LongPrimitiveArraySerializer.INSTANCE));
    counters = new LongCounter[names.size()];
    MetricGroup group = metrics.addGroup(MetricNames.GROUP);
    for (int i = 0; i < counters.length; i++) {
      LongCounter counter = new LongCounter();
      counters[i] = counter;
      context.addAccumulator(MetricNames.accumulator(names.get(i)), counter);
      Gauge<Long> gauge = counter::getLocalValuePrimitive;
      group.gauge(names.get(i), gauge);
    }
    for (long[] counts : state.get()) {
      for (int i = 0; i < counts.length; i++) {
        counters[i].add(counts[i]);
      }
    }
  }

  /** Counts one more of the metric at this index. */
  public void increment(int index) {
    counters[index].add(1L);
  }

  /** Adds to the metric at this index, or takes away. */
  public void add(int index, long difference) {
    counters[index].add(difference);
  }

  /** The count of this subtask at this index. */
  public long get(int index) {
    return counters[index].getLocalValuePrimitive();
  }

  /** Puts the counts into the checkpoint. */
  public void snapshot() throws Exception {
    long[] counts = new long[counters.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = counters[i].getLocalValuePrimitive();
    }
    state.update(List.of(counts));
  }
}
