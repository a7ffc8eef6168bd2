package io.clickstream.output;

import io.clickstream.model.Origin;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputRecord.Header;
import io.clickstream.model.OutputTopic;
import io.clickstream.model.Rejection;

/**
 * The records of {@code rejected-clicks}: key and value byte for byte as they were read, or with
 * one of several clicks of a record alone, so that a record can be sent again once its problem is
 * solved; everything known about the problem is in the headers.
 */
public final class RejectionFormat {

  private RejectionFormat() {}

  /** The record of one rejection. */
  public static OutputRecord format(Rejection rejection) {
    Origin origin = rejection.origin();
    return new OutputRecord(
        OutputTopic.REJECTED,
        origin.key(),
        origin.framedValue(),
        SourceHeaders.after(
            origin,
            new Header("reason", rejection.reason().name()),
            new Header("detail", rejection.detail())),
        spread(origin));
  }

  /**
   * A hash that differs from record to record: rejects belong to no visitor, and a producer that
   * suddenly sends nothing else must not load a single sink subtask.
   */
  private static int spread(Origin origin) {
    return 31 * origin.partition() + Long.hashCode(origin.offset());
  }
}
