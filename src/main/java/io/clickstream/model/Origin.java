package io.clickstream.model;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka record that something was read from, with its bytes as they were.
 *
 * @param topic where it was read
 * @param partition where it was read
 * @param offset where it was read
 * @param key the record's key, or null if it had none
 * @param value the record's value, or null if it had none; neither array may be modified
 * @param receivedAt when it was received, epoch ms; {@link #UNKNOWN} unless the settings need it
 */
public record Origin(
    String topic,
    int partition,
    long offset,
    byte @Nullable [] key,
    byte @Nullable [] value,
    long receivedAt)
    implements Serializable {

  /** Instead of a time that is not known. */
  public static final long UNKNOWN = -1;

  /** The header that says when a record was received; its value is epoch ms in decimal digits. */
  public static final String RECEIVED_AT = "received_at";

  /** A record of which it does not matter when it was received. */
  public Origin(
      String topic, int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {
    this(topic, partition, offset, key, value, UNKNOWN);
  }
}
