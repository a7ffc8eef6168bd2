package io.clickstream.columns;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rule that makes a click one of our event types: one of some texts in {@code event_type}, or a
 * condition.
 *
 * @param names the texts; none if there is a condition
 */
public record EventTypeRule(List<String> names, @Nullable Condition condition)
    implements Serializable {

  public EventTypeRule {
    names = List.copyOf(names);
    if (names.isEmpty() == (condition == null)) {
      throw new IllegalArgumentException("expected either names or a condition");
    }
  }

  /** The rule that a click is called by one of these. */
  public static EventTypeRule ofNames(String... names) {
    return new EventTypeRule(List.of(names), null);
  }

  /**
   * Reads a name, a list of names or a condition.
   *
   * @param written texts, lists and maps, as they are in YAML
   * @throws IllegalArgumentException if it is none of them; the message says in a few words what is
   *     wrong
   */
  public static EventTypeRule parse(Object written) {
    if (written instanceof Map) {
      return new EventTypeRule(List.of(), Condition.parse(written));
    }
    List<String> names = new ArrayList<>();
    for (Object name : written instanceof List<?> list ? list : List.of(written)) {
      if (!(name instanceof String text)) {
        throw new IllegalArgumentException("the list has other things in it than names");
      }
      if (text.isBlank()) {
        throw new IllegalArgumentException("a name is empty");
      }
      if (names.contains(text.strip())) {
        throw new IllegalArgumentException("a name is in the list twice");
      }
      names.add(text.strip());
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException("the list of names is empty");
    }
    return new EventTypeRule(names, null);
  }

  /** Whether it is a single name with a comma in it, which may be meant as a list. */
  public boolean hasComma() {
    return names.size() == 1 && names.get(0).indexOf(',') >= 0;
  }

  /** As it is written in YAML. */
  public String yaml() {
    if (condition != null) {
      return condition.toString();
    }
    return names.size() == 1 ? YamlText.of(names.get(0)) : YamlText.of(names);
  }

  /** As messages name it. */
  @Override
  public String toString() {
    if (condition != null) {
      return condition.toString();
    }
    return names.size() == 1 ? names.get(0) : "[" + String.join(", ", names) + "]";
  }
}
