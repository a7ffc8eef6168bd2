package io.clickstream.output;

import io.clickstream.model.Origin;
import io.clickstream.model.OutputRecord.Header;
import java.util.ArrayList;
import java.util.List;

/** The headers that say which record, or which click of one, something was read from. */
final class SourceHeaders {

  private SourceHeaders() {}

  /** Some headers, and behind them those of an origin. */
  static List<Header> after(Origin origin, Header... first) {
    List<Header> headers = new ArrayList<>(List.of(first));
    headers.add(new Header("source_topic", origin.topic()));
    headers.add(new Header("source_partition", Integer.toString(origin.partition())));
    headers.add(new Header("source_offset", Long.toString(origin.offset())));
    if (origin.index() != Origin.ALONE) {
      headers.add(new Header("source_index", Integer.toString(origin.index())));
    }
    if (origin.receivedAt() != Origin.UNKNOWN) {
      headers.add(new Header(Origin.RECEIVED_AT, Long.toString(origin.receivedAt())));
    }
    return headers;
  }
}
