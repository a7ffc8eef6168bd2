package io.clickstream.output;

import io.clickstream.model.LateClick;
import io.clickstream.model.Origin;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputRecord.Header;
import io.clickstream.model.OutputTopic;

/**
 * The records of {@code late-clicks}: key and value byte for byte as they were read, or with one of
 * several clicks of a record alone, so that a record can be sent again as it is; how late it was is
 * in the headers.
 */
public final class LateFormat {

  private LateFormat() {}

  /** The record of one late click. */
  public static OutputRecord format(LateClick late) {
    Origin origin = late.click().origin();
    return new OutputRecord(
        OutputTopic.LATE,
        origin.key(),
        origin.framedValue(),
        SourceHeaders.after(
            origin,
            new Header("lateness_ms", Long.toString(late.latenessMs())),
            new Header("watermark", Long.toString(late.watermark()))),
        VisitorHash.of(late.click().visitor()));
  }
}
