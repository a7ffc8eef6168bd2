package io.clickstream.ingest;

import io.clickstream.columns.Condition;
import io.clickstream.columns.EventTypeRule;
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
 * The types of clicks: a text of {@code event_type} or a condition makes a click one of ours. Texts
 * are compared exactly, case included.
 *
 * <p>A type is meant by what it is mapped to, and only by that: its default text then is a text
 * like any other, {@link EventKind#OTHER}. Of several types that fit, the first in the order of
 * {@link EventKind} counts.
 */
public final class EventTypeMapping implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Map<String, EventKind> kinds;
  private final List<ByCondition> byCondition;

  /** A type that a condition makes. */
  public record ByCondition(EventKind kind, SlotTests tests) implements Serializable {}

  private EventTypeMapping(Map<String, EventKind> kinds, List<ByCondition> byCondition) {
    this.kinds = kinds;
    this.byCondition = byCondition;
  }

  /** The conditions among some rules. */
  static List<Condition> conditions(Map<String, EventTypeRule> rules) {
    List<Condition> conditions = new ArrayList<>();
    new TreeMap<>(rules)
        .forEach(
            (our, rule) -> {
              if (rule.condition() != null) {
                conditions.add(rule.condition());
              }
            });
    return conditions;
  }

  /**
   * Resolves the settings {@code ingest.event-types.*}.
   *
   * @param rules our text to what means it, for those that differ
   * @throws IllegalArgumentException naming every problem: a type that is not ours, a text that
   *     would mean two types
   */
  static EventTypeMapping of(Map<String, EventTypeRule> rules, SlotTests.Compiler compiler) {
    Map<String, EventKind> ours =
        Stream.of(EventKind.values())
            .filter(kind -> kind != EventKind.OTHER)
            .collect(Collectors.toMap(EventKind::text, kind -> kind, (a, b) -> a, TreeMap::new));
    List<String> problems = new ArrayList<>();
    for (String our : new TreeMap<>(rules).keySet()) {
      if (!ours.containsKey(our)) {
        problems.add(
            "ingest.event-types.%s: not an event type; expected one of %s"
                .formatted(our, ours.keySet()));
      }
    }
    Map<String, EventKind> kinds = new HashMap<>();
    ours.forEach(
        (our, kind) -> {
          for (String their : rules.getOrDefault(our, EventTypeRule.ofNames(our)).names()) {
            EventKind other = kinds.put(their, kind);
            if (other != null) {
              problems.add(
                  "ingest.event-types: %s means both %s and %s; map one of them to another text"
                      .formatted(their, other.text(), kind.text()));
            }
          }
        });
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    List<ByCondition> byCondition = new ArrayList<>();
    for (EventKind kind : EventKind.values()) {
      EventTypeRule rule = rules.get(kind.text());
      if (rule != null && rule.condition() != null) {
        byCondition.add(
            new ByCondition(
                kind, compiler.compile("ingest.event-types." + kind.text(), rule.condition())));
      }
    }
    return new EventTypeMapping(Map.copyOf(kinds), List.copyOf(byCondition));
  }

  /** The kind that a text means, {@link EventKind#OTHER} if none. */
  public EventKind kind(String text) {
    return kinds.getOrDefault(text, EventKind.OTHER);
  }

  /** The texts that mean a kind, and the kind. */
  public Map<String, EventKind> kinds() {
    return kinds;
  }

  /** The types that conditions make, in the order of {@link EventKind}. */
  public List<ByCondition> byCondition() {
    return byCondition;
  }
}
