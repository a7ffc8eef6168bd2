package io.clickstream.ingest;

import io.clickstream.model.EventKind;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the texts of {@code event_type} mean. Texts are compared exactly, case included.
 *
 * <p>A type is meant by the text it is mapped to, and only by that: its default text then is a text
 * like any other, {@link EventKind#OTHER}.
 */
public final class EventTypeMapping implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Map<String, EventKind> kinds;

  private EventTypeMapping(Map<String, EventKind> kinds) {
    this.kinds = kinds;
  }

  /**
   * Resolves the settings {@code ingest.event-types.*}.
   *
   * @param eventTypes our text to the text in the records, for those that differ
   * @throws IllegalArgumentException naming every problem: a type that is not ours, an empty text,
   *     a text that would mean two types
   */
  public static EventTypeMapping of(Map<String, String> eventTypes) {
    Map<String, EventKind> ours =
        Stream.of(EventKind.values())
            .filter(kind -> kind != EventKind.OTHER)
            .collect(Collectors.toMap(EventKind::text, kind -> kind, (a, b) -> a, TreeMap::new));
    List<String> problems = new ArrayList<>();
    new TreeMap<>(eventTypes)
        .forEach(
            (our, their) -> {
              if (!ours.containsKey(our)) {
                problems.add(
                    "ingest.event-types.%s: not an event type; expected one of %s"
                        .formatted(our, ours.keySet()));
              } else if (their.isBlank()) {
                problems.add("ingest.event-types.%s: expected a text, found none".formatted(our));
              }
            });
    Map<String, EventKind> kinds = new HashMap<>();
    ours.forEach(
        (our, kind) -> {
          String their = eventTypes.getOrDefault(our, our).strip();
          EventKind other = kinds.put(their, kind);
          if (other != null) {
            problems.add(
                "ingest.event-types: %s means both %s and %s; map one of them to another text"
                    .formatted(their, other.text(), kind.text()));
          }
        });
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return new EventTypeMapping(Map.copyOf(kinds));
  }

  /** The kind that a text means, {@link EventKind#OTHER} if none. */
  public EventKind kind(String text) {
    return kinds.getOrDefault(text, EventKind.OTHER);
  }

  /** The texts that mean a kind, and the kind. */
  public Map<String, EventKind> kinds() {
    return kinds;
  }
}
