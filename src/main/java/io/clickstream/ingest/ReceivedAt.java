package io.clickstream.ingest;

import io.clickstream.model.Origin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * When a record was received: what its header {@code received_at} says, else its Kafka timestamp.
 *
 * <p>Late and rejected records get that header where the time matters. So one that is sent again is
 * judged as it was when it came first.
 */
public final class ReceivedAt {

  /** More digits are no time. */
  private static final int MAX_DIGITS = 15;

  private ReceivedAt() {}

  /**
   * A record as it was read.
   *
   * @param isNeeded whether it matters when it was received; if not, that is not known
   */
  public static Origin origin(ConsumerRecord<byte[], byte[]> record, boolean isNeeded) {
    return new Origin(
        record.topic(),
        record.partition(),
        record.offset(),
        record.key(),
        record.value(),
        isNeeded ? of(record) : Origin.UNKNOWN);
  }

  private static long of(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(Origin.RECEIVED_AT);
    long written = header == null ? Origin.UNKNOWN : digits(header.value());
    return written >= 0 ? written : Math.max(record.timestamp(), Origin.UNKNOWN);
  }

  private static long digits(byte[] text) {
    if (text == null || text.length == 0 || text.length > MAX_DIGITS) {
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
