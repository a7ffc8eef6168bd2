package io.clickstream.ingest;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.ClickFields;
import io.clickstream.columns.FieldPaths;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where each of our fields is in a record, as a tree that is walked along with the record: one
 * look-up a name, and names that lead nowhere are skipped with all that is below them.
 *
 * <p>A field is at the path it is mapped to, and only there: its default name then means nothing.
 * Two fields may be at the same path; both get the value.
 */
public final class FieldMapping implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Node root;
  private final String[] labels;

  private FieldMapping(Node root, String[] labels) {
    this.root = root;
    this.labels = labels;
  }

  /**
   * Resolves the settings {@code ingest.fields.*}.
   *
   * @param paths our name to the dotted path in the records; those that are absent are under our
   *     name at the top
   * @param fields all fields that a record can have
   * @throws IllegalArgumentException naming every problem: a name that is not ours, a path with an
   *     empty part, a path that leads through the value of another field
   */
  public static FieldMapping of(Map<String, String> paths, ClickFields fields) {
    List<String> problems = new ArrayList<>();
    Map<String, String> found = new LinkedHashMap<>();
    String[] labels = fields.names().toArray(String[]::new);
    for (ClickField field : fields.all()) {
      if (field.isRead() && field.isUnderOurName()) {
        found.put(field.name(), field.name());
      }
    }
    for (Map.Entry<String, String> entry : new TreeMap<>(paths).entrySet()) {
      ClickField field = fields.named(entry.getKey());
      String path = entry.getValue();
      String mistake = FieldPaths.mistake(path);
      if (field == null) {
        problems.add(
            "ingest.fields.%s: not a field of a click; expected one of %s"
                .formatted(entry.getKey(), new TreeSet<>(fields.names())));
      } else if (mistake != null) {
        problems.add(
            "ingest.fields.%s=%s: %s; expected names joined by dots, such as item.sku"
                .formatted(entry.getKey(), path, mistake));
      } else {
        if (field.isRead()) {
          found.put(field.name(), path);
        }
        labels[field.index()] = "%s (%s)".formatted(field.name(), path);
      }
    }
    for (FieldPaths.Clash clash : FieldPaths.clashes(found)) {
      problems.add(
          "ingest.fields: %s leads through the value of %s; map one of them elsewhere"
              .formatted(
                  labels[field(clash.field(), fields).index()],
                  labels[field(clash.through(), fields).index()]));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    Map<ClickField, List<String>> names = new LinkedHashMap<>();
    found.forEach((field, path) -> names.put(field(field, fields), FieldPaths.names(path)));
    return new FieldMapping(node(names, 0), labels);
  }

  private static ClickField field(String name, ClickFields fields) {
    return Objects.requireNonNull(fields.named(name), name);
  }

  /** The node of the fields whose paths agree in their first {@code depth} names. */
  private static Node node(Map<ClickField, List<String>> paths, int depth) {
    Map<String, Map<ClickField, List<String>>> below = new LinkedHashMap<>();
    paths.forEach(
        (field, path) -> {
          if (path.size() > depth) {
            below.computeIfAbsent(path.get(depth), name -> new LinkedHashMap<>()).put(field, path);
          }
        });
    Map<String, Node> children = new HashMap<>();
    below.forEach((name, group) -> children.put(name, node(group, depth + 1)));
    return new Node(children, paths.keySet().toArray(ClickField[]::new));
  }

  /** Where every record starts. */
  public Node root() {
    return root;
  }

  /** How messages call a field: {@code user_id}, or {@code user_id (session)} if it is mapped. */
  public String label(ClickField field) {
    return labels[field.index()];
  }

  /** A part of a record: either the value of some fields, or an object that leads on. */
  public static final class Node implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Map<String, Node> children;
    private final ClickField[] fields;

    private Node(Map<String, Node> children, ClickField[] fields) {
      this.children = children;
      this.fields = fields;
    }

    /** The part under a name, or null if nothing of ours is there. */
    public @Nullable Node child(String name) {
      return children.get(name);
    }

    /** All parts below, by name. */
    public Map<String, Node> children() {
      return children;
    }

    /** Whether it is the value of fields. */
    public boolean isValue() {
      return children.isEmpty();
    }

    /** The fields that get their value here or below; not to be modified. */
    public ClickField[] fields() {
      return fields;
    }
  }
}
