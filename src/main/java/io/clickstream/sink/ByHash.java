package io.clickstream.sink;

import org.apache.flink.api.common.functions.Partitioner;

/** Sends records of one hash to one sink subtask, whatever the parallelism before and after. */
public final class ByHash implements Partitioner<Integer> {

  private static final long serialVersionUID = 1L;

  @Override
  public int partition(Integer hash, int subtasks) {
    return VisitorPartitioner.partition(hash, subtasks);
  }
}
