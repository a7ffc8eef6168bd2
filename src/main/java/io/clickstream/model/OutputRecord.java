package io.clickstream.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka record ready to be written.
 *
 * @param topic where it goes
 * @param key the record's key, or null
 * @param value the record's value, or null
 * @param headers in the order in which they are written
 * @param hash decides the sink subtask and, for sessions, the partition: equal for all records of a
 *     visitor's sessions, so that a retraction and its replacement share a transaction and stay in
 *     order
 * @param dueAt when it could have been published at the earliest, epoch ms, or {@link #NOT_DUE}
 *     where nobody measures it
 */
public record OutputRecord(
    OutputTopic topic,
    byte @Nullable [] key,
    byte @Nullable [] value,
    List<Header> headers,
    int hash,
    long dueAt) {

  /** Instead of a moment. */
  public static final long NOT_DUE = Long.MIN_VALUE;

  /** A header of a Kafka record; the value is text in UTF-8. */
  public record Header(String name, String value) {}

  /** Copies the headers, not the bytes. */
  public OutputRecord(
      OutputTopic topic,
      byte @Nullable [] key,
      byte @Nullable [] value,
      List<Header> headers,
      int hash,
      long dueAt) {
    this.topic = topic;
    this.key = key;
    this.value = value;
    this.headers = List.copyOf(headers);
    this.hash = hash;
    this.dueAt = dueAt;
  }

  /** A record of no moment. */
  public OutputRecord(
      OutputTopic topic,
      byte @Nullable [] key,
      byte @Nullable [] value,
      List<Header> headers,
      int hash) {
    this(topic, key, value, headers, hash, NOT_DUE);
  }

  /** The same, which could have been published at this moment at the earliest. */
  public OutputRecord dueAt(long moment) {
    return new OutputRecord(topic, key, value, headers, hash, moment);
  }
}
