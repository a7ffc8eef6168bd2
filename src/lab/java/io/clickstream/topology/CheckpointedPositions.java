package io.clickstream.topology;

import io.clickstream.sink.RestoredSink;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitSerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.DefaultOperatorStateBackend;
import org.apache.flink.runtime.state.DefaultOperatorStateBackendBuilder;
import org.apache.flink.runtime.state.OperatorStateHandle;

/**
 * Up to where sources had read when a checkpoint was taken.
 *
 * <p>A test that waits for a job asks here and not the consumer group: the connector commits the
 * positions of a checkpoint when its next poll ends, which takes ten seconds where no record comes.
 */
final class CheckpointedPositions {

  /** As Flink calls the partitions of a source. */
  private static final String STATE = "SourceReaderState";

  private CheckpointedPositions() {}

  /**
   * The sum of the positions in all partitions of some topics.
   *
   * @param path of a checkpoint that is complete
   * @throws IOException if it is gone, as when the next one is complete
   */
  static long sum(String path, Collection<String> topics) throws IOException {
    ClassLoader loader = CheckpointedPositions.class.getClassLoader();
    List<OperatorStateHandle> handles =
        RestoredSink.metadata(path).getOperatorStates().stream()
            .flatMap(operator -> operator.getStates().stream())
            .map(OperatorSubtaskState::getManagedOperatorState)
            .flatMap(Collection::stream)
            .filter(handle -> handle.getStateNameToPartitionOffsets().containsKey(STATE))
            .toList();
    long sum = 0;
    for (OperatorStateHandle handle : handles) {
      sum += sum(handle, topics, loader);
    }
    return sum;
  }

  private static long sum(OperatorStateHandle handle, Collection<String> topics, ClassLoader loader)
      throws IOException {
    DefaultOperatorStateBackend backend =
        new DefaultOperatorStateBackendBuilder(
                loader, new ExecutionConfig(), false, List.of(handle), new CloseableRegistry())
            .build();
    try {
      ListState<byte[]> raw =
          backend.getListState(
              new ListStateDescriptor<>(STATE, BytePrimitiveArraySerializer.INSTANCE));
      long sum = 0;
      for (byte[] bytes : raw.get()) {
        KafkaPartitionSplit split =
            SimpleVersionedSerialization.readVersionAndDeSerialize(
                new KafkaPartitionSplitSerializer(), bytes);
        if (topics.contains(split.getTopic())) {
          // Below 0 where it has not begun yet.
          sum += Math.max(0, split.getStartingOffset());
        }
      }
      return sum;
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the positions in " + path(handle) + " cannot be read", e);
    } finally {
      backend.dispose();
    }
  }

  private static String path(OperatorStateHandle handle) {
    return handle.getDelegateStateHandle().toString();
  }
}
