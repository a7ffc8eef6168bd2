package io.clickstream.columns;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** Where the value of a field comes from. */
public sealed interface FieldSource extends Serializable {

  /** As it is written for the record's own time. */
  String KAFKA = "@kafka";

  /**
   * Places in the record, of which the first that has a value counts.
   *
   * @param paths at least one
   */
  record Paths(List<FieldPath> paths) implements FieldSource {

    public Paths {
      paths = List.copyOf(paths);
      if (paths.isEmpty()) {
        throw new IllegalArgumentException("expected a path, found none");
      }
    }

    @Override
    public String toString() {
      return FieldPath.named(paths);
    }
  }

  /** The same text for every record. */
  record Constant(String text) implements FieldSource {

    @Override
    public String toString() {
      return "always " + text;
    }
  }

  /** Kafka's timestamp of the record. */
  record KafkaTimestamp() implements FieldSource {

    @Override
    public String toString() {
      return KAFKA;
    }
  }

  /** The place of one path. */
  static FieldSource of(FieldPath path) {
    return new Paths(List.of(path));
  }

  /** The paths in the record; none if the value is not in it. */
  default List<FieldPath> inRecord() {
    return this instanceof Paths places ? places.paths() : List.of();
  }

  /**
   * Reads a path, a list of paths or {@link #KAFKA}.
   *
   * @param written texts and lists, as they are in YAML
   * @throws IllegalArgumentException if it is none of them; the message says in a few words what is
   *     wrong
   */
  static FieldSource parse(Object written) {
    if (written instanceof String text) {
      return text.strip().equals(KAFKA) ? new KafkaTimestamp() : of(FieldPath.parse(text));
    }
    if (!(written instanceof List<?> list)) {
      throw new IllegalArgumentException("it is neither a path nor a list of paths");
    }
    if (list.isEmpty()) {
      throw new IllegalArgumentException("the list of paths is empty");
    }
    List<FieldPath> paths = new ArrayList<>();
    for (Object item : list) {
      if (!(item instanceof String text)) {
        throw new IllegalArgumentException("the list has other things in it than paths");
      }
      if (text.strip().equals(KAFKA)) {
        throw new IllegalArgumentException(
            KAFKA + " is in a list; every record has a time, so it can only be the one source");
      }
      FieldPath path = FieldPath.parse(text);
      if (paths.contains(path)) {
        throw new IllegalArgumentException("a path is in the list twice");
      }
      paths.add(path);
    }
    return new Paths(paths);
  }

  /** As it is written in YAML. */
  default String yaml() {
    if (this instanceof Paths places) {
      List<String> texts = places.paths().stream().map(FieldPath::toString).toList();
      return texts.size() == 1 ? YamlText.of(texts.get(0)) : YamlText.of(texts);
    }
    return YamlText.of(this instanceof Constant constant ? constant.text() : KAFKA);
  }
}
