package io.clickstream.reference;

import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Passes the bounded read on and, when it has ended, says so: behind the last record follows {@link
 * ReferenceUpdate#LOADED}, on the same channel and therefore after it for every reader.
 *
 * <p>It must run at parallelism 1, or the first subtask to end would speak for all. A job that is
 * drained ends the read early; sessions that still wait then leave with what has been read, which
 * is the most that a job which ends can do for them.
 */
public final class MarkLoaded extends AbstractStreamOperator<ReferenceRecord>
    implements OneInputStreamOperator<ReferenceRecord, ReferenceRecord>, BoundedOneInput {

  private static final long serialVersionUID = 1L;

  @Override
  public void processElement(StreamRecord<ReferenceRecord> element) {
    output.collect(element);
  }

  @Override
  public void endInput() {
    output.collect(new StreamRecord<>(ReferenceRecord.of(ReferenceUpdate.LOADED)));
  }
}
