package io.clickstream.model;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The Kafka record that something was read from, with its bytes as they were. If that is one of
 * several clicks in the record, the value is what the record would be if it had this one alone.
 *
 * @param topic where it was read
 * @param partition where it was read
 * @param offset where it was read
 * @param index the place among the clicks of the record, from 0; {@link #ALONE} if the record is
 *     one click
 * @param key the record's key, or null if it had none
 * @param value the record's value, or null if it had none; neither array may be modified. Without
 *     what was around it, if something was
 * @param receivedAt when it was received, epoch ms; {@link #UNKNOWN} unless the settings need it
 * @param frame what was around the value, or null for nothing
 */
public record Origin(
    String topic,
    int partition,
    long offset,
    int index,
    byte @Nullable [] key,
    byte @Nullable [] value,
    long receivedAt,
    @Nullable Frame frame)
    implements Serializable {

  /** The {@link #index} of a record that is one click. */
  public static final int ALONE = -1;

  /** Instead of a time that is not known. */
  public static final long UNKNOWN = -1;

  /** The header that says when a record was received; its value is epoch ms in decimal digits. */
  public static final String RECEIVED_AT = "received_at";

  /** A record that is one click. */
  public Origin(
      String topic,
      int partition,
      long offset,
      byte @Nullable [] key,
      byte @Nullable [] value,
      long receivedAt) {
    this(topic, partition, offset, ALONE, key, value, receivedAt, null);
  }

  /** A record that is one click, and of which it does not matter when it was received. */
  public Origin(
      String topic, int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {
    this(topic, partition, offset, key, value, UNKNOWN);
  }

  /** The same without what is around the value. */
  public Origin within(@Nullable Frame around, byte[] payload) {
    return new Origin(topic, partition, offset, index, key, payload, receivedAt, around);
  }

  /** The same as one of several. */
  public Origin at(int place) {
    return new Origin(topic, partition, offset, place, key, value, receivedAt, frame);
  }

  /** The value as it is written: in its frame, if it has one. */
  public byte @Nullable [] framedValue() {
    return frame == null || value == null ? value : frame.wrap(value);
  }

  /** One of several clicks of this record, in a value that has it alone. */
  public Origin element(int place, byte[] alone) {
    return new Origin(topic, partition, offset, place, key, alone, receivedAt, frame);
  }
}
