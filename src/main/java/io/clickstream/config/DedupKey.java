package io.clickstream.config;

import java.util.Arrays;
import java.util.List;

/** By which fields an event is known for one that came before. */
public enum DedupKey {
  /** Some senders give one id to all events of a request: with another type it is another event. */
  EVENT_ID_AND_TYPE,
  EVENT_ID;

  /** Whether an id that comes with another type is another event's. */
  public boolean withType() {
    return this == EVENT_ID_AND_TYPE;
  }

  /** Our names of the fields. */
  public List<String> fields() {
    return withType() ? List.of("event_id", "event_type") : List.of("event_id");
  }

  static DedupKey of(List<String> fields) {
    return Arrays.stream(values())
        .filter(key -> key.fields().equals(fields))
        .findFirst()
        .orElseThrow(IllegalArgumentException::new);
  }
}
