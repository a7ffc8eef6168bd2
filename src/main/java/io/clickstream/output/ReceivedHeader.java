package io.clickstream.output;

import io.clickstream.model.Origin;
import io.clickstream.model.OutputRecord.Header;
import java.util.ArrayList;
import java.util.List;

/**
 * The header that says when a record was received, where that matters: with it, a record that is
 * sent again is judged as when it came first.
 */
final class ReceivedHeader {

  private ReceivedHeader() {}

  /** Some headers, and this one behind them if it is known when the record was received. */
  static List<Header> added(Origin origin, Header... headers) {
    if (origin.receivedAt() == Origin.UNKNOWN) {
      return List.of(headers);
    }
    List<Header> all = new ArrayList<>(List.of(headers));
    all.add(new Header(Origin.RECEIVED_AT, Long.toString(origin.receivedAt())));
    return all;
  }
}
