package io.clickstream.sink;

import io.clickstream.config.KafkaSettings;
import io.clickstream.config.SinkSettings;
import io.clickstream.config.TopicSettings;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.DefaultOperatorStateBackend;
import org.apache.flink.runtime.state.DefaultOperatorStateBackendBuilder;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;

/** Reads the state of the sink in a checkpoint or savepoint, without starting a job from it. */
public final class RestoredSink {

  private RestoredSink() {}

  /**
   * Reads the states of all subtasks.
   *
   * @param path of a checkpoint, a savepoint, or its metadata
   * @throws IOException if there is none, or its state is of a version that is not known
   * @throws IllegalArgumentException if the path is none
   */
  public static List<SinkState> read(
      String path, KafkaSettings kafka, TopicSettings topics, SinkSettings sink)
      throws IOException {
    SimpleVersionedSerializer<SinkState> serializer =
        new TransactionalSink(kafka, topics, sink).getWriterStateSerializer();
    ClassLoader loader = RestoredSink.class.getClassLoader();
    List<SinkState> states = new ArrayList<>();
    for (OperatorState operator : metadata(path).getOperatorStates()) {
      List<OperatorStateHandle> handles = sinkHandles(operator);
      if (!handles.isEmpty()) {
        readInto(states, handles, serializer, loader);
      }
    }
    return states;
  }

  /**
   * The metadata of a checkpoint or savepoint.
   *
   * @throws IOException if there is none
   */
  public static CheckpointMetadata metadata(String path) throws IOException {
    try (DataInputStream in =
        new DataInputStream(
            AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(path)
                .getMetadataHandle()
                .openInputStream())) {
      return Checkpoints.loadCheckpointMetadata(in, RestoredSink.class.getClassLoader(), path);
    }
  }

  /** The state of the sink, if this is its writer: the graph has but one. */
  private static List<OperatorStateHandle> sinkHandles(OperatorState operator) {
    return operator.getStates().stream()
        .map(OperatorSubtaskState::getManagedOperatorState)
        .flatMap(Collection::stream)
        .filter(handle -> handle.getStateNameToPartitionOffsets().containsKey(SinkState.STATE_NAME))
        .toList();
  }

  private static void readInto(
      List<SinkState> states,
      List<OperatorStateHandle> handles,
      SimpleVersionedSerializer<SinkState> serializer,
      ClassLoader loader)
      throws IOException {
    DefaultOperatorStateBackend backend =
        new DefaultOperatorStateBackendBuilder(
                loader, new ExecutionConfig(), false, handles, new CloseableRegistry())
            .build();
    try {
      ListState<byte[]> raw =
          backend.getListState(
              new ListStateDescriptor<>(
                  SinkState.STATE_NAME, BytePrimitiveArraySerializer.INSTANCE));
      for (byte[] bytes : raw.get()) {
        states.add(SimpleVersionedSerialization.readVersionAndDeSerialize(serializer, bytes));
      }
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the state of the sink cannot be read", e);
    } finally {
      backend.dispose();
    }
  }
}
