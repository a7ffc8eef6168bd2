package io.clickstream.sink;

import io.clickstream.kafka.Place;
import io.clickstream.model.OutputRecord;
import io.clickstream.sink.FirstAcknowledged.Holder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.apache.flink.connector.kafka.sink.internal.CheckpointTransaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Flink's exactly-once writer, and beside it the place of one record of every transaction that
 * waits for its commit, and how long it waits.
 */
@SuppressWarnings("try") // What Flink closes may be interrupted while closing.
final class TransactionalWriter
    implements StatefulSinkWriter<OutputRecord, SinkState>,
        CommittingSinkWriter<OutputRecord, PendingTransaction> {

  private static final Logger LOG = LoggerFactory.getLogger(TransactionalWriter.class);

  private final PrecommittingStatefulSinkWriter<OutputRecord, KafkaWriterState, KafkaCommittable>
      writer;
  private final Holder holder;
  private final WaitingTransactions waiting;
  private final OutputLatency latency = new OutputLatency();

  TransactionalWriter(
      PrecommittingStatefulSinkWriter<OutputRecord, KafkaWriterState, KafkaCommittable> writer,
      Holder holder,
      WaitingTransactions waiting,
      Collection<SinkState> restored) {
    this.writer = writer;
    this.holder = holder;
    this.waiting = waiting;
    for (SinkState state : restored) {
      state.pending().forEach(waiting::add);
    }
  }

  @Override
  public void write(OutputRecord record, Context context) throws IOException, InterruptedException {
    writer.write(record, context);
    latency.written(record);
  }

  @Override
  public void flush(boolean endOfInput) throws IOException, InterruptedException {
    writer.flush(endOfInput);
  }

  @Override
  public Collection<PendingTransaction> prepareCommit() throws IOException, InterruptedException {
    Place place = holder.take();
    List<PendingTransaction> prepared = new ArrayList<>(1);
    for (KafkaCommittable committable : writer.prepareCommit()) {
      PendingTransaction pending = new PendingTransaction(committable, place);
      waiting.add(pending);
      prepared.add(pending);
    }
    waiting.nextAttempt();
    latency.prepared(prepared.isEmpty() ? null : prepared.get(0));
    return prepared;
  }

  @Override
  public List<SinkState> snapshotState(long checkpointId) throws IOException {
    List<KafkaWriterState> states = writer.snapshotState(checkpointId);
    Set<String> spared =
        states.stream()
            .flatMap(state -> ids(state).stream())
            .collect(Collectors.toUnmodifiableSet());
    waiting.retainAll(spared);
    waiting.requireTime();
    List<SinkState> all = new ArrayList<>(states.size());
    for (KafkaWriterState state : states) {
      all.add(new SinkState(state, waiting.of(ids(state))));
    }
    return all;
  }

  private static Set<String> ids(KafkaWriterState state) {
    return state.getPrecommittedTransactionalIds().stream()
        .map(CheckpointTransaction::getTransactionalId)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * A failure to send is not thrown once more: it has failed the task already, its transaction is
   * aborted, and an exception from here would end the TaskManager.
   */
  @Override
  public void close() throws Exception {
    try {
      writer.close();
    } catch (IOException e) {
      LOG.warn("Records could not be sent, which is why the writer is closed", e);
    }
  }
}
