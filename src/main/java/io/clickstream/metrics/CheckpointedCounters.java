package io.clickstream.metrics;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
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
 * <p>State: one array a subtask, and the names in its order. So counters may come, go and change
 * their places; the counts of one that is gone are forgotten. State of a release that wrote no
 * names has them in today's order.
 */
public final class CheckpointedCounters {

  private final ListState<long[]> state;
  private final LongCounter[] counters;

  /**
   * Restores the counts and registers them.
   *
   * @param names each once
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
    // Not as a union of lists: then no checkpoint is possible once some subtasks have finished.
    int[] places =
        places(
            names,
            store.getBroadcastState(
                new MapStateDescriptor<>(
                    "counter-names", IntSerializer.INSTANCE, StringSerializer.INSTANCE)));
    for (long[] counts : state.get()) {
      for (int i = 0; i < counts.length; i++) {
        if (places[i] >= 0) {
          counters[places[i]].add(counts[i]);
        }
      }
    }
  }

  /** The index of each count in state, -1 for one that is gone; leaves today's names in state. */
  private static int[] places(List<String> names, BroadcastState<Integer, String> written)
      throws Exception {
    Map<Integer, String> before = new TreeMap<>();
    written.entries().forEach(entry -> before.put(entry.getKey(), entry.getValue()));
    written.clear();
    for (int i = 0; i < names.size(); i++) {
      written.put(i, names.get(i));
    }
    return (before.isEmpty() ? names : before.values()).stream().mapToInt(names::indexOf).toArray();
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
