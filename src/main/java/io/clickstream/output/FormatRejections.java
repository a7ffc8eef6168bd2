package io.clickstream.output;

import io.clickstream.model.OutputRecord;
import io.clickstream.model.Rejection;
import org.apache.flink.api.common.functions.MapFunction;

/** Turns rejections into records for the sink. */
public final class FormatRejections implements MapFunction<Rejection, OutputRecord> {

  private static final long serialVersionUID = 1L;

  @Override
  public OutputRecord map(Rejection rejection) {
    return RejectionFormat.format(rejection);
  }
}
