package io.clickstream.output;

import io.clickstream.model.LateClick;
import io.clickstream.model.OutputRecord;
import org.apache.flink.api.common.functions.MapFunction;

/** Turns late clicks into records for the sink. */
public final class FormatLateClicks implements MapFunction<LateClick, OutputRecord> {

  private static final long serialVersionUID = 1L;

  @Override
  public OutputRecord map(LateClick late) {
    return LateFormat.format(late);
  }
}
