package io.clickstream.ingest;

import io.clickstream.model.Origin;
import org.jspecify.annotations.Nullable;

/**
 * When a record was received: what its header {@link Origin#RECEIVED_AT} says, else its Kafka
 * timestamp.
 *
 * <p>Late and rejected records get that header where the time matters. So one that is sent again is
 * judged as it was when it came first.
 */
final class ReceivedAt {

  /** More digits are no time. */
  private static final int MAX_DIGITS = 15;

  private ReceivedAt() {}

  /**
   * Epoch ms, or {@link Origin#UNKNOWN}.
   *
   * @param header the value of the header, or null if there is none
   * @param timestamp Kafka's timestamp of the record, negative for none
   */
  static long of(byte @Nullable [] header, long timestamp) {
    long written = header == null ? Origin.UNKNOWN : digits(header);
    return written >= 0 ? written : Math.max(timestamp, Origin.UNKNOWN);
  }

  private static long digits(byte[] text) {
    if (text.length == 0 || text.length > MAX_DIGITS) {
      return Origin.UNKNOWN;
    }
    long number = 0;
    for (byte digit : text) {
      if (digit < '0' || digit > '9') {
        return Origin.UNKNOWN;
      }
      number = number * 10 + digit - '0';
    }
    return number;
  }
}
