package io.clickstream.ingest;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where each of our fields stands in a record, as a tree that is walked along with the record: one
 * look-up a name, and names that lead nowhere are skipped with all that is below them.
 *
 * <p>A field stands at the path it is mapped to, and only there: its default name then means
 * nothing. Two fields may stand at the same path; both get the value.
 */
public final class FieldMapping implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Node root;
  private final Map<ClickField, String> labels;

  private FieldMapping(Node root, Map<ClickField, String> labels) {
    this.root = root;
    this.labels = labels;
  }

  /**
   * Resolves the settings {@code ingest.fields.*}.
   *
   * @param fields our name to the dotted path in the records; those that are absent stand under our
   *     name at the top
   * @throws IllegalArgumentException naming every problem: a name that is not ours, a path with an
   *     empty part, a path that leads through the value of another field
   */
  public static FieldMapping of(Map<String, String> fields) {
    List<String> problems = new ArrayList<>();
    Map<ClickField, List<String>> paths = new EnumMap<>(ClickField.class);
    Map<ClickField, String> labels = new EnumMap<>(ClickField.class);
    for (ClickField field : ClickField.values()) {
      paths.put(field, List.of(field.text()));
      labels.put(field, field.text());
    }
    for (Map.Entry<String, String> entry : new TreeMap<>(fields).entrySet()) {
      ClickField field = ClickField.byName().get(entry.getKey());
      List<String> path = List.of(entry.getValue().split("\\.", -1));
      if (field == null) {
        problems.add(
            "ingest.fields.%s: not a field of a click; expected one of %s"
                .formatted(entry.getKey(), new TreeSet<>(ClickField.byName().keySet())));
      } else if (path.stream().anyMatch(String::isBlank)) {
        problems.add(
            "ingest.fields.%s=%s: a part of the path is empty; expected names joined by dots, such"
                    .formatted(entry.getKey(), entry.getValue())
                + " as item.sku");
      } else {
        paths.put(field, path);
        labels.put(field, "%s (%s)".formatted(field.text(), entry.getValue()));
      }
    }
    paths.keySet().removeIf(field -> !field.isRead());
    Node root = node(paths, 0, labels, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return new FieldMapping(root, labels);
  }

  /** The node of the fields whose paths agree in their first {@code depth} names. */
  private static Node node(
      Map<ClickField, List<String>> paths,
      int depth,
      Map<ClickField, String> labels,
      List<String> problems) {
    Set<ClickField> here = EnumSet.noneOf(ClickField.class);
    Map<String, Map<ClickField, List<String>>> below = new LinkedHashMap<>();
    paths.forEach(
        (field, path) -> {
          if (path.size() == depth) {
            here.add(field);
          } else {
            below
                .computeIfAbsent(path.get(depth), name -> new EnumMap<>(ClickField.class))
                .put(field, path);
          }
        });
    if (!here.isEmpty() && !below.isEmpty()) {
      String value = labels.getOrDefault(here.iterator().next(), "");
      for (Map<ClickField, List<String>> group : below.values()) {
        for (ClickField field : group.keySet()) {
          problems.add(
              "ingest.fields: %s leads through the value of %s; map one of them elsewhere"
                  .formatted(labels.get(field), value));
        }
      }
    }
    Map<String, Node> children = new HashMap<>();
    below.forEach((name, group) -> children.put(name, node(group, depth + 1, labels, problems)));
    return new Node(children, paths.keySet().toArray(ClickField[]::new));
  }

  /** Where every record starts. */
  Node root() {
    return root;
  }

  /** How messages call a field: {@code user_id}, or {@code user_id (session)} if it is mapped. */
  String label(ClickField field) {
    return labels.getOrDefault(field, field.text());
  }

  /** A place in a record: either the values of some fields stand there, or objects lead on. */
  static final class Node implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Map<String, Node> children;
    private final ClickField[] fields;

    private Node(Map<String, Node> children, ClickField[] fields) {
      this.children = children;
      this.fields = fields;
    }

    /** What stands under a name, or null if nothing of ours does. */
    @Nullable Node child(String name) {
      return children.get(name);
    }

    /** All that stands below, by name. */
    Map<String, Node> children() {
      return children;
    }

    boolean isValue() {
      return children.isEmpty();
    }

    /** The fields that get their value here or below; not to be modified. */
    ClickField[] fields() {
      return fields;
    }
  }
}
