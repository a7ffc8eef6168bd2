package io.clickstream.output;

import io.clickstream.model.Click;
import io.clickstream.model.Origin;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputRecord.Header;
import io.clickstream.model.OutputTopic;
import java.util.List;

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
        origin.value(),
        List.of(
            new Header("source_topic", origin.topic()),
            new Header("source_partition", Integer.toString(origin.partition())),
            new Header("source_offset", Long.toString(origin.offset()))),
        VisitorHash.of(duplicate.visitor()));
  }
}
