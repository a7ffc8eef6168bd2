package io.clickstream.enrich;

import io.clickstream.kafka.RejectionFormat;
import io.clickstream.model.OutputRecord;
import io.clickstream.types.OutputTypes;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Sends updates on and rejected records to {@link #REJECTED}, ready for the sink.
 *
 * <p>It reads both reads of the reference topics at parallelism 1, so that every subtask behind the
 * broadcast sees the same updates in the same order.
 */
public final class RouteReferences extends ProcessFunction<ReferenceRecord, ReferenceUpdate> {

  /** Records of the reference topics that could not be used. */
  public static final OutputTag<OutputRecord> REJECTED =
      new OutputTag<>("rejected-references", OutputTypes.OUTPUT_RECORD);

  private static final long serialVersionUID = 1L;

  @Override
  public void processElement(
      ReferenceRecord record, Context context, Collector<ReferenceUpdate> out) {
    if (record.rejection() != null) {
      context.output(REJECTED, RejectionFormat.format(record.rejection()));
    } else if (record.update() != null) {
      out.collect(record.update());
    }
  }
}
