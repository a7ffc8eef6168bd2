package io.clickstream.output;

import io.clickstream.model.Click;
import io.clickstream.model.OutputRecord;
import org.apache.flink.api.common.functions.MapFunction;

/** Turns duplicates into records for the sink. */
public final class FormatDuplicates implements MapFunction<Click, OutputRecord> {

  private static final long serialVersionUID = 1L;

  @Override
  public OutputRecord map(Click duplicate) {
    return DuplicateFormat.format(duplicate);
  }
}
