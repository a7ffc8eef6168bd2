package io.clickstream.output;

import io.clickstream.model.Click;
import io.clickstream.model.Origin;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputTopic;

/**
 * The records of {@code topics.duplicates}: key and value byte for byte as they were read, and in
 * the headers where.
 */
public final class DuplicateFormat {

  private DuplicateFormat() {}

  /** The record of one click that was dropped. */
  public static OutputRecord format(Click duplicate) {
    Origin origin = duplicate.origin();
    return new OutputRecord(
        OutputTopic.DUPLICATES,
        origin.key(),
        origin.framedValue(),
        SourceHeaders.after(origin),
        VisitorHash.of(duplicate.visitor()));
  }
}
