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
 */
public record OutputRecord(
    OutputTopic topic,
    byte @Nullable [] key,
    byte @Nullable [] value,
    List<Header> headers,
    int hash) {

  /** A header of a Kafka record; the value is text in UTF-8. */
  public record Header(String name, String value) {}

  /** Copies the headers, not the bytes. */
  public OutputRecord(
      OutputTopic topic,
      byte @Nullable [] key,
      byte @Nullable [] value,
      List<Header> headers,
      int hash) {
    this.topic = topic;
    this.key = key;
    this.value = value;
    this.headers = List.copyOf(headers);
    this.hash = hash;
  }
}
